"""Runs and their forecasts warn of empty class folders, and of classes that no image can show."""

import json

import numpy as np
import pytest
from tests.art import blob, load, random_pixels, write_dataset
from tests.run.runs import Watcher, run

from imggen.planning import segments
from imggen.run import Options
from imggen.run.class_warnings import name_some
from imggen.run.forecast.forecast import foresee

THINGS = ("bird", "cat", "dog")
ALL = {"weights": {"none": 1, **dict.fromkeys(THINGS, 1)}}

EMPTY = (
    "class folders are empty, which torchvision's ImageFolder refuses: {}; raise dataset.count, "
    "give these classes more weight there, or read with allow_empty=True."
)


def write(folder, thing=ALL, **tables):
    """Art of two skies and three things or none, `thing` of which are drawn; returns `folder`."""
    rng = np.random.default_rng(0)
    layers = {
        "sky": {name: random_pixels(rng, 30, 20, 3) for name in ("day", "night")},
        "thing": {name: blob(rng, 9, 7) for name in THINGS},
    }
    labels = tables.pop("labels", {"class_layer": "thing", "formats": ["classes"]})
    write_dataset(folder, layers, thing=thing, labels=labels, **tables)
    return folder


def warnings(folder):
    """The warnings of a run and of its forecast, which must be the same."""
    watcher = Watcher()
    forecast = foresee(load(folder / "imggen.toml"), Options(folder / "out", 1), watcher)
    assert watcher.warned == []
    run(folder, folder / "out", watcher=watcher)
    assert [one for one in watcher.warned if one not in forecast.warnings] == []
    return watcher.warned


def test_all_classes_are_there(tmp_path):
    split = [{"name": "train", "share": 0.5}, {"name": "test", "share": 0.5}]
    assert warnings(write(tmp_path, dataset={"count": 100}, split=split)) == []


def test_a_split_lacks_classes(tmp_path):
    """As torchvision sees it: a folder of that split is empty."""
    split = [
        {"name": "train", "count": 60},
        {"name": "val", "count": 60, "weights": {"thing": {"dog": 1}}},
        {"name": "test", "count": 60, "weights": {"thing": {"none": 1, "cat": 1, "bird": 1}}},
    ]
    [warning] = warnings(write(tmp_path, split=split))
    assert warning == EMPTY.format('"bird", "cat" and "none" in val, "dog" in test')
    empty = [path for path in (tmp_path / "out/classes").glob("*/*") if not any(path.iterdir())]
    assert sorted(f"{path.parent.name}/{path.name}" for path in empty) == [
        "test/dog", "val/bird", "val/cat", "val/none",
    ]  # fmt: skip


def test_a_class_that_no_image_can_show(tmp_path):
    """Its number stays; other formats say so, too."""
    thing = {"weights": {"bird": 1, "cat": 0, "dog": 1}}
    found = warnings(write(tmp_path, thing, dataset={"count": 40}))
    never = (
        'no image can show "cat", but the lists of classes hold it, so that numbers of classes do '
        "not depend on weights; remove its art to leave it out."
    )
    assert found == [
        EMPTY.format('"cat"'),
        never,
    ]
    numbers = json.loads((tmp_path / "out/classes/classes.json").read_text())["class_to_idx"]
    assert numbers == {"bird": 0, "cat": 1, "dog": 2}
    labels = {"formats": ["coco"]}
    assert warnings(write(tmp_path / "coco", thing, dataset={"count": 4}, labels=labels)) == [never]


def test_a_class_of_several_variants_is_there_with_one(tmp_path):
    thing = {"weights": {"bird": 1, "cat": 0, "dog": 1}, "class": {"bird": "animal", "*": "pet"}}
    labels = {"formats": ["coco"], "class_layer": "sky"}
    assert warnings(write(tmp_path, thing, dataset={"count": 40}, labels=labels)) == []


def test_rare_is_not_impossible(tmp_path):
    thing = {"weights": {"bird": 1, "cat": 1e-6, "dog": 1}}
    labels = {"formats": ["coco"]}
    assert warnings(write(tmp_path, thing, dataset={"count": 40}, labels=labels)) == []


def test_no_labels_no_warnings(tmp_path):
    thing = {"weights": {"bird": 1, "cat": 0, "dog": 1}}
    assert warnings(write(tmp_path, thing, dataset={"count": 4}, labels={})) == []


@pytest.mark.parametrize("share", [0, 1])
def test_of_several_segments_only_what_cannot_be_is_said(tmp_path, monkeypatch, share):
    """The first of them has one split alone."""
    monkeypatch.setattr(segments, "SEGMENT_IMAGES", 4)
    split = [
        {"name": "train", "count": 4},
        {"name": "test", "count": 8, "weights": {"thing": {"none": 1, "cat": 1, "dog": share}}},
    ]
    found = warnings(write(tmp_path, split=split))
    lacking = '"bird"' if share else '"bird" and "dog"'
    assert found == [EMPTY.format(f"{lacking} in test")]


def test_few_names_are_said():
    assert name_some(["a"]) == '"a"'
    assert name_some(list("abcde")) == '"a", "b", "c", "d" and "e"'
    assert name_some(list("abcdefg")) == '"a", "b", "c", "d", "e" and 2 more'
