"""How often each variant comes, as a dry run tells it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from imggen.plan.sampling.frequencies import Frequencies, name_of, percent

MOST_ROWS = 30  # of a table
MOST_TABLES = 20  # of conditional distributions
HEAD = ("asked", "exact", "planned", "")


def say_frequencies(found: Sequence[Frequencies], warnings: Sequence[str]) -> str:
    """A table of each layer and of each conditional distribution, then the warnings."""
    conditional = [one for one in found if one.where]
    shown = [one for one in found if not one.where] + conditional[:MOST_TABLES]
    blocks = ["\n".join(aligned(rows_of(one))) for one in shown]
    hidden = len(conditional) - MOST_TABLES
    if hidden > 0:
        blocks.append(f"... and {hidden:,} more conditional distributions")
    if warnings:
        blocks.append("\n".join(f"warning  {sentence}" for sentence in warnings))
    return "\n\n".join(blocks)


def rows_of(one: Frequencies) -> list[tuple[str, ...]]:
    """The cells of a table, the most likely variants first, without those that nobody wants."""
    count = max(1, int(one.planned.sum()))
    order = np.lexsort((np.arange(len(one.asked)), -one.exact, -one.asked))
    order = order[(one.asked + one.exact + one.planned)[order] > 0]
    pieces = [(one.variants[k], [k]) for k in order[:MOST_ROWS].tolist()]
    if len(order) > MOST_ROWS:
        pieces.append((f"... and {len(order) - MOST_ROWS:,} more", order[MOST_ROWS:].tolist()))
    rows: list[tuple[str, ...]] = [(name_of(one), *HEAD)]
    for name, chosen in pieces:
        planned = int(one.planned[chosen].sum())
        shares = (one.asked[chosen].sum(), one.exact[chosen].sum())
        rows.append((name, *map(percent, shares), f"{planned:,}", percent(planned / count)))
    return rows


def aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """`rows` as lines, the first column flush left and the others right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        cells = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        yield "  ".join([first.ljust(widths[0]), *cells]).rstrip()
