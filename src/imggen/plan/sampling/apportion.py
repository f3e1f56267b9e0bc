"""Sharing out a number of things in turn, so that the shares hold however many there are."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from imggen.plan.groups import Index


def apportion(shares: npt.NDArray[np.float64], count: int) -> Index:
    """Who gets each of `count` seats: (count,), places in `shares`, which sum to 1.

    Of the first n seats each has its share of n, rounded, for every n. The k-th seat of a share s
    is due at (k - 1/2) / s; of those due at once, that of the first share goes first. Source:
    Webster's or Sainte-Lague's method; Balinski, Young, "Fair Representation", 1982.
    """
    given = np.flatnonzero(shares)
    most = np.ceil(shares[given] * count).astype(np.intp) + len(given)
    owner = np.repeat(given, most)
    number = np.arange(len(owner)) - np.repeat(np.cumsum(most) - most, most)
    due = np.round((number + 0.5) / shares[owner], 9)  # so that the last bit decides no tie
    order: Index = owner[np.argsort(due, kind="stable")[:count]]
    return order


def ranks(group: Index) -> Index:
    """How many places before each hold the same number, from 0 up: (places,)."""
    order = np.argsort(group, kind="stable")
    sizes = np.bincount(group)
    ranked = np.empty(len(group), np.intp)
    ranked[order] = np.arange(len(group)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return ranked
