"""A STAND-IN for the part of Zuplo's Developer API that this project uses."""
