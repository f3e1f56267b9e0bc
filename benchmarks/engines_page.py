"""Fills docs/clusters.md with what clusters cost: `python -m benchmarks.engines_page`.

Measured by `benchmarks engines --job detection` and the same with `article`; a test compares the
page with these results.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.readme import REPO, RESULTS, replace_between
from benchmarks.stores_page import tables_of

PAGE = REPO / "docs" / "clusters.md"
JOBS = ("detection", "article")
BEGIN, END = "<!-- engines:begin -->", "<!-- engines:end -->"


def main() -> int:
    """Fill the page."""
    PAGE.write_text(filled(PAGE.read_text(), RESULTS))
    return 0


def filled(page: str, results: Path) -> str:
    """`page` with the tables of all jobs in the folder `results`."""
    files = [results / f"engines-{job}.json" for job in JOBS]
    return replace_between(page, tables_of(files), BEGIN, END)


if __name__ == "__main__":
    sys.exit(main())
