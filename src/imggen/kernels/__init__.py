"""The kernels: inner loops in C, built with the package; this loads the build that suits this CPU.

Their sources lie beside what they are for: `draw/*.c`, `encode/png/*.c` and so on; their types are
in `__init__.pyi`. All builds make the same pixels and bytes; IMGGEN_KERNELS=v1 picks the plainest.
"""

from __future__ import annotations

import os
from importlib import import_module
from types import ModuleType

BUILDS = {4: "v4", 3: "v3", 1: "v1", 0: "v0"}  # by what `level` of kernels/module.c tells
CHOSEN = "IMGGEN_KERNELS"


def load() -> ModuleType:
    """Load the widest build that this CPU runs, or the one that IMGGEN_KERNELS names."""
    if os.environ.get(CHOSEN):
        return import_build(os.environ[CHOSEN])
    try:
        plain = import_build("v1")
    except ImportError:
        return import_build("v0")
    build = BUILDS[plain.level()]
    return plain if build == "v1" else import_build(build)


def import_build(name: str) -> ModuleType:
    """Import one build."""
    return import_module(f"imggen.kernels._{name}")


Struct = object  # what `pack` makes: opaque here, typed in `__init__.pyi`
globals().update({k: v for k, v in vars(load()).items() if not k.startswith("_")})
