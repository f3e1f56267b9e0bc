"""Indexes of tar shards say where tarfile finds each file, and are those of whole runs."""

import json
import shutil
import tarfile

import numpy as np
import pytest
from tests.art import blob, random_pixels, write_dataset, write_small_article
from tests.checks import check_same_files
from tests.run.runs import run

from imggen.containers import webdataset_index
from imggen.store import tar

SETTINGS = {"output__container": "webdataset", "output__shard_images": 5}


@pytest.fixture(scope="module")
def art(tmp_path_factory):
    return write_small_article(tmp_path_factory.mktemp("art"))


def dali_index_of(shard):
    """What wds2idx writes of a shard: the slow twin, which reads with tarfile."""
    samples = []
    with tarfile.open(shard) as archive:
        for member in archive:
            dot = member.name.index(".", member.name.rfind("/") + 1)
            key, extension = member.name[:dot], member.name[dot + 1 :]
            if not samples or samples[-1][0] != key:
                samples.append((key, []))
            samples[-1][1].append(f"{extension} {member.offset_data} {member.size} {member.name}")
    lines = [" ".join(files) for _, files in samples]
    return "\n".join([f"v1.2 {len(lines)}", *lines, ""])


def check_indexes(out, sizes):
    """The indexes of `out` are those of its shards, with so many samples by split."""
    shards = sorted((out / "shards").glob("*.tar"))
    for shard in shards:
        assert (out / f"indexes/{shard.stem}.idx").read_text() == dali_index_of(shard)
    for split, counts in sizes.items():
        file = json.loads((out / f"indexes/{split}.json").read_text())
        assert (file["wids_version"], file["name"]) == (1, split)
        own = [shard for shard in shards if shard.name.startswith(f"{split}-")]
        assert file["shardlist"] == [
            {"url": f"../shards/{path.name}", "nsamples": count, "filesize": path.stat().st_size}
            for path, count in zip(own, counts, strict=True)
        ]
    names = {path.name for path in (out / "indexes").iterdir()}
    assert names == {f"{shard.stem}.idx" for shard in shards} | {f"{name}.json" for name in sizes}


