"""Partitions, made alone and in any order, are together the dataset of one run."""

import json
import random
import signal
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.art import load
from tests.planning.test_segments import write
from tests.run.runs import REPO_ROOT, Watcher, run

from imggen.assets import load_assets
from imggen.command.values import partition_of
from imggen.containers import make_container
from imggen.errors import InputError, OutputError, RunError
from imggen.planning import Segments, segments
from imggen.report.main import verify
from imggen.run import Options
from imggen.run.partitions.gather import merge_partitions
from imggen.run.partitions.partitions import Partition, locked_partition
from imggen.run.partitions.share import make_partition
from imggen.run.partitions.status import find_status

LABELS = {"labels__formats": ["coco", "table"]}
KINDS = {
    "files": {**LABELS},
    "webdataset": {"output__container": "webdataset", "output__shard_images": 4, **LABELS},
    "parquet": {"output__container": "parquet", "output__shard_images": 4},
    "npy": {"output__container": "npy", **LABELS},
    "npz": {"output__container": "npz"},
}


def make(dataset, out, number, count, *, workers=1, check=False, watcher=None, **overrides):
    """Make one partition of the dataset in `dataset` in this process."""
    options = Options(out=out, workers=workers, check=check)
    config = load(dataset / "imggen.toml", **overrides)
    return make_partition(config, options, watcher or Watcher(), Partition(number, count))


def merge(out, *, check=False):
    return merge_partitions(Options(out=out, workers=1, check=check), Watcher())


def contents(out):
    """The content of each file of a dataset, without its journal and what tells of the run."""
    return {
        name: path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file()
        and not (name := str(path.relative_to(out))).startswith(".imggen")
        and name != "run.json"
    }


def check_same(out, whole):
    """Two folders hold the same dataset, of which the records of runs say the same."""
    assert contents(out) == contents(whole)
    said, expected = (json.loads((one / "run.json").read_bytes()) for one in (out, whole))
    for run_alone in ("seconds", "rendered", "checksum"):
        del said[run_alone], expected[run_alone]
    assert said == expected


@pytest.fixture(autouse=True)
def small_segments(monkeypatch):
    monkeypatch.setattr(segments, "SEGMENT_IMAGES", 8)


# --- shares ---------------------------------------------------------------------------------------


@given(count=st.integers(1, 40), of=st.integers(1, 12), kind=st.sampled_from(sorted(KINDS)))
@settings(max_examples=30, deadline=None)
def test_partitions_share_out_all_positions_and_cut_no_shard(small_article, count, of, kind):
    config = load(small_article / "imggen.toml", dataset__count=count, **KINDS[kind])
    container = make_container(config.output)
    order = container.order(Segments.of(config, load_assets(config)))
    borders = [container.border(order, number, of) for number in range(of + 1)]
    assert borders[0] == 0
    assert borders[-1] == count
    assert borders == sorted(borders)
    if container.sharded:
        assert set(borders) <= {
            0,
            count,
            *(start for start, _ in container.blocks(order, (0, count))),
        }


def test_large_partitions_are_of_whole_segments(small_article):
    config = load(small_article / "imggen.toml", dataset__count=250)
    container = make_container(config.output)
    found = Segments.of(config, load_assets(config))
    order = container.order(found)
    assert [container.border(order, k, 3) % found.size for k in range(3)] == [0, 0, 0]
    assert container.border(order, 3, 3) == 250


# --- whole runs -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_partitions_in_any_order_are_the_dataset_of_one_run(small_article, tmp_path, kind):
    made = {"dataset__count": 20, **KINDS[kind]}
    run(small_article, tmp_path / "whole", **made)
    numbers = [3, 1, 5, 2, 4]
    for number in numbers:
        make(small_article, tmp_path / "parts", number, 5, **made)
    summary = merge(tmp_path / "parts")
    assert summary.images == 20
    check_same(tmp_path / "parts", tmp_path / "whole")
    assert verify(tmp_path / "parts", 1, Watcher(), repair=False).final.findings == []


