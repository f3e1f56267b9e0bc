"""Decide what every image shows, before any is drawn."""

from imggen.plan.make import make_plan
from imggen.plan.scenes import Chunk, Plan, Scene

__all__ = ["Chunk", "Plan", "Scene", "make_plan"]
