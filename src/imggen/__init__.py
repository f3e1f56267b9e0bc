"""imggen: labelled image datasets from layered trait art, as fast as the machine can write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imggen.dataset import Dataset

__all__ = ["Dataset", "__version__"]
__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """Import `Dataset` on first use, as commands and their workers start faster without it."""
    if name == "Dataset":
        from imggen.dataset import Dataset  # noqa: PLC0415

        return Dataset
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
