"""Whole runs with splits and pairs obey the laws, and put each image where it belongs."""

import csv
import shutil
import tomllib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tests.art import (
    SMALL_SIZE,
    blob,
    load,
    random_pixels,
    write_dataset,
    write_small_article,
    write_toml,
)
from tests.checks import check_same_files, file_digests
from tests.run.runs import Watcher, run, run_and_kill

from imggen import bulk
from imggen.assets import load_assets
from imggen.errors import OutputError
from imggen.planning import make_plan
from imggen.run import Options, foresee
from imggen.run.journal.journal import Journal
from imggen.run.progress import Count

COUNT = 120
SPLITS = [
    {"name": "train", "share": 0.6, "hold_out": [{"character": "mage"}]},
    {"name": "validation", "share": 0.2, "weights": {"background": {"glacial": 1, "forest": 2}}},
    {"name": "test", "share": 0.2, "hold_out": [{"character": "pirate", "object": ["key", "axe"]}]},
]


def with_splits(folder, splits=SPLITS, layers=(), **dataset):
    """The small article in `folder` with splits, and other settings of layers by their place."""
    write_small_article(folder)
    values = tomllib.loads((folder / "imggen.toml").read_text())
    values["dataset"] |= dataset
    for place, changes in dict(layers).items():
        values["layer"][place] |= changes
    write_toml(folder, {**values, "split": list(splits)} if splits else values)
    return folder


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    return with_splits(tmp_path_factory.mktemp("art"))


@pytest.fixture(scope="module")
def whole(dataset, tmp_path_factory):
    """A run that was never interrupted: its folder and its summary."""
    out = tmp_path_factory.mktemp("whole") / "out"
    return out, run(dataset, out, dataset__count=COUNT)


def rows_of(out):
    with (out / "data.csv").open() as file:
        return list(csv.DictReader(file))


def images_of(out, suffix=".png"):
    """The names below images/, as the table has them."""
    files = (out / "images").rglob(f"*{suffix}")
    return {str(path.relative_to(out / "images")).removesuffix(suffix) for path in files}


# --- folders and table ----------------------------------------------------------------------------


def test_a_folder_for_each_split(whole):
    out, summary = whole
    rows = rows_of(out)
    assert list(rows[0]) == ["background", "character", "object", "split", "generated image"]
    assert {path.name for path in (out / "images").iterdir()} == {"train", "validation", "test"}
    for k, row in enumerate(rows):
        assert row["generated image"] == f"{row['split']}/generated{k}"
    assert images_of(out) == {row["generated image"] for row in rows}
    assert len(rows) == summary.images == COUNT


def test_what_each_image_shows(whole, dataset):
    """The table's rows are the plan's, and each file is the image of its row."""
    out, _ = whole
    config = load(dataset / "imggen.toml", dataset__count=COUNT)
    plan = make_plan(config, load_assets(config))
    for row, traits, place in zip(rows_of(out), plan.traits, plan.splits, strict=True):
        assert row["split"] == config.split[place].name
        for depth, layer in enumerate(plan.library.layers):
            assert row[layer.layer] == layer.names[traits[depth]]
    same = {}
    for row in rows_of(out):
        pixels = Image.open(out / "images" / f"{row['generated image']}.png").tobytes()
        shown = row["background"], row["character"], row["object"]
        assert same.setdefault(shown, pixels) == pixels
    assert len(set(same.values())) == len(same) > 40


def test_the_name_may_have_the_split_itself(tmp_path):
    data = with_splits(tmp_path / "art", image_name="{background}/{split}-{index:03d}")
    run(data, tmp_path / "out", dataset__count=10)
    for k, row in enumerate(rows_of(tmp_path / "out")):
        assert row["generated image"] == f"{row['background']}/{row['split']}-{k:03d}"
    assert images_of(tmp_path / "out") == {r["generated image"] for r in rows_of(tmp_path / "out")}


def test_links_across_splits(tmp_path, dataset):
    """A scene of several splits is one file, where that is asked for."""
    run(dataset, tmp_path / "out", dataset__count=400, output__duplicates="link")
    run(dataset, tmp_path / "written", dataset__count=400)
    images = tmp_path / "out" / "images"
    links = {}
    for path in images.rglob("*.png"):
        links.setdefault(path.stat().st_ino, set()).add(path.parent.name)
    assert any(len(splits) > 1 for splits in links.values())
    check_same_files(images, tmp_path / "written" / "images")