BIRD = {"place": {"x": ["0%", "100%"], "y": ["0%", "100%"]}}
FEATURES = {
    "instances that differ": {
        "bird": {**BIRD, "instances": [0, 2], "depth": "random"},
        "rule": [{"all_different": ["bird"]}],
    },
    "a family": {"dataset": {"family": {"layer": "bird", "size": 2}}},
    "views by a camera": {
        "view": [{"name": "whole"}, {"name": "bare", "without": ["bird"]}],
        "camera": {"contrast": [0.8, 1.2], "noise": [0, 5]},
    },
    "values by what is shown": {
        "bird": {**BIRD, "vary": {"flip": 0.5}, "vary_when": [{"when": {"tree": "fir"}, "hue": 90}]}
    },
    "correlations that differ in splits": {
        "bird": {**BIRD, "vary": {"hue": {"values": [0, 120]}}},
        "correlate": [
            {"layer": "sky", "follows": "tree", "agree": 0.9, "pairs": {"fir": "day"}},
            {"layer": "bird", "vary": "hue", "follows": "bird", "agree": 0.8, "values": {"red": 0}},
        ],
        "split": [
            {"name": "train", "share": 0.7},
            {"name": "test", "share": 0.3, "correlate": [
                {"layer": "sky", "follows": "tree", "agree": 0.1, "pairs": {"fir": "day"}},
            ]},
        ],
    },
}  # fmt: skip


@pytest.mark.parametrize("kind", ["files", "webdataset"])
@pytest.mark.parametrize("feature", FEATURES)
def test_partitions_of_all_that_a_configuration_has(tmp_path, feature, kind):
    """Each is planned from its own images alone, in segments of 8."""
    values = {**FEATURES[feature], "labels": {"formats": ["coco"]}}
    dataset = write(tmp_path / "art", **values).parent
    made = {"dataset__count": 22, **KINDS[kind]}
    run(dataset, tmp_path / "whole", **made)
    for number in random.Random(feature).sample(range(1, 5), 4):  # any order
        make(dataset, tmp_path / "parts", number, 4, **made)
    merge(tmp_path / "parts")
    check_same(tmp_path / "parts", tmp_path / "whole")


def test_more_partitions_than_images(small_article, tmp_path):
    run(small_article, tmp_path / "whole", dataset__count=2)
    for number in (1, 2, 3, 4, 5):
        make(small_article, tmp_path / "parts", number, 5, dataset__count=2)
    merge(tmp_path / "parts")
    check_same(tmp_path / "parts", tmp_path / "whole")


def test_merging_again_changes_nothing(small_article, tmp_path):
    made = {"dataset__count": 9, **KINDS["webdataset"]}
    for number in (1, 2):
        make(small_article, tmp_path / "out", number, 2, **made)
    merge(tmp_path / "out")
    before = contents(tmp_path / "out")
    merge(tmp_path / "out", check=True)
    assert contents(tmp_path / "out") == before


@pytest.mark.parametrize("kind", ["files", "npy", "webdataset"])
def test_a_partition_makes_again_what_is_lost(small_article, tmp_path, kind):
    made = {"dataset__count": 20, **KINDS[kind]}
    run(small_article, tmp_path / "whole", **made)
    out = tmp_path / "parts"
    for number in (1, 2, 3):
        make(small_article, out, number, 3, **made)
    for path in sorted((out / ".imggen" / "partitions" / "2" / "done").iterdir())[:1]:
        path.unlink()
    again = make(small_article, out, 2, 3, **made)
    assert 0 < again.rendered <= again.images
    merge(out)
    check_same(out, tmp_path / "whole")


