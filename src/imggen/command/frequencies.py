"""The tables of a dry run: how often each variant is expected and planned."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from imggen.plan.sampling.frequencies import Frequencies, name_of, percent

# Limits that hold unless --full is given.
LINES = 36  # lines for the variants of all tables
LEAST_ROWS = 4  # rows of each table, even beyond LINES
MOST_LAYERS = 12  # tables of layers
MOST_CONDITIONS = 3  # tables of conditional distributions
CUT = "(--full prints all of it)"

Row = tuple[str, ...]
Shares = npt.NDArray[np.floating]


@dataclass(frozen=True)
class PrintedColumn:
    """A column of a printed table: its title, its split, and the function that gives its cells."""

    title: str
    split: str
    cell: Callable[[Sequence[int]], str]


def say_frequencies(
    found: Sequence[Frequencies], warnings: Sequence[str], *, full: bool = False
) -> str:
    """Return a table for each layer and each conditional distribution, followed by the warnings.

    The splits of a distribution share a table. Without `full`, long tables and lists are cut.
    """
    tables = list(by_declaration(found))
    layers = [table for table in tables if not table[0].where]
    conditions = [table for table in tables if table[0].where]
    printed = tables if full else layers[:MOST_LAYERS] + conditions[:MOST_CONDITIONS]
    most_rows = None if full else max(LEAST_ROWS, LINES // len(printed))
    paragraphs = ["\n".join(aligned(rows_of(table, most_rows))) for table in printed]
    cut = any(most_rows and likely_variants(table).size > most_rows for table in printed)
    if len(printed) < len(tables):
        hidden = (len(layers) - MOST_LAYERS, len(conditions) - MOST_CONDITIONS)
        named = zip(hidden, ("layers", "conditional distributions"), strict=True)
        more = " and ".join(f"{n:,} more {what}" for n, what in named if n > 0)
        paragraphs.append(f"... and {more}")
    if cut or len(printed) < len(tables):
        paragraphs[-1] += f"\n{CUT}"
    if warnings:
        paragraphs.append("\n".join(f"warning  {sentence}" for sentence in warnings))
    return "\n\n".join(paragraphs)


def by_declaration(found: Sequence[Frequencies]) -> Iterator[list[Frequencies]]:
    """Yield the frequencies of each declared distribution, one for each split it applies to."""
    groups: dict[tuple[str, str, str], list[Frequencies]] = {}
    for one in found:
        groups.setdefault((one.called, one.layer, one.where), []).append(one)
    yield from groups.values()


def rows_of(table: Sequence[Frequencies], most: int | None) -> list[Row]:
    """Return the rows of a table, most likely variants first, without impossible ones.

    With more than `most` variants, the least likely share the last row.
    """
    first = table[0]
    order = likely_variants(table)
    kept = len(order) if most is None or len(order) <= most else most - 1
    rows = [(first.variants[k], [k]) for k in order[:kept].tolist()]
    if kept < len(order):
        rows.append((f"... and {len(order) - kept:,} more", order[kept:].tolist()))
    columns = list(columns_of(table))
    name = name_of(first) if len(table) == 1 else name_of(replace(first, split=""))
    head: list[Row] = [(name, *(column.title for column in columns))]
    if len(table) > 1:
        head.append(("", *(column.split for column in columns)))
    return [*head, *((name, *(column.cell(chosen) for column in columns)) for name, chosen in rows)]


def likely_variants(table: Sequence[Frequencies]) -> npt.NDArray[np.int64]:
    """Return the variants that are asked for or occur, most likely first: (variants,) int64."""
    asked = np.sum([one.asked for one in table], 0)
    exact = np.sum([one.exact for one in table], 0)
    planned = np.sum([one.planned for one in table], 0)
    order = np.lexsort((np.arange(len(asked)), -exact, -asked))
    likely: npt.NDArray[np.int64] = order[(asked + exact + planned)[order] > 0]
    return likely


def columns_of(table: Sequence[Frequencies]) -> Iterator[PrintedColumn]:
    """Yield the columns of a table; shares that are the same in all splits have one column."""
    yield from columns_of_shares("asked", table, [one.asked for one in table])
    exact = "exact" if all(one.trials is None for one in table) else "estimated"
    yield from columns_of_shares(exact, table, [one.exact for one in table])
    if len(table) == 1:
        planned = table[0].planned
        yield PrintedColumn("planned", "", lambda chosen: f"{int(planned[chosen].sum()):,}")
    shares = [one.planned / max(1, int(one.planned.sum())) for one in table]
    title = "" if len(table) == 1 else "planned"
    for one, share in zip(table, shares, strict=True):
        yield PrintedColumn(title, one.split, sum_of(share))
        title = ""


def columns_of_shares(
    title: str, table: Sequence[Frequencies], shares: Sequence[Shares]
) -> Iterator[PrintedColumn]:
    """Yield one column of `shares`, or one per split if they differ."""
    if all(np.array_equal(share, shares[0]) for share in shares):
        yield PrintedColumn(title, "", sum_of(shares[0]))
        return
    for one, share in zip(table, shares, strict=True):
        yield PrintedColumn(title, one.split, sum_of(share))
        title = ""


def sum_of(shares: Shares) -> Callable[[Sequence[int]], str]:
    """Return a function that formats the sum of the `shares` of given variants."""
    return lambda chosen: percent(float(shares[chosen].sum()))


def aligned(rows: Sequence[Row]) -> Iterator[str]:
    """Yield `rows` as lines, with the first column left-aligned and the others right-aligned."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        cells = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        yield "  ".join([first.ljust(widths[0]), *cells]).rstrip()
