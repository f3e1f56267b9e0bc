"""A band of a backdrop, loaded to be coded: whole, and so that it can be spliced. See index.c."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from imggen.kernels import (
    choose_code,
    code_columns,
    code_found,
    code_loaded,
    code_stripes,
    load_band,
    seek_loaded,
)

if TYPE_CHECKING:
    from imggen.encode.png.scratch import Scratch
    from imggen.encode.png.search import Search

Bytes = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]

LEAST_SAVING = 256  # one part of so many, that matches must save for their code to be kept


class BandIndex(NamedTuple):
    """A band's part of `Prepared`, to be filled in; the attributes are explained there."""

    checksum: Ints
    table: npt.NDArray[np.uint32]
    stripe_at: npt.NDArray[np.uint32]
    column_at: npt.NDArray[np.uint32]
    sums: npt.NDArray[np.uint16]


class LoadedBand:
    """A band whose filtered rows lie in an encoder's scratch, until another is loaded there.

    Parameters
    ----------
    filtered : (rows, 1 + row) uint8
    stripe_bytes : of a row

    Attributes
    ----------
    pieces : its code, to be used whole: without matches, and with those that each search found
    """

    def __init__(
        self, filtered: Bytes, stripe_bytes: int, index: BandIndex, scratch: Scratch
    ) -> None:
        rows, row_bytes = filtered.shape
        checksum = index.checksum
        self._stripe_bytes, self._index, self._scratch = stripe_bytes, index, scratch
        self._runs = load_band(filtered, rows, row_bytes, stripe_bytes, checksum, scratch.struct)
        self.pieces = [self._piece(code_loaded(self._runs, scratch.struct))]

    def seek(self, search: Search, passes: int) -> int:
        """Find the band's matches, and add its code with them to `pieces`; how many there are.

        Every pass knows better what matches cost.
        """
        matches = 0
        for _ in range(passes):
            matches = seek_loaded(*search, self._scratch.struct)
            self.pieces.append(self._piece(code_found(matches, self._scratch.struct)))
        return matches

    def splice(self, search: Search, passes: int, prior: Ints, channels: int) -> list[Words]:
        """Code the band so that it can be spliced, and fill in its index.

        Parameters
        ----------
        prior : see `prepare`

        Returns
        -------
        list
            Its plain code and, if the matches found save enough, the matched one.
        """
        matches, struct = self.seek(search, passes), self._scratch.struct
        _, table, stripe_at, column_at, sums = self._index
        (rows, columns), stripes = column_at.shape, stripe_at.shape[1] - 1
        choose_code(self._runs, matches, prior, table, struct)
        plain_bits = code_columns(
            self._runs, channels, table, column_at, sums, rows, columns - 1, struct
        )
        plain = self._words(plain_bits)
        if matches > 0:
            stripe = self._stripe_bytes
            matched_bits = code_stripes(matches, stripe, table, stripe_at, rows, stripes, struct)
            if matched_bits < plain_bits - plain_bits // LEAST_SAVING:
                return [plain, self._words(matched_bits)]
        step = -(-(columns - 1) // stripes)
        stripe_at[:, :-1], stripe_at[:, -1] = column_at[:, :-1:step], column_at[:, -1]
        return [plain]

    def _piece(self, size_bytes: int) -> bytes:
        """Copy the first `size_bytes` of `scratch.out`."""
        return self._scratch.out.view(np.uint8)[:size_bytes].tobytes()

    def _words(self, bits: int) -> Words:
        """Copy the first `bits` bits of `scratch.out`."""
        return self._scratch.out[: -(-bits // 64)].copy()
