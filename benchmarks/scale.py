"""What any number of images takes on any number of cores, derived from measured costs.

A model, not a measurement: nodes of 16 cores make partitions side by side, the parent of each plans
and notes chunks while its workers render, all write to one store, and one process merges.
docs/scaling.md has its tables, see scale_page.py.
"""

from __future__ import annotations

from dataclasses import dataclass

NODE_CORES = 16
STORE_BYTES = 10 * 10**9  # a second: a parallel file system, or an object store in its region
SEGMENT_IMAGES = 2**17
SEGMENTS_AT_ONCE = 4  # what the parent keeps, and what it makes the next of
RANGE_BYTES = 136  # of start and stop of a chunk, as the merge has those of all


@dataclass(frozen=True)
class Costs:
    """The measured costs of a job.

    Attributes
    ----------
    start_s : seconds before the first chunk, for each node
    plan_us, render_us, merge_us : CPU time of an image, µs
    image_bytes : of an image and what is beside it in a shard
    plan_bytes : of the plan of an image
    chunk_images : images of a chunk, which is a shard
    """

    name: str
    start_s: float
    plan_us: float
    render_us: float
    merge_us: float
    image_bytes: float
    plan_bytes: float
    chunk_images: int


@dataclass(frozen=True)
class Expected:
    """What a job takes: seconds by what would be busy so long, if nothing else held it up."""

    workers_s: float
    parent_s: float
    store_s: float
    merge_s: float
    start_s: float

    @property
    def make_s(self) -> float:
        """Seconds until the last image is there; planning and writing go on while others render."""
        return self.start_s + max(self.workers_s, self.parent_s, self.store_s)

    @property
    def limit(self) -> str:
        """What holds the rest up."""
        busy = {"cores": self.workers_s, "planning": self.parent_s, "store": self.store_s}
        return max(busy, key=lambda name: busy[name])


def expect(
    costs: Costs, chunk_us: float, count: int, cores: int, store_bytes: float = STORE_BYTES
) -> Expected:
    """What `count` images take on `cores`; the parent spends `chunk_us` on each chunk besides."""
    nodes = -(-cores // NODE_CORES)
    parent_us = costs.plan_us + chunk_us / costs.chunk_images
    return Expected(
        workers_s=count * costs.render_us / cores / 1e6,
        parent_s=count * parent_us / nodes / 1e6,
        store_s=count * costs.image_bytes / store_bytes,
        merge_s=count * costs.merge_us / 1e6,
        start_s=costs.start_s,
    )


def cores_of_store(costs: Costs, store_bytes: float = STORE_BYTES) -> float:
    """How many cores write as much as the store takes."""
    return store_bytes / (costs.image_bytes / costs.render_us * 1e6)


def cores_of_parent(costs: Costs, chunk_us: float) -> float:
    """How many cores one parent keeps busy."""
    return costs.render_us / (costs.plan_us + chunk_us / costs.chunk_images)


def plan_mb(costs: Costs) -> float:
    """The memory of the plans that a parent has at a time, MB."""
    return SEGMENTS_AT_ONCE * SEGMENT_IMAGES * costs.plan_bytes / 1e6


def merge_mb(costs: Costs, count: int) -> float:
    """The memory of the ranges of all chunks, which the merge has, MB."""
    return count / costs.chunk_images * RANGE_BYTES / 1e6
