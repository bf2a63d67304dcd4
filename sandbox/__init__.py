"""Local stand-ins for the services this project talks to, for tests and trials."""
