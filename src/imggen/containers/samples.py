"""The samples of a shard as they must be, to compare with what others read of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import xxhash

Size = tuple[int, int]  # width and height, px
Fault = tuple[str, str]  # the key of a sample, and what is wrong with it
# Returns why the content of a file of this name, with images of this size, cannot be decoded.
FindFault = Callable[[str, bytes, Size], str | None]


class Sample(NamedTuple):
    """An image in a shard as it must be.

    Attributes
    ----------
    key : its name in the shard, without extension
    image : its index
    shown : the variant of each layer
    digest : XXH3-128 of its file
    """

    key: str
    image: int
    split: str
    shown: tuple[str, ...]
    digest: bytes


class Frame(NamedTuple):
    """The properties that all images share: size, px; file extension; variants by layer."""

    size: Size
    suffix: str
    layers: tuple[tuple[str, tuple[str, ...]], ...]


def image_fault(sample: Sample, content: bytes) -> str | None:
    """Return why `content` is not the file of `sample`; None if it is."""
    same = xxhash.xxh3_128_digest(content) == sample.digest
    return None if same else "differs from what was rendered"
