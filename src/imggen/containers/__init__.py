"""The containers of a dataset's images: one module each, loaded when it is used."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from imggen.containers.base import Container

if TYPE_CHECKING:  # workers do without the models
    from imggen.config import Output

__all__ = ["REGISTRY", "Container", "find_container", "make_container", "names_owned_by"]

# By name, as `output.container` takes it, the class: its module and its own name.
REGISTRY: dict[str, tuple[str, str]] = {
    "files": ("files", "Files"),
    "webdataset": ("webdataset", "WebDataset"),
    "parquet": ("parquet", "Parquet"),
    "tfrecord": ("tfrecord", "TFRecord"),
    "mds": ("mds", "Mds"),
    "npy": ("arrays", "Npy"),
    "npz": ("arrays", "Npz"),
}


def find_container(name: str) -> type[Container]:
    """Return the class of the container `name`."""
    module, own_name = REGISTRY[name]
    found: type[Container] = getattr(import_module(f"{__name__}.{module}"), own_name)
    return found


def make_container(output: Output) -> Container:
    """Return the container that `output` asks for, with its settings."""
    return find_container(output.container).of(output)


def names_owned_by(name: str) -> tuple[str, ...]:
    """Return what the container `name` writes right in a dataset's folder; nothing if unknown."""
    return find_container(name).owned_names if name in REGISTRY else ()
