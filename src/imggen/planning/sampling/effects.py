"""Merge combinations that have the same effect on later draws.

Six layers in 20 colours, no two alike, come to 1,860,480 combinations before the last is drawn, but
only to 15,504 sets of colours, and the last draw depends on nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from imggen.planning.groups import Column, Traits
from imggen.planning.matching import Mask
from imggen.planning.sampling.step import Step, matches, others

Bits = npt.NDArray[np.uint8]  # (rows, bytes), eight to a byte


def effects_on(later: Sequence[Step], traits: Traits, drawn: Collection[int]) -> Iterator[Column]:
    """Yield columns that are equal in rows of `traits` after which all of `later` draw alike.

    Of `traits`, (rows, layers), only the columns of layers that are `drawn` count.
    """
    for step in later:
        yield from columns_of(lost_variants(step, traits, drawn))
        for holds in (*conditions_so_far(step, traits, drawn), *pending(step, traits, drawn)):
            yield holds.astype(np.intp), 2


def columns_of(bits: Bits) -> Iterator[Column]:
    """Yield the bytes of each row as columns."""
    for column in bits.T:
        if column.any():
            yield column.astype(np.intp), 256


def lost_variants(step: Step, traits: Traits, drawn: Collection[int]) -> Bits:
    """Mark the possible variants that `step` can no longer draw."""
    possible = step.possible
    lost = np.zeros((len(traits), len(np.packbits(possible))), np.uint8)
    for depth, table in step.pairwise.items():
        if depth in drawn:
            lost |= np.packbits(table & possible, axis=1)[traits[:, depth]]
    for forbidden in step.tied:
        when = others(forbidden.variants, step.depth)
        if when.keys() <= set(drawn):
            lost[matches(when, traits)] |= np.packbits(forbidden.variants[step.depth] & possible)
    return lost


def conditions_so_far(step: Step, traits: Traits, drawn: Collection[int]) -> Iterator[Mask]:
    """Mark the rows that may still meet each conditional of `step`."""
    for conditional in step.conditionals:
        so_far = {d: mask for d, mask in conditional.when.items() if d in drawn}
        if so_far:
            yield matches(so_far, traits)


def pending(step: Step, traits: Traits, drawn: Collection[int]) -> Iterator[Mask]:
    """Mark rows that complete a forbidden combination, for each part that is not drawn yet."""
    found: dict[Any, Mask] = {}
    for forbidden in step.tied:
        so_far = {d: mask for d, mask in forbidden.variants.items() if d in drawn}
        left = {d: mask for d, mask in forbidden.variants.items() if d not in drawn}
        if so_far and len(left) > 1:
            part = tuple(sorted((d, mask.tobytes()) for d, mask in left.items()))
            holds = matches(so_far, traits)
            found[part] = found[part] | holds if part in found else holds
    return iter(found.values())
