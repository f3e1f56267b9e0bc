"""Where compiled kernels are kept, and what tells whether all of them are there.

Numba takes a kernel for unchanged as long as its own file is. Here, the files that it is made from
count as well: else an edit of what it calls would go unnoticed, and other bytes with it. Nothing
here loads Numba, as a run asks before it does anything else.
"""

from __future__ import annotations

import atexit
import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

PACKAGE = Path(__file__).parent
# The files of kernels, and of all that they are made from; below PACKAGE.
SOURCES = ("kernels.py", "assets/runs.py", "draw/*.py", "encode/**/*.py", "labels/shapes/*.py")
IMPORTED = re.compile(r"^from (imggen\.[\w.]+) import", re.MULTILINE)
CPU_FACTS = ("model name", "flags", "CPU implementer", "CPU part", "Features")  # /proc/cpuinfo's
CPU_SETTINGS = ("NUMBA_CPU_NAME", "NUMBA_CPU_FEATURES")
GIVEN = "NUMBA_CACHE_DIR"
TEMPORARY = "IMGGEN_KERNELS"  # tells processes where the one that started them keeps kernels


@cache
def folder() -> Path:
    """Where this process and those it starts keep kernels."""
    for place in places():
        if can_write(place) or is_whole(place):
            return place
    return temporary_folder()


def places() -> Iterator[Path]:
    """Where kernels may be kept, the best first. No two copies of imggen share one."""
    own = f"imggen-{sha256(str(PACKAGE).encode()).hexdigest()[:16]}"
    for variable in (TEMPORARY, GIVEN):
        if os.environ.get(variable):
            yield Path(os.environ[variable], own)
    yield PACKAGE / "__pycache__"
    home = Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"))  # noqa: PTH111  # which raises without a home
    if home.is_absolute():
        yield home / own


def can_write(place: Path) -> bool:
    """Whether files can be made in `place`, which may be made for that."""
    try:
        place.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=place).close()
    except OSError:
        return False
    return True


def temporary_folder() -> Path:
    """A new folder for this process and those it starts, gone with it."""
    made = tempfile.mkdtemp(prefix="imggen-kernels-")
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    os.environ[TEMPORARY] = made
    place = next(places())
    place.mkdir()
    return place


def is_kept(place: Path) -> bool:
    """Whether what is in `place` will be there for the next run."""
    return place.parent != Path(os.environ.get(TEMPORARY, os.devnull))


# --- whether all are there ------------------------------------------------------------------------


def is_whole(place: Path) -> bool:
    """Whether `place` has all kernels, as they are now, for this machine."""
    try:
        return stamp_file(place).read_text() == fingerprint()
    except OSError:
        return False


def mark_whole(place: Path, of: str) -> None:
    """Note that `place` has all kernels of the fingerprint `of`."""
    part = stamp_file(place).with_suffix(f".{os.getpid()}.part")
    part.write_text(of)
    os.replace(part, stamp_file(place))


def stamp_file(place: Path) -> Path:
    """Of this Python and this CPU: others may keep theirs in the same place."""
    # Its suffix is like those of Numba's files, which are removed together as *.nb?
    return place / f"kernels-{sys.implementation.cache_tag}-{cpu()[:16]}.nbs"


def fingerprint() -> str:
    """Changes when a kernel may have."""
    files = [(str(path.relative_to(PACKAGE)), path.read_bytes()) for path in sorted(sources())]
    return sha256(repr((files, version("numba"))).encode()).hexdigest()


@cache
def sources() -> frozenset[Path]:
    """All files that kernels are made from."""
    return frozenset(path for pattern in SOURCES for path in PACKAGE.glob(pattern))


@cache
def cpu() -> str:
    """Tells CPUs apart that do not run the same code."""
    try:
        with Path("/proc/cpuinfo").open() as lines:
            facts = [line for line in iter(lines.readline, "\n") if line.startswith(CPU_FACTS)]
    except OSError:
        facts = [platform.processor()]
    facts += [platform.machine(), *(os.environ.get(name, "") for name in CPU_SETTINGS)]
    return sha256(repr(facts).encode()).hexdigest()


# --- whether one is as it was ---------------------------------------------------------------------


@cache
def stamp_of(source: Path) -> str:
    """Changes when a kernel in the file `source` may have."""
    return sha256(repr([look_at(path) for path in sorted(made_from(source))]).encode()).hexdigest()


def made_from(source: Path) -> set[Path]:
    """The file `source`, and those of `sources` that it imports from, at any depth."""
    found: set[Path] = set()
    new = {source}
    while new:
        found |= new
        modules = {module for path in new for module in look_at(path)[1]}
        files = {
            PACKAGE.parent.joinpath(*module.split(".")).with_suffix(".py") for module in modules
        }
        new = files & sources() - found
    return found


@cache
def look_at(path: Path) -> tuple[str, tuple[str, ...]]:
    """Tells the content of a file from any other, and which modules of imggen it imports from."""
    content = path.read_bytes()
    return sha256(content).hexdigest(), tuple(IMPORTED.findall(content.decode()))
