"""The kernels: inner loops in C, compiled when the package is built.

This module loads the build that is fastest on this CPU. The sources are next to the modules that
use them (`draw/*.c`, `encode/png/*.c` and so on), and their types are in `__init__.pyi`. All builds
give the same pixels and bytes; IMGGEN_KERNELS=v1 selects the most portable one.
"""

from __future__ import annotations

import os
from importlib import import_module
from types import ModuleType

BUILDS = {4: "v4", 3: "v3", 1: "v1", 0: "v0"}  # by the result of `level` in kernels/module.c
CHOSEN = "IMGGEN_KERNELS"


def load() -> ModuleType:
    """Return the widest build that this CPU can run, or the one that IMGGEN_KERNELS names."""
    if os.environ.get(CHOSEN):
        return import_build(os.environ[CHOSEN])
    try:
        plain = import_build("v1")
    except ImportError:
        return import_build("v0")
    build = BUILDS[plain.level()]
    return plain if build == "v1" else import_build(build)


def import_build(name: str) -> ModuleType:
    """Import and return the build `name`, like "v3"."""
    return import_module(f"imggen.kernels._{name}")


Struct = object  # the result of `pack`: opaque here, typed in `__init__.pyi`
globals().update({k: v for k, v in vars(load()).items() if not k.startswith("_")})
