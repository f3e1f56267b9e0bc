"""Arrays that workers share: each is made once, within a limit, however many race for them."""

import errno
import shutil
import subprocess
import sys

import numpy as np
import pytest

from imggen.encode import shared_arrays
from imggen.encode.shared_arrays import RESERVED, SharedArrays

ARRAYS = [np.arange(10, dtype=np.int64), np.zeros((0, 3), np.uint8)]
SIZE = 80  # bytes


def test_made_once_and_mapped_by_all(tmp_path):
    made = []

    def make():
        made.append(1)
        return ARRAYS

    for _ in range(2):
        got = SharedArrays(tmp_path, SIZE).get("a", make)
        assert [array.tolist() for array in got] == [array.tolist() for array in ARRAYS]
        assert not any(array.flags.writeable for array in got)
    assert made == [1]


def test_all_workers_count_to_one_limit(tmp_path):
    one, other = SharedArrays(tmp_path, 2 * SIZE), SharedArrays(tmp_path, 2 * SIZE)
    one.get("a", lambda: ARRAYS)
    other.get("b", lambda: ARRAYS)
    one.get("c", lambda: ARRAYS)
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == ["a", "b"]
    assert (tmp_path / RESERVED).read_text() == str(2 * SIZE)


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "full"),
        OSError(errno.EDQUOT, "full"),
        OSError("803392 requested and 645104 written"),  # as NumPy has it
    ],
)
def test_a_full_folder_means_private_arrays(tmp_path, monkeypatch, error):
    def fill_up(*_):
        raise error

    monkeypatch.setattr(shared_arrays.np, "save", fill_up)
    arrays = SharedArrays(tmp_path, 2**30).get("a", lambda: ARRAYS)
    assert arrays[0].tolist() == ARRAYS[0].tolist()
    assert not [path for path in tmp_path.iterdir() if path.is_dir()], "half of them is left"


def test_other_errors_are_errors(tmp_path, monkeypatch):
    def break_disk(*_):
        raise OSError(errno.EIO, "broken")

    monkeypatch.setattr(shared_arrays.np, "save", break_disk)
    with pytest.raises(OSError, match="broken"):
        SharedArrays(tmp_path, 2**30).get("a", lambda: ARRAYS)


RACER = """
import random, sys
from pathlib import Path
import numpy as np
from imggen.encode.shared_arrays import SharedArrays

folder, seed = Path(sys.argv[1]), int(sys.argv[2])
names = [f"background{k}" for k in range(24)]
for line in sys.stdin:
    place = folder / line.strip()
    shared = SharedArrays(place, 24 * 800 // 2)
    random.Random(seed).shuffle(names)
    for name in names:
        [array] = shared.get(name, lambda: [np.full(100, int(name[10:]), np.int64)])
        assert (array == int(name[10:])).all()
    print("done", flush=True)
"""


def race(folder, rounds):
    """Let four processes get the same arrays in different orders; how many rounds they survive."""
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, str(folder), str(seed)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in range(4)
    ]
    for number in range(rounds):
        (folder / str(number)).mkdir()
        for racer in racers:
            racer.stdin.write(f"{number}\n")
            racer.stdin.flush()
        assert [racer.stdout.readline() for racer in racers] == ["done\n"] * 4, f"round {number}"
        shared_bytes = int((folder / str(number) / RESERVED).read_text())
        assert shared_bytes == 24 * 800 // 2
        shutil.rmtree(folder / str(number))
    for racer in racers:
        racer.communicate()


@pytest.mark.slow
def test_a_race_of_workers(tmp_path):
    race(tmp_path, 60)
