"""The versions of what draws and encodes; a worker reads them, and loads nothing else for it."""

from __future__ import annotations

import zlib
from importlib.metadata import version

import PIL

from imggen import __version__


def versions() -> dict[str, str]:
    """Return the versions of the packages that draw and encode."""
    return {
        "imggen": __version__,
        "pillow": PIL.__version__,
        "isal": version("isal"),
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
    }
