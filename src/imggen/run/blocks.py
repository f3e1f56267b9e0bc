"""How images are shared out to shards: a block is the work of one worker, mostly one shard.

Blocks follow from settings and sizes alone, so that shards do not depend on who makes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from imggen.plan import Plan

MOST_IMAGES = 10_000
LEAST_SHARDS = 32  # of a split, so that many can read it, and make it, side by side
LEAST_BYTES = 16 * 10**6  # ... unless they would be smaller than that
SAMPLE_BYTES = 4096  # what a sample takes besides its image, about
# What a file takes of its pixels' bytes, about; a block that takes more goes to several shards.
FILE_SHARE = {"png": 1.0, "jpeg": 1 / 4, "webp": 1 / 8}


def in_blocks(plan: Plan) -> Plan:
    """`plan` with its images in the order of shards: split by split, by their index."""
    order = np.argsort(plan.splits, kind="stable").astype(plan.order.dtype)
    return replace(plan, order=order)


def blocks(plan: Plan) -> Iterator[tuple[int, int]]:
    """Start and stop of each block, in the plan's order, which is that of `in_blocks`."""
    start = 0
    for images in np.bincount(plan.splits).tolist():
        size = block_size(plan, images)
        stop = start + images
        yield from ((cut, min(cut + size, stop)) for cut in range(start, stop, size))
        start = stop


def block_size(plan: Plan, images: int) -> int:
    """How many images a block has in a split of so many."""
    output = plan.config.output
    pixels = int(plan.library.backgrounds[0].nbytes)
    sample_bytes = round(pixels * FILE_SHARE[output.format]) + SAMPLE_BYTES
    within = max(1, output.shard_bytes // sample_bytes)
    if output.shard_images is not None:
        return min(output.shard_images, within)
    shared_out = max(-(-images // LEAST_SHARDS), LEAST_BYTES // sample_bytes)
    return max(1, min(shared_out, within, MOST_IMAGES))
