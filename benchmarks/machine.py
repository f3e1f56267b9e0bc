"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = (
    "imggen", "numpy", "pillow-simd", "pillow", "isal", "joblib", "opencv-python-headless",
    "pyvips", "pyvips-binary", "fpng", "fpng-py-fix", "simplejpeg", "zlib-ng",
)  # fmt: skip


@dataclass(frozen=True)
class Machine:
    """A machine, what runs on it, and when. `load` is what else it did at the beginning."""

    cpu: str
    cores: int
    memory_gb: float
    system: str
    python: str
    versions: dict[str, str]
    date: str
    load: float

    def __str__(self) -> str:
        packages = ", ".join(f"{name} {number}" for name, number in self.versions.items())
        return (
            f"{self.cpu}, {self.cores} cores, {self.memory_gb:.0f} GB; {self.system}; "
            f"Python {self.python}; {packages}. {self.date}, load {self.load:.1f} before."
        )


def this_machine() -> Machine:
    """The machine this runs on."""
    return Machine(
        cpu=cpu_model(),
        cores=len(os.sched_getaffinity(0)),
        memory_gb=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9,
        system=system(),
        python=platform.python_version(),
        versions={name: found for name in PACKAGES if (found := installed(name))},
        date=datetime.now(UTC).strftime("%Y-%m-%d"),
        load=os.getloadavg()[0],
    )


def cpu_model() -> str:
    """The name of the CPU, and its widest vectors."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    facts = dict(line.split(":", 1) for line in lines if ":" in line)
    known = {name.strip(): value.strip() for name, value in facts.items()}
    flags = known.get("flags", "").split()
    widest = next((name for name in ("avx512bw", "avx2") if name in flags), "")
    return f"{known.get('model name', platform.machine())} {widest}".strip()


def system() -> str:
    """The operating system."""
    try:
        name = platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        name = platform.system()
    return f"{name}, kernel {platform.release()}"


def installed(package: str) -> str | None:
    """The version of a package."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None
