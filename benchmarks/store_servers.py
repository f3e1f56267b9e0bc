"""The S3 servers on this machine that stores are measured with; each refuses every n-th request."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

START_SECONDS = 60
TICKS = os.sysconf("SC_CLK_TCK")  # of a second
KEY = "S3RVER"  # what s3rver knows; the others take any
# For glibc: memory of objects that are removed is used again, as in a server that runs for long.
KEPT_MEMORY = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": str(2**40),
    "MALLOC_TOP_PAD_": str(2**28),
}
NODE_SCRIPT = Path(__file__).with_name("failing_s3rver.js")


@dataclass(frozen=True)
class Server:
    """A server that runs: its process and its address."""

    process: int
    address: str

    @property
    def environment(self) -> dict[str, str]:
        """The environment of its clients."""
        own = {name: value for name, value in os.environ.items() if not is_foreign(name)}
        return own | {
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": KEY,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": self.address,
        }

    def cpu_seconds(self) -> float:
        """CPU time that the server has taken."""
        return sum(self._times())

    def kernel_seconds(self) -> float:
        """CPU time that the system has taken for the server."""
        return self._times()[1]

    def _times(self) -> tuple[float, float]:
        fields = Path(f"/proc/{self.process}/stat").read_text().rpartition(")")[2].split()
        return int(fields[11]) / TICKS, int(fields[12]) / TICKS


def is_foreign(name: str) -> bool:
    """Whether a variable would lead clients elsewhere."""
    return name.lower().endswith("_proxy") or name.startswith("AWS_")


def commands() -> dict[str, list[str]]:
    """The servers that are installed, by name, and how each is started."""
    python = [sys.executable, "-m"]
    found = {"null": [*python, "benchmarks.null_store"]}
    if find_spec("moto") is not None:
        found["moto"] = [*python, "benchmarks.failing_store"]
    node = shutil.which("node")
    if node and any(Path(path, "s3rver").exists() for path in node_paths()):
        found["s3rver"] = [node, str(NODE_SCRIPT)]
    return found


def node_paths() -> list[str]:
    """The folders where node looks for packages."""
    return [path for path in os.environ.get("NODE_PATH", "").split(":") if path]


@contextmanager
def started(command: list[str], folder: Path, every: int) -> Iterator[Server]:
    """Start a server, with a new `folder` for what it needs, and end it after the block."""
    folder.mkdir(parents=True)
    address = folder / "address"
    arguments = [*command, str(address), str(every), str(folder)]
    process = subprocess.Popen(arguments, env={**os.environ, **KEPT_MEMORY})
    try:
        end = time.monotonic() + START_SECONDS
        while not address.exists() or not address.read_text():
            if time.monotonic() > end or process.poll() is not None:
                raise TimeoutError(f"{' '.join(command)} does not start")
            time.sleep(0.05)
        yield Server(process.pid, address.read_text())
    finally:
        process.terminate()
        process.wait(30)
        shutil.rmtree(folder)
