"""`--class-layer` names the layer of class folders, and of classes in shards."""

import json

import pytest
from tests.art import write_small_article

from imggen import bulk


@pytest.fixture
def refused(tmp_path, capsys):
    """The sentence with which a run with these options is refused."""

    def refused(*options):
        out = tmp_path / "out"
        config = write_small_article(tmp_path / "art")
        assert bulk.main([str(it) for it in (config, "--out", out, "--count", 4, *options)]) == 2
        assert not out.exists()
        return capsys.readouterr().err

    return refused


def test_class_folders(tmp_path):
    options = ["--count", "6", "--out", str(tmp_path / "out"), "--class-layer", "object"]
    art = str(write_small_article(tmp_path / "art"))
    assert bulk.main([art, *options, "--labels", "classes", "--workers", "1", "--quiet"]) == 0
    assert json.loads((tmp_path / "out/classes/classes.json").read_text())["layer"] == "object"
    assert len([*(tmp_path / "out/classes").glob("*/*.png")]) == 6


def test_unknown_layers(refused):
    assert refused("--labels", "classes", "--class-layer", "objet") == (
        'imggen: --class-layer names "objet", which is no layer; did you mean "object"?\n'
    )


def test_class_folders_of_no_layer(refused):
    assert refused("--labels", "classes") == (
        'imggen: --labels has "classes", a folder for each variant of one layer; name it, like '
        '--class-layer character or labels.class_layer = "character".\n'
    )


@pytest.mark.parametrize("options", [(), ("--labels", "coco")])
def test_a_layer_for_nothing(refused, options):
    assert refused("--class-layer", "object", *options) == (
        "imggen: --class-layer is object, but no classes are asked for; add classes to --labels, "
        "or give a --container of shards.\n"
    )
