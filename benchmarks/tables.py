"""Results: tables for people (terminal, Markdown) and for programs (JSON)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table as RichTable

from benchmarks.machine import Machine

Cell = float | int | str | None


@dataclass(frozen=True)
class Column:
    """A column: the key of its values in a row, its heading, and how they are written."""

    key: str
    heading: str
    form: str = "{:.2f}"


@dataclass(frozen=True)
class Table:
    """What was measured of one job, a row for each contender.

    Attributes
    ----------
    rows : values by the keys of the columns; what is not there was not measured
    notes : how to read it, and what is missing
    chart : the key of the column that the picture shows, if any
    """

    title: str
    columns: tuple[Column, ...]
    rows: list[dict[str, Cell]]
    notes: list[str] = field(default_factory=list)
    chart: str | None = None


@dataclass(frozen=True)
class Report:
    """All that a suite measured, and with which options it was asked to."""

    suite: str
    machine: Machine
    settings: dict[str, Any]
    tables: list[Table]


def show_cell(value: Cell, column: Column) -> str:
    """A value as its column writes it."""
    if value is None:
        return ""
    return value if isinstance(value, str) else column.form.format(value)


def cells(table: Table) -> list[list[str]]:
    """All values of a table, written."""
    return [[show_cell(row.get(c.key), c) for c in table.columns] for row in table.rows]


def print_table(table: Table, console: Console) -> None:
    """Show a table on the terminal."""
    drawn = RichTable(title=table.title, title_justify="left", title_style="bold")
    for position, column in enumerate(table.columns):
        drawn.add_column(
            column.heading, justify="right" if position else "left", no_wrap=not position
        )
    for row in cells(table):
        drawn.add_row(*row)
    console.print(drawn)
    for note in table.notes:
        console.print(f"  {note}", style="dim", highlight=False)
    console.print()


def as_markdown(report: Report) -> str:
    """A report as Markdown."""
    parts = [f"{report.machine}", ""]
    for table in report.tables:
        parts += [f"### {table.title}", "", *markdown_table(table), ""]
        parts += [f"- {note}" for note in table.notes]
        parts += [""] * bool(table.notes)
    return "\n".join(parts)


def markdown_table(table: Table) -> list[str]:
    """The lines of a table in Markdown."""
    rules = ["---", *["---:"] * (len(table.columns) - 1)]
    rows: Sequence[Sequence[str]] = [[c.heading for c in table.columns], rules, *cells(table)]
    return [f"| {' | '.join(row)} |" for row in rows]


def write_json(report: Report, path: Path) -> None:
    """Keep a report for programs."""
    path.write_text(json.dumps(asdict(report), indent=1) + "\n")