def test_a_dry_run_tells_of_each_split(dataset, tmp_path, capsys):
    config = load(dataset / "imggen.toml", dataset__count=COUNT)
    forecast = foresee(config, Options(out=tmp_path / "out", workers=1), Count())
    assert sum(forecast.splits.values()) == COUNT
    told = {(one.split, one.layer): one for one in forecast.frequencies}
    for name, images in forecast.splits.items():
        assert told[name, "object"].planned.sum() == images
    mage = told["train", "character"].variants.index("mage")
    shares = [told[name, "character"].exact[mage] for name in forecast.splits]
    assert shares == pytest.approx([0.4, 0.0, 0.0])
    train, *_ = forecast.splits.values()
    where = ["--out", str(tmp_path / "out"), "--workers", "1"]
    assert bulk.main([str(dataset), "--count", str(COUNT), "--dry-run", *where]) == 0
    assert f"\nsplits   train {train}, validation" in capsys.readouterr().out


def test_an_empty_split_is_told(dataset, tmp_path):
    config = load(dataset / "imggen.toml", dataset__count=1)
    forecast = foresee(config, Options(out=tmp_path / "out", workers=1), Count())
    assert sorted(forecast.splits.values()) == [0, 0, 1]
    empty = [f"{name} has no images." for name, images in forecast.splits.items() if not images]
    assert forecast.warnings[:2] == empty
    assert len({one.split for one in forecast.frequencies}) == 1


# --- the laws -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("workers", "chunk_size"), [(1, 1), (2, 7), (2, 1000)])
def test_same_bytes_whatever_the_workers_and_chunks(dataset, tmp_path, whole, workers, chunk_size):
    out = tmp_path / "out"
    run(dataset, out, workers=workers, chunk_size=chunk_size, dataset__count=COUNT)
    check_same_files(out, whole[0])


def test_the_resolved_configuration_makes_it_again(tmp_path, whole):
    again = run(whole[0], tmp_path / "out")
    assert again.digest == whole[1].digest
    check_same_files(tmp_path / "out", whole[0])


def test_a_longer_run_begins_with_the_shorter(dataset, tmp_path, whole):
    run(dataset, tmp_path / "out", dataset__count=2 * COUNT)
    long = file_digests(tmp_path / "out" / "images")
    short = file_digests(whole[0] / "images")
    assert {name: long[name] for name in short} == short
    assert rows_of(tmp_path / "out")[:COUNT] == rows_of(whole[0])


def test_lost_images_are_made_again(dataset, tmp_path, whole):
    out = tmp_path / "out"
    run(dataset, out, chunk_size=5, dataset__count=COUNT)
    shutil.rmtree(out / "images" / "validation")
    watcher = Watcher()
    run(dataset, out, existing="resume", chunk_size=5, watcher=watcher, dataset__count=COUNT)
    assert 0 < watcher.advanced < COUNT
    check_same_files(out, whole[0])


def test_killed_and_resumed(dataset, tmp_path, monkeypatch):
    memory = tmp_path / "memory"
    memory.mkdir()
    monkeypatch.setattr("imggen.run.engines.shared.memory_folder", lambda: memory)
    asked = {"chunk_size": 3, "dataset__count": 1500}
    run_and_kill(dataset, tmp_path / "out", memory, 30, workers=2, **asked)
    done = sum(stop - start for start, stop in Journal(tmp_path / "out").ranges())
    assert 30 <= done < 1500, f"{done} images were done: not in the middle"
    watcher = Watcher()
    run(dataset, tmp_path / "out", existing="resume", workers=2, watcher=watcher, **asked)
    assert watcher.begun == (1500, done)
    run(dataset, tmp_path / "whole", **asked)
    check_same_files(tmp_path / "out", tmp_path / "whole")


def test_overwriting_leaves_no_split_behind(dataset, tmp_path, small_article):
    out = tmp_path / "out"
    run(dataset, out, dataset__count=COUNT)
    run(small_article, out, existing="overwrite", dataset__count=5)
    assert images_of(out) == {f"generated{k}" for k in range(5)}
    assert "split" not in rows_of(out)[0]


def test_resume_with_other_splits_is_refused(tmp_path, dataset):
    out = tmp_path / "out"
    run(dataset, out, dataset__count=10)
    other = [{**SPLITS[0], "share": 0.7}, SPLITS[1], {**SPLITS[2], "share": 0.1}]
    with_splits(tmp_path / "other", other)
    with pytest.raises(OutputError, match=r"split\.train\.share was 0\.6 and is 0\.7"):
        run(tmp_path / "other", out, existing="resume", dataset__count=10)


# --- pairs ----------------------------------------------------------------------------------------


def pixels_of(out, row):
    return np.asarray(Image.open(out / "images" / f"{row['image']}.png")).astype(int)


