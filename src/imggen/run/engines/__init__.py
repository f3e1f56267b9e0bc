"""Engines: where chunks are rendered. One loop hands them out, and each engine has a file."""
