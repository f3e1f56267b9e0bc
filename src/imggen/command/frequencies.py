"""The tables of a dry run: how often each variant is expected and planned."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from imggen.planning.sampling.frequencies import Frequencies, name_of, percent

# Limits of the short form, which fits a dry run in 20 lines.
WIDTH = 100  # characters of a line
MOST_LAYERS = 7
MOST_WARNINGS = 3
FULL = "(--full prints the shares that were asked for, are exact under all rules, and are planned)"

Row = tuple[str, ...]
Shares = npt.NDArray[np.floating]


@dataclass(frozen=True)
class PrintedColumn:
    """A column of a printed table: its title, its split, and the function that gives its cells."""

    title: str
    split: str
    cell: Callable[[Sequence[int]], str]


def say_shares(found: Sequence[Frequencies], warnings: Sequence[str]) -> str:
    """Return a line for each layer with its most frequent variants, followed by the warnings.

    All splits are counted together. Long lines and lists are cut.
    """
    layers = [table for table in by_declaration(found) if not table[0].where]
    lines = list(aligned([(table[0].layer, "") for table in layers[:MOST_LAYERS]]))
    width = max(map(len, lines)) + 2
    said = [line.ljust(width) + shares_of(table, WIDTH - width)
            for line, table in zip(lines, layers, strict=False)]  # fmt: skip
    if len(layers) > MOST_LAYERS:
        said.append(f"... and {len(layers) - MOST_LAYERS:,} more layers")
    noted = [f"warning  {sentence}" for sentence in warnings[:MOST_WARNINGS]]
    if len(warnings) > MOST_WARNINGS:
        noted.append(f"... and {len(warnings) - MOST_WARNINGS:,} more warnings")
    return "\n".join([*said, FULL, *noted])


def shares_of(table: Sequence[Frequencies], width: int) -> str:
    """Return the planned share of each variant, most frequent first, in about `width` characters.

    At least one variant is named.
    """
    planned = np.sum([one.planned for one in table], 0)
    order = np.argsort(-planned, kind="stable")[: np.count_nonzero(planned)].tolist()
    shares = [f"{table[0].variants[k]} {100 * planned[k] / planned.sum():.3g} %" for k in order]
    kept = len(shares)
    while kept > 1 and len(joined(shares, kept)) > width:
        kept -= 1
    return joined(shares, kept)


def joined(shares: Sequence[str], kept: int) -> str:
    """Return the first `kept` of `shares` as a list, and how many more there are."""
    more = [f"{len(shares) - kept:,} more"] if kept < len(shares) else []
    return ", ".join([*shares[:kept], *more])


def say_frequencies(found: Sequence[Frequencies], warnings: Sequence[str]) -> str:
    """Return a table for each layer and each conditional distribution, followed by the warnings.

    The splits of a distribution share a table.
    """
    paragraphs = ["\n".join(aligned(rows_of(table))) for table in by_declaration(found)]
    if warnings:
        paragraphs.append("\n".join(f"warning  {sentence}" for sentence in warnings))
    return "\n\n".join(paragraphs)


def by_declaration(found: Sequence[Frequencies]) -> Iterator[list[Frequencies]]:
    """Yield the frequencies of each declared distribution, one for each split it applies to."""
    groups: dict[tuple[str, str, str], list[Frequencies]] = {}
    for one in found:
        groups.setdefault((one.called, one.layer, one.where), []).append(one)
    yield from groups.values()


def rows_of(table: Sequence[Frequencies]) -> list[Row]:
    """Return the rows of a table, most likely variants first, without impossible ones."""
    first = table[0]
    rows = [(first.variants[k], [k]) for k in likely_variants(table).tolist()]
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


def as_json_values(found: Frequencies) -> dict[str, Any]:
    """Return the frequencies of a layer's variants as JSON values."""
    shares = np.stack([found.asked, found.exact, found.planned], axis=1).tolist()
    return {
        "layer": found.layer,
        "declared": found.called,
        "where": found.where,
        "split": found.split,
        "estimated": found.trials is not None,
        "variants": {
            name: {"asked": asked, "exact": exact, "planned": int(planned)}
            for name, (asked, exact, planned) in zip(found.variants, shares, strict=True)
        },
    }
