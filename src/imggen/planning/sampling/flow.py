"""Fill a table of whole numbers with given sums of rows and columns.

It is the transport problem, solved by augmenting paths. Source: Ford, Fulkerson, "Flows in
Networks", 1962, chapter III.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

NOBODY = -1


class NoTableError(Exception):
    """There is no such table: some `rows` need more than the only `columns` that can serve them."""

    def __init__(self, rows: Mask, columns: Mask) -> None:
        super().__init__()
        self.rows = rows
        self.columns = columns


def fill_table(rows: Ints, columns: Ints, most: Ints, start: Ints | None = None) -> Ints:
    """Return whole numbers with the sums `rows` (r,) and `columns` (c,), at most `most`: (r, c).

    `rows` and `columns` have one total. `start` (r, c), with no larger sums, is a lower bound of
    what the search begins with, and what the table stays close to.

    Raises
    ------
    NoTableError
        If there is none.
    """
    table = np.zeros(most.shape, np.int64) if start is None else start.copy()
    search = TableSearch(rows, columns, most, table)
    search.fill_largest()
    while search.lacking.any():
        search.augment()
    return table


@dataclass
class TableSearch:
    """The search for a table; `lacking` (r,) and `left` (c,) is what its sums miss."""

    rows: Ints
    columns: Ints
    most: Ints
    table: Ints
    lacking: Ints = field(init=False)
    left: Ints = field(init=False)

    def __post_init__(self) -> None:
        self.lacking = self.rows - self.table.sum(axis=1)
        self.left = self.columns - self.table.sum(axis=0)

    def fill_largest(self) -> None:
        """Give each row what it lacks from the columns that have most left, one at a time.

        Where all of `most` are 1 this finds a table if there is one. Source: Gale, "A theorem on
        flows in networks", Pacific Journal of Mathematics, 1957.
        """
        for row in np.flatnonzero(self.lacking).tolist():
            while self.lacking[row]:
                room = (self.table[row] < self.most[row]) & (self.left > 0)
                order = np.argsort(np.where(room, -self.left, 1), kind="stable")
                chosen = order[: min(int(self.lacking[row]), np.count_nonzero(room))]
                if not len(chosen):
                    break
                self.table[row, chosen] += 1
                self.left[chosen] -= 1
                self.lacking[row] -= len(chosen)

    def augment(self) -> None:
        """Find a way from a row that lacks to a column that has some left, and move along it."""
        row_before = np.full(len(self.rows), NOBODY)
        column_before = np.full(len(self.columns), NOBODY)
        seen = self.lacking > 0
        frontier = np.flatnonzero(seen)
        while len(frontier):
            open_ = self.table[frontier] < self.most[frontier]
            new = np.flatnonzero(open_.any(axis=0) & (column_before == NOBODY))
            column_before[new] = frontier[np.argmax(open_[:, new], axis=0)]
            ends = new[self.left[new] > 0]
            if len(ends):
                self.move(int(ends[0]), row_before, column_before)
                return
            held = (self.table[:, new] > 0) & ~seen[:, None]
            frontier = np.flatnonzero(held.any(axis=1))
            row_before[frontier] = new[np.argmax(held[frontier], axis=1)] if len(new) else NOBODY
            seen[frontier] = True
        raise NoTableError(seen, column_before != NOBODY)

    def move(self, end: int, row_before: Ints, column_before: Ints) -> None:
        """Move one along the way that leads to the column `end`."""
        self.left[end] -= 1
        column = end
        while column != NOBODY:
            row = int(column_before[column])
            self.table[row, column] += 1
            column = int(row_before[row])
            if column == NOBODY:
                self.lacking[row] -= 1
            else:
                self.table[row, column] -= 1
