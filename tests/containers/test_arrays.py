"""Arrays of pixels hold what loose files show, and obey the laws as they do."""

import csv
import json

import numpy as np
import pytest
import xxhash
from PIL import Image
from tests.art import (
    load,
    place_at_random,
    small_article_values,
    write_small_article,
    write_toml,
)
from tests.checks import check_same_files, check_sentence
from tests.containers.splits import split_in_two
from tests.hard_names import HARD_NAMES, write_hats
from tests.run.runs import Watcher, run

from imggen.containers.record import HEADER, RECORD
from imggen.errors import ConfigError, OutputError, RunError
from imggen.store.arrays import Rows

COUNT = 60
SETTINGS = {"dataset__count": COUNT, "output__container": "npy"}


@pytest.fixture(scope="module")
def art(tmp_path_factory):
    """A small article in two splits, of sprites at random places that vary."""
    folder = place_at_random(write_small_article(tmp_path_factory.mktemp("art")))
    values = split_in_two(small_article_values(trim=True))
    values["layer"][1]["vary"] = {"flip": 0.5}
    values["layer"][2]["place"] = {"x": [0, 150], "y": [0, 80]}
    values["layer"][2]["vary"] = {"scale": {"values": [0.5, 1]}}
    write_toml(folder, values)
    return folder


@pytest.fixture(scope="module")
def loose(art, tmp_path_factory):
    out = tmp_path_factory.mktemp("loose") / "out"
    run(art, out, dataset__count=COUNT)
    with (out / "data.csv").open(newline="") as file:
        return out, list(csv.DictReader(file))


@pytest.fixture(scope="module")
def whole(art, tmp_path_factory):
    """A run that was never interrupted: its folder and its summary."""
    out = tmp_path_factory.mktemp("whole") / "out"
    return out, run(art, out, **SETTINGS)


def test_pixels_are_those_of_loose_files(whole, loose):
    pixels = np.load(whole[0] / "imgs.npy", allow_pickle=False)
    assert pixels.shape == (COUNT, 108, 192, 3)
    assert pixels.dtype == np.uint8
    for row, image in zip(loose[1], pixels, strict=True):
        with Image.open(loose[0] / "images" / f"{row['generated image']}.png") as file:
            assert np.array_equal(np.asarray(file), image)
    content = (whole[0] / ".imggen/done" / "0-3.record").read_bytes()
    files = np.frombuffer(content, RECORD, 3, HEADER.size)
    assert (files["size_bytes"] == 108 * 192 * 3).all()
    digests = {xxhash.xxh3_128(image.tobytes()).digest() for image in pixels}
    assert {bytes(one) for one in files["digest"]} <= digests


def test_latents_are_the_table(whole, loose):
    names, classes, values, splits = (
        np.load(whole[0] / f"{name}.npy", allow_pickle=False)
        for name in ("latents_names", "latents_classes", "latents_values", "splits")
    )
    known = json.loads(str(np.load(whole[0] / "metadata.npy", allow_pickle=False)))
    assert names.tolist() == [
        "background", "character", "object", "object x", "object y", "character flip",
        "object scale",
    ]  # fmt: skip
    assert classes.dtype == np.int64
    assert values.dtype == np.float64
    for k, row in enumerate(loose[1]):
        assert splits[k] == row["split"]
        for name, number, value in zip(names, classes[k], values[k], strict=True):
            if name in known["variants"]:
                assert known["variants"][name][number] == row[name]
                assert value == number
            elif row[name] == "":
                assert number == -1
                assert np.isnan(value)
            else:
                assert float(row[name]) == value
    assert set(classes[:, 6].tolist()) == {-1, 0, 1}


def test_npz_holds_the_same(art, tmp_path, whole):
    out = tmp_path / "out"
    run(art, out, dataset__count=COUNT, output__container="npz")
    with np.load(out / "dataset.npz", allow_pickle=False) as archive:
        assert {f"{name}.npy" for name in archive.files} == {
            path.name for path in whole[0].glob("*.npy")
        }
        for name in archive.files:
            expected = np.load(whole[0] / f"{name}.npy")
            assert archive[name].dtype == expected.dtype
            assert archive[name].tobytes() == expected.tobytes()
    assert not list(out.glob("*.npy"))
    assert not list((out / ".imggen").glob("*.np?"))


@pytest.mark.parametrize("container", ["npy", "npz"])
def test_same_bytes_whatever_the_workers_and_chunks(art, tmp_path, container):
    outs = [tmp_path / "a", tmp_path / "b"]
    settings = {"dataset__count": COUNT, "output__container": container}
    run(art, outs[0], **settings)
    run(art, outs[1], workers=2, chunk_size=7, **settings)
    check_same_files(*outs)


