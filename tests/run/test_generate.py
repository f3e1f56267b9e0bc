"""Whole runs obey the laws: same bytes whatever the workers, the cuts and the interruptions."""

import csv
import hashlib
import json
import os
import tomllib
from dataclasses import replace

import numpy as np
import pytest
import xxhash
from tests.art import (
    load,
    place_at_random,
    place_by_scene,
    random_pixels,
    save,
    write_small_article,
    write_toml,
)
from tests.checks import check_pixels, check_same_files, check_sentence, file_digests
from tests.run.runs import Watcher, run

from imggen import bulk
from imggen.errors import AssetError, ConfigError, OutputError, PlanError, RunError
from imggen.run import Options, foresee, generate
from imggen.run.journal.journal import Journal
from imggen.run.progress import Count
from imggen.signals import current, until_stopped
from imggen.store import FileStore

COUNT = 120


@pytest.fixture(scope="module")
def whole(small_article, tmp_path_factory):
    """A run that was never interrupted: its folder and its summary."""
    out = tmp_path_factory.mktemp("whole") / "out"
    return out, run(small_article, out, dataset__count=COUNT)


@pytest.fixture
def own_article(tmp_path):
    """A small article that may be changed."""
    return write_small_article(tmp_path / "art")


@pytest.fixture(autouse=True)
def memory(tmp_path, monkeypatch):
    """Where shared memory goes; it must be empty after each test."""
    folder = tmp_path / "memory"
    folder.mkdir()
    monkeypatch.setattr("imggen.run.engines.shared.memory_folder", lambda: folder)
    yield folder
    assert list(folder.iterdir()) == [], "shared memory is left"


# --- law 1 ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("workers", "chunk_size"),
    [(1, 1), (1, 7), (1, 1000), (2, 7), (5, 1), (2, 1000)],
)
def test_same_bytes_whatever_the_workers_and_chunks(
    small_article, tmp_path, whole, workers, chunk_size
):
    out = tmp_path / "out"
    summary = run(small_article, out, workers=workers, chunk_size=chunk_size, dataset__count=COUNT)
    assert summary.digest == whole[1].digest
    check_same_files(out, whole[0])


def test_the_digest_is_of_all_files_in_order_and_the_table(whole):
    out, summary = whole
    files = [(out / "images" / f"generated{k}.png").read_bytes() for k in range(COUNT)]
    digest = hashlib.sha256(b"".join(xxhash.xxh3_128(file).digest() for file in files))
    digest.update((out / "data.csv").read_bytes())
    assert summary.digest == digest.hexdigest()


@pytest.mark.parametrize(
    "overrides", [{"dataset__seed": 1}, {"dataset__count": COUNT + 1}, {"output__format": "jpeg"}]
)
def test_another_digest_for_another_dataset(small_article, tmp_path, whole, overrides):
    settings = {"dataset__count": COUNT, **overrides}
    assert run(small_article, tmp_path / "out", **settings).digest != whole[1].digest


def test_one_changed_pixel_changes_the_digest(own_article, tmp_path, whole):
    path = own_article / "backgrounds" / "forest.png"
    before = run(own_article, tmp_path / "before", dataset__count=COUNT)
    assert before.digest == whole[1].digest
    pixels = random_pixels(np.random.default_rng(9), 192, 108, 3)
    save(path, pixels)
    assert run(own_article, tmp_path / "after", dataset__count=COUNT).digest != before.digest


@pytest.mark.parametrize("place", [place_at_random, place_by_scene])
def test_same_bytes_with_random_places(own_article, tmp_path, place):
    """Whatever the workers and chunks; from the resolved configuration, too."""
    dataset = place(own_article)
    first = run(dataset, tmp_path / "first", dataset__count=COUNT)
    assert first.distinct > COUNT // 2
    config = load(dataset / "imggen.toml", dataset__count=COUNT)
    expected = foresee(config, Options(out=tmp_path / "none", workers=1), Count()).estimate
    assert expected.distinct == first.distinct
    for k, (workers, chunk_size) in enumerate([(1, 7), (2, 1), (2, 50)]):
        out = tmp_path / str(k)
        again = run(tmp_path / "first", out, workers=workers, chunk_size=chunk_size)
        assert again.digest == first.digest
        check_same_files(out, tmp_path / "first")
    run(dataset, tmp_path / "longer", dataset__count=2 * COUNT)
    longer, shorter = (file_digests(tmp_path / name / "images") for name in ("longer", "first"))
    assert {name: longer[name] for name in shorter} == shorter


