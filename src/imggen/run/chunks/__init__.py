"""The work of a worker on a chunk of images."""