def test_indexes_are_of_the_shards(two_splits, tmp_path):
    labels = {"labels__formats": ["masks", "yolo"], "labels__class_layer": "object"}
    run(two_splits, tmp_path / "out", dataset__count=24, **labels, **SETTINGS)
    table = (tmp_path / "out/data.csv").read_text()
    counts = {split: table.count(f",{split}/") for split in ("train", "test")}
    assert min(counts.values()) > 5
    sizes = {
        name: [5] * (count // 5) + [count % 5] * (count % 5 > 0) for name, count in counts.items()
    }
    check_indexes(tmp_path / "out", sizes)


def test_shards_that_were_cut_by_size(art, tmp_path):
    """A block of images is several shards then; names of images have folders."""
    settings = {"output__shard_bytes": 60_000, "dataset__image_name": "{character}/{index}"}
    run(
        art,
        tmp_path / "out",
        dataset__count=9,
        **{**SETTINGS, "output__shard_images": 9},
        **settings,
    )
    shards = json.loads((tmp_path / "out/indexes/article.json").read_text())["shardlist"]
    counts = [shard["nsamples"] for shard in shards]
    assert sum(counts) == 9
    assert len(counts) > 1
    check_indexes(tmp_path / "out", {"article": counts})


def named(folder, name):
    """The dataset of 3 images whose names begin with `name`; returns its folder."""
    rng = np.random.default_rng(0)
    layers = {"sky": {name: random_pixels(rng, 30, 20, 3)}, "hat": {"cap": blob(rng, 9, 7)}}
    write_dataset(folder, layers, dataset={"count": 3, "image_name": "{sky}/{sky}-{index}"})
    run(folder, folder / "out", **SETTINGS)
    return folder / "out"


def test_long_names(tmp_path):
    """They are in headers of their own."""
    check_indexes(named(tmp_path, "h" * 120), {"dataset": [3]})


@pytest.mark.parametrize("name", ["a cap", "caf\N{LATIN SMALL LETTER E WITH ACUTE}"])
def test_names_that_dali_cannot_read(tmp_path, name):
    """wids can, in any case."""
    out = named(tmp_path, name)
    assert [path.name for path in (out / "indexes").iterdir()] == ["dataset.json"]
    [shard] = json.loads((out / "indexes/dataset.json").read_text())["shardlist"]
    assert shard["nsamples"] == 3


def test_indexes_of_a_run_that_was_extended(art, tmp_path):
    out, whole = tmp_path / "out", tmp_path / "whole"
    run(art, out, dataset__count=7, **SETTINGS)
    (out / "indexes/article-000000.idx").write_text("damaged")
    (out / "indexes/article-000009.idx").write_text("of another run")
    run(art, out, existing="resume", dataset__count=13, **SETTINGS)
    run(art, whole, dataset__count=13, **SETTINGS)
    check_same_files(out / "indexes", whole / "indexes")
    check_indexes(out, {"article": [5, 5, 3]})


def test_a_lost_shard_and_its_index(art, tmp_path):
    """Both are made again."""
    out, whole = tmp_path / "out", tmp_path / "whole"
    run(art, out, dataset__count=7, **SETTINGS)
    shutil.copytree(out, whole)
    (out / "shards/article-000001.tar").unlink()
    run(art, out, existing="resume", dataset__count=7, **SETTINGS)
    check_same_files(out / "indexes", whole / "indexes")


@pytest.fixture
def unread(monkeypatch):
    """Shards that nobody may read for their indexes."""
    monkeypatch.setattr(webdataset_index, "read_shard", None)


@pytest.mark.usefixtures("unread")
def test_no_shard_is_read_for_its_index(two_splits, tmp_path):
    """Workers have noted what is where, also of a run that is extended."""
    settings = {"labels__formats": ["yolo"], **SETTINGS}
    run(two_splits, tmp_path / "out", workers=2, dataset__count=24, **settings)
    (tmp_path / "out/indexes/train.json").unlink()
    run(two_splits, tmp_path / "out", existing="resume", dataset__count=24, **settings)
    run(two_splits, tmp_path / "out", existing="resume", dataset__count=51, **settings)
    run(two_splits, tmp_path / "whole", dataset__count=51, **settings)
    check_same_files(tmp_path / "out" / "indexes", tmp_path / "whole" / "indexes")
    assert notes_of(tmp_path / "out") == notes_of(tmp_path / "whole")
    for shard in (tmp_path / "out" / "shards").iterdir():
        assert (tmp_path / f"out/indexes/{shard.stem}.idx").read_text() == dali_index_of(shard)


def notes_of(out):
    return {path.name: path.read_bytes() for path in (out / ".imggen/indexes").iterdir()}


def swap(notes):
    first, second, *_ = (path.read_bytes() for path in notes)
    notes[0].write_bytes(second)
    notes[1].write_bytes(first)


@pytest.mark.parametrize(
    "damage",
    [
        lambda notes: [path.unlink() for path in notes],
        lambda notes: [path.write_bytes(b"") for path in notes],
        lambda notes: [path.write_bytes(path.read_bytes()[:-2] + b"7\n") for path in notes],
        lambda notes: [path.write_bytes(b"0 1\nv1.2 1\n") for path in notes],
        swap,
    ],
)
def test_a_note_that_is_not_of_its_shard_is_made_up_for(art, tmp_path, damage):
    out, whole = tmp_path / "out", tmp_path / "whole"
    run(art, out, dataset__count=13, **SETTINGS)
    shutil.copytree(out, whole)
    notes = sorted((out / ".imggen/indexes").iterdir())
    assert len(notes) == 3
    damage(notes)
    shutil.rmtree(out / "indexes")
    run(art, out, existing="resume", dataset__count=13, **SETTINGS)
    check_same_files(out / "indexes", whole / "indexes")
    assert notes_of(out) == notes_of(whole)


def test_find_members_reads_what_tarfile_writes():
    """Also files of a size that needs a header of its own."""
    big = tarfile.TarInfo("big.bin")
    big.size = 8**11
    content = tar.header("a.txt", 3) + b"abc" + bytes(509) + big.tobuf(tarfile.PAX_FORMAT)
    start = len(content)
    assert list(tar.find_members(content)) == [("a.txt", 512, 3), ("big.bin", start, 8**11)]
