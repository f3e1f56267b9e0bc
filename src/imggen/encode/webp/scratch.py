"""Memory that the kernels of one encoder work in: made once, as kernels allocate nothing."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from imggen.encode.webp.background import EDGE_GROUPS, Sizes
from imggen.encode.webp.picture import scratch_lines
from imggen.encode.webp.vp8l import count_tiles
from imggen.kernels import Struct, pack

LONGEST_CODE = 15  # bits of a channel
SPARE_WORDS = 16
GROUP_WORDS = 512  # of a group's codes in a header, at most
OVERRUN = 256  # bytes behind a line, for whole vectors


class Scratch(NamedTuple):
    """Scratch for images of one size.

    Attributes
    ----------
    out : uint64, the image's data from where it differs from the background's
    header : uint64, the image's header
    modes, groups : (tiles,) uint8, of the image
    line : uint8, a row as it is drawn
    pixels : uint32, two rows as pixels, each with margins
    residuals : (width,) uint32
    spans : (4, .., 2) int64, of a row, of the next, and both united, px
    """

    out: npt.NDArray[np.uint64]
    header: npt.NDArray[np.uint64]
    modes: npt.NDArray[np.uint8]
    groups: npt.NDArray[np.uint8]
    line: npt.NDArray[np.uint8]
    pixels: npt.NDArray[np.uint32]
    residuals: npt.NDArray[np.uint32]
    spans: npt.NDArray[np.int64]
    struct: Struct


def make_scratch(sizes: Sizes) -> Scratch:
    """Return scratch for images of those sizes."""
    width, pixels = sizes.width, sizes.width * sizes.height
    across = count_tiles(width, sizes.bits)
    tiles = across * count_tiles(sizes.height, sizes.bits)
    groups = sizes.own_groups + EDGE_GROUPS + sizes.sprite_groups
    most_spans = sizes.most_items + across + 1
    arrays = (
        np.zeros(pixels * sizes.channels * LONGEST_CODE // 64 + SPARE_WORDS, np.uint64),
        np.zeros(2 * tiles + GROUP_WORDS * groups + 1024, np.uint64),
        np.zeros(tiles, np.uint8),
        np.zeros(tiles, np.uint8),
        np.zeros(width * sizes.channels + OVERRUN, np.uint8),
        scratch_lines(width),
        np.zeros(width, np.uint32),
        np.zeros((4, most_spans, 2), np.int64),
    )
    return Scratch(*arrays, pack("WebpScratch", *arrays, most_spans))
