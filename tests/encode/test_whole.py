"""Images that a camera takes are encoded whole, and read as they were painted."""

from io import BytesIO

import numpy as np
import pytest
import simplejpeg
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests.art import blob
from tests.checks import check_pixels, check_png
from tests.encode.png import jobs
from tests.encode.webp.checks import check_read

from imggen.config import Output
from imggen.config.plain import SHARP
from imggen.encode.encoders import ENCODERS, WHOLE_ENCODERS, make_encoder
from imggen.planning import Scene, Shot

MODES = ["L", "RGB", "RGBA"]
SHOTS = st.fixed_dictionaries(
    {"blur": st.sampled_from([0, 1]), "noise": st.sampled_from([0, 9]),
     "jpeg": st.sampled_from([0, 40]), "vignette": st.sampled_from([0, 0.5])}
)  # fmt: skip


def library_of(mode, kind=jobs.upper_and_lower, size=(150, 90)):
    rng = np.random.default_rng(0)
    channels = {"L": 1, "RGB": 3, "RGBA": 4}[mode]
    library = jobs.library_of(mode, [kind(rng, *size, channels)], [blob(rng, 40, 31)])
    object.__setattr__(library, "has_camera", True)
    return library


def scene_of(values, x=20, y=30):
    shot = Shot(tuple({**SHARP, **values}.values()), 5)
    return Scene(0, np.array([[0, x, y]], np.int64), shot=shot)


@pytest.mark.parametrize("mode", MODES)
@given(SHOTS, jobs.GEOMETRIES)
def test_png(mode, values, bands):
    library, scene = library_of(mode), scene_of(values)
    with jobs.geometry(**bands):
        encoder = make_encoder(library, Output())
        file = encoder.encode(scene).to_bytes()
        encoder.encode(scene_of({"noise": 3}))
        assert encoder.encode(scene).to_bytes() == file
    check_png(file, jobs.painted(library, scene))


@pytest.mark.parametrize("mode", MODES)
@given(SHOTS)
def test_lossless_webp(mode, values):
    library, scene = library_of(mode), scene_of(values)
    output = Output(format="webp", lossless=True)
    file = make_encoder(library, output).encode(scene).to_bytes()
    check_read(file, jobs.painted(library, scene))  # libwebp's own stream


@pytest.mark.parametrize("mode", ["L", "RGB"])
@given(SHOTS)
def test_jpeg_is_that_of_pillow(mode, values):
    library, scene = library_of(mode), scene_of(values)
    output = Output(format="jpeg", quality=85)
    file = make_encoder(library, output).encode(scene).to_bytes()
    image = Image.fromarray(jobs.painted(library, scene))
    expected = BytesIO()
    options = {} if mode == "L" else {"subsampling": "4:2:0"}
    image.save(expected, "JPEG", quality=85, **options)
    assert file == expected.getvalue()
    read = simplejpeg.decode_jpeg(file, "GRAY" if mode == "L" else "RGB").squeeze()
    check_pixels(read, np.asarray(Image.open(BytesIO(file))), within=2)


def test_every_format_has_an_encoder_of_whole_images():
    assert WHOLE_ENCODERS.keys() == ENCODERS.keys()
    assert {name for name in ENCODERS if WHOLE_ENCODERS[name] is ENCODERS[name]} == {
        "webp",
        "pixels",
    }
