"""A small house that is compiled in seconds: imggen's own way to compile, and kernels of no use."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import imggen

PACKAGE = Path(imggen.__file__).parent
KEPT = ("__init__", "compile", "kernel_cache", "kernels", "signals")
INNER = """
from imggen.kernels import inner_kernel

ADDED = 1

@inner_kernel
def add(number):
    return number + ADDED
"""
KERNEL = """
from numba import types
from imggen.draw.{inner} import {name}
from imggen.kernels import compile_kernel, kernel

@kernel
def {kernel}(number):
    return {name}(number)

compile_kernel({kernel}, (types.int64,))
"""
FILES = {
    "__init__": "",
    "inner": INNER,
    "other": INNER.replace("add", "add_other"),
    "outer": KERNEL.format(inner="inner", name="add", kernel="apply"),
    "alone": KERNEL.format(inner="other", name="add_other", kernel="apply_other"),
}
KERNELS = 2
LOAD = """
from imggen.draw.outer import apply
from imggen.draw.alone import apply_other
print(apply(1), apply_other(1), *(len(k.stats.cache_misses) for k in (apply, apply_other)))
"""
COMPILE = (
    "import sys\nfrom imggen.compile import compile_kernels\ncompile_kernels(print, {workers})\n"
)


class House:
    """One in `folder`, which is its users' home too."""

    def __init__(self, folder):
        self.folder = folder
        self.package = folder / "imggen"
        (self.package / "draw").mkdir(parents=True)
        for name in KEPT:
            shutil.copy(PACKAGE / f"{name}.py", self.package)
        for name, text in FILES.items():
            self.source(name).write_text(text)

    def source(self, name):
        """The file of a kernel, or of what it calls."""
        return self.package / "draw" / f"{name}.py"

    def change(self, name):
        """Add 2 where 1 was added."""
        self.source(name).write_text(
            self.source(name).read_text().replace("ADDED = 1", "ADDED = 2")
        )

    def start(self, code, **env):
        """Start Python with `code` in the house."""
        known = {key: value for key, value in os.environ.items() if not key.startswith("NUMBA_")}
        known |= {"PYTHONPATH": str(self.folder), "XDG_CACHE_HOME": str(self.folder / "cache")}
        command = [sys.executable, "-P", "-c", code]
        return subprocess.Popen(command, env=known | env, stdout=subprocess.PIPE, text=True)

    def run(self, code, **env):
        """The lines that `code` prints."""
        process = self.start(code, **env)
        said, _ = process.communicate()
        assert process.returncode == 0
        return said.splitlines()

    def compile(self, workers=2, **env):
        """Compile what is not there; what is said of it."""
        return self.run(COMPILE.format(workers=workers), **env)

    def load(self, **env):
        """What both kernels make of 1, and how many had to be compiled for that, each."""
        return self.run(LOAD, **env)[0]

    def compiled(self):
        """The files of machine code anywhere in the house."""
        return sorted(path.name for path in self.folder.rglob("*.nbc"))
