"""Fills docs/scaling.md with figures, measured and derived: `python -m benchmarks.scale_page`.

Measured by `scripts/benchmark costs`, `scripts/benchmark loop --job here`, the same with
`--job dispatched`, and `scripts/benchmark scaling` with each `--job` of SCALING; a test compares
the page with these results.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.readme import REPO, RESULTS, machine_line, replace_between
from benchmarks.scale import (
    Costs,
    cores_of_parent,
    cores_of_store,
    expect,
    merge_mb,
    plan_mb,
)
from benchmarks.tables import Column, Table, markdown_table

PAGE = REPO / "docs" / "scaling.md"
COUNTS = (10**6, 10**8, 10**10)
CORES = (16, 256, 4096)
CHUNKS = (1, 256, 10_000)  # images of a chunk: the least, of loose files, of shards
RECORD_BYTES = 4096  # the least that the record of a chunk takes of most disks
LOOP = ("here", "dispatched")  # jobs
SCALING = ("small", "detection", "article")  # likewise


@dataclass(frozen=True)
class Results:
    """The reports of all suites, by the names of their files."""

    reports: dict[str, dict[str, Any]]

    @classmethod
    def read(cls, folder: Path) -> Results:
        """Those in `folder`."""
        names = ["costs", *(f"loop-{job}" for job in LOOP), *(f"scaling-{job}" for job in SCALING)]
        texts = {name: (folder / f"{name}.json").read_text() for name in names}
        return cls({name: json.loads(text) for name, text in texts.items()})

    def rows(self, name: str) -> list[dict[str, Any]]:
        """The rows of a report."""
        return list(self.reports[name]["tables"][0]["rows"])

    @property
    def costs(self) -> list[Costs]:
        """The costs of each job."""
        return [
            Costs(
                row["name"], row["start_s"], row["plan_us"], row["render_us"], row["merge_us"],
                row["image_bytes"], row["plan_bytes"], row["shard_images"],
            )
            for row in self.rows("costs")
        ]  # fmt: skip

    @property
    def chunk_us(self) -> float:
        """CPU time of the parent for a chunk of one image: planned, dispatched, noted; µs."""
        return float(self.rows("loop-dispatched")[0]["cpu_us"])

    def table(self, *names: str) -> str:
        """The table of what was measured, of all reports in `names`, and the machines."""
        values = self.reports[names[0]]["tables"][0]
        columns = tuple(Column(**column) for column in values["columns"])
        rows = [row for name in names for row in self.rows(name)]
        lines = [machine_line(self.reports[name]) for name in names]
        if len(names) > 1:
            called = [self.rows(name)[0]["name"] for name in names]
            pairs = zip(called, lines, strict=True)
            lines = [f"{what[0].upper()}{what[1:]}: {line}" for what, line in pairs]
        return "\n".join(["\n\n".join(lines), "", *markdown_table(Table("", columns, rows))])


def main() -> int:
    """Fill the page."""
    parser = argparse.ArgumentParser("benchmarks.scale_page", description="Fill docs/scaling.md.")
    parser.add_argument("--results", type=Path, default=RESULTS, help="benchmarks/results")
    results = Results.read(parser.parse_args().results)
    PAGE.write_text(filled(PAGE.read_text(), results))
    return 0


def filled(page: str, results: Results) -> str:
    """`page` with all that `results` tell."""
    for name, text in parts(results).items():
        page = replace_between(page, text, f"<!-- {name}:begin -->", f"<!-- {name}:end -->")
    return page


def parts(results: Results) -> dict[str, str]:
    """The parts of the page that are not written by hand."""
    costs, chunk_us = results.costs, results.chunk_us
    return {
        "costs": results.table("costs"),
        "loop": results.table(*(f"loop-{job}" for job in LOOP)),
        "scaling": results.table(*(f"scaling-{job}" for job in SCALING)),
        "times": times(costs, chunk_us),
        "limits": limits(costs, chunk_us),
        "chunks": chunks(costs[0], chunk_us),
    }


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def times(jobs: Sequence[Costs], chunk_us: float) -> str:
    """The table of times."""
    head = ["job", "images", "bytes", *(f"{cores:,} cores" for cores in CORES), "merge"]
    rows = []
    for costs in jobs:
        for count in COUNTS:
            found = [expect(costs, chunk_us, count, cores) for cores in CORES]
            cells = [f"{show_seconds(one.make_s)} ({one.limit})" for one in found]
            size = show_bytes(count * costs.image_bytes)
            merge = show_seconds(found[0].merge_s)
            rows.append([costs.name, f"{count:,}", size, *cells, merge])
    return table(head, rows)


def limits(jobs: Sequence[Costs], chunk_us: float) -> str:
    """The table of what saturates first."""
    head = ["job", "cores that fill the store", "cores that one parent feeds", "its plans, MB"]
    rows = [
        [
            costs.name,
            f"{cores_of_store(costs):,.0f}",
            f"{cores_of_parent(costs, chunk_us):,.0f}",
            f"{plan_mb(costs):,.0f}",
        ]
        for costs in jobs
    ]
    return table(head, rows)


def chunks(job: Costs, chunk_us: float) -> str:
    """The table of what sizes of chunks mean, for the most images."""
    count = COUNTS[-1]
    head = ["images of a chunk", "parent, µs an image", "cores that it feeds",
            f"chunks of {count:,} images", "records, GB", "merge, MB"]  # fmt: skip
    rows = []
    for size in CHUNKS:
        costs = replace(job, chunk_images=size)
        rows.append(
            [
                f"{size:,}",
                f"{costs.plan_us + chunk_us / size:,.2f}",
                f"{cores_of_parent(costs, chunk_us):,.1f}",
                f"{count // size:,}",
                f"{count / size * RECORD_BYTES / 1e9:,.0f}",
                f"{merge_mb(costs, count):,.0f}",
            ]
        )
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


if __name__ == "__main__":
    sys.exit(main())
