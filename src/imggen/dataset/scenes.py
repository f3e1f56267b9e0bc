"""The scenes of a dataset's images, planned as they are asked for, and what renders them."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from imggen.dataset.renderer import Renderer
from imggen.formats.info import DatasetInfo
from imggen.planning import Plan, Scene, Segments
from imggen.planning.scenes import Scenes

BLOCK = 64  # images whose scenes are looked up at once: it takes no longer than for one


class SceneSource:
    """The scenes of images, by index, and a renderer, in any thread and process.

    A pickle holds none of what a thread has made.

    Attributes
    ----------
    segments : the plan of all images
    info : names and numbers of the dataset
    """

    def __init__(self, segments: Segments, info: DatasetInfo) -> None:
        self.segments = segments
        self.info = info
        self._own = ThreadState()

    def of_images(self, images: Sequence[int]) -> tuple[Plan, Scenes]:
        """Return the plan and the scenes of `images`."""
        plan = self.segments.take(np.array(images, np.int64))
        return plan, plan.scenes(np.arange(len(images)))

    def of_image(self, image: int) -> PlannedScene:
        """Return the scene of one image. Plan its neighbours too: they are likely to be next."""
        block, row = divmod(image, BLOCK)
        own = self._own
        if own.block != block:
            stop = min((block + 1) * BLOCK, self.segments.count)
            own.plan, own.scenes = self.of_images(range(block * BLOCK, stop))
            own.block = block
        return PlannedScene(own.scenes[row], own.plan, row)

    @property
    def renderer(self) -> Renderer:
        """The renderer of this thread."""
        own = self._own
        if own.renderer is None or own.process != os.getpid():  # a fork may have copied it at work
            output = self.segments.config.output
            own.renderer = Renderer(self.segments.library, output, self.info)
            own.process = os.getpid()
        return own.renderer

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_own": None}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        self.__dict__.update(state)
        self._own = ThreadState()


class PlannedScene(NamedTuple):
    """The scene of an image, and a plan with the image in `row`."""

    scene: Scene
    plan: Plan
    row: int


class ThreadState(threading.local):
    """The renderer, and the plan and scenes of the latest block, of each thread."""

    renderer: Renderer | None = None
    process: int = 0
    block: int = -1
    plan: Plan
    scenes: Scenes
