"""Code a band of a background: to be used whole, and to be spliced. See index.c."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from imggen.encode.png.scratch import Scratch, make_code
from imggen.kernels import (
    Struct,
    choose_code,
    code_columns,
    code_matches,
    code_plain,
    code_stripes,
    find_matches,
    pack,
    scan_band,
)

if TYPE_CHECKING:
    from imggen.encode.png.matches import Prices, Search

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]

LEAST_SAVING = 256  # a matched code is kept if it saves one part of so many


class BandIndex(NamedTuple):
    """A band's part of `Prepared`, to be filled in; see there for the attributes."""

    checksum: Ints
    table: npt.NDArray[np.uint32]
    stripe_at: npt.NDArray[np.uint32]
    column_at: npt.NDArray[np.uint32]
    sums: npt.NDArray[np.uint16]


class BandCoder:
    """Codes one band of a background.

    Parameters
    ----------
    filtered : (rows, 1 + row) uint8, part of `filtered_rows`
    stripe_bytes : of a row
    index : filled in: its checksum at once, the rest by `splice`
    prices : of matches, after the band before; kept up to date

    Attributes
    ----------
    pieces : the band's code, to be used whole: without matches, and with those of each search
    """

    def __init__(
        self,
        filtered: Bytes,
        stripe_bytes: int,
        index: BandIndex,
        prices: Prices,
        scratch: Scratch,
    ) -> None:
        self._filtered, self._stripe_bytes, self._index = filtered, stripe_bytes, index
        self._prices, self._scratch = prices, scratch
        runs = scratch.coder.runs
        rows, row_bytes = filtered.shape
        count = scan_band(filtered, rows, row_bytes, stripe_bytes, index.checksum, runs)
        self._runs = runs[:count].copy()
        self._matches = np.zeros((0, 3), np.int32)
        code = make_code()
        size_bytes = code_plain(self._packed(), code.struct, scratch.struct)
        self._lengths = code.lengths  # of the latest code: what literals are expected to cost
        self.pieces = [self._piece(size_bytes)]

    def seek(self, search: Search, passes: int) -> None:
        """Find the band's matches, and add its code with them to `pieces`.

        Each pass has better prices of matches than the pass before.
        """
        scratch, match, prices = self._scratch.struct, self._scratch.match, self._prices.struct
        rows, row_bytes = self._filtered.shape
        for _ in range(passes):
            count = find_matches(
                self._filtered, rows, row_bytes, *search, self._lengths, prices, match.struct
            )
            self._matches = match.matches[:count].copy()
            code = make_code()
            size_bytes = code_matches(self._packed(), code.struct, prices, scratch)
            self._lengths = code.lengths
            self.pieces.append(self._piece(size_bytes))

    def splice(self, prior: Ints, channels: int) -> list[Words]:
        """Code the band so that it can be spliced, and fill in its index.

        Parameters
        ----------
        prior : see `prepare`

        Returns
        -------
        list
            Its plain code and, if the matches found last save enough, its matched code.
        """
        band, out = self._packed(), self._scratch.out
        _, table, stripe_at, column_at, sums = self._index
        columns, stripes = column_at.shape[1] - 1, stripe_at.shape[1] - 1
        code = make_code(table)
        choose_code(band, prior, code.struct, self._scratch.struct)
        self._lengths = code.lengths
        plain_bits = code_columns(band, channels, code.struct, column_at, sums, columns, out)
        plain = self._words(plain_bits)
        if len(self._matches):
            stripe_bytes = self._stripe_bytes
            matched_bits = code_stripes(band, stripe_bytes, code.struct, stripe_at, stripes, out)
            if matched_bits < plain_bits - plain_bits // LEAST_SAVING:
                return [plain, self._words(matched_bits)]
        step = -(-columns // stripes)
        stripe_at[:, :-1], stripe_at[:, -1] = column_at[:, :-1:step], column_at[:, -1]
        return [plain]

    def _packed(self) -> Struct:
        """Pack the band, its runs and the matches found last for the kernels."""
        filtered, runs, matches = self._filtered, self._runs, self._matches
        sizes = *filtered.shape, len(runs), len(matches)
        return pack("BandData", filtered, runs, matches, *sizes)

    def _piece(self, size_bytes: int) -> bytes:
        """Copy the first `size_bytes` bytes of `scratch.out`."""
        return self._scratch.out.view(np.uint8)[:size_bytes].tobytes()

    def _words(self, bits: int) -> Words:
        """Copy the first `bits` bits of `scratch.out`."""
        return self._scratch.out[: -(-bits // 64)].copy()
