"""How often each variant comes, as a dry run prints it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from imggen.plan.sampling.frequencies import Frequencies, name_of, percent

# Of all, unless all is asked for.
LINES = 36  # for the variants of all tables
LEAST_ROWS = 4  # of a table
MOST_LAYERS = 12  # with a table
MOST_CONDITIONS = 3  # likewise
CUT = "(--full prints all of it)"

Row = tuple[str, ...]
Shares = npt.NDArray[np.floating]


@dataclass(frozen=True)
class Column:
    """A column of a table: its title, the split below that, and the cell for some variants."""

    title: str
    split: str
    cell: Callable[[Sequence[int]], str]


def say_frequencies(
    found: Sequence[Frequencies], warnings: Sequence[str], *, full: bool = False
) -> str:
    """Return a table of each layer and of each conditional distribution, then the warnings.

    What is `found` of several splits is one table. Without `full`, long tables and lists are cut.
    """
    tables = list(by_declaration(found))
    layers = [table for table in tables if not table[0].where]
    conditions = [table for table in tables if table[0].where]
    shown = tables if full else layers[:MOST_LAYERS] + conditions[:MOST_CONDITIONS]
    most_rows = None if full else max(LEAST_ROWS, LINES // len(shown))
    blocks = ["\n".join(aligned(rows_of(table, most_rows))) for table in shown]
    cut = any(most_rows and wanted(table).size > most_rows for table in shown)
    if len(shown) < len(tables):
        hidden = (len(layers) - MOST_LAYERS, len(conditions) - MOST_CONDITIONS)
        named = zip(hidden, ("layers", "conditional distributions"), strict=True)
        blocks.append(f"... and {' and '.join(f'{n:,} more {what}' for n, what in named if n > 0)}")
    if cut or len(shown) < len(tables):
        blocks[-1] += f"\n{CUT}"
    if warnings:
        blocks.append("\n".join(f"warning  {sentence}" for sentence in warnings))
    return "\n\n".join(blocks)


def by_declaration(found: Sequence[Frequencies]) -> Iterator[list[Frequencies]]:
    """Group what was declared in one place, one for each split that it holds in."""
    groups: dict[tuple[str, str, str], list[Frequencies]] = {}
    for one in found:
        groups.setdefault((one.called, one.layer, one.where), []).append(one)
    yield from groups.values()


def rows_of(table: Sequence[Frequencies], most: int | None) -> list[Row]:
    """The cells of a table, the most likely variants first, without those that nobody wants.

    Variants beyond the `most` have one row together.
    """
    first = table[0]
    order = wanted(table)
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


def wanted(table: Sequence[Frequencies]) -> npt.NDArray[np.int64]:
    """The variants that are asked for or come, the most likely first."""
    asked = np.sum([one.asked for one in table], 0)
    exact = np.sum([one.exact for one in table], 0)
    planned = np.sum([one.planned for one in table], 0)
    order = np.lexsort((np.arange(len(asked)), -exact, -asked))
    come: npt.NDArray[np.int64] = order[(asked + exact + planned)[order] > 0]
    return come


def columns_of(table: Sequence[Frequencies]) -> Iterator[Column]:
    """The columns of a table; what is the same in all splits has one."""
    yield from columns_of_shares("asked", table, [one.asked for one in table])
    exact = "exact" if all(one.trials is None for one in table) else "estimated"
    yield from columns_of_shares(exact, table, [one.exact for one in table])
    if len(table) == 1:
        planned = table[0].planned
        yield Column("planned", "", lambda chosen: f"{int(planned[chosen].sum()):,}")
    shares = [one.planned / max(1, int(one.planned.sum())) for one in table]
    title = "" if len(table) == 1 else "planned"
    for one, share in zip(table, shares, strict=True):
        yield Column(title, one.split, sum_of(share))
        title = ""


def columns_of_shares(
    title: str, table: Sequence[Frequencies], shares: Sequence[Shares]
) -> Iterator[Column]:
    """One column of `shares`, or one for each split where they differ."""
    if all(np.array_equal(share, shares[0]) for share in shares):
        yield Column(title, "", sum_of(shares[0]))
        return
    for one, share in zip(table, shares, strict=True):
        yield Column(title, one.split, sum_of(share))
        title = ""


def sum_of(shares: Shares) -> Callable[[Sequence[int]], str]:
    """What prints the sum of the `shares` of some variants."""
    return lambda chosen: percent(float(shares[chosen].sum()))


def aligned(rows: Sequence[Row]) -> Iterator[str]:
    """`rows` as lines, the first column flush left and the others right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        cells = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        yield "  ".join([first.ljust(widths[0]), *cells]).rstrip()
