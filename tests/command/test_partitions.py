"""The commands of partitions: what they print, and their exit codes."""

import json

import pytest

from imggen.bulk import main as bulk
from imggen.cli import main as imggen


@pytest.fixture
def out(small_article, tmp_path):
    """A folder with partition 2 of 3, each of 2 images."""
    arguments = [str(small_article), "--count", "6", "--workers", "1", "--out", str(tmp_path)]
    assert bulk([*arguments, "--partition", "2/3"]) == 0
    for number in (1, 3):
        assert bulk([*arguments, "--partition", f"{number}/3", "--dry-run", "--quiet"]) == 0
    return tmp_path


def test_a_partition_says_how_to_go_on(small_article, out, capsys):
    arguments = [str(small_article), "--count", "6", "--workers", "1", "--out", str(out)]
    assert bulk([*arguments, "--partition", "2/3"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "images   2 of partition 2/3, 0 of them now"
    assert lines[-1] == f"where    {out}; once all partitions are there: imggen merge {out}"


def test_status(out, capsys):
    capsys.readouterr()
    assert imggen(["status", str(out)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"images   2 of 6 (33%) in {out}",
        "parts    1 done: 2",
        "parts    2 not begun: 1, 3",
        "state    stopped",
        "next     repeat the commands of partitions that are stopped or not begun",
    ]


def test_status_as_json(out, capsys):
    capsys.readouterr()
    assert imggen(["status", str(out), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert (found["event"], found["state"], found["done"]) == ("status", "stopped", 2)
    states = {one["partition"]: one["state"] for one in found["partitions"]}
    assert states == {1: "not begun", 2: "done", 3: "not begun"}


def test_merge(small_article, out, capsys):
    capsys.readouterr()
    assert imggen(["merge", str(out), "--quiet"]) == 1
    assert "lacks 4 of 6 images, of partitions 1, 3 of 3" in capsys.readouterr().err
    arguments = [str(small_article), "--count", "6", "--workers", "1", "--out", str(out), "-q"]
    for number in (1, 3):
        assert bulk([*arguments, "--partition", f"{number}/3"]) == 0
    assert imggen(["merge", str(out)]) == 0
    assert capsys.readouterr().out.startswith("images   6 (")
    assert imggen(["status", str(out)]) == 0
    assert imggen(["verify", str(out), "--quiet"]) == 0


def test_partitions_do_not_overwrite_each_other(small_article, tmp_path, capsys):
    arguments = [str(small_article), "--out", str(tmp_path / "out"), "--overwrite"]
    assert bulk([*arguments, "--partition", "1/2"]) == 2
    assert capsys.readouterr().err == (
        "imggen: --overwrite would remove what other partitions have made; leave it out, or remove "
        "the folder before the first partition begins.\n"
    )
