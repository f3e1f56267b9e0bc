"""Divide strata of images among splits of exact sizes, each as near to its share as can be."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from imggen.config.image_name import SPLIT
from imggen.planning.groups import Index
from imggen.planning.sampling.flow import NoTableError, fill_table
from imggen.planning.streams import random_words

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

MOST_ROUNDS = 2000  # of scaling
CLOSE = 1e-7  # images


def divide_strata(strata: Ints, splits: Ints, permitted: Mask) -> Ints:
    """Return how many images of each stratum (r,) each split (c,) gets: (r, c).

    The sums are exact. Where all is `permitted` (r, c), each number is its share, strata[r] *
    splits[c] / images, rounded up or down; such a rounding always exists. Source: Cox, "A
    constructive procedure for unbiased controlled rounding", JASA, 1987. Otherwise the shares are
    scaled to both sums first.

    Raises
    ------
    NoTableError
        If there is no such division.
    """
    exact = scaled_shares(strata, splits, permitted)
    down = np.floor(exact + CLOSE).astype(np.int64)
    up = np.ceil(exact - CLOSE).astype(np.int64)
    if (down.sum(axis=1) <= strata).all() and (down.sum(axis=0) <= splits).all():
        try:
            return fill_table(strata, splits, up, down)
        except NoTableError:
            pass  # scaling has not come near enough
    return fill_table(strata, splits, np.where(permitted, strata[:, None], 0))


def split_strata(
    seed: int, stratum: Index, splits: Ints, permitted: Mask
) -> npt.NDArray[np.unsignedinteger]:
    """Assign images, whose `stratum` (images,) is known, to splits of exact sizes: (images,).

    Within a stratum, all images are alike likely in each split. `permitted` is (strata, splits).

    Raises
    ------
    NoTableError
        As `divide_strata`.
    """
    table = divide_strata(np.bincount(stratum, minlength=len(permitted)), splits, permitted)
    words = random_words(seed, SPLIT, 0, len(stratum))
    owners = np.tile(np.arange(len(splits)), len(permitted))
    assigned = np.empty(len(stratum), np.min_scalar_type(len(splits) - 1))
    assigned[np.lexsort([words, stratum])] = np.repeat(owners, table.ravel())
    return assigned


def scaled_shares(strata: Ints, splits: Ints, permitted: Mask) -> Floats:
    """Scale the shares that are `permitted` to the sums of rows and columns, in turn.

    Source: Deming, Stephan, "On a least squares adjustment of a sampled frequency table", 1940.
    """
    shares = np.where(permitted, strata[:, None] * splits / max(1, int(strata.sum())), 0.0)
    for _ in range(MOST_ROUNDS):
        rows = shares.sum(axis=1, keepdims=True)
        shares *= np.divide(strata[:, None], rows, out=np.zeros_like(rows), where=rows > 0)
        columns = shares.sum(axis=0)
        if np.abs(columns - splits).max(initial=0) < CLOSE / 10:
            break
        shares *= np.divide(splits, columns, out=np.zeros_like(columns), where=columns > 0)
    return shares