def test_places_by_scene_stay_on_the_splice_path(own_article, tmp_path):
    """No band is compressed anew: each holds a sprite, and the rest of it is the background's."""
    summary = run(place_by_scene(own_article), tmp_path / "out", dataset__count=COUNT)
    parts = json.loads((tmp_path / "out" / "run.json").read_text())["parts"]
    assert parts["spliced"] >= summary.distinct > COUNT // 2
    assert parts["afresh"] == 0


def test_what_found_no_room_is_counted(own_article, tmp_path):
    dataset = place_by_scene(own_article)
    summary = run(dataset, tmp_path / "out", dataset__count=COUNT)
    assert summary.crowded == {"object": 0}
    values = tomllib.loads((dataset / "imggen.toml").read_text())
    values["layer"][2]["place"] |= {"x": "50%", "y": "80%"}
    values["layer"][1]["place"] |= {"x": "50%", "y": [108, 112]}
    write_toml(dataset, values)
    summary = run(dataset, tmp_path / "full", dataset__count=COUNT)
    assert COUNT / 4 < summary.crowded["object"] < COUNT
    told = json.loads((tmp_path / "full" / "run.json").read_text())
    assert told["crowded"] == summary.crowded
    config = load(dataset / "imggen.toml", dataset__count=COUNT)
    forecast = foresee(config, Options(out=tmp_path / "none", workers=1), Count())
    assert forecast.estimate.crowded == summary.crowded


def test_resume_with_other_places_is_refused(own_article, tmp_path):
    run(place_at_random(own_article), tmp_path / "out", dataset__count=5)
    sentence = r"layer\.character\.place\.x was \[0, 192\] and is \[9, 190\]"
    with pytest.raises(OutputError, match=sentence):
        run(place_at_random(own_article, x=[9, 190]), tmp_path / "out", existing="resume",
            dataset__count=5)  # fmt: skip


def test_what_is_written_is_what_is_said(whole, small_article):
    out, summary = whole
    files = list((out / "images").iterdir())
    assert len(files) == summary.images == summary.rendered == COUNT
    assert sum(file.stat().st_size for file in files) == summary.size_bytes
    said = json.loads((out / "run.json").read_text())
    assert said["digest"] == summary.digest
    assert (said["images"], said["seed"]) == (COUNT, 0)
    with (out / "data.csv").open() as table:
        rows = list(csv.DictReader(table))
    names = [row["generated image"] for row in rows]
    assert names == [f"generated{k}" for k in range(COUNT)]
    assert {file.stem for file in files} == set(names)
    combinations = {tuple(list(row.values())[:3]) for row in rows}
    assert len(combinations) == summary.distinct


def test_the_time_of_a_run_begins_with_the_command(small_article, tmp_path):
    args = [str(small_article / "imggen.toml"), "--count=1", "--workers=1", "--quiet"]

    def begun_an_hour_ago():
        current().started -= 3600
        return bulk.run([*args, f"--out={tmp_path}/out"])

    assert until_stopped(begun_an_hour_ago) == 0
    assert json.loads((tmp_path / "out" / "run.json").read_text())["seconds"] > 3600


def test_the_time_of_a_run_begins_with_the_options(small_article, tmp_path):
    options = Options(tmp_path / "out", workers=1)
    earlier = replace(options, started=options.started - 3600)
    config = load(small_article / "imggen.toml", dataset__count=1)
    assert generate(config, earlier, Watcher()).seconds > 3600


def test_equal_rows_are_equal_files_and_only_those(whole):
    out, _ = whole
    digests = file_digests(out / "images")
    with (out / "data.csv").open() as table:
        rows = list(csv.DictReader(table))
    shown = {row["generated image"]: tuple(list(row.values())[:3]) for row in rows}
    by_scene = {}
    for name, scene in shown.items():
        by_scene.setdefault(scene, set()).add(digests[f"{name}.png"])
    assert all(len(found) == 1 for found in by_scene.values())
    assert len(set(digests.values())) == len(by_scene)


def test_the_resolved_configuration_makes_it_again(whole, tmp_path):
    out, summary = whole
    values = tomllib.loads((out / "imggen.toml").read_text())
    assert values["dataset"]["count"] == COUNT
    again = run(out, tmp_path / "again")
    assert again.digest == summary.digest


# --- law 2 ----------------------------------------------------------------------------------------


def test_a_longer_run_begins_with_the_shorter(small_article, tmp_path, whole):
    out = tmp_path / "out"
    run(small_article, out, dataset__count=2 * COUNT)
    longer, shorter = file_digests(out / "images"), file_digests(whole[0] / "images")
    assert {name: longer[name] for name in shorter} == shorter
    rows = (out / "data.csv").read_text().splitlines()
    assert rows[: COUNT + 1] == (whole[0] / "data.csv").read_text().splitlines()


