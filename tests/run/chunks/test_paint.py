"""Arrays of small images, painted many at once, are those that are painted one by one."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.art import SMALL_SIZE, small_article_values, write_small_article, write_toml
from tests.run.runs import run
from tests.run.test_vary import EVERYTHING, FEW, as_toml, dataset_of
from tests.strategies import varies

from imggen.draw import batch

COUNT = 40
NPY = {"dataset__count": COUNT, "output__container": "npy"}
MODES = st.sampled_from(["L", "RGB", "RGBA"])


@pytest.fixture(scope="module")
def art(tmp_path_factory):
    return write_small_article(tmp_path_factory.mktemp("art"))


def check_both(dataset, folder, **overrides):
    """Pixels, tables and digest are the same, whether painted at once or one by one."""
    at_once = run(dataset, folder / "at-once", **NPY, **overrides)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch, "can_paint_at_once", lambda _: False)
        one_by_one = run(dataset, folder / "one-by-one", **NPY, **overrides)
    assert at_once.digest == one_by_one.digest
    for path in (folder / "one-by-one").glob("*.*y"):
        assert path.read_bytes() == (folder / "at-once" / path.name).read_bytes(), path.name


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
@settings(max_examples=5)
@given(character=varies(), thing=varies())
def test_same_whatever_varies(art, tmp_path_factory, mode, character, thing):
    folder = tmp_path_factory.mktemp("runs")
    looks = {"character": as_toml(character, mode), "thing": as_toml(thing, mode)}
    check_both(dataset_of(art, folder / "art", mode=mode, **looks), folder)


def crowded(art, folder):
    """Values of a dataset with shadows, instances, random depths, none, splits and pixel art."""
    values = small_article_values(trim=True)
    for layer in values["layer"]:
        layer["folder"] = str(art / layer["folder"])
    character, thing = values["layer"][1:]
    character |= {"shadow": {"offset": [5, 3], "blur": 3, "opacity": 0.5}, "vary": EVERYTHING}
    del character["vary"]["blend"]
    anywhere = {"x": [0, SMALL_SIZE[0] - 1], "y": [0, SMALL_SIZE[1] - 1], "inside": False}
    del thing["probabilities"]
    thing |= {"place": anywhere, "instances": [0, 4], "depth": "random", "resample": "nearest"}
    thing["vary"] = FEW
    values["split"] = [{"name": "train", "share": 0.7}, {"name": "test", "share": 0.3}]
    return write_toml(folder, values).parent


def test_same_with_shadows_instances_and_depths(art, tmp_path):
    check_both(crowded(art, tmp_path / "art"), tmp_path)


def test_same_without_looks_where_scenes_repeat(art, tmp_path):
    values = small_article_values(trim=True)
    values["layer"] = [values["layer"][0] | {"folder": str(art / "backgrounds")}]
    check_both(write_toml(tmp_path / "art", values).parent, tmp_path)


def test_a_camera_takes_each_by_itself(art, tmp_path):
    values = small_article_values(trim=True) | {"camera": {"blur": [0, 2], "noise": 3}}
    for layer in values["layer"]:
        layer["folder"] = str(art / layer["folder"])
    dataset = write_toml(tmp_path / "art", values).parent
    check_both(dataset, tmp_path)
    assert "order" not in json.loads((tmp_path / "at-once/run.json").read_text())
