"""Readers and uploads may follow a run: shards get their final names as they finish."""

import errno
import os

import pytest
from tests.checks import check_same_files
from tests.hard_names import write_hats
from tests.run.partitions.test_partitions import check_same, make, merge
from tests.run.runs import Watcher, run

from imggen.errors import RunError
from imggen.report.main import verify

COUNT = 40
KINDS = {
    "webdataset": "shards/*",
    "parquet": "data/*",
    "tfrecord": "tfrecords/*",
    "mds": "mds/*/*.mds",
}
LABELS_ARE_HUGE = {  # a sample of 30x20 px is foreseen to take 5,896 bytes, and takes about 9,000
    "labels__formats": ["yolo", "voc", "masks"],
    "labels__caption": "a {hat}",
    "output__container": "webdataset",
    "output__shard_images": 8,
    "output__shard_bytes": 48_000,
}


class Follower(Watcher):
    """Reads the shards that are there whenever a chunk is done."""

    def __init__(self, out, pattern, stop_after=None):
        super().__init__()
        self.seen, self.counts = {}, []
        self._out, self._pattern, self._stop_after = out, pattern, stop_after

    def advance(self, images, size_bytes):
        super().advance(images, size_bytes)
        there = {str(path.relative_to(self._out)): path.read_bytes()
                 for path in self._out.glob(self._pattern)}  # fmt: skip
        assert self.seen.items() <= there.items()
        self.seen = there
        self.counts.append(len(there))
        if len(self.counts) == self._stop_after:
            message = "stopped."
            raise RunError(message)


def settings_of(kind, **more):
    return {
        "dataset__count": COUNT, "output__container": kind, "output__shard_images": 5, **more,
    }  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_shards_appear_whole_with_their_final_names(two_splits, tmp_path, kind):
    out = tmp_path / "out"
    follower = Follower(out, KINDS[kind])
    run(two_splits, out, watcher=follower, **settings_of(kind))
    assert follower.counts == list(range(1, len(follower.counts) + 1))
    last = {str(path.relative_to(out)): path.read_bytes() for path in out.glob(KINDS[kind])}
    assert follower.seen == last
    assert len(last) == 9  # 27 and 13 images


def test_shards_of_partitions_are_named_as_in_one_run(two_splits, tmp_path):
    run(two_splits, tmp_path / "whole", **settings_of("parquet"))
    out = tmp_path / "out"
    for number in (3, 1):
        follower = Follower(out, KINDS["parquet"])
        make(two_splits, out, number, 3, watcher=follower, **settings_of("parquet"))
        for name, content in follower.seen.items():
            assert content == (tmp_path / "whole" / name).read_bytes()
    assert len(follower.seen) == 6
    make(two_splits, out, 2, 3, **settings_of("parquet"))
    merge(out)
    check_same(out, tmp_path / "whole")


@pytest.mark.parametrize("kind", ["webdataset", "parquet"])
def test_a_stopped_run_of_which_some_shards_are_named_is_extended(two_splits, tmp_path, kind):
    out, whole = tmp_path / "out", tmp_path / "whole"
    run(two_splits, whole, **settings_of(kind))
    with pytest.raises(RunError, match=r"^stopped\.$"):
        run(two_splits, out, watcher=Follower(out, KINDS[kind], 4),
            **settings_of(kind, dataset__count=25))  # fmt: skip
    made = run(two_splits, out, existing="resume", **settings_of(kind))
    assert made.rendered <= COUNT - 10
    check_same(out, whole)


def test_shards_that_the_plan_cannot_name_are_named_at_the_end(two_splits, tmp_path):
    """Encoded images might take all of their pixels, for which a shard is too small."""
    out = tmp_path / "out"
    follower = Follower(out, "shards/*")
    settings = settings_of("webdataset", output__format="jpeg", output__shard_bytes=40_000)
    run(two_splits, out, watcher=follower, **settings)
    assert set(follower.counts) == {0}
    assert len(list(out.glob("shards/*"))) > 1


def test_blocks_of_more_shards_than_planned(tmp_path):
    """Then shards are numbered anew at the end; stopped or damaged, a run finds all of them."""
    hats = write_hats(tmp_path / "art", [f"hat{k}" for k in range(COUNT)])
    out, whole = tmp_path / "out", tmp_path / "whole"
    run(hats, whole, **LABELS_ARE_HUGE)
    shards = sorted(path.name for path in whole.glob("shards/*"))
    assert shards == [f"dataset-{k:06d}.tar" for k in range(10)]
    assert max(path.stat().st_size for path in whole.glob("shards/*")) <= 48_000
    with pytest.raises(RunError, match=r"^stopped\.$"):
        run(hats, out, watcher=Follower(out, "shards/*", 3), **LABELS_ARE_HUGE)
    run(hats, out, existing="resume", **LABELS_ARE_HUGE)
    check_same_files(out, whole)
    for path in sorted(out.glob("shards/*"))[1::2]:
        path.unlink()
    run(hats, out, existing="resume", **LABELS_ARE_HUGE)
    check_same_files(out, whole)
    assert verify(out, 1, Watcher(), repair=False).final.findings == []


def test_a_last_block_of_one_shard_is_numbered_after_earlier_ones(tmp_path):
    """It had a name from the plan, which an earlier block of two shards gets."""
    hats = write_hats(tmp_path / "art", [f"hat{k}" for k in range(20)])
    out, whole = tmp_path / "out", tmp_path / "whole"
    run(hats, whole, **LABELS_ARE_HUGE)
    assert len(list(whole.glob("shards/*"))) == 5  # of blocks of 8, 8 and 4 images
    follower = Follower(out, "shards/*")
    run(hats, out, watcher=follower, **LABELS_ARE_HUGE)
    assert list(follower.seen) == ["shards/dataset-000002.tar"]
    check_same_files(out, whole)
    (out / "shards/dataset-000004.tar").unlink()
    made = run(hats, out, existing="resume", **LABELS_ARE_HUGE)
    assert made.rendered == 4
    check_same_files(out, whole)


@pytest.mark.parametrize("fault", range(1, 7))
def test_killed_while_shards_are_numbered(tmp_path, monkeypatch, fault):
    """Of blocks of 2, 2 and 1 shards, the last is renamed once more than the others."""
    hats = write_hats(tmp_path / "art", [f"hat{k}" for k in range(20)])
    out, whole, replace, renamed = tmp_path / "out", tmp_path / "whole", os.replace, []

    def fail(source, target, **folders):
        if str(target).endswith(".tar") and not folders and len(renamed) == fault:
            raise OSError(errno.EIO, "Input/output error")
        replace(source, target, **folders)
        if str(target).endswith(".tar") and not folders:
            renamed.append(target)

    run(hats, whole, **LABELS_ARE_HUGE)
    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(RunError, match="cannot be written: Input/output error"):
        run(hats, out, **LABELS_ARE_HUGE)
    monkeypatch.undo()
    assert len(renamed) == fault
    made = run(hats, out, existing="resume", **LABELS_ARE_HUGE)
    assert made.rendered == 0
    check_same_files(out, whole)
