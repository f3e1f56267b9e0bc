"""`[camera]`, `feather` and `shadow`: what is meant, and each refusal's sentence."""

import pytest
from tests.test_config import load_toml, problem

from imggen.config.camera import LIMITS, STEPS
from imggen.config.plain import CAMERA_FIELDS, SHARP

LAYER = """
[[layer]]
name = "background"
folder = "backgrounds"
"""


def camera_of(tmp_path, text):
    return load_toml(tmp_path, f"{LAYER}[camera]\n{text}").camera


def refusal(tmp_path, text):
    return problem(tmp_path, f"{LAYER}[camera]\n{text}")


def test_every_field_has_limits_a_step_and_a_value_that_changes_nothing(tmp_path):
    assert tuple(LIMITS) == tuple(STEPS) == CAMERA_FIELDS
    camera = camera_of(tmp_path, "")
    assert {field: camera.levels(field) for field in CAMERA_FIELDS} == {
        field: (value,) for field, value in SHARP.items()
    }
    assert camera.drawn == ()


def test_values_are_written_as_those_of_vary(tmp_path):
    camera = camera_of(
        tmp_path, "blur = [0, 0.1]\nnoise = 3\njpeg = { range = [50, 90], step = 20 }"
    )
    assert camera.drawn == ("blur", "jpeg")
    assert camera.levels("blur") == (0, 0.05, 0.1)
    assert camera.levels("noise") == (3,)
    assert camera.levels("jpeg") == (50, 70, 90)


def test_no_camera_is_written_out(tmp_path):
    assert "camera" not in load_toml(tmp_path, LAYER).resolved()
    written = load_toml(tmp_path, f"{LAYER}[camera]\njpeg = {{ values = [0, 80] }}").resolved()
    assert written["camera"] == {"jpeg": {"values": [0, 80]}}


WHOLE = "expected whole numbers from 1 to 100."
ORDER = "camera.noise is [5, 2]; expected the lowest first. Write [2, 5]."
FROM_0 = (
    "camera.jpeg is a range from 0, and 0 means no JPEG; expected 1 or more. Write "
    "{ values = [0, ...] } to leave some images as they are."
)
UNKNOWN = (
    "camera.zoom is not a known key; expected one of blur, vignette, brightness, contrast, noise, "
    "jpeg."
)
MISSING = (
    "layer.background.shadow.offset is missing; expected px to the right and down, like [6, 10]."
)
TOO_FEW = "layer.background.shadow.offset is [1]; expected px to the right and down, like [6, 10]."
NO_TABLE = (
    "layer.background.shadow is 3; expected a table like { offset = [6, 10], blur = 8, opacity = "
    "0.5 }."
)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("blur = 51", "camera.blur holds 51; expected 0 to 50."),
        ("vignette = [0.5, 1.5]", "camera.vignette holds 1.5; expected 0 to 1."),
        ("noise = [5, 2]", ORDER),
        ("jpeg = [0, 90]", FROM_0),
        ("jpeg = { values = [50, 72.5] }", f"camera.jpeg holds 72.5; {WHOLE}"),
        ("jpeg = [50.5, 90]", f"camera.jpeg holds 50.5; {WHOLE}"),
        ("zoom = 2", UNKNOWN),
    ],
)
def test_refused(tmp_path, text, sentence):
    assert refusal(tmp_path, text) == sentence


def test_a_layer_whose_column_is_the_camera_s_is_refused(tmp_path):
    named = LAYER + '[[layer]]\nname = "Camera"\nfolder = "hats"\nvary = { brightness = [1, 2] }\n'
    text = f"{named}[camera]\nbrightness = [0.5, 1]"
    assert problem(tmp_path, text) == (
        'the brightness column of layer 2 is "Camera brightness", which the brightness column of '
        "the camera also has (case is ignored); rename one."
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("feather = 0", "layer.background.feather is 0; expected px, above 0 and at most 200."),
        ("shadow = { blur = 3 }", MISSING),
        ("shadow = { offset = [1], blur = 3 }", TOO_FEW),
        (
            "shadow = { offset = [1, 2], opacity = 0 }",
            "layer.background.shadow.opacity is 0; expected a number above 0, at most 1.",
        ),
        ("shadow = 3", NO_TABLE),
    ],
)
def test_refused_of_layers(tmp_path, text, sentence):
    assert problem(tmp_path, LAYER + text) == sentence