# --- law 3: interrupted and resumed ---------------------------------------------------------------


def fail_on_write(monkeypatch, number, error):
    """Let the store fail when it writes the n-th image; returns what was written before."""
    put, written = FileStore.put, []

    def failing(self, name, pieces):
        is_image = name.endswith(".png")
        if is_image and len(written) == number:
            raise error
        put(self, name, pieces)
        if is_image:
            written.append(name)

    monkeypatch.setattr(FileStore, "put", failing)
    return written


@pytest.mark.parametrize("number", [0, 1, 50, COUNT - 1])
def test_a_store_that_fails(small_article, tmp_path, whole, monkeypatch, number):
    out = tmp_path / "out"
    with monkeypatch.context() as patch:
        full = OSError(28, os.strerror(28))
        written = fail_on_write(patch, number, full)
        with pytest.raises(RunError) as caught:
            run(small_article, out, chunk_size=7, dataset__count=COUNT)
        assert caught.value.exit_code == 1
        check_sentence(caught.value, out / "images", "cannot be written: No space left on device")
    assert len(list((out / "images").iterdir())) == len(written)
    assert not (out / "data.csv").exists()
    watcher = Watcher()
    summary = run(
        small_article, out, existing="resume", watcher=watcher, chunk_size=9, dataset__count=COUNT
    )
    kept = number // 7 * 7
    assert watcher.begun == (COUNT, kept)
    assert summary.rendered == COUNT - kept
    assert summary.digest == whole[1].digest
    check_same_files(out, whole[0])


def test_a_journal_that_fails(small_article, tmp_path, whole, monkeypatch):
    out = tmp_path / "out"

    def full(self, record):
        raise OSError(28, os.strerror(28), str(out / ".imggen" / "done"))

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "add", full)
        with pytest.raises(RunError) as caught:
            run(small_article, out, dataset__count=COUNT)
    check_sentence(caught.value, out / ".imggen", "No space left on device")
    run(small_article, out, existing="resume", dataset__count=COUNT)
    check_same_files(out, whole[0])


def test_a_scene_that_cannot_be_drawn_is_named(small_article, tmp_path, monkeypatch):
    def fail(self, scene):
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("imggen.encode.png.PngEncoder.encode", fail)
    with pytest.raises(RunError) as caught:
        run(small_article, tmp_path / "out", dataset__count=1)
    check_sentence(caught.value, "generated0.png (background ", ", character ", "division by zero")


def interrupt():
    raise KeyboardInterrupt


@pytest.mark.parametrize("workers", [1, 2])
def test_interrupted(small_article, tmp_path, whole, workers):
    out = tmp_path / "out"
    watcher = Watcher(act=interrupt)
    settings = {"workers": workers, "chunk_size": 5, "dataset__count": COUNT}
    with pytest.raises(KeyboardInterrupt):
        run(small_article, out, watcher=watcher, **settings)
    assert not (out / "run.json").exists()
    watcher = Watcher()
    run(small_article, out, existing="resume", watcher=watcher, **settings)
    assert watcher.begun[1] > 0, "nothing was kept"
    check_same_files(out, whole[0])


def copy_run(whole, tmp_path):
    from shutil import copytree

    return copytree(whole[0], tmp_path / "out")


def test_a_complete_run_resumes_to_itself(small_article, tmp_path, whole):
    out = copy_run(whole, tmp_path)
    summary = run(small_article, out, existing="resume", dataset__count=COUNT)
    assert (summary.rendered, summary.digest) == (0, whole[1].digest)
    check_same_files(out, whole[0])


def lose(out):
    (out / "images" / "generated7.png").unlink()


def cut_short(out):
    path = out / "images" / "generated7.png"
    path.write_bytes(path.read_bytes()[:-1])


def lose_all(out):
    for path in (out / "images").iterdir():
        path.unlink()


def leave_part(out):
    """As a run killed in its first chunk leaves it."""
    done = min((out / ".imggen" / "done").iterdir())
    done.rename(f"{done}.part")
    (out / "images" / "generated7.png").unlink()
    (out / "images" / "generated7.png.part").write_bytes(b"half")
    lose(out) if (out / "images" / "generated7.png").exists() else None


