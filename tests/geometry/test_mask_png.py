"""Mask images are legal PNGs that decoders read, and small."""

import re
import shutil
import subprocess

import numpy as np
import pytest
from hypothesis import given
from tests.checks import check_png, png_chunks
from tests.geometry.masks import mask_of, valued_pixels

from imggen.geometry.mask_png import encode_mask, voc_colours


def encoded(canvas, palette=None):
    """The file of a (height, width) uint8 array."""
    height, width = canvas.shape
    values = np.unique(canvas[canvas > 0]).tolist()
    masks = [mask_of(canvas == value) for value in values]
    return encode_mask(masks, values, (width, height), palette)


def check_files(canvas):
    """The grey file and the one with a palette, of as many colours as it needs, are `canvas`."""
    colours = voc_colours()
    check_png(encoded(canvas), canvas)
    check_png(encoded(canvas, colours), canvas, colours[: int(canvas.max()) + 1])


def discs(width, height, count):
    """(height, width) uint8: discs that cover each other in part."""
    y, x = np.ogrid[:height, :width]
    canvas = np.zeros((height, width), np.uint8)
    rng = np.random.default_rng(count)
    for value in range(1, count + 1):
        middle, radius = rng.random(2) * (width, height), rng.random() * height / 4 + 2
        canvas[(x - middle[0]) ** 2 + (y - middle[1]) ** 2 < radius**2] = value
    return canvas


@given(valued_pixels())
def test_two_decoders_read_it(canvas):
    check_files(canvas)


SAMPLES = {
    "discs": discs(640, 480, 12),
    "every value": discs(900, 700, 255),
    "nothing": np.zeros((300, 200), np.uint8),
    "one pixel": np.ones((1, 1), np.uint8),
    "one column": np.arange(256, dtype=np.uint8)[:, None],
    "full": np.full((50, 3000), 255, np.uint8),
    "noise": np.random.default_rng(0).integers(0, 256, (120, 90), np.uint8),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_samples(name):
    check_files(SAMPLES[name])


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("palette", [None, voc_colours()], ids=["grey", "palette"])
def test_pngcheck_finds_nothing(name, palette, tmp_path):
    program = shutil.which("pngcheck")
    if program is None:
        pytest.skip("pngcheck is not installed")
    path = tmp_path / "mask.png"
    path.write_bytes(encoded(SAMPLES[name], palette))
    done = subprocess.run([program, "-q", path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_it_is_small():
    assert len(encoded(SAMPLES["discs"])) < 8_000
    assert len(encoded(np.zeros((2000, 3000), np.uint8))) < 6_200  # two bits for 258 px


def test_only_header_and_palette_differ():
    grey, coloured = (
        png_chunks(encoded(SAMPLES["discs"], palette)) for palette in (None, voc_colours())
    )
    assert [kind for kind, _ in coloured] == [b"IHDR", b"PLTE", b"IDAT", b"IEND"]
    assert grey[1:] == coloured[2:]


def test_several_masks_may_have_one_value():
    one, other = np.zeros((4, 9), bool), np.zeros((4, 9), bool)
    one[1:, :4] = other[:3, 4:] = True
    file = encode_mask([mask_of(one), mask_of(other)], [2, 2], (9, 4))
    check_png(file, (2 * (one | other)).astype(np.uint8))


@pytest.mark.parametrize(
    ("values", "colours", "most"), [([0, 1], 256, 255), ([1, 256], 256, 255), ([1, 3], 3, 2)]
)
def test_values_without_a_colour(values, colours, most):
    masks = [mask_of(np.ones((1, 1), bool))] * 2
    sentence = f"values go from {values[0]} to {values[1]}; expected 1 to {most}."
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        encode_mask(masks, values, (1, 1), voc_colours()[:colours])


@pytest.mark.parametrize("values", [[0], [256]])
def test_values_that_no_byte_holds(values):
    sentence = f"values go from {values[0]} to {values[0]}; expected 1 to 255."
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        encode_mask([mask_of(np.ones((1, 1), bool))], values, (1, 1))


def test_colours_of_pascal_voc():
    """Background, aeroplane, bicycle, bird, boat, potted plant, and the borders (255)."""
    colours = voc_colours()[[0, 1, 2, 3, 4, 16, 255]].tolist()
    assert colours[:4] == [[0, 0, 0], [128, 0, 0], [0, 128, 0], [128, 128, 0]]
    assert colours[4:] == [[0, 0, 128], [0, 64, 0], [224, 224, 192]]
    assert len(np.unique(voc_colours(), axis=0)) == 256
