"""Faults done to runs by the command line, and what must hold after each: the run is completed.

`python -m tests.run.faults ROUNDS [SEED]` does each kind so often, and counts what came of them.
Full disks are small file systems in memory, which only root can mount.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

from tests.checks import check_same_files
from tests.formats.crowd import write_crowd
from tests.run.runs import REPO_ROOT, wait_until, workers_of

COUNT = 300
SETTINGS = {
    "files": ["--labels", "coco,yolo,voc,masks,table", "--chunk-size", "6"],
    "webdataset": ["--labels", "coco", "--shard-images", "10"],
    "parquet": ["--labels", "coco", "--shard-images", "10"],
    "npy": ["--labels", "coco,table", "--chunk-size", "6"],
    "npz": ["--chunk-size", "6"],
}
COMMAND = "import sys; from imggen.cli import enter; sys.argv[0] = 'imggen'; enter()"
NEWEST = 8  # files that a power cut spoils
SMALL_DISK, SMALL_MEMORY = "600k", "200k"


def start(art, out, container, *more, before=""):
    """Start the command in a session of its own, with stderr to read; `before` is for a shell."""
    words = [sys.executable, "-c", COMMAND, "bulk", str(art), "--container", container]
    words += ["--count", str(COUNT), *SETTINGS[container], "-q", "-j", "2", "--out", str(out)]
    command = [*words, *more]
    if before:
        command = ["unshare", "-m", "sh", "-c", f'{before}; exec "$@"', "sh", *command]
    return subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, cwd=REPO_ROOT, start_new_session=True
    )


def complete(art, out, container):
    """Run the command until the dataset is complete."""
    process = start(art, out, container, *(["--resume"] if out.exists() else []))
    stderr = process.communicate(timeout=120)[1]
    assert (process.returncode, stderr) == (0, ""), stderr


def wait_for_records(process, out, rng):
    """Let a run go on until it has a random number of records."""
    done, wanted = out / ".imggen" / "done", rng.randrange(1, 12)
    wait_until(lambda: process.poll() is not None or len(list(done.glob("*"))) >= wanted, 60)
    time.sleep(rng.uniform(0, 0.05))


def kill_worker(art, out, container, rng):
    """Kill one worker, as a system without memory does."""
    process = start(art, out, container)
    wait_for_records(process, out, rng)
    for pid in workers_of(process.pid)[:1]:
        os.kill(pid, signal.SIGKILL)
    stderr = process.communicate(timeout=60)[1]
    assert process.returncode in (0, 1), stderr
    assert process.returncode == 0 or is_sentence(stderr), stderr


def kill_parent(art, out, container, rng, *, group=False):
    """Kill the parent, or all processes of the run."""
    process = start(art, out, container)
    wait_for_records(process, out, rng)
    (os.killpg if group else os.kill)(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)  # its workers have the same stderr: they are gone, too


def kill_group(art, out, container, rng):
    """Kill all processes of the run."""
    kill_parent(art, out, container, rng, group=True)


def cut_power(art, out, container, rng):
    """Kill all, and let the newest files lose what was not on the disk yet; records stay."""
    kill_group(art, out, container, rng)
    files = [path for path in out.rglob("*") if path.is_file() and "done" not in path.parts]
    files = [path for path in files if path.suffix != ".json" or ".imggen" not in path.parts]
    for path in sorted(files, key=lambda path: path.stat().st_mtime_ns)[-NEWEST:]:
        content = path.read_bytes()
        path.unlink()  # it may be a link
        path.write_bytes(rng.choice((b"", content[: len(content) // 2], bytes(len(content)))))


def fill_disk(art, out, container, rng):
    """Run out of disk; there is more when the run is resumed."""
    del rng
    out.parent.mkdir(exist_ok=True)
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "x", out.parent], check=True
    )
    process = start(art, out, container)
    stderr = process.communicate(timeout=60)[1]
    assert process.returncode in (1, 2), (process.returncode, stderr)
    assert is_sentence(stderr), stderr
    subprocess.run(["mount", "-o", "remount,size=100m", out.parent], check=True)


def fill_memory(art, out, container, rng):
    """Run out of the memory that workers share; all is as usual when the run is resumed."""
    del rng
    small = f"mount -t tmpfs -o size={SMALL_MEMORY} x"
    with tempfile.TemporaryDirectory() as folder:
        before = f"{small} /dev/shm; {small} {folder}; export TMPDIR={folder}"
        process = start(art, out, container, before=before)
        stderr = process.communicate(timeout=60)[1]
    assert process.returncode in (0, 1, 2), (process.returncode, stderr)
    assert process.returncode == 0 or is_sentence(stderr), stderr


def is_sentence(stderr):
    """Whether the command said one sentence, and nothing besides."""
    return stderr.startswith("imggen: ") and stderr.count("\n") == 1


FAULTS = [kill_worker, kill_parent, kill_group, cut_power, fill_disk, fill_memory]


@contextmanager
def emptied(folder):
    """Unmount what a fault has mounted in a new `folder`."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        disk = Path(place) / "disk"
        try:
            yield disk / "out"
        finally:
            if disk.is_mount():
                subprocess.run(["umount", disk], check=True)


def main(rounds, seed=0):
    """Do each fault so many times, and count what came of them."""
    rng, counts = random.Random(seed), Counter()
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        art = write_crowd(top / "art")
        for container in SETTINGS:
            complete(art, top / container, container)
        for fault in FAULTS:
            for _ in range(rounds):
                container = rng.choice(list(SETTINGS))
                with emptied(top) as out:
                    came = try_fault(fault, art, out, container, rng, top / container)
                counts[fault.__name__, came] += 1
    for (fault, came), count in counts.items():
        sys.stdout.write(f"{fault:12} {count:4} {came}\n")


def try_fault(fault, art, out, container, rng, whole):
    """Do a fault, complete the run, and say what came of it."""
    out.parent.mkdir(exist_ok=True)
    try:
        fault(art, out, container, rng)
        finished = (out / "run.json").exists()
        complete(art, out, container)
        check_same_files(out, whole, but=("run.json", "imggen.toml"))  # paths from elsewhere differ
    except (AssertionError, subprocess.SubprocessError) as error:
        sys.stdout.write(f"{fault.__name__} {container}: {error}\n")
        return "FAILED"
    return "had finished first; complete" if finished else "interrupted; completed, same bytes"


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
