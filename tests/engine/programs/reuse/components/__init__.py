"""Components of the program's own, in a folder named as this repository's."""
