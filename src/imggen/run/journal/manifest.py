"""The manifest of a run: everything that its bytes depend on."""

from __future__ import annotations

from typing import Any

from imggen.assets import Library
from imggen.config import Config
from imggen.run.versions import versions
from imggen.store.origin import comparable, make_origin


def make_manifest(config: Config, library: Library) -> dict[str, Any]:
    """Return all that a run's bytes depend on, as JSON values: equal manifests give equal bytes."""
    return {"versions": versions(), **comparable(make_origin(config, library))}


def manifest_of(summary: dict[str, Any]) -> dict[str, Any]:
    """Return the manifest of the run whose `run.json` is `summary`."""
    keys = [key for key in ("segment_images", "order") if key in summary]
    order: dict[str, Any] = {key: summary[key] for key in keys}
    return {"versions": summary["versions"], **comparable(summary), **order}
