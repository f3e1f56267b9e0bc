"""Fills pages of docs/ with what stores and clusters cost: `python -m benchmarks.cost_pages`.

Measured by `benchmarks stores --job article` and the like, one for each name of PAGES; a test
compares the pages with these results.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from benchmarks.readme import REPO, RESULTS, machine_line, replace_between
from benchmarks.tables import Column, Table, markdown_table

DOCS = REPO / "docs"
PAGES = {
    "stores.md": (
        "stores-article",
        "stores-article-apart",
        "stores-detection",
        "stores-detection-apart",
        "stores-png-apart",
        "stores-files",
        "stores-servers",
        "stores-clients",
    ),
    "clusters.md": ("engines-detection",),
}
BEGIN, END = "<!-- costs:begin -->", "<!-- costs:end -->"


def main() -> int:
    """Fill the pages."""
    parser = argparse.ArgumentParser("benchmarks.cost_pages", description="Fill docs/.")
    parser.add_argument("--results", type=Path, default=RESULTS, help="benchmarks/results")
    results = parser.parse_args().results
    for name in PAGES:
        (DOCS / name).write_text(filled(name, results))
    return 0


def filled(name: str, results: Path) -> str:
    """The page `name` with the tables of its reports in the folder `results`."""
    lines: list[str] = []
    for one in PAGES[name]:
        report = json.loads((results / f"{one}.json").read_text())
        lines += [machine_line(report), ""]
        for values in report["tables"]:
            columns = tuple(Column(**column) for column in values["columns"])
            table = Table(values["title"], columns, values["rows"])
            lines += [f"**{table.title}**", "", *markdown_table(table), ""]
    return replace_between((DOCS / name).read_text(), "\n".join(lines), BEGIN, END)


if __name__ == "__main__":
    sys.exit(main())
