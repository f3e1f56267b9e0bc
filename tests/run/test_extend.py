"""A run that is resumed with a larger count keeps its images, and is that of one run at once."""

import shutil

import pytest
from tests.art import load
from tests.run.runs import Watcher, kill, run, start_run, wait_for
from tests.run.test_partitions import check_same, make, merge

from imggen.errors import OutputError
from imggen.plan import segments
from imggen.report.main import verify
from imggen.run import Options
from imggen.run.status import find_status

LABELS = {"labels__formats": ["coco", "table"]}
SPLITS = """
[[split]]
name = "train"
share = 0.7

[[split]]
name = "val"
share = 0.3
"""
KINDS = {
    "files": {"labels__formats": ["coco", "table", "yolo"]},
    "plain files": {},
    "linked files": {"output__duplicates": "link", "labels__formats": ["voc"]},
    "split files": {**LABELS},
    "webdataset": {"output__container": "webdataset", "output__shard_images": 4, **LABELS},
    "parquet": {"output__container": "parquet", "output__shard_images": 4},
    "split parquet": {"output__container": "parquet", "output__shard_images": 3, **LABELS},
    "split webdataset": {"output__container": "webdataset", "output__shard_images": 3, **LABELS},
    "tfrecord": {"output__container": "tfrecord", "output__shard_images": 4},
    "mds": {"output__container": "mds", "output__shard_images": 4},
    "npy": {"output__container": "npy", **LABELS},
    "plain npy": {"output__container": "npy"},
    "npz": {"output__container": "npz"},
}


@pytest.fixture(scope="session")
def split_article(small_article, tmp_path_factory):
    """The small article with splits."""
    folder = tmp_path_factory.mktemp("split") / "article"
    shutil.copytree(small_article, folder)
    with (folder / "imggen.toml").open("a") as file:
        file.write(SPLITS)
    return folder


@pytest.fixture(autouse=True)
def small_segments(monkeypatch):
    monkeypatch.setattr(segments, "SEGMENT_IMAGES", 8)


@pytest.mark.parametrize("kind", KINDS)
def test_an_extended_run_is_that_of_one_run(small_article, split_article, tmp_path, kind):
    art = split_article if kind.startswith("split") else small_article
    run(art, tmp_path / "whole", dataset__count=29, **KINDS[kind])
    out = tmp_path / "out"
    for count in (7, 20, 29):
        made = run(art, out, dataset__count=count, existing="resume", **KINDS[kind])
        assert made.images == count
    assert made.rendered <= 12  # 9 are new, and up to 3 of a shard or linked to them
    check_same(out, tmp_path / "whole")
    assert verify(out, 1, Watcher(), repair=False).final.findings == []
    assert not (out / ".imggen/earlier").exists()
