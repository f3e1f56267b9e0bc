"""No scene in two splits, where that is asked for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from imggen.assets import Variants
from imggen.config import Config
from imggen.errors import PlanError
from imggen.plan.groups import Index, Traits
from imggen.plan.sampling.splits import Splits


def check_disjoint(
    config: Config,
    layers: Sequence[Variants],
    traits: Traits,
    splits: Splits,
    images: Index,
    same: npt.NDArray[np.bool_],
) -> None:
    """Refuse splits that have a scene or, by `dataset.disjoint`, a combination in common.

    `images`, (n,), are all of them in an order in which those that show the same lie side by side;
    `traits` and `splits` are theirs. `same`, (n,), tells which show the same as the one before.

    Raises
    ------
    PlanError
        Naming two images of different splits that show the same.
    """
    leaks = np.flatnonzero(same[1:] & (splits[1:] != splits[:-1]))
    if not len(leaks):
        return
    one, other = (
        f"image {images[k]} of {config.split[splits[k]].name}" for k in (leaks[0], leaks[0] + 1)
    )
    shown = ", ".join(
        f"{v.layer} {v.names[k]}" for v, k in zip(layers, traits[leaks[0]], strict=True)
    )
    more = len(np.unique(np.cumsum(~same)[leaks])) - 1
    among = f", and so do images of {more:,} other scene{'s' * (more > 1)}" if more else ""
    message = (
        f'dataset.disjoint is "{config.dataset.disjoint}", but {one} and {other} show the same '
        f"({shown}){among}; "
        'give disjoint = "combinations" or unique = true, or make scenes differ more.'
    )
    raise PlanError(message)
