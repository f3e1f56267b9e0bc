"""What any number of images takes on any number of cores, derived from measured costs.

python -m benchmarks.scale

It prints the tables of docs/scaling.md; a test compares both. A model, not a measurement: nodes of
16 cores make partitions side by side, the parent of each plans and notes chunks while its
workers render, all write to one store, and one process merges.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

NODE_CORES = 16
COUNTS = (10**6, 10**8, 10**10)
CORES = (16, 256, 4096)
STORE_BYTES = 10 * 10**9  # a second: a parallel file system, or an object store in its region
SEGMENT_IMAGES = 2**17
SEGMENTS_AT_ONCE = 4  # what the parent keeps, and what it makes the next of
RANGE_BYTES = 136  # of start and stop of a chunk, as the merge has those of all
RECORD_BYTES = 4096  # the least that the record of a chunk takes of most disks


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


# Measured by `scripts/benchmark costs loop` on 2 cores of an AMD EPYC, with other work beside it.
CHUNK_US = 811.0  # CPU time of the parent: a chunk of one image is planned, dispatched, noted
MEASURED = (
    Costs("64x64 PNG", 0.8, 0.85, 93, 3.4, 5_703, 11, 10_000),
    Costs("512x512 JPEG, 3 objects, boxes", 0.8, 3.55, 316, 6.1, 55_165, 21, 4_982),
)
CHUNKS = (1, 256, 10_000)  # images of a chunk: the least, of loose files, of shards


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def times() -> str:
    """The table of times."""
    head = ["job", "images", "bytes", *(f"{cores:,} cores" for cores in CORES), "merge"]
    rows = []
    for costs in MEASURED:
        for count in COUNTS:
            found = [expect(costs, CHUNK_US, count, cores) for cores in CORES]
            cells = [f"{show_seconds(one.make_s)} ({one.limit})" for one in found]
            size = show_bytes(count * costs.image_bytes)
            merge = show_seconds(found[0].merge_s)
            rows.append([costs.name, f"{count:,}", size, *cells, merge])
    return table(head, rows)


def limits() -> str:
    """The table of what saturates first."""
    head = ["job", "cores that fill the store", "cores that one parent feeds", "its plans, MB"]
    rows = [
        [
            costs.name,
            f"{cores_of_store(costs):,.0f}",
            f"{cores_of_parent(costs, CHUNK_US):,.0f}",
            f"{plan_mb(costs):,.0f}",
        ]
        for costs in MEASURED
    ]
    return table(head, rows)


def chunks() -> str:
    """The table of what sizes of chunks mean, for the first job and the most images."""
    count = COUNTS[-1]
    head = ["images of a chunk", "parent, µs an image", "cores that it feeds",
            f"chunks of {count:,} images", "records, GB", "merge, MB"]  # fmt: skip
    rows = []
    for size in CHUNKS:
        costs = replace(MEASURED[0], chunk_images=size)
        rows.append(
            [
                f"{size:,}",
                f"{costs.plan_us + CHUNK_US / size:,.2f}",
                f"{cores_of_parent(costs, CHUNK_US):,.1f}",
                f"{count // size:,}",
                f"{count / size * RECORD_BYTES / 1e9:,.0f}",
                f"{merge_mb(costs, count):,.0f}",
            ]
        )
    return table(head, rows)


def costs_table() -> str:
    """The table of what was measured."""
    head = ["job", "start, s", "plan, µs", "render, µs", "merge, µs", "bytes", "images of a shard"]
    rows = [
        [one.name, f"{one.start_s:.1f}", f"{one.plan_us:.2f}", f"{one.render_us:,.0f}",
         f"{one.merge_us:.1f}", f"{one.image_bytes:,.0f}", f"{one.chunk_images:,}"]
        for one in MEASURED
    ]  # fmt: skip
    return table(head, rows)


def show_seconds(seconds: float) -> str:
    """Seconds in a unit that people read."""
    for unit, size in (("days", 86_400.0), ("h", 3600.0), ("min", 60.0)):
        if seconds >= 2 * size:
            return f"{seconds / size:,.0f} {unit}"
    return f"{seconds:.1f} s"


def show_bytes(size_bytes: float) -> str:
    """Bytes in a unit that people read."""
    for unit, size in (("TB", 1e12), ("GB", 1e9)):
        if size_bytes >= size:
            return f"{size_bytes / size:,.0f} {unit}"
    return f"{size_bytes / 1e6:,.0f} MB"


def tables() -> Iterator[str]:
    """All tables, as docs/scaling.md has them."""
    yield from (costs_table(), times(), limits(), chunks())


if __name__ == "__main__":
    print("\n\n".join(tables()))
