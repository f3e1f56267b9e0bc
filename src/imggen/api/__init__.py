"""imggen in Python: load a configuration, plan it, render its images, make its dataset."""

from typing import TYPE_CHECKING

from imggen.lazy import lazy_names

if TYPE_CHECKING:
    from imggen.api.functions import generate, load, plan, render
    from imggen.api.planned import Planned

__all__ = ["Planned", "generate", "load", "plan", "render"]

__getattr__ = lazy_names(
    __name__,
    {
        "Planned": "planned",
        "generate": "functions",
        "load": "functions",
        "plan": "functions",
        "render": "functions",
    },
)
