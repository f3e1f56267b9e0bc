"""Find and exchange the intervals of a JPEG file's entropy-coded data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from imggen.kernels import find_cuts

Ints = npt.NDArray[np.int64]
Buffer = bytes | bytearray | memoryview

# T.81, table B.1: the second byte of a marker; the first is MARKER.
MARKER = 0xFF
STUFFED = 0x00  # behind a data byte that looks like MARKER (B.1.1.5)
RST0 = 0xD0
RESTARTS = 8  # RST0 to RST7, in turn
SOI = 0xD8
EOI = 0xD9
SOS = 0xDA


@dataclass(frozen=True)
class Scan:
    """The intervals of a file, in order, each with the marker behind it.

    The markers are RST0 to RST7 in turn; the last is EOI.

    Attributes
    ----------
    data : all bytes
    bounds : (intervals + 1,) int64: interval i is data[bounds[i]:bounds[i + 1]]
    """

    data: Buffer
    bounds: Ints

    @classmethod
    def parse(cls, data: Buffer) -> Self:
        """Find the markers in `data`, which ends with one."""
        found = np.frombuffer(data, np.uint8)
        prefixes = np.flatnonzero(found[:-1] == MARKER)
        markers = prefixes[found[prefixes + 1] != STUFFED]
        return cls(data, np.concatenate([[0], markers + 2]))

    def __len__(self) -> int:
        return len(self.bounds) - 1


def splice(old: Scan, new: Scan, places: Ints) -> list[memoryview]:
    """Return the pieces of the scan `old` with its intervals `places` exchanged for those of `new`.

    Parameters
    ----------
    new : its data is a bytearray; its markers are renumbered in place
    places : (intervals of `new`,) int64, without repeats, in any order
    """
    renumber(new, places, len(old))
    order = places.argsort()
    cuts = np.empty((len(places), 4), np.int64)
    count = find_cuts(old.bounds, new.bounds, places[order], order, len(places), cuts)
    kept, fresh = memoryview(old.data), memoryview(new.data)
    pieces, end = [], 0
    for kept_end, new_start, new_end, kept_start in cuts[:count].tolist():
        pieces += [kept[end:kept_end], fresh[new_start:new_end]]
        end = kept_start
    pieces.append(kept[end:])
    return pieces


def renumber(scan: Scan, places: Ints, count: int) -> None:
    """Give `scan` the markers that intervals `places` have in a scan of `count` intervals."""
    codes = np.where(places == count - 1, EOI, RST0 + places % RESTARTS)
    np.frombuffer(scan.data, np.uint8)[scan.bounds[1:] - 1] = codes


def head_size(file: Buffer) -> int:
    """Return the bytes of a JPEG file that lie before its entropy-coded data.

    Steps from segment to segment, as the bytes of SOS may also occur in a table (T.81, B.1.1.4).
    """
    at = 2  # behind SOI
    code = SOI
    while code != SOS:
        code = file[at + 1]
        at += 2 + int.from_bytes(file[at + 2 : at + 4], "big")
    return at
