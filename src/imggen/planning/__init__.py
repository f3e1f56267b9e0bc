"""Decide what every image shows, before any is drawn."""

from typing import TYPE_CHECKING

from imggen.lazy import lazy_names

if TYPE_CHECKING:
    from imggen.planning.make import make_plan
    from imggen.planning.plan import Plan
    from imggen.planning.scenes import Chunk, Scene, Shot
    from imggen.planning.segments import Segments

__all__ = ["Chunk", "Plan", "Scene", "Segments", "Shot", "make_plan"]

__getattr__ = lazy_names(
    __name__,
    {
        "Chunk": "scenes",
        "Plan": "plan",
        "Scene": "scenes",
        "Segments": "segments",
        "Shot": "scenes",
        "make_plan": "make",
    },
)
