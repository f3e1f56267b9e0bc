"""Paths that survive a move of all that lies together."""

from tests.art import write_toml
from tests.test_config import tiny

from imggen.config import load_config
from imggen.config.paths import path_from


def test_relative_within_a_tree(tmp_path):
    assert path_from(tmp_path / "out" / "mine", tmp_path / "art" / "skies") == "../../art/skies"
    assert path_from(tmp_path / "out", tmp_path / "out" / "skies") == "skies"


def test_absolute_where_only_the_root_is_shared(tmp_path):
    assert path_from(tmp_path, "/somewhere/else") == "/somewhere/else"


def test_links_are_followed(tmp_path):
    """`..` from a folder that is a link is beside what the link leads to."""
    (tmp_path / "large" / "disk").mkdir(parents=True)
    (tmp_path / "art").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "large" / "disk")
    path = path_from(tmp_path / "out", tmp_path / "art")
    assert path == "../../art"
    assert (tmp_path / "out" / path).samefile(tmp_path / "art")


def test_folders_of_a_configuration(tmp_path):
    """What was given as an absolute path stays one."""
    values = tiny()
    values["layer"][1]["folder"] = "/somewhere/characters"
    config = load_config(write_toml(tmp_path / "art", values), {})
    folders = [layer["folder"] for layer in config.resolved(tmp_path / "out")["layer"]]
    assert folders[:2] == ["../art/backgrounds", "/somewhere/characters"]
    folders = [layer["folder"] for layer in config.resolved()["layer"]]
    assert folders[:2] == [str(tmp_path / "art" / "backgrounds"), "/somewhere/characters"]
