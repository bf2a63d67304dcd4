"""Tests; the tree mirrors the packages they test."""
