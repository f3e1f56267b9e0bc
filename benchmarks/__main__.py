"""The command: runs suites, prints their tables, keeps them as JSON, Markdown and pictures."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from benchmarks import (
    bench_costs,
    bench_detection,
    bench_encode,
    bench_end_to_end,
    bench_engines,
    bench_growth,
    bench_labels,
    bench_limit,
    bench_loop,
    bench_plan,
    bench_scaling,
    bench_small,
    bench_stores,
    bench_vary,
)
from benchmarks.jobs import SAMPLE
from benchmarks.machine import this_machine
from benchmarks.settings import Settings
from benchmarks.svg import draw_bars
from benchmarks.tables import Report, Table, as_markdown, print_table, write_json

RESULTS = Path(__file__).parent / "results"

SUITES: dict[str, Callable[[Settings], list[Table]]] = {
    "costs": bench_costs.run,
    "detection": bench_detection.run,
    "encode": bench_encode.run,
    "end_to_end": bench_end_to_end.run,
    "engines": bench_engines.run,
    "limit": bench_limit.run,
    "growth": bench_growth.run,
    "labels": bench_labels.run,
    "loop": bench_loop.run,
    "plan": bench_plan.run,
    "scaling": bench_scaling.run,
    "small": bench_small.run,
    "stores": bench_stores.run,
    "vary": bench_vary.run,
}


def main() -> int:
    """Measure what the command line asks for."""
    arguments = parse()
    console = Console(width=None if sys.stdout.isatty() else 160)
    machine = this_machine()
    console.print(f"{machine}\n", highlight=False)
    for suite in arguments.suite or SUITES:
        with tempfile.TemporaryDirectory(prefix="imggen-bench-", dir=arguments.scratch) as scratch:
            settings = Settings(
                quick=arguments.quick,
                art=arguments.art,
                scratch=Path(scratch),
                rounds=arguments.rounds,
                jobs=tuple(arguments.job),
                count=arguments.count,
                console=console,
            )
            tables = SUITES[suite](settings)
        for table in tables:
            print_table(table, console)
        asked = {name: getattr(arguments, name) for name in ("quick", "rounds", "job", "count")}
        keep(Report(suite, machine, asked, tables), arguments.out)
    return 0


def parse() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser("scripts/benchmark", description="Measure imggen.")
    add = parser.add_argument
    names = ", ".join(SUITES)
    add("suite", nargs="*", choices=[*SUITES, []], metavar="SUITE", help=f"{names} (all)")
    add("--quick", action="store_true", help="see that it works, on tiny counts")
    add("--art", type=Path, default=SAMPLE, help="backgrounds/, characters/, objects/ (the sample)")
    add("--job", action="append", default=[], help="only this job of a suite; may be repeated")
    add("--rounds", type=int, default=6, help="turns each contender has (6)")
    add("--count", type=int, help="images of the long runs (as many as fit, up to 10,000)")
    add("--scratch", type=Path, help="where to write (the folder for temporary files)")
    add("--out", type=Path, default=RESULTS, help="where the results go (benchmarks/results)")
    return parser.parse_args()


def keep(report: Report, folder: Path) -> None:
    """Write a report in all its forms; parts of a suite go beside the whole."""
    name = "-".join([report.suite, *report.settings["job"]])
    folder = folder / "quick" if report.settings["quick"] else folder
    folder.mkdir(parents=True, exist_ok=True)
    write_json(report, folder / f"{name}.json")
    (folder / f"{name}.md").write_text(as_markdown(report))
    charts = [table for table in report.tables if table.chart]
    if charts:
        (folder / f"{name}.svg").write_text(draw_bars(charts))


if __name__ == "__main__":
    sys.exit(main())
