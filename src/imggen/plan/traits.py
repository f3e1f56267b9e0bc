"""Which variant of each layer every image shows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from imggen.assets import Variants
from imggen.config import Dataset
from imggen.errors import PlanError
from imggen.plan.streams import random_odds, random_units, random_words

Traits = npt.NDArray[np.unsignedinteger[Any]]  # (images, layers), variant of each layer

MOST_IMAGES = 10**9  # what a plan of a few bytes an image holds in memory


def draw_traits(dataset: Dataset, layers: Sequence[Variants]) -> Traits:
    """The traits of all images of `dataset`: (images, layers) uint8 or uint16.

    Raises
    ------
    PlanError
        If `unique` asks for more images than there are combinations, or there are too many.
    """
    check_count(dataset, layers)
    if dataset.sampling == "all":
        return all_traits(layers)
    if dataset.unique:
        return unique_traits(dataset, layers)
    draw = quota_column if dataset.sampling == "quota" else random_column
    traits = np.empty((dataset.count, len(layers)), index_dtype(layers))
    for column, layer in enumerate(layers):
        traits[:, column] = draw(dataset.seed, layer, dataset.count)
    return traits


def check_count(dataset: Dataset, layers: Sequence[Variants]) -> None:
    """Refuse more images than there are combinations, or than a plan holds."""
    possible = combinations(layers)
    if dataset.sampling == "all" and possible > MOST_IMAGES:
        message = (
            f"the layers give {possible:,} combinations; expected at most {MOST_IMAGES:,} for all "
            "of them. Give a count instead."
        )
        raise PlanError(message)
    if dataset.sampling == "all":
        return
    if dataset.unique and dataset.count > possible:
        message = (
            f"dataset.count is {dataset.count:,} and dataset.unique is true, but the layers give "
            f"only {possible:,} different combinations; lower the count or add variants."
        )
        raise PlanError(message)
    if dataset.count > MOST_IMAGES:
        message = (
            f"dataset.count is {dataset.count:,}; expected at most {MOST_IMAGES:,}. "
            "Make several datasets, each with its own seed."
        )
        raise PlanError(message)


def index_dtype(layers: Sequence[Variants]) -> np.dtype[Any]:
    """The smallest type that numbers the variants of every layer."""
    return np.min_scalar_type(max(len(layer.names) for layer in layers) - 1)


def random_column(seed: int, layer: Variants, count: int) -> npt.NDArray[np.intp]:
    """Independent draws by inversion: (count,). Image i is the same for every count."""
    bounds = np.cumsum(layer.probabilities)
    last = np.flatnonzero(layer.probabilities)[-1]
    bounds[last:] = 1  # rounding must not leave a gap above, nor draw what has probability 0
    return np.searchsorted(bounds, random_units(seed, layer.layer, 0, count), side="right")


def quota_column(seed: int, layer: Variants, count: int) -> npt.NDArray[np.intp]:
    """Exact counts by largest remainder, shuffled: (count,)."""
    counts = largest_remainder(layer.probabilities, count)
    order = np.argsort(random_words(seed, layer.layer, 0, count), kind="stable")
    column = np.empty(count, np.intp)
    column[order] = np.repeat(np.arange(len(counts)), counts)
    return column


def largest_remainder(probabilities: npt.NDArray[np.float64], count: int) -> npt.NDArray[np.int64]:
    """`count` split by `probabilities`, whole numbers; ties go to the first (Hamilton's method)."""
    exact = probabilities * count
    counts = np.floor(exact + 1e-9).astype(np.int64)  # 0.3 * 10 is 3, whatever its last bit says
    short = count - int(counts.sum())
    remainder = np.round(exact - counts, 9)
    counts[np.argsort(-remainder, kind="stable")[:short]] += 1
    return counts


def all_traits(layers: Sequence[Variants]) -> Traits:
    """Every combination of variants that can occur, the first layer slowest."""
    choices = [np.flatnonzero(layer.probabilities) for layer in layers]
    shape = tuple(map(len, choices))
    traits = np.empty((*shape, len(layers)), index_dtype(layers))
    for depth, choice in enumerate(choices):
        traits[..., depth] = choice.reshape(-1, *[1] * (len(layers) - 1 - depth))
    return traits.reshape(-1, len(layers))


def combinations(layers: Sequence[Variants]) -> int:
    """How many different scenes the variants that can occur give."""
    return math.prod(int(np.count_nonzero(layer.probabilities)) for layer in layers)


def unique_traits(dataset: Dataset, layers: Sequence[Variants]) -> Traits:
    """`count` different combinations, drawn one after the other without replacement.

    Layer by layer, each of the prefixes kept so far has a Gumbel variate perturbed by its log
    probability; its extensions get variates of their own whose maximum is the prefix's, and the
    `count` largest live on. What is left after the last layer, largest first, is an exact sample
    without replacement, however many combinations there are. Source: Kool, van Hoof, Welling,
    "Stochastic Beams and Where to Find Them", ICML 2019, algorithm 1.
    """
    prefixes = np.zeros((1, 0), index_dtype(layers))
    log_probability = np.zeros(1)
    perturbed = np.zeros(1)
    for layer in layers:
        chosen = np.flatnonzero(layer.probabilities)
        extended = log_probability[:, None] + np.log(layer.probabilities[chosen])
        units = random_odds(dataset.seed, f"unique/{layer.layer}", 0, extended.size)
        gumbel = extended - np.log(-np.log(units.reshape(extended.shape)))
        children = with_maximum(gumbel, perturbed).ravel()
        best = largest(children, dataset.count)
        parent, variant = np.divmod(best, len(chosen))
        prefixes = np.column_stack([prefixes[parent], chosen[variant]]).astype(prefixes.dtype)
        log_probability, perturbed = extended.ravel()[best], children[best]
    return prefixes


def largest(values: npt.NDArray[np.float64], count: int) -> npt.NDArray[np.intp]:
    """Where the `count` largest of `values` are, largest first; of equal ones the first."""
    if count < len(values):
        least = np.partition(values, -count)[-count]
        places = np.flatnonzero(values >= least)
    else:
        places = np.arange(len(values))
    order = np.argsort(-values[places], kind="stable")[:count]
    result: npt.NDArray[np.intp] = places[order]
    return result


def with_maximum(
    gumbel: npt.NDArray[np.float64], maximum: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Each row of Gumbel variates given that its largest is `maximum` (ibid., appendix B.3)."""
    largest = gumbel.max(axis=1, keepdims=True)
    with np.errstate(divide="ignore"):  # the largest itself: log 0, which comes out as the maximum
        gap = maximum[:, None] - gumbel + np.log1p(-np.exp(gumbel - largest))
    result: npt.NDArray[np.float64] = (
        maximum[:, None] - np.maximum(gap, 0) - np.log1p(np.exp(-np.abs(gap)))
    )
    return result
