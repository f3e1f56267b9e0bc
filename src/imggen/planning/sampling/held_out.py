"""Combinations that are held out: only some splits may show them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from imggen.assets import Variants
from imggen.config import Split
from imggen.config.sentences import show_traits
from imggen.errors import PlanError
from imggen.planning.groups import Index, Traits, number
from imggen.planning.sampling.distribution import Distribution
from imggen.planning.sampling.rules import masks_of
from imggen.planning.sampling.step import Forbidden, Masks, matches


@dataclass(frozen=True)
class HeldOut:
    """Combinations that some splits hold out from all others.

    Attributes
    ----------
    called : what declares it, like "split.test.hold_out"
    shown : the same in TOML, like '{ character = "mage" }'
    variants : which variants of which layers, by depth; a scene that shows one of each is meant
    split : place of the split that declares it
    holders : (splits,) bool, the splits that may show it: all that declare it
    """

    called: str
    shown: str
    variants: Masks
    split: int
    holders: npt.NDArray[np.bool_]

    @property
    def forbidden(self) -> Forbidden:
        """Return the same as a rule for splits that do not hold it out."""
        return Forbidden(self.called, self.variants)

    def check_possible(self, distribution: Distribution) -> None:
        """Refuse to hold out what `distribution`, that of its split, never shows."""
        apart = {depth: mask.astype(np.intp) for depth, mask in self.variants.items()}
        states = distribution.possible_scenes(apart)
        if not states.chances[matches(self.variants, states.traits)].any():
            message = (
                f"{self.called} holds out {self.shown}, which that split itself never shows; "
                "remove it, or change the probabilities or rules that keep it from being drawn."
            )
            raise PlanError(message)


def find_held_out(splits: Sequence[Split], layers: Sequence[Variants]) -> tuple[HeldOut, ...]:
    """Return all that each split holds out.

    Raises
    ------
    PlanError
        If it names a variant that there is not.
    """
    depths = {layer.layer: depth for depth, layer in enumerate(layers)}
    return tuple(
        HeldOut(
            called=(called := f"split.{split.name}.hold_out"),
            shown=show_traits(shown),
            variants=masks_of(called, shown, layers, depths),
            split=place,
            holders=np.array([shown in other.hold_out for other in splits]),
        )
        for place, split in enumerate(splits)
        for shown in split.hold_out
    )


def excluded_everywhere(held_out: Sequence[HeldOut]) -> Iterator[Forbidden]:
    """Yield what no split may show: two things at once that different splits hold out."""
    for one, other in itertools.combinations(held_out, 2):
        if not (one.holders & other.holders).any():
            shared = one.variants.keys() & other.variants.keys()
            both = {depth: one.variants[depth] & other.variants[depth] for depth in shared}
            yield Forbidden(
                f"{one.called} and {other.called}", {**one.variants, **other.variants, **both}
            )


def permitted_splits(
    held_out: Sequence[HeldOut], splits: int, traits: Traits
) -> tuple[Index, npt.NDArray[np.bool_]]:
    """Group scenes by the splits that may show them.

    Returns the group of each row of `traits`, and the splits of each group: (groups, splits).
    """
    group = np.zeros(len(traits), np.intp)
    permitted = np.ones((1, splits), bool)
    for held in held_out:
        code = 2 * group + matches(held.variants, traits)
        choices = np.stack([permitted, permitted & held.holders], axis=1).reshape(-1, splits)
        group, rows = number(code, len(choices))
        permitted = choices[code[rows]]
    return group, permitted
