"""An encoded scene: the bytes of its file, and how they came about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import xxhash


class Regions(NamedTuple):
    """The number of regions of an image that were coded in each way.

    Regions are the bands of a PNG and the restart intervals of a JPEG. An image that is encoded
    whole has one.

    Attributes
    ----------
    copied : as they were prepared with the background
    spliced : of the background's bits and new ones
    afresh : of pixels alone
    """

    copied: int
    spliced: int
    afresh: int


WHOLE = Regions(0, 0, 1)


@dataclass(frozen=True)
class Encoded:
    """The file of a scene.

    Attributes
    ----------
    pieces : its bytes, in order; valid until its encoder encodes the next scene
    regions : how they came about
    """

    pieces: Sequence[bytes | memoryview]
    regions: Regions = WHOLE

    @cached_property
    def size_bytes(self) -> int:
        """The size of the file."""
        return sum(map(len, self.pieces))

    @cached_property
    def digest(self) -> bytes:
        """The XXH3-128 of the file, 16 bytes."""
        digest = xxhash.xxh3_128()
        for piece in self.pieces:
            digest.update(piece)
        return digest.digest()

    def copy(self) -> Encoded:
        """Return the same with bytes of its own, which stay valid."""
        return Encoded([self.to_bytes()], self.regions)

    def to_bytes(self) -> bytes:
        """Return the whole file."""
        return b"".join(self.pieces)