@pytest.mark.parametrize("place", ["random", "beside"])
def test_pixels_outside_both_sprites_are_the_same(tmp_path, place):
    """Also where something is drawn over the sprite that changes."""
    rng = np.random.default_rng(1)
    width, height = SMALL_SIZE
    skies = {name: random_pixels(rng, width, height, 3) for name in "ab"}
    things = {f"t{k}": blob(rng, 15 + 7 * k, 30 - 3 * k) for k in range(4)}
    at_random = {"anchor": "bottom", "x": [0, width], "y": [20, height]}
    beside = {"anchor": "center", "of": "hero", "at": "right"}
    write_dataset(
        tmp_path / "art",
        {
            "sky": skies,
            "hero": {f"h{k}": blob(rng, 30 + k, 40) for k in range(3)},
            "thing": things,
            "mist": {f"m{k}": blob(rng, 90, 50 + k) for k in range(2)},
        },
        hero={"place": at_random},
        thing={"place": at_random if place == "random" else beside,
               "weights": {"none": 1, **dict.fromkeys(things, 1)}},
        mist={"place": {**at_random, "inside": False}},
        dataset={"pair": "thing", "count": 80, "seed": 2},
        split=[{"name": "train", "share": 0.5}, {"name": "test", "share": 0.5}],
    )  # fmt: skip
    out = tmp_path / "out"
    run(tmp_path / "art", out, workers=2, chunk_size=7)
    config = load(tmp_path / "art" / "imggen.toml")
    plan = make_plan(config, load_assets(config))
    thing = plan.library.layers[2]
    sprites = set(thing.sprites.tolist()) - {-1}
    boxes = {}
    chunk = plan.chunk(0, plan.count)
    for k, scene in enumerate(chunk.scenes):
        box = [
            (x, y, *plan.library.sprites.table[s, 2:]) for s, x, y in scene.items if s in sprites
        ]
        for image in chunk.images[chunk.first[k] : chunk.first[k + 1]].tolist():
            boxes[image] = box
    rows = rows_of(out)
    changed = 0
    for k, (one, other) in enumerate(zip(rows[::2], rows[1::2], strict=True)):
        assert one["pair_id"] == other["pair_id"] == str(k)
        assert one["split"] == other["split"]
        assert one["thing"] != other["thing"]
        kept = ["sky", "hero", "mist", "hero x", "hero y", "mist x", "mist y"]
        assert [one[name] for name in kept] == [other[name] for name in kept]
        differ = (pixels_of(out, one) != pixels_of(out, other)).any(axis=2)
        allowed = np.zeros_like(differ)
        for x, y, w, h in [*boxes[2 * k], *boxes[2 * k + 1]]:
            allowed[max(y, 0) : max(y + h, 0), max(x, 0) : max(x + w, 0)] = True
        assert not (differ & ~allowed).any()
        changed += differ.any()
    assert changed >= 35  # not where mist covers all of both


# --- random configurations ------------------------------------------------------------------------


@st.composite
def configurations(draw):
    """[dataset] and [[split]]s, all of which a run can make."""
    sampling = draw(
        st.sampled_from(["random", "quota", "all", "unique", "stratify", "combinations"])
    )
    dataset = {"count": draw(st.integers(2, 20)) * 2, "seed": draw(st.integers(0, 99))}
    if sampling in ("quota", "all"):
        dataset["sampling"] = sampling
    elif sampling == "unique":
        dataset["unique"] = True
    elif sampling == "stratify":
        dataset["stratify"] = ["background"]
    elif sampling == "combinations":
        dataset["disjoint"] = "combinations"
    if sampling in ("random", "stratify", "combinations") and draw(st.booleans()):
        dataset["pair"] = "object"
    splits = [{"name": "train", "share": 0.75}, {"name": "test", "share": 0.25}]
    if draw(st.booleans()):
        splits[1]["hold_out"] = [{"character": ["mage"], "background": ["forest", "desert"]}]
    if sampling == "random" and draw(st.booleans()):
        splits[1]["probabilities"] = {"background": {"forest": 0.5, "glacial": 0.5}}
    return dataset, splits


@pytest.fixture(scope="module")
def art(tmp_path_factory):
    return write_small_article(tmp_path_factory.mktemp("random"))


@settings(max_examples=6)
@given(configurations(), st.integers(1, 9))
def test_random_configurations_are_the_same_with_any_workers(art, tmp_path_factory, given_, size):
    dataset, splits = given_
    values = tomllib.loads((art / "imggen.toml").read_text())
    values["dataset"] = {**dataset, "name": "x"}
    write_toml(art, {**values, "split": splits})
    folder = tmp_path_factory.mktemp("runs")
    run(art, folder / "one", workers=1)
    run(art, folder / "two", workers=2, chunk_size=size)
    check_same_files(folder / "two", folder / "one")
    shutil.rmtree(folder)
