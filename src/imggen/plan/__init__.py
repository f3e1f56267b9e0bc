"""What every image shows, decided before any is drawn."""

from imggen.plan.scenes import Chunk, Plan, Scene, make_plan

__all__ = ["Chunk", "Plan", "Scene", "make_plan"]
