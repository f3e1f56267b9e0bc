"""The manifest of a run: everything that its bytes depend on."""

from __future__ import annotations

import zlib
from importlib.metadata import version
from typing import Any

import PIL

from imggen import __version__
from imggen.assets import Library
from imggen.config import Config
from imggen.store.origin import comparable, make_origin


def make_manifest(config: Config, library: Library) -> dict[str, Any]:
    """Return all that a run's bytes depend on, as JSON values: equal manifests give equal bytes."""
    return {"versions": versions(), **comparable(make_origin(config, library))}


def manifest_of(summary: dict[str, Any]) -> dict[str, Any]:
    """Return the manifest of the run whose `run.json` is `summary`."""
    keys = [key for key in ("segment_images", "order") if key in summary]
    order: dict[str, Any] = {key: summary[key] for key in keys}
    return {"versions": summary["versions"], **comparable(summary), **order}


def versions() -> dict[str, str]:
    """Return the versions of the packages that draw and encode."""
    return {
        "imggen": __version__,
        "pillow": PIL.__version__,
        "isal": version("isal"),
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
    }