def test_two_partitions_at_once_into_one_folder(small_article, tmp_path):
    """Both begin before either ends: what both need is made once, and nothing is lost."""
    made = {"dataset__count": 20, **KINDS["npy"]}
    run(small_article, tmp_path / "whole", **made)
    out = tmp_path / "parts"
    script = (
        "import sys; from pathlib import Path; sys.path.insert(0, {root!r})\n"
        "from tests.run.partitions.test_partitions import make\n"
        "from imggen.planning import segments\n"
        "segments.SEGMENT_IMAGES = 8\n"
        "make(Path({dataset!r}), Path({out!r}), {number}, 2, **{made!r})\n"
    )
    jobs = [
        subprocess.Popen(
            [
                sys.executable,
                "-c",
                script.format(
                    root=REPO_ROOT,
                    dataset=str(small_article),
                    out=str(out),
                    number=number,
                    made=made,
                ),
            ]
        )
        for number in (1, 2)
    ]
    assert [job.wait() for job in jobs] == [0, 0]
    merge(out)
    check_same(out, tmp_path / "whole")


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["files", "webdataset", "parquet", "npy"])
def test_ten_partitions_in_random_order_of_which_three_are_killed(small_article, tmp_path, kind):
    made = {"dataset__count": 60, **KINDS[kind]}
    run(small_article, tmp_path / "whole", **made)
    out = tmp_path / "parts"
    numbers = random.Random(kind).sample(range(1, 11), 10)
    killed = numbers[2], numbers[5], numbers[9]
    for number in numbers:
        if number in killed:
            kill_at_once(small_article, out, number, made)
        else:
            make(small_article, out, number, 10, workers=1, **made)
    for number in sorted(killed):
        make(small_article, out, number, 10, **made)
    merge(out)
    check_same(out, tmp_path / "whole")


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, {root!r})
from tests.run.runs import Watcher
from tests.run.partitions.test_partitions import make
from imggen.planning import segments

def die():
    os.kill(os.getpid(), signal.SIGKILL)

