"""The numbers of CPUs and bytes that this process and its workers may use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from imggen.sizes import show_bytes

if TYPE_CHECKING:
    from imggen.run.options import Progress

# More than "Pss_Anon" in /proc/PID/smaps_rollup says during runs of the sample, 200 images as PNG
# (70 MB a worker), as JPEG (44) and with labels (76). The main process takes 187 MB and its helpers
# 41. Where workers are not forked, each has 40 MB more. Shared art comes on top, and sprites that
# each worker makes anew.
PARENT_BYTES = 230 * 10**6
WORKER_BYTES = 120 * 10**6
ART_SHARE = 4  # one part in so many of the memory is left to art and prepared backgrounds

CGROUPS = Path("/sys/fs/cgroup")
OWN_CGROUPS = Path("/proc/self/cgroup")
V2_LIMIT = "memory.max"  # Linux, Documentation/admin-guide/cgroup-v2.rst
V1_LIMIT = "memory.limit_in_bytes"  # Linux, Documentation/admin-guide/cgroup-v1/memory.rst


@dataclass(frozen=True)
class Limit:
    """The most memory that all processes together may use, and the file that says so."""

    size_bytes: int
    source: Path


def memory_limit() -> Limit | None:
    """Return the least limit of this process's control group and those above; None if none."""
    physical = physical_memory()
    limits = [limit for limit in limits_of_groups() if limit.size_bytes < physical]
    return min(limits, key=lambda limit: limit.size_bytes, default=None)


def limits_of_groups() -> Iterator[Limit]:
    """Yield all memory limits of the control groups that this process is in."""
    for group, name in memory_groups():
        for folder in (group, *group.parents):
            if not folder.is_relative_to(CGROUPS):
                break
            size_bytes = read_limit(folder / name)
            if size_bytes is not None:
                yield Limit(size_bytes, folder / name)


def memory_groups() -> Iterator[tuple[Path, str]]:
    """Yield the folder of each control group of this process, and the name of its limit."""
    try:
        lines = OWN_CGROUPS.read_text().splitlines()
    except OSError:  # no Linux
        return
    for line in lines:  # like 4:memory:/docker/1f or 0::/user.slice
        _, controllers, path = line.split(":", 2)
        if "memory" in controllers.split(","):
            yield CGROUPS / "memory" / path.lstrip("/"), V1_LIMIT
        elif not controllers:
            yield CGROUPS / path.lstrip("/"), V2_LIMIT


def read_limit(path: Path) -> int | None:
    """Read a limit, bytes; None if there is none.

    A container may see its own group as the root, and have no file of this path; "max" is no limit.
    """
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return None


def physical_memory() -> int:
    """Return the memory of this machine, bytes."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def usable_memory() -> int:
    """Return the bytes that this process and its workers may use."""
    limit = memory_limit()
    return limit.size_bytes if limit else physical_memory()


def say_limit() -> str:
    """Return the memory limit, to be put after what it has caused; nothing if there is none."""
    limit = memory_limit()
    if limit is None:
        return ""
    return f" (all processes may use {show_bytes(limit.size_bytes)} by {limit.source})"


def usable_cpus() -> int:
    """Return how many CPUs this process may use, by affinity and control group."""
    from imggen.run.engines.parallel import cpu_count  # noqa: PLC0415  # joblib is slow to load

    return int(cpu_count())


def default_workers() -> int:
    """Return how many workers to start: one per CPU, as far as memory goes."""
    return min(usable_cpus(), max(1, most_workers(usable_memory())))


def most_workers(memory_bytes: int) -> int:
    """Return how many workers fit in `memory_bytes` beside art; one is the main process itself."""
    left = memory_bytes * (ART_SHARE - 1) // ART_SHARE - PARENT_BYTES
    return max(1, left // WORKER_BYTES) if left >= 0 else 0


def warn_of_memory(workers: int, progress: Progress) -> None:
    """Warn of more workers than fit in a memory limit: the system kills them without a word."""
    limit = memory_limit()
    if limit is None:
        return
    most = most_workers(limit.size_bytes)
    if workers > most:
        progress.warn(
            f"--workers is {workers}, but all processes may use {show_bytes(limit.size_bytes)} "
            f"by {limit.source}; the main one takes about {show_bytes(PARENT_BYTES)} and each "
            f"worker {show_bytes(WORKER_BYTES)}, and a quarter is kept for art. The system may "
            f"kill the run; {f'give at most --workers {most}' if most else 'raise the limit'}."
        )
