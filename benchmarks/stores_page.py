"""Fills docs/stores.md with what stores cost, as measured: `python -m benchmarks.stores_page`.

Measured by `benchmarks stores --job article`, and the same with each other of JOBS; a
test compares the page with these results.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from benchmarks.readme import REPO, RESULTS, machine_line, replace_between
from benchmarks.tables import Column, Table, markdown_table

PAGE = REPO / "docs" / "stores.md"
JOBS = (
    "article",
    "article-apart",
    "detection",
    "detection-apart",
    "png-apart",
    "files",
    "servers",
    "clients",
)
BEGIN, END = "<!-- costs:begin -->", "<!-- costs:end -->"


def main() -> int:
    """Fill the page."""
    parser = argparse.ArgumentParser("benchmarks.stores_page", description="Fill docs/stores.md.")
    parser.add_argument("--results", type=Path, default=RESULTS, help="benchmarks/results")
    results = parser.parse_args().results
    PAGE.write_text(filled(PAGE.read_text(), results))
    return 0


def filled(page: str, results: Path) -> str:
    """`page` with the tables of all jobs in the folder `results`."""
    lines: list[str] = []
    for job in JOBS:
        report = json.loads((results / f"stores-{job}.json").read_text())
        lines += [machine_line(report), ""]
        for values in report["tables"]:
            columns = tuple(Column(**column) for column in values["columns"])
            table = Table(values["title"], columns, values["rows"])
            lines += [f"**{table.title}**", "", *markdown_table(table), ""]
    return replace_between(page, "\n".join(lines), BEGIN, END)


if __name__ == "__main__":
    sys.exit(main())
