"""Apportion images in turn, so that the shares hold for any number of them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from imggen.planning.groups import Index


def apportion(shares: npt.NDArray[np.float64], count: int) -> Index:
    """Assign `count` images to splits by share (Webster's method): (count,), rows of `shares`.

    The shares sum to 1. Of the first n images each split has its share of n, rounded, for every n.
    The k-th image of a share s is due at (k - 1/2) / s; of two due at once, that of the first share
    goes first. Source: Webster's or Sainte-Lague's method; Balinski, Young, "Fair Representation",
    1982.
    """
    given = np.flatnonzero(shares)
    most = np.ceil(shares[given] * count).astype(np.intp) + len(given)
    owner = np.repeat(given, most)
    number = np.arange(len(owner)) - np.repeat(np.cumsum(most) - most, most)
    due = np.round((number + 0.5) / shares[owner], 9)  # so that the last bit decides no tie
    order: Index = owner[np.argsort(due, kind="stable")[:count]]
    return order


def ranks(group: Index) -> Index:
    """Count the equal numbers before each: (rows,), from 0 up."""
    order = np.argsort(group, kind="stable")
    sizes = np.bincount(group)
    ranked = np.empty(len(group), np.intp)
    ranked[order] = np.arange(len(group)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return ranked
