"""Decide what every image shows, before any is drawn."""

from typing import TYPE_CHECKING

from imggen.lazy import lazy_names

if TYPE_CHECKING:
    from imggen.plan.make import make_plan
    from imggen.plan.scenes import Chunk, Plan, Scene

__all__ = ["Chunk", "Plan", "Scene", "make_plan"]

__getattr__ = lazy_names(
    __name__,
    {
        "Chunk": "scenes",
        "Plan": "scenes",
        "Scene": "scenes",
        "make_plan": "make",
    },
)