@pytest.mark.parametrize("harm", [lose, cut_short, lose_all])
def test_what_was_lost_is_made_again(small_article, tmp_path, whole, harm):
    out = copy_run(whole, tmp_path)
    harm(out)
    summary = run(small_article, out, existing="resume", dataset__count=COUNT)
    assert summary.rendered > 0
    assert summary.digest == whole[1].digest
    check_same_files(out, whole[0])


def test_half_written_files_are_replaced(small_article, tmp_path, whole):
    out = copy_run(whole, tmp_path)
    for done in (out / ".imggen" / "done").iterdir():
        done.rename(f"{done}.part")
    for path in sorted((out / "images").iterdir())[::2]:
        path.with_name(path.name + ".part").write_bytes(path.read_bytes()[:100])
        path.unlink()
    (out / "data.csv").rename(out / "data.csv.part")
    summary = run(small_article, out, existing="resume", dataset__count=COUNT)
    assert summary.rendered == COUNT
    check_same_files(out, whole[0])


# --- what may not be resumed, and what is replaced ------------------------------------------------


@pytest.mark.parametrize(
    ("overrides", "sentence"),
    [
        ({"dataset__seed": 5}, "dataset.seed was 0 and is 5"),
        ({"dataset__count": 7}, f"dataset.count was {COUNT} and is 7"),
        ({"output__format": "jpeg"}, 'output.format was "png" and is "jpeg"'),
        ({"dataset__sampling": "all"}, 'dataset.sampling was "random" and is "all"'),
    ],
)
def test_other_settings_are_not_resumed(small_article, tmp_path, whole, overrides, sentence):
    out = copy_run(whole, tmp_path)
    with pytest.raises(OutputError) as caught:
        run(small_article, out, existing="resume", **{"dataset__count": COUNT, **overrides})
    check_sentence(caught.value, f"{out} cannot be resumed: {sentence}", "--overwrite")
    check_same_files(out, whole[0], but=())


def test_a_changed_configuration_is_not_resumed(own_article, tmp_path, whole):
    out = copy_run(whole, tmp_path)
    toml = own_article / "imggen.toml"
    toml.write_text(toml.read_text().replace("at = [", "offset = [1, 0]\nat = [", 1))
    with pytest.raises(OutputError) as caught:
        run(own_article, out, existing="resume", dataset__count=COUNT)
    check_sentence(caught.value, "layer.character.place.offset was [0, 0] and is [1, 0]")


def test_changed_art_is_not_resumed(own_article, tmp_path, whole):
    out = copy_run(whole, tmp_path)
    save(own_article / "objects" / "axe.png", random_pixels(np.random.default_rng(1), 9, 9, 4))
    with pytest.raises(OutputError) as caught:
        run(own_article, out, existing="resume", dataset__count=COUNT)
    expected = f"{out} cannot be resumed: layer.object: axe.png has changed. "
    check_sentence(caught.value, expected + "Give the same settings and art, or --overwrite")
    check_same_files(out, whole[0], but=())


def test_a_folder_in_use_is_refused(small_article, tmp_path, whole):
    from imggen.run.journal.folder import locked_folder

    out = copy_run(whole, tmp_path)
    with locked_folder(out):
        for existing in ("resume", "overwrite"):
            with pytest.raises(OutputError, match="being written by another run"):
                run(small_article, out, existing=existing, dataset__count=COUNT)
    check_same_files(out, whole[0], but=())


def test_overwrite(small_article, tmp_path, whole):
    out = tmp_path / "out"
    run(small_article, out, dataset__count=2 * COUNT, dataset__seed=3, output__format="jpeg")
    (out / "notes.txt").write_text("mine")
    run(small_article, out, existing="overwrite", dataset__count=COUNT)
    assert (out / "notes.txt").read_text() == "mine"
    (out / "notes.txt").unlink()
    check_same_files(out, whole[0])


def test_not_empty_is_refused(small_article, tmp_path, whole):
    out = copy_run(whole, tmp_path)
    with pytest.raises(OutputError) as caught:
        run(small_article, out, dataset__count=COUNT)
    check_sentence(caught.value, out, "is not empty", "--resume", "--overwrite")


# --- bad input: nothing is written ----------------------------------------------------------------


@pytest.mark.parametrize("workers", [1, 2])
def test_bad_art_leaves_nothing(own_article, tmp_path, workers):
    (own_article / "objects" / "axe.png").write_bytes(b"words")
    with pytest.raises(AssetError) as caught:
        run(own_article, tmp_path / "out", workers=workers)
    check_sentence(caught.value, own_article / "objects" / "axe.png", "is not an image")
    assert caught.value.exit_code == 2
    assert not (tmp_path / "out").exists()


