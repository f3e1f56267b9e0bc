"""Search for different combinations with exact counts, one combination after the other.

Whether there are any is an NP-complete question for three layers and more. Source: Deza, Levin,
Meesum, Onn, "Hypergraphic degree sequences are arbitrarily hard", 2019.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from imggen.planning.groups import Traits
from imggen.planning.sampling.combinations import all_traits
from imggen.planning.sampling.distribution import Distribution

Ints = npt.NDArray[np.int64]

MOST_STEPS = 200_000  # of a search, about a second


def find_combinations(distribution: Distribution, traits: Traits) -> Traits | None:
    """Return as many different combinations with the counts that `traits` (n, layers) have.

    None if there are none, or if the search takes more than MOST_STEPS.
    """
    every = all_traits(distribution)
    firsts = np.cumsum([0, *(len(layer.names) for layer in distribution.layers)])[:-1]
    width = sum(len(layer.names) for layer in distribution.layers)
    wanted = np.bincount((traits + firsts).ravel(), minlength=width)
    chosen = CombinationSearch(every + firsts, wanted).run()
    return None if chosen is None else every[chosen]


class CombinationSearch:
    """The search for rows of `cells` (rows, layers) in which cell k comes `wanted[k]` times."""

    def __init__(self, cells: Ints, wanted: Ints) -> None:
        self.cells = cells.tolist()
        self.wanted = wanted.tolist()
        self.left = np.bincount(cells.ravel(), minlength=len(wanted)).tolist()
        self.chosen: list[int] = []
        self.steps = 0

    def run(self) -> list[int] | None:
        """Return the rows; None if there are none or the search takes too long."""
        return self.chosen if self.go_on(0) else None

    def go_on(self, row: int) -> bool:
        """Decide on `row` and all later ones."""
        self.steps += 1
        if self.steps > MOST_STEPS or any(map(int.__gt__, self.wanted, self.left)):
            return False
        if row == len(self.cells):
            return True
        own = self.cells[row]
        for cell in own:
            self.left[cell] -= 1
        if all(self.wanted[cell] for cell in own):
            self.take(row, -1)
            if self.go_on(row + 1):
                return True
            self.take(row, 1)
        if self.go_on(row + 1):
            return True
        for cell in own:
            self.left[cell] += 1
        return False

    def take(self, row: int, change: int) -> None:
        """Take a row, by a `change` of -1 in what is wanted, or give it back."""
        for cell in self.cells[row]:
            self.wanted[cell] += change
        if change < 0:
            self.chosen.append(row)
        else:
            self.chosen.pop()
