"""Rows from elsewhere become records here: all of a file, or nothing of it."""