def test_bad_plan_leaves_nothing(own_article, tmp_path):
    toml = own_article / "imggen.toml"
    toml.write_text(toml.read_text().replace("[dataset]", "[dataset]\nunique = true"))
    with pytest.raises(PlanError, match="only 220 different combinations"):
        run(own_article, tmp_path / "out", dataset__count=221)
    assert not (tmp_path / "out").exists()


def test_no_config(tmp_path):
    with pytest.raises(ConfigError):
        run(tmp_path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_no_room(small_article, tmp_path, monkeypatch):
    from shutil import _ntuple_diskusage as usage

    monkeypatch.setattr(
        "imggen.run.forecast.estimate.shutil.disk_usage", lambda _: usage(10**9, 0, 10**5)
    )
    out = tmp_path / "out"
    with pytest.raises(OutputError) as caught:
        run(small_article, out, dataset__count=10_000)
    check_sentence(caught.value, f"{out} needs about", " free; lower --count", "jpeg")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["memory"]


def test_a_run_that_fits_barely(small_article, tmp_path, monkeypatch):
    """Less room than the raw pixels, but enough for what is expected."""
    from shutil import _ntuple_diskusage as usage

    monkeypatch.setattr(
        "imggen.run.forecast.estimate.shutil.disk_usage", lambda _: usage(10**9, 0, 200_000)
    )
    summary = run(small_article, tmp_path / "out", dataset__count=4, output__format="jpeg")
    assert summary.size_bytes < 200_000 < 4 * 192 * 108 * 3


def test_no_memory_for_backgrounds_is_none(small_article, tmp_path, whole, monkeypatch):
    kept = []
    monkeypatch.setattr("imggen.encode.shared_arrays.save_arrays", lambda *_: kept.append(1))
    options = Options(out=tmp_path / "out", workers=1, memory_bytes=0)
    config = load(small_article / "imggen.toml", dataset__count=COUNT)
    assert generate(config, options, Watcher()).digest == whole[1].digest
    assert not kept


# --- options --------------------------------------------------------------------------------------


@pytest.mark.parametrize("chunk_size", [1000, 1])
def test_links(small_article, tmp_path, whole, chunk_size):
    out = tmp_path / "out"
    summary = run(
        small_article, out, chunk_size=chunk_size,
        dataset__count=COUNT, output__duplicates="link",
    )  # fmt: skip
    assert summary.digest == whole[1].digest
    check_same_files(out / "images", whole[0] / "images")
    inodes = {path.stat().st_ino for path in (out / "images").iterdir()}
    assert len(inodes) == (summary.distinct if chunk_size == 1000 else COUNT)


def test_more_links_than_a_file_can_have(small_article, tmp_path, whole, monkeypatch):
    link, links = FileStore.link, []

    def few(self, name, existing):
        links.append(name)
        if len(links) % 3 == 0:
            raise OSError(31, os.strerror(31))
        link(self, name, existing)

    monkeypatch.setattr(FileStore, "link", few)
    out = tmp_path / "out"
    run(small_article, out, chunk_size=1000, dataset__count=COUNT, output__duplicates="link")
    assert len(links) > 10
    check_same_files(out / "images", whole[0] / "images")


@pytest.mark.parametrize("image_format", ["png", "jpeg", "webp"])
def test_formats(small_article, tmp_path, image_format):
    from PIL import Image

    out = tmp_path / "out"
    run(small_article, out, dataset__count=3, output__format=image_format)
    for path in (out / "images").iterdir():
        with Image.open(path) as image:
            assert image.format == image_format.upper()
            assert (image.size, image.mode) == ((192, 108), "RGB")
            image.load()


def test_lossless_webp_shows_what_png_shows(small_article, tmp_path):
    from PIL import Image

    webp = {"output__format": "webp", "output__lossless": True}
    run(small_article, tmp_path / "webp", dataset__count=5, **webp)
    run(small_article, tmp_path / "png", dataset__count=5)
    for path in (tmp_path / "png" / "images").iterdir():
        other = tmp_path / "webp" / "images" / f"{path.stem}.webp"
        with Image.open(path) as image, Image.open(other) as lossless:
            check_pixels(lossless, image)


def test_estimate(small_article, tmp_path, whole):
    config = load(small_article / "imggen.toml", dataset__count=COUNT)
    expected = foresee(config, Options(out=tmp_path / "out", workers=2), Count()).estimate
    assert (expected.images, expected.distinct) == (COUNT, whole[1].distinct)
    assert expected.size_bytes == pytest.approx(whole[1].size_bytes, rel=0.1)
    assert expected.seconds > 0
    assert expected.free_bytes > 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["memory"]
