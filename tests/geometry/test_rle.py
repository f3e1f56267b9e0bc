"""Run-length codes are those of the rasterised mask, and pycocotools' own."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.geometry.masks import mask_of, pixels
from tests.reference import rle_of

from imggen.geometry import rle
from imggen.geometry.rle import MaskCoder, rle_counts, rle_string


def counts_of(canvas):
    height, width = canvas.shape
    return rle_counts(mask_of(canvas), (width, height)).tolist()


@given(pixels())
def test_same_as_the_slow_twin(canvas):
    assert counts_of(canvas) == rle_of(canvas)


@pytest.mark.parametrize(
    ("rows", "counts"),
    [
        (["..", ".."], [4]),
        (["##", "##"], [0, 4]),
        (["#.", ".."], [0, 1, 3]),
        (["..", ".#"], [3, 1]),
        ([".#", "#."], [1, 2, 1]),
        (["###", "#.#", "###"], [0, 4, 1, 4]),
    ],
)
def test_counts_by_hand(rows, counts):
    assert counts_of(np.array([list(row) for row in rows]) == "#") == counts


def text_values(text):
    """The counts in a compressed string, by maskApi.c's rleFrString."""
    counts, value, shift = [], 0, 0
    for code in text:
        digit = code - 48
        value |= (digit & 0x1F) << shift
        shift += 5
        if not digit & 0x20:
            value -= (digit & 0x10) << shift - 4
            counts.append(value + (counts[-2] if len(counts) > 2 else 0))
            value = shift = 0
    return counts


@given(st.lists(st.integers(0, 2**32 - 1), max_size=20))
def test_string_can_be_read(counts):
    assert text_values(rle_string(np.array(counts, np.int64))) == counts


SHAPES = {
    "disc": lambda x, y: (x - 30) ** 2 + (y - 20) ** 2 < 200,
    "ring": lambda x, y: abs((x - 25) ** 2 + (y - 20) ** 2 - 250) < 140,
    "lattice": lambda x, y: (x // 3 + y // 2) % 2 == 0,
    "slope": lambda x, y: 3 * x > 2 * y,
}

# pycocotools 2.0.11: mask.encode(np.asfortranarray(canvas.astype(np.uint8)))["counts"]
GOLDEN = [
    ("disc", (60, 40), b"cd03Q18J4M2N2N2N2N2O0O2O00000O2O0001N1000001N101N2N2N2N2N3L6HYb0"),
    (
        "ring",
        (40, 45),
        b"m8;o06K4M2N2N2N2N2N2N]OL03N10N040KO70IO90F0<0C0=0CO?0A0?0A0?0A0?0A0?0A0?0A0?0A1=0C0=0D0:0G170I150L020O2M04c02N2N2NJ",
    ),
    ("lattice", (7, 9), b"0220010O010O0O010010O010O0O0100O"),
    ("slope", (20, 300), b"\\92Z91O2N1O2N1O2N1O2N1O2N1O2N1O2N1O2N1O2N"),
    ("disc", (5, 5), b"i0"),
]


@pytest.mark.parametrize(("shape", "size", "text"), GOLDEN)
def test_string_of_pycocotools(shape, size, text):
    y, x = np.ogrid[: size[1], : size[0]]
    canvas = np.broadcast_to(SHAPES[shape](x, y), size[::-1])
    mask = mask_of(canvas)
    assert rle_string(rle_counts(mask, size)) == MaskCoder(size)(mask) == text


def test_codes_in_one_call_as_step_by_step(monkeypatch):
    """Also masks that need more room than there is, and those that follow them."""
    monkeypatch.setattr(rle, "FIRST_ENDS", 2)
    monkeypatch.setattr(rle, "FIRST_SWITCHES", 2)
    rng = np.random.default_rng(0)
    size = (70, 50)
    code = MaskCoder(size)
    for share in (0, 0.01, 0.5, 0.02, 0.97, 1, 0):
        mask = mask_of(rng.random(size[::-1]) < share)
        assert code(mask) == rle_string(rle_counts(mask, size))
