"""The settings of encoders are those of `[output]`, as far as encoders read them."""

import pickle

import pytest

from imggen.config import Output
from imggen.encode.codec import Codec


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, Codec("png", 90, "4:2:0", "balanced")),
        ({"format": "jpeg", "quality": 7}, Codec("jpeg", 7, "4:2:0", "balanced")),
        ({"subsampling": "4:4:4", "effort": "max"}, Codec("png", 90, "4:4:4", "max")),
        ({"container": "npz"}, Codec("pixels", 90, "4:2:0", "balanced")),
    ],
)
def test_of_output(settings, expected):
    codec = Codec.of(Output(**settings))
    assert codec == expected
    assert b"imggen.config" not in pickle.dumps(codec)
