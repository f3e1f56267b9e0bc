"""Images and their labels without a disk, by index."""

from imggen.dataset.dataset import Dataset

__all__ = ["Dataset"]
