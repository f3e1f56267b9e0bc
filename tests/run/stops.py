"""Runs that are stopped at random moments, and what must hold whenever that is.

`python -m tests.run.stops ROUNDS [SEED]` makes so many and counts what came of them.
"""

import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.art import write_small_article
from tests.checks import check_same_files
from tests.run.runs import REPO_ROOT, orphaned_semaphores, run, wait_until

COUNT = 400
CONTAINERS = ("files", "npy", "webdataset")
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SENTENCE = re.compile(
    r"imggen: stopped (before anything was written\.|before rendering began\."
    r"|with [\d,]+ of 400 images done; go on with: \S.* --resume)\n"
)
MEMORY_FOLDER = Path("/dev/shm")
COMMAND = """
import signal, sys
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_DFL)  # what is started in the background may ignore them
from imggen.cli import enter
sys.argv[0] = 'imggen'
enter()
"""


@dataclass(frozen=True)
class Case:
    """When and how a run is stopped.

    Attributes
    ----------
    rendering : whether to wait until images are made
    delay, pause : seconds until the first signal, and until the second; None: there is none
    group : whether the signals go to all processes of the run
    """

    container: str
    workers: int
    rendering: bool
    delay: float
    signals: tuple[signal.Signals, ...]
    pause: float | None
    group: bool


def random_case(rng):
    """Any of the cases that people meet."""
    rendering = rng.random() < 0.5
    return Case(
        container=rng.choice(CONTAINERS),
        workers=rng.choice((1, 2)),
        rendering=rendering,
        delay=rng.uniform(0, 0.4) if rendering else rng.uniform(0.05, 1.5),
        signals=(rng.choice(SIGNALS), rng.choice(SIGNALS)),
        pause=rng.choice((0.0, 0.01, 0.1, 0.3)) if rng.random() < 0.5 else None,
        group=rng.random() < 0.5,
    )


def write_art(folder):
    """The art of all runs, in `folder`."""
    write_small_article(folder)
    return folder


def settings_of(container):
    """Settings that make many small chunks."""
    sharded = {"output__shard_images": 10} if container == "webdataset" else {}
    return {"dataset__count": COUNT, "output__container": container, **sharded}


def make_whole(art, folder):
    """A run of each container that nobody stops."""
    for container in CONTAINERS:
        run(art, folder / container, **settings_of(container))
    return folder


def stop_run(art, folder, whole, case):
    """Start a run of `art` in `folder`, stop it and resume it; returns what came of it."""
    out, orphans = folder / "out", orphaned_semaphores()
    with tempfile.TemporaryDirectory(prefix="stops-", dir=MEMORY_FOLDER) as memory:
        process = start(art, out, memory, case)
        send_signals(process, out, case)
        stdout, stderr = process.communicate(timeout=60)
        check_nothing_left(process.pid, Path(memory), orphans)
    if process.returncode == 0:
        assert (stdout, stderr) == ("", ""), stderr
        came = "finished first"
    else:
        # Of two signals at the same time, the system may deliver either first.
        codes = [128 + number for number in case.signals[: 1 if case.pause is None else 2]]
        assert process.returncode in codes, (process.returncode, stderr)
        assert SENTENCE.fullmatch(stderr), f"unexpected: {stderr!r}"
        assert stdout == ""
        came = re.sub(r" with.*", "", stderr.removeprefix("imggen: ").rstrip())
    resume(art, out, case.container)
    check_same_files(out, whole / case.container, ("run.json", "report.html"))
    return came


def start(art, out, memory, case):
    """Start the command in a session of its own; it has begun to watch for signals."""
    settings = ["--container", case.container, "--count", str(COUNT), "--chunk-size", "4"]
    if case.container == "webdataset":
        settings[-2:] = ["--shard-images", "10"]
    command = [sys.executable, "-c", COMMAND, "bulk", art, *settings, "-q"]
    process = subprocess.Popen(
        [*map(str, command), "--workers", str(case.workers), "--out", str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=REPO_ROOT,
        env={**os.environ, "JOBLIB_TEMP_FOLDER": memory},
        start_new_session=True,
    )
    assert wait_until(lambda: catches(process, signal.SIGTERM) or process.poll() is not None, 30)
    return process


def catches(process, number):
    """Whether a process handles a signal by now."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"SigCgt:\s*(\w+)", status)[1], 16) >> (number - 1) & 1


def send_signals(process, out, case):
    """Stop the run as `case` says."""
    done = out / ".imggen" / "done"
    if case.rendering:
        wait_until(lambda: process.poll() is not None or any(done.glob("*")), 30)
    time.sleep(case.delay)
    for number in case.signals[: 1 if case.pause is None else 2]:
        if process.poll() is None:
            (os.killpg if case.group else os.kill)(process.pid, number)
            time.sleep(case.pause or 0)


def check_nothing_left(session, memory, orphans):
    """No process and no shared memory is left of the command that led `session`.

    Nor are semaphores, but for the `orphans` that were there before.
    """
    assert wait_until(lambda: not alive(session), 5), f"still alive: {alive(session)}"
    assert list(memory.iterdir()) == [], "shared memory is left"
    assert wait_until(lambda: orphaned_semaphores() <= orphans, 5), "semaphores are left"


def alive(session):
    """The processes of a session that still run, as the system describes them."""
    stats = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            stat = path.read_text()
        except OSError:  # it has just ended
            continue
        state, _, _, number = stat.rsplit(")", 1)[1].split()[:4]
        if int(number) == session and state != "Z":
            stats.append(stat)
    return stats


def resume(art, out, container):
    """Complete the run."""
    existing = "resume" if (out / ".imggen").is_dir() else "refuse"
    if existing == "refuse" and out.is_dir():
        out.rmdir()
    chunk_size = None if container == "webdataset" else 7
    run(art, out, existing=existing, chunk_size=chunk_size, **settings_of(container))


def main(rounds, seed=0):
    """Stop so many runs, and count what came of them."""
    rng, counts = random.Random(seed), Counter()
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        art = write_art(top / "art")
        whole = make_whole(art, top / "whole")
        for number in range(rounds):
            case = random_case(rng)
            with tempfile.TemporaryDirectory(dir=top) as place:
                try:
                    came = stop_run(art, Path(place), whole, case)
                except (AssertionError, subprocess.TimeoutExpired) as error:
                    came = f"FAILED: {error}"
                    sys.stdout.write(f"{number} {case} {came}\n")
            counts[case.workers, came.split(":")[0]] += 1
            if number % 20 == 19 or number == rounds - 1:
                say_counts(number + 1, counts)


def say_counts(rounds, counts):
    """Say what came of the rounds so far."""
    sys.stdout.write(f"{rounds} rounds\n")
    for (workers, came), count in sorted(counts.items()):
        sys.stdout.write(f"{count:4} {workers} workers: {came}\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
