"""FFmpeg's own decoder, which shares no code with libwebp, reads lossless WebP; so does Pillow."""

import numpy as np
import pytest
from PIL import Image
from tests.encode.png.jobs import painted
from tests.encode.webp.cases import files_of
from tests.encode.webp.checks import check_ffmpeg, check_read

LOSSLESS = "--format", "webp", "--lossless"


def test_a_dataset_has_the_pixels_of_the_one_in_png(make, dataset):
    files = sorted((make(*LOSSLESS) / "images").rglob("*.webp"))
    pngs = sorted((dataset / "images").rglob("*.png"))
    assert [file.stem for file in files] == [png.stem for png in pngs]
    for file, png in zip(files, pngs, strict=True):
        with Image.open(png) as image:
            pixels = np.asarray(image)
        check_read(file.read_bytes(), pixels)
        check_ffmpeg(file.read_bytes(), pixels)


@pytest.mark.parametrize("number", range(40))
def test_random_scenes(number):
    library, files = files_of(number)
    for scene, file in files:
        check_ffmpeg(file, painted(library, scene))
