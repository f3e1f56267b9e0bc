"""Fills the tables of figures in the README and docs/speed.md: `python -m benchmarks.readme`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.machine import Machine
from benchmarks.tables import Column, Table, markdown_table

REPO = Path(__file__).resolve().parent.parent
RESULTS = REPO / "benchmarks" / "results"
README = REPO / "README.md"
SPEED = REPO / "docs" / "speed.md"
BUSY = 0.5  # of load; below that, other work does not matter
BEGIN, END = "<!-- figures:begin -->", "<!-- figures:end -->"


@dataclass(frozen=True)
class Part:
    """A table: which suite's, how its title begins, which of its columns, and if first of all."""

    suite: str
    title: str
    columns: tuple[str, ...]
    first: bool = False


END_TO_END = (
    "name", "images", "rate", "megabytes", "cpu_ms", "over_script", "cpu_over_script", "first",
    "parent_mb", "worker_mb",
)  # fmt: skip
ENCODE = (
    "name", "encode_ms", "whole_ms", "kilobytes", "size", "over_script", "imggen_over",
)  # fmt: skip
DETECTION = ("name", "cpu_ms", "share", "ours", "kilobytes")
PARTS = (
    Part("detection", "JPEG, 640x640, 5 sprites", DETECTION, first=True),
    Part("detection", "PNG, 640x640, 5 sprites", DETECTION),
    Part("end_to_end", "The command: the article's job at random positions", END_TO_END),
    Part("encode", "PNG, the article's job at random positions", ENCODE, first=True),
    Part("encode", "JPEG quality 90", ENCODE),
    Part("encode", "lossless WebP, the article's job at random positions", ENCODE),
)
PAGES: dict[Path, Sequence[Part]] = {
    README: [part for part in PARTS if part.first],
    SPEED: PARTS,
}


def main() -> int:
    """Replace what is between the markers."""
    parser = argparse.ArgumentParser("benchmarks.readme", description="Fill the tables.")
    parser.add_argument("--results", type=Path, default=RESULTS, help="benchmarks/results")
    arguments = parser.parse_args()
    if not render(arguments.results, PARTS):
        print(f"{arguments.results} holds no results to show; run scripts/benchmark first.")
        return 1
    for path, parts in PAGES.items():
        path.write_text(filled(path, arguments.results, parts))
    return 0


def filled(path: Path, results: Path, parts: Sequence[Part]) -> str:
    """The text of a page with the figures of its `parts`."""
    return replace_between(path.read_text(), "\n".join(render(results, parts)))


def replace_between(text: str, figures: str, begin: str = BEGIN, end: str = END) -> str:
    """`text` with `figures` between the markers, which must be there once each."""
    before, marked, rest = text.partition(begin)
    _, ended, after = rest.partition(end)
    if not (marked and ended):
        raise ValueError(f"there is no {begin} ... {end} to put the figures into")
    return f"{before}{begin}\n\n{figures.rstrip()}\n\n{end}{after}"


def render(results: Path, parts: Sequence[Part]) -> list[str]:
    """The lines of those `parts` that `results` has, each with the machine it was measured on."""
    lines: list[str] = []
    said = ""
    for part in parts:
        report, table = find(results, part)
        if table is None:
            continue
        where = machine_line(report)
        if where != said:
            lines += [where, ""]
            said = where
        lines += [f"**{table.title}**", "", *markdown_table(table), ""]
        lines += [*(f"- {note}" for note in table.notes), ""]
    return lines


def find(results: Path, part: Part) -> tuple[dict[str, Any], Table | None]:
    """The report that `part` is of, and its table, if there are such results."""
    # A whole suite's come first; what was measured of it alone is beside them.
    for path in (results / f"{part.suite}.json", *sorted(results.glob(f"{part.suite}-*.json"))):
        report: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {"tables": []}
        for values in report["tables"]:
            if values["title"].startswith(part.title):
                return report, cut(values, part.columns)
    return {}, None


def cut(values: dict[str, Any], wanted: Sequence[str]) -> Table:
    """The table in `values` with no columns but those `wanted`."""
    columns = {column["key"]: Column(**column) for column in values["columns"]}
    whole = Table(**{**values, "columns": ()})
    return replace(whole, columns=tuple(columns[key] for key in wanted if key in columns))


def machine_line(report: dict[str, Any]) -> str:
    """What a report was measured on, and that it was a quick run if it was."""
    machine = Machine(**report["machine"])
    busy = (
        f" Other work ran beside it: a load of {machine.load:.1f}." if machine.load >= BUSY else ""
    )
    quick = " A quick run: it shows that it works, not how fast." * bool(
        report["settings"]["quick"]
    )
    return (
        f"Measured on {machine.cores} cores of {machine.cpu}, {machine.memory_gb:.0f} GB, "
        f"{machine.system.partition(',')[0]}, Python {machine.python}, {machine.date}.{busy}{quick}"
    )


if __name__ == "__main__":
    sys.exit(main())
