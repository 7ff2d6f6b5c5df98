"""Paths and names that look like one that is not there."""
