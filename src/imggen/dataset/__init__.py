"""Single images and their labels, by index, without a disk."""

from imggen.dataset.dataset import Dataset
from imggen.dataset.items import Batch, Item, Objects

__all__ = ["Batch", "Dataset", "Item", "Objects"]
