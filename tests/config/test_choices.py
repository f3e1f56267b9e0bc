"""Choices of a configuration may be written in any case; names may not."""

import pytest
from tests.test_config import change, load_toml

import imggen
from imggen.errors import ConfigError

ANY_CASE = """
[dataset]
sampling = "Quota"
[canvas]
mode = "rgb"
[[layer]]
name = "a"
folder = "a"
fit = "Cover"
[[layer]]
name = "b"
folder = "b"
depth = "BOTTOM"
place = { anchor = "Top-Left", x = [0, 9], y = [0, 9], otherwise = "Drop", avoid = "self" }
instances = [1, 2]
vary = { blend = { values = ["Normal", "SCREEN"] } }
[labels]
formats = ["COCO", "yolo"]
[output]
container = "WebDataset"
"""


def test_choices_of_a_file(tmp_path):
    config = load_toml(tmp_path, ANY_CASE)
    assert config == load_toml(tmp_path, ANY_CASE.lower().replace('"rgb"', '"RGB"'))
    assert config.canvas.mode == "RGB"
    assert config.labels.formats == ("coco", "yolo")
    assert config.layer[1].vary.blend.values == ("normal", "screen")


def test_choices_of_a_program():
    settings = {"layer": [{"name": "a", "folder": "a"}], "output": {"format": "WebP"}}
    assert imggen.load(settings, {"labels.formats": ["VOC"]}).output.format == "webp"


def test_names_keep_their_case(tmp_path):
    with pytest.raises(ConfigError, match='is "Character", which is no layer; did you mean "char'):
        load_toml(tmp_path, change('of = "character"', 'of = "Character"'))


def test_other_errors_are_reported_beside_choices_in_another_case(tmp_path):
    text = ANY_CASE.replace('"Drop"', '"drip"').replace('"COCO", "yolo"', '"COCO", "jolo"')
    with pytest.raises(ConfigError) as caught:
        load_toml(tmp_path, text)
    first, second = str(caught.value).split("\n")
    assert 'layer.b.place.otherwise is "drip"; ' in first
    assert 'labels.formats has "jolo"; ' in second
