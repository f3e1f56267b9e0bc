"""Names of a package that are loaded, with their modules, when they are first asked for.

A worker imports a few modules of each package, and so does without the models and all that checks
and plans, which take as long to load as it takes to make many images.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module


def lazy_names(package: str, modules: Mapping[str, str]) -> Callable[[str], object]:
    """Return the `__getattr__` of `package`, whose names are in these of its `modules`.

    No name may be that of a module: once loaded, this would be found in its place.
    """

    def find(name: str) -> object:
        if name not in modules:
            message = f"module {package!r} has no attribute {name!r}"
            raise AttributeError(message, name=name, obj=sys.modules[package])
        return getattr(import_module(f"{package}.{modules[name]}"), name)

    return find
