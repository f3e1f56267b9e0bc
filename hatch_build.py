"""Build the kernels: C, compiled once for each kind of CPU, of which a process loads the best.

hatchling calls this for wheels and editable installs. By hand: `python hatch_build.py` builds what
is out of date, in place; `python hatch_build.py checked` builds the kernels that
scripts/test-checked tests, with checks of all they read and write.
"""

from __future__ import annotations

import os
import platform
import shlex
import shutil
import subprocess
import sys
import sysconfig
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
SOURCES = ROOT / "src/imggen"
BUILT = SOURCES / "kernels"
SUFFIX = ".abi3.so"  # one build for all versions of Python from PYTHON on
PYTHON = "cp311"
X86_64 = {"v1": ["-march=x86-64"], "v3": ["-march=x86-64-v3"], "v4": ["-march=x86-64-v4"]}
PLAIN: dict[str, list[str]] = {"v0": []}  # for any other CPU

# No fused multiply-adds, and no sums in another order: all builds make the same bytes.
FLAGS = ["-std=gnu11", "-fPIC", "-fvisibility=hidden", "-ffp-contract=off", "-DNDEBUG"]
FAST = ["-O3", "-g0"]
CHECKED = ["-O1", "-g", "-fno-omit-frame-pointer", "-fno-sanitize-recover=undefined"]
CHECKED += ["-fsanitize=address,undefined", "-Wall", "-Wextra", "-Werror"]

NO_COMPILER = """\
imggen is built with a C compiler: {missing}. Install what is missing:
    Debian, Ubuntu  sudo apt-get install gcc libc6-dev python3-dev
    Fedora          sudo dnf install gcc python3-devel
    macOS           xcode-select --install
or name a compiler: CC=/path/to/cc"""


class KernelsHook(BuildHookInterface):  # type: ignore[type-arg]
    """Puts the kernels into a wheel, or beside their sources if that is editable."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build all kernels, and say what the wheel runs on."""
        del version
        build_all()
        build_data["pure_python"] = False
        system = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["tag"] = f"{PYTHON}-abi3-{system}"
        for name in builds():
            build_data["force_include"][str(path_of(name))] = f"imggen/kernels/{path_of(name).name}"


def builds() -> dict[str, list[str]]:
    """Name the builds for this kind of machine, and what the compiler is told for each."""
    return X86_64 if platform.machine().lower() in ("x86_64", "amd64") else PLAIN


def path_of(name: str) -> Path:
    """Where a build lies."""
    return BUILT / f"_{name}{SUFFIX}"


def build_all() -> None:
    """Build what is out of date."""
    stale = {name: flags for name, flags in builds().items() if is_stale(path_of(name))}
    if stale:
        compiler = find_compiler()
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda name: build(compiler, name, [*FAST, *stale[name]]), stale))


def is_stale(path: Path) -> bool:
    """Whether a build is not there, or older than what it is made from."""
    sources = [*SOURCES.rglob("*.[ch]"), Path(__file__)]
    return not path.exists() or path.stat().st_mtime < max(s.stat().st_mtime for s in sources)


def find_compiler() -> list[str]:
    """The command of the C compiler."""
    named = shlex.split(os.environ.get("CC", ""))
    for command in [named] if named else [["cc"], ["gcc"], ["clang"]]:
        if shutil.which(command[0]):
            return command
    sys.exit(NO_COMPILER.format(missing=f"{named[0]} was not found" if named else "none was found"))


def build(compiler: list[str], name: str, flags: list[str]) -> None:
    """Compile and link one build; it appears when it is whole."""
    part = path_of(name).with_suffix(f".{os.getpid()}.part")
    include = sysconfig.get_path("include")
    link = ["-bundle", "-undefined", "dynamic_lookup"] if sys.platform == "darwin" else ["-shared"]
    command = [*compiler, *FLAGS, *flags, *link, f"-DINIT_MODULE=PyInit__{name}"]
    command += [f"-I{SOURCES}", f"-I{include}", "-o", str(part)]
    command += map(str, sorted(SOURCES.rglob("*.c")))
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        part.unlink(missing_ok=True)
        if "Python.h" in done.stderr:
            sys.exit(NO_COMPILER.format(missing=f"Python's headers are not in {include}"))
        sys.exit(f"{shlex.join(command)}\n{done.stderr}\nThe kernels do not compile: see above.")
    os.replace(part, path_of(name))


if __name__ == "__main__":
    if sys.argv[1:] == ["checked"]:
        build(find_compiler(), "checked", CHECKED)
    else:
        build_all()
