"""The label formats by name; the module of a format is loaded when the format is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import TYPE_CHECKING

from imggen.config.plain import FORMAT_MODULES

if TYPE_CHECKING:
    from imggen.formats.format import Format
    from imggen.formats.info import DatasetInfo


def find_format(name: str) -> type[Format]:
    """Return the class of the format `name`."""
    module = import_module(f"{__package__}.{FORMAT_MODULES[name]}")
    found: dict[str, type[Format]] = {one.name: one for one in module.FORMATS}
    return found[name]


def make_formats(info: DatasetInfo) -> list[Format]:
    """Return the formats of `labels.formats`, ready to label the images of a dataset."""
    return [find_format(name)(info) for name in info.labels.formats]


def recorded_depths(info: DatasetInfo) -> tuple[int, ...]:
    """Return the columns of traits whose instances are recorded, for formats that need them all."""
    needed = any(find_format(name).keeps_instances for name in info.labels.formats)
    return info.classes.depths if needed else ()


def owned_names(formats: Iterable[str]) -> set[str]:
    """Return all names that `formats` write directly in a dataset's folder; unknown ones none."""
    known = [find_format(name) for name in formats if name in FORMAT_MODULES]
    return {name for one in known for name in one.owned_names}
