"""Every remedy of every message, run as it is printed where it is printed."""