@pytest.mark.parametrize("container", ["npy", "npz"])
def test_resumed_after_a_fault(art, tmp_path, whole, monkeypatch, container):
    out, expected = tmp_path / "out", tmp_path / "expected"
    settings = {"dataset__count": COUNT, "output__container": container, "chunk_size": 7}
    put_many = Rows.put_many

    def fail(self, row, rows):
        if row == 14:
            raise OSError(28, "No space left on device")
        put_many(self, row, rows)

    monkeypatch.setattr(Rows, "put_many", fail)
    with pytest.raises(RunError) as caught:
        run(art, out, **settings)
    check_sentence(
        caught.value, "image ", f"14 of {out} cannot be written: No space left on device"
    )
    monkeypatch.undo()
    watcher = Watcher()
    run(art, out, existing="resume", watcher=watcher, **settings)
    assert watcher.begun == (COUNT, 14)
    run(art, expected, **settings)
    check_same_files(out, expected)
    again = Watcher()
    run(art, out, existing="resume", watcher=again, **settings)
    assert again.begun == (COUNT, COUNT)
    check_same_files(out, expected)
    next(out.glob("imgs.npy" if container == "npy" else "*.npz")).unlink()
    run(art, out, existing="resume", watcher=again, **settings)
    assert again.begun == (COUNT, 0), "all was lost"
    check_same_files(out, expected)


def test_overwritten_by_loose_files(art, tmp_path, loose):
    out = tmp_path / "out"
    run(art, out, **SETTINGS)
    run(art, out, existing="overwrite", dataset__count=COUNT)
    check_same_files(out, loose[0])


def test_grey_pixels_have_no_axis_of_channels(small_article, tmp_path):
    settings = {"canvas__mode": "L", "dataset__count": 3, "output__container": "npy"}
    run(small_article, tmp_path / "out", **settings)
    assert np.load(tmp_path / "out" / "imgs.npy").shape == (3, 108, 192)
    assert not (tmp_path / "out" / "splits.npy").exists()


def test_nasty_names_survive(tmp_path):
    art = write_hats(tmp_path / "art")
    run(art, tmp_path / "out", output__container="npz")
    with np.load(tmp_path / "out" / "dataset.npz", allow_pickle=False) as archive:
        variants = json.loads(str(archive["metadata"]))["variants"]["hat"]
        assert sorted(variants[k] for k in archive["latents_classes"][:, 1]) == sorted(HARD_NAMES)


def test_the_resolved_configuration_says_the_same(art, tmp_path, whole):
    config = load(whole[0] / "imggen.toml")
    assert config.output.container == "npy"
    assert "format" not in config.output.model_fields_set


@pytest.mark.parametrize(
    ("key", "value"), [("format", "jpeg"), ("quality", 5), ("effort", "max"), ("shard-images", 9)]
)
def test_refuses_what_means_nothing(small_article, tmp_path, key, value):
    settings = {"output__container": "npz", f"output__{key.replace('-', '_')}": value}
    with pytest.raises(ConfigError) as caught:
        run(small_article, tmp_path / "out", **settings)
    check_sentence(caught.value, f"--{key} is", 'means nothing with output.container = "npz"')


@pytest.mark.parametrize("container", ["webdataset", "parquet", "npy", "npz"])
def test_a_finished_run_is_made_again_in_another_container(small_article, tmp_path, container):
    first = run(small_article, tmp_path / "first", dataset__count=3)
    again = run(tmp_path / "first", tmp_path / "again", output__container=container)
    loose = run(tmp_path / "again", tmp_path / "loose", output__container="files")
    assert again.images == 3
    assert loose.digest == first.digest


@pytest.mark.parametrize("container", ["npy", "npz"])
@pytest.mark.parametrize(
    ("form", "instead"),
    [
        ("yolo", '"coco" is written beside it and has the same boxes'),
        ("masks", '"coco" is written beside it and has the same masks'),
        ("imagefolder", 'give output.container = "parquet"'),
        ("classes", "its latents_classes say what each layer shows"),
    ],
)
def test_refuses_what_has_no_place(small_article, tmp_path, container, form, instead):
    settings = {"labels__formats": form, "labels__class_layer": "character"}
    with pytest.raises(ConfigError) as caught:
        run(small_article, tmp_path / "out", output__container=container, **settings)
    check_sentence(caught.value, f'--labels has "{form}", which has no place', instead)


@pytest.mark.parametrize(("container", "needs"), [("npy", "3.7 MB"), ("npz", "7.5 MB")])
def test_refuses_a_disk_without_room(small_article, tmp_path, monkeypatch, container, needs):
    from shutil import _ntuple_diskusage as usage

    monkeypatch.setattr("shutil.disk_usage", lambda _: usage(10**12, 10**12, 10**6))
    with pytest.raises(OutputError) as caught:
        run(small_article, tmp_path / "out", dataset__count=COUNT, output__container=container)
    check_sentence(caught.value, f"needs about {needs} for {COUNT} images", "give --container")
    assert not (tmp_path / "out").exists()
