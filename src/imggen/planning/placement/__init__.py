"""Placement: choose where each sprite lies, and how it is scaled, turned and coloured."""
