"""Single images and their labels, by index, without a disk."""

from imggen.dataset.dataset import Dataset

__all__ = ["Dataset"]
