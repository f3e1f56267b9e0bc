"""Sampling: choose the variants that each image shows, and the split that it belongs to."""
