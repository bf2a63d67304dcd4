"""Tests of the stand-ins: their rules, and their replies over a socket."""
