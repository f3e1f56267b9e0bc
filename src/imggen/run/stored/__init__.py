"""Runs and datasets in object stores."""
