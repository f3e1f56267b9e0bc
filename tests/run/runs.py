"""What the tests of whole runs share."""

import re
import subprocess
import sys
import textwrap
import time
from pathlib import Path

from tests.art import load

from imggen.run import Options, generate

REPO_ROOT = __file__.rsplit("/tests/", 1)[0]


class Watcher:
    """Notes what a run tells, and may act when the first images are done."""

    quiet = False

    def __init__(self, act=None):
        self.said = []
        self.warned = []
        self.begun = None
        self.advanced = 0
        self._act = act

    def say(self, sentence):
        self.said.append(sentence)

    def warn(self, sentence):
        self.warned.append(sentence)

    def begin(self, images, done):
        self.begun = (images, done)

    def advance(self, images, size_bytes):
        assert images > 0
        assert size_bytes > 0
        self.advanced += images
        act, self._act = self._act, None
        if act:
            act()


def run(
    dataset,
    out,
    *,
    workers=1,
    existing="refuse",
    chunk_size=None,
    check=False,
    watcher=None,
    **overrides,
):
    """Make the dataset in `dataset` in this process; returns its summary."""
    how = {"existing": existing, "chunk_size": chunk_size, "check": check}
    options = Options(out=out, workers=workers, **how)
    return generate(load(dataset / "imggen.toml", **overrides), options, watcher or Watcher())


SCRIPT = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
from imggen.run.engines import shared
from tests.run.runs import Watcher, run

class Teller(Watcher):
    def advance(self, images, size_bytes):
        super().advance(images, size_bytes)
        print(self.advanced, flush=True)

shared.memory_folder = lambda: Path({memory!r})
run(Path({dataset!r}), Path({out!r}), watcher=Teller(), **{settings!r})
print("end", flush=True)
"""


def start_run(dataset, out, memory, **settings):
    """Make a dataset in another process, which writes how many images it has done, line by line."""
    code = textwrap.dedent(SCRIPT).format(
        root=REPO_ROOT,
        dataset=str(dataset),
        out=str(out),
        memory=str(memory),
        settings=settings,
    )
    return subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # a tracker tells there of what it clears up
        text=True,
    )


def wait_for(process, images):
    """Wait until a run that `start_run` started has done so many, or all."""
    for line in process.stdout:
        if line == "end\n" or int(line) >= images:
            break


def kill(process):
    """End a run that `start_run` started, as if the machine went out."""
    process.kill()
    process.wait()
    process.stdout.close()


def run_and_kill(dataset, out, memory, images, **settings):
    """Start a run, and kill it when it has done so many images."""
    process = start_run(dataset, out, memory, **settings)
    wait_for(process, images)
    kill(process)


def children_of(pid):
    """Process ids of the children of a process."""
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return [int(line) for line in found.stdout.split()]


def workers_of(pid):
    """Process ids of the workers of a run: children of its fork server, as no helper has others."""
    return [worker for child in children_of(pid) for worker in children_of(child)]


def orphaned_semaphores():
    """The semaphores that no process uses: their names do not tell whose they were."""
    files = {path.name for path in Path("/dev/shm").glob("sem.*")}
    used = set()
    for path in Path("/proc").glob("[0-9]*/maps"):
        try:
            used.update(re.findall(r"/dev/shm/(sem\.\S+)", path.read_text()))
        except OSError:  # it has just ended
            continue
    return files - used


def wait_until(condition, seconds=300.0):
    """Wait until `condition()` holds; False if it never does: a disk may be busy for minutes."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
