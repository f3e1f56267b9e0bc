"""A dataset and its art stay together, or whoever opens the dataset is told what differs."""

import json
import shutil

import numpy as np
import pytest
from tests.art import load, random_pixels, save, small_article_values, write_toml
from tests.checks import check_same_files
from tests.run.runs import Watcher, run

import imggen
from imggen import bulk
from imggen.config.load import read_source
from imggen.errors import AssetError, OutputError
from imggen.run import Options, foresee
from imggen.run.progress import Count

COUNT = 20
CHANGED = "layer.background: forest.png has changed"


@pytest.fixture
def tree(small_article, tmp_path):
    """Art and, beside it, a dataset of it, in one folder."""
    tree = tmp_path / "tree"
    shutil.copytree(small_article, tree / "art")
    run(tree / "art", tree / "made" / "out", dataset__count=COUNT)
    return tree


def change_forest(tree):
    pixels = random_pixels(np.random.default_rng(5), 192, 108, 3)
    save(tree / "art" / "backgrounds" / "forest.png", pixels)


def digest_of(out):
    return json.loads((out / "run.json").read_text())["digest"]


def test_what_is_recorded(tree):
    summary = json.loads((tree / "made" / "out" / "run.json").read_text())
    assert summary["config"] == read_source(tree / "made" / "out" / "imggen.toml").settings
    assert {layer: len(files) for layer, files in summary["art"].items()} == {
        "background": 4, "character": 5, "object": 10,
    }  # fmt: skip
    assert set(summary) >= {"config_digest", "art_digest"}


def test_a_tree_that_was_moved(tree, tmp_path):
    """Its dataset makes itself again, serves as a dataset, and can be resumed."""
    first = digest_of(tree / "made" / "out")
    moved = tmp_path / "elsewhere" / "deeper"
    moved.parent.mkdir()
    tree.rename(moved)
    out = moved / "made" / "out"
    assert (
        read_source(out / "imggen.toml").settings["layer"][0]["folder"] == "../../art/backgrounds"
    )
    watcher = Watcher()
    assert run(out, moved / "again", watcher=watcher).digest == first
    assert watcher.warned == []
    check_same_files(moved / "again", out, but=("run.json", "imggen.toml"))
    again, before = (json.loads((one / "run.json").read_text()) for one in (moved / "again", out))
    assert again["config_digest"] == before["config_digest"]
    assert len(imggen.Dataset(out)) == COUNT
    assert run(out, out, existing="resume").rendered == 0


def test_a_dataset_of_changed_art_is_refused(tree):
    out = tree / "made" / "out"
    imggen.Dataset(out)
    change_forest(tree)
    for opened in (out, out / "imggen.toml", load(out / "imggen.toml")):
        with pytest.raises(AssetError) as caught:
            imggen.Dataset(opened)
        assert str(caught.value) == (
            f"{out} holds a dataset that {out / 'imggen.toml'} would not make again: {CHANGED}. "
            f"Undo that, or make a dataset of what is there now: imggen.generate('{out}', ANOTHER)"
        )
    imggen.Dataset(tree / "art")


def test_a_dataset_of_an_edited_configuration_is_refused(tree):
    """Overrides ask for another dataset; an edit is easily forgotten."""
    out = tree / "made" / "out"
    assert len(imggen.Dataset(out, overrides={"dataset.seed": 5})) == COUNT
    values = read_source(out / "imggen.toml").settings
    values["dataset"]["seed"] = 5
    write_toml(out, values)
    with pytest.raises(AssetError, match=r"would not make again: dataset\.seed was 0 and is 5\."):
        imggen.Dataset(out)


def test_settings_given_as_such_are_not_of_the_folder(tree, monkeypatch):
    monkeypatch.chdir(tree / "made" / "out")
    change_forest(tree)
    values = read_source(tree / "art" / "imggen.toml").settings
    for layer in values["layer"]:
        layer["folder"] = str(tree / "art" / layer["folder"])
    assert len(imggen.Dataset(values)) == 200


def test_another_dataset_of_changed_art_is_warned_of(tree, tmp_path):
    """It is made of what is there: whoever changed it may want just that."""
    out = tree / "made" / "out"
    change_forest(tree)
    watcher = Watcher()
    made = run(out, tmp_path / "again", watcher=watcher, dataset__seed=0)
    warning = (
        f"{out / 'imggen.toml'} does not make the dataset beside it again, and its digest will "
        f"be another: {CHANGED}."
    )
    assert watcher.warned == [warning]
    assert made.digest != digest_of(out)
    config = load(out / "imggen.toml")
    forecast = foresee(config, Options(out=tmp_path / "none", workers=1), Count())
    assert forecast.warnings[0] == warning
    watcher = Watcher()
    run(tree / "art", tmp_path / "from art", watcher=watcher, dataset__count=2)
    run(tmp_path / "again", tmp_path / "third", watcher=watcher, dataset__count=2)
    assert watcher.warned == []


def test_a_quiet_command_warns_too(tree, call):
    out = tree / "made" / "out"
    change_forest(tree)
    code, said, told = call(bulk.main, out, "--out", "again", "-q", "-j", 1)
    assert (code, said) == (0, "")
    assert told == (
        f"imggen: warning: {out / 'imggen.toml'} does not make the dataset beside it again, and "
        f"its digest will be another: {CHANGED}.\n"
    )


def test_changed_art_is_not_resumed_from_the_dataset_itself(tree):
    out = tree / "made" / "out"
    change_forest(tree)
    before = digest_of(out)
    with pytest.raises(OutputError) as caught:
        run(out, out, existing="resume")
    assert str(caught.value) == (
        f"{out} cannot be resumed: {CHANGED}. "
        "Give the same settings and art, or --overwrite to start anew."
    )
    assert digest_of(out) == before


@pytest.mark.parametrize("container", ["webdataset", "npy"])
def test_defaults_without_meaning_come_back(small_article, tmp_path, container):
    values = small_article_values(trim=True)
    values["output"] = {"container": container}
    shutil.copytree(small_article, tmp_path / "art")
    write_toml(tmp_path / "art", values)
    run(tmp_path / "art", tmp_path / "out", dataset__count=COUNT)
    imggen.Dataset(tmp_path / "out")
    assert run(tmp_path / "out", tmp_path / "out", existing="resume").rendered == 0
