"""Masks as an image: an 8-bit PNG, grey or with a palette, whose values say what a pixel shows."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from imggen.assets import CHANNELS
from imggen.encode.png.chunks import END_CHUNK, STREAM_HEADER, chunk, start_of_file
from imggen.encode.png.deflate import LONGEST_CODE, LONGEST_MATCH
from imggen.geometry.regions import widened
from imggen.geometry.stretches import find_stretches
from imggen.kernels import put_stretches

if TYPE_CHECKING:
    from imggen.geometry.mask import Mask

MOST_VALUES = 255  # of a byte; 0 is where no mask is
SPARE_BITS = 6000  # a block's header, its end, and what is written beyond it
STRETCH_BITS = 3 * LONGEST_CODE  # a literal, and a match with its distance, or two more literals
MATCH_BITS = LONGEST_CODE + 1  # of the longest match


def encode_mask(
    masks: Sequence[Mask],
    values: Sequence[int],
    size: tuple[int, int],
    palette: npt.NDArray[np.uint8] | None = None,
) -> bytes:
    """Return the PNG in which the pixels of masks[k] have the value values[k], and all others 0.

    Parameters
    ----------
    masks : disjoint
    values : 1 to 255, of each mask; several may have the same
    size : (width, height) of the canvas, px
    palette : (values, 3) uint8: the colour of each value; those above the highest are left out.
        None: the PNG is grey

    Raises
    ------
    ValueError
        If a value is not from 1 to 255, or has no colour.
    """
    highest = max(values, default=0)
    most = MOST_VALUES if palette is None else min(MOST_VALUES, len(palette) - 1)
    if highest > most or min(values, default=1) < 1:
        raise ValueError(f"values go from {min(values)} to {highest}; expected 1 to {most}.")
    start = start_of_file(size, "L" if palette is None else "P")
    if palette is not None:
        start += chunk(b"PLTE", palette[: highest + 1].tobytes())
    stretches = find_stretches(masks, values, size)
    return start + chunk(b"IDAT", deflate_stretches(stretches)) + END_CHUNK


def encode_rgb_mask(masks: Sequence[Mask], values: Sequence[int], size: tuple[int, int]) -> bytes:
    """Return the RGB PNG in which all channels of the pixels of masks[k] have the value values[k].

    Its rows are those of a grey image of three times the width. Parameters are as in `encode_mask`.
    """
    wide = [widened(mask, CHANNELS["RGB"]) for mask in masks]
    stretches = find_stretches(wide, values, (size[0] * CHANNELS["RGB"], size[1]))
    return start_of_file(size, "RGB") + chunk(b"IDAT", deflate_stretches(stretches)) + END_CHUNK


def voc_colours() -> npt.NDArray[np.uint8]:
    """Return (256, 3) uint8: black, then colours far apart, as images of Pascal VOC have them.

    The lowest three bits of a value are the highest of its red, green and blue, and so on. Source:
    The PASCAL Visual Object Classes Challenge, development kit, VOClabelcolormap.
    """
    values = np.arange(256)
    colours = np.zeros((256, 3), np.uint8)
    for bit in range(8):
        for channel in range(3):
            lit = (values >> 3 * bit + channel) & 1
            colours[:, channel] |= (lit << 7 - bit).astype(np.uint8)
    return colours


def deflate_stretches(stretches: npt.NDArray[np.int64]) -> bytes:
    """Return the zlib stream of `stretches`, (stretches, 2) int64 as of `find_stretches`."""
    longest_matches = int(stretches[:, 1].sum()) // LONGEST_MATCH
    most_bits = SPARE_BITS + STRETCH_BITS * len(stretches) + MATCH_BITS * longest_matches
    out = np.empty(most_bits // 64, np.uint64)
    adler = np.zeros(1, np.int64)
    count = put_stretches(stretches, len(stretches), out, adler)
    return STREAM_HEADER + out.view(np.uint8)[:count].tobytes() + struct.pack(">I", adler[0])
