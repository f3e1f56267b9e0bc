"""imggen: labelled image datasets from layered trait art, as fast as the machine can write them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imggen import errors as errors
from imggen.lazy import lazy_names

if TYPE_CHECKING:
    from imggen.api import generate, load, plan, render
    from imggen.dataset import Dataset

__all__ = ["Dataset", "__version__", "generate", "load", "plan", "render"]
__version__ = "0.1.0"

__getattr__ = lazy_names(
    __name__, {"Dataset": "dataset", **dict.fromkeys(("generate", "load", "plan", "render"), "api")}
)


def __dir__() -> list[str]:
    """Return the public names, for completion."""
    return sorted([*__all__, "errors"])