segments.SEGMENT_IMAGES = 8
make(Path({dataset!r}), Path({out!r}), {number}, 10, watcher=Watcher(die), **{made!r})
"""


def kill_at_once(dataset, out, number, made):
    """Begin a partition in another process, and kill it when its first images are done."""
    script = KILLED.format(
        root=REPO_ROOT, dataset=str(dataset), out=str(out), number=number, made=made
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr


# --- what is missing ------------------------------------------------------------------------------


def test_merge_names_what_is_missing(small_article, tmp_path):
    out = tmp_path / "parts"
    for number in (1, 4):
        make(small_article, out, number, 4, dataset__count=20)
    with pytest.raises(RunError) as error:
        merge(out)
    assert str(error.value) == (
        f"{out} lacks 10 of 20 images, of partitions 2, 3 of 4; make these with the same command "
        "and --partition, then merge again."
    )
    assert not (out / "run.json").exists()


def test_merge_finds_a_damaged_image_when_it_reads(small_article, tmp_path):
    out = tmp_path / "parts"
    for number in (1, 2):
        make(small_article, out, number, 2, dataset__count=8)
    image = out / "images" / "generated7.png"
    content = bytearray(image.read_bytes())
    content[-20] ^= 1
    image.write_bytes(content)
    with pytest.raises(RunError, match="make it with the same command"):
        merge(out, check=True)
    for number in (1, 2):
        make(small_article, out, number, 2, dataset__count=8)
    merge(out, check=True)


def test_nothing_to_merge(small_article, tmp_path):
    run(small_article, tmp_path / "out", dataset__count=2)
    with pytest.raises(OutputError) as error:
        merge(tmp_path / "out")
    assert str(error.value) == (
        f"{tmp_path / 'out'} holds no partitions; expected a folder that imggen bulk --partition "
        "K/N has written to. A run without --partition needs no merge."
    )


# --- refusals -------------------------------------------------------------------------------------


def refused(dataset, out, number, count, **made):
    """The sentence on a partition that is refused beside 1/2 of 8 images; nothing is changed."""
    make(dataset, out, 1, 2, dataset__count=8)
    before = contents(out)
    with pytest.raises(InputError) as error:
        make(dataset, out, number, count, **{"dataset__count": 8, **made})
    assert contents(out) == before
    return str(error.value)


def test_another_number_of_partitions(small_article, tmp_path):
    assert refused(small_article, tmp_path / "out", 2, 3) == (
        f"{tmp_path / 'out'} is made in 2 partitions, and --partition is 2/3; give K/2, or choose "
        "another --out."
    )


@pytest.mark.parametrize(("key", "before"), [("count", 8), ("seed", 0)])
def test_partitions_of_another_run(small_article, tmp_path, key, before):
    assert refused(small_article, tmp_path / "out", 2, 2, **{f"dataset__{key}": 9}) == (
        f"{tmp_path / 'out'} cannot be resumed: dataset.{key} was {before} and is 9. Give the same "
        "settings and art, or choose another --out."
    )


def test_a_run_without_partitions_is_not_joined(small_article, tmp_path):
    run(small_article, tmp_path / "out", dataset__count=2)
    with pytest.raises(OutputError) as error:
        make(small_article, tmp_path / "out", 1, 2, dataset__count=2)
    assert str(error.value) == (
        f"{tmp_path / 'out'} holds a run that is not made in partitions; leave --partition out, or "
        "choose another --out."
    )


def test_a_partition_is_made_by_one_job_at_a_time(small_article, tmp_path):
    out = tmp_path / "parts"
    out.mkdir()
    with locked_partition(out, Partition(1, 2)):
        assert find_status(out).state == "running"
        with pytest.raises(OutputError) as error:
            make(small_article, out, 1, 2, dataset__count=8)
        assert str(error.value) == (
            f"partition 1/2 of {out} is being made by another job; wait for it."
        )
        make(small_article, out, 2, 2, dataset__count=8)


def test_no_run_of_all_beside_partitions(small_article, tmp_path):
    out = tmp_path / "parts"
    make(small_article, out, 1, 2, dataset__count=8)
    with (
        locked_partition(out, Partition(2, 2)),
        pytest.raises(OutputError, match="is being written by another run"),
    ):
        run(small_article, out, existing="resume", dataset__count=8)


def test_a_run_of_all_may_make_what_partitions_lack(small_article, tmp_path):
    run(small_article, tmp_path / "whole", dataset__count=8)
    out = tmp_path / "parts"
    make(small_article, out, 1, 2, dataset__count=8)
    assert run(small_article, out, existing="resume", dataset__count=8).rendered == 4
    check_same(out, tmp_path / "whole")


@pytest.mark.parametrize("text", ["3", "a/3", "1/2/3", "-1/3", "1/", "²/3"])
def test_no_partition(text):
    with pytest.raises(InputError) as error:
        partition_of(text)
    assert str(error.value) == f"--partition is {text}; expected K/N, like 3/10."


@pytest.mark.parametrize("text", ["0/3", "4/3", "0/0"])
def test_no_such_partition(text):
    with pytest.raises(InputError) as error:
        partition_of(text)
    assert str(error.value) == (
        f"--partition is {text}; expected K/N with K from 1 to N, like 3/10."
    )


# --- status ---------------------------------------------------------------------------------------


def test_status_of_partitions(small_article, tmp_path):
    out = tmp_path / "parts"
    make(small_article, out, 1, 3, dataset__count=9)
    found = find_status(out)
    assert (found.state, found.done, found.images) == ("stopped", 3, 9)
    assert found.of_state("done") == [1]
    assert found.of_state("not begun") == [2, 3]
    make(small_article, out, 3, 3, dataset__count=9)
    with locked_partition(out, Partition(3, 3)):
        assert find_status(out).of_state("running") == [3]
        assert find_status(out).state == "running"
    make(small_article, out, 2, 3, dataset__count=9)
    assert find_status(out).state == "to be merged"
    merge(out)
    assert find_status(out).values() == {
        "state": "complete",
        "images": 9,
        "done": 9,
        "partitions": [
            {"partition": k, "of": 3, "state": "done", "done": 3, "images": 3} for k in (1, 2, 3)
        ],
    }


def test_status_of_a_run_without_partitions(small_article, tmp_path):
    run(small_article, tmp_path / "out", dataset__count=4)
    assert find_status(tmp_path / "out").values() == {"state": "complete", "images": 4, "done": 4}
    (tmp_path / "out" / "run.json").unlink()
    found = find_status(tmp_path / "out")
    assert (found.state, found.images, found.done) == ("stopped", 4, 4)


def test_no_status(tmp_path):
    with pytest.raises(OutputError) as error:
        find_status(tmp_path)
    assert str(error.value) == (
        f"{tmp_path} holds no imggen run; expected the --out of a run that has begun."
    )
