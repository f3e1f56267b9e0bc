"""Joint tables and correlations, as probabilities of one layer where another shows a variant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from imggen.assets import Variants
from imggen.config import NONE, Config, Correlate, Joint, Split
from imggen.config.views import View
from imggen.errors import PlanError
from imggen.planning.matching import Mask, check_known, find_variants
from imggen.planning.sampling.step import Chances, Conditional


def correlated_layers(
    config: Config,
    own: list[Variants],
    depths: Mapping[str, int],
    *owners: Split | View | None,
) -> Iterator[Conditional]:
    """Yield the probabilities that joint tables and correlations give, in a split and a view.

    The sums of a joint table become the `own` probabilities of its layers.
    """
    for number, joint in enumerate(config.joint, 1):
        yield from split_joint(f"joint.{number}", joint, own, depths)
    for called, correlate in correlates_of(config.correlate, *owners):
        if correlate.vary is None:
            yield from correlated(called, correlate, own, depths)


def correlates_of(
    shared: Sequence[Correlate], *owners: Split | View | None
) -> Iterator[tuple[str, Correlate]]:
    """Yield the names and correlations of a split, and of a view in it.

    Its own replace those of all splits, and those of the view both.
    """
    found = [(f"correlate.{number}", correlate) for number, correlate in enumerate(shared, 1)]
    given: list[Split | View] = [owner for owner in owners if owner is not None]
    for owner in given:
        replaced = [correlate.decides for correlate in owner.correlate]
        found = [one for one in found if one[1].decides not in replaced]
        found += [
            (f"{owner.called}.correlate.{number}", correlate)
            for number, correlate in enumerate(owner.correlate, 1)
        ]
    yield from found


def split_joint(
    called: str, joint: Joint, own: list[Variants], depths: Mapping[str, int]
) -> Iterator[Conditional]:
    """Yield the second layer's probabilities for each variant of the first.

    The sums of rows and columns become the `own` probabilities of the two layers.
    """
    first, second = (depths[name] for name in joint.layers)
    rows, columns = own[first].names, own[second].names
    for depth in (first, second):
        check_complete(called, joint.marginal(own[depth].layer), own[depth])
    table = np.zeros((len(rows), len(columns)))
    for (row, column), number in joint.cells():
        table[rows.index(row), columns.index(column)] = number
    table /= table.sum()
    own[first] = replace(own[first], probabilities=table.sum(axis=1))
    own[second] = replace(own[second], probabilities=table.sum(axis=0))
    for k, chances in enumerate(table):
        if chances.any():
            when = {first: np.arange(len(rows)) == k}
            yield Conditional(called, when, second, chances / chances.sum())


def check_complete(called: str, given: Iterable[str], layer: Variants) -> None:
    """Refuse a table with names that are no variants of `layer`, or without some that are."""
    check_known(called, given, layer)
    missing = sorted({*layer.names} - {*given} - {NONE})
    if missing:
        message = (
            f"{called} gives nothing for {', '.join(missing)} of {layer.layer}; expected every "
            "variant. Give 0 to one that is never drawn."
        )
        raise PlanError(message)


def correlated(
    called: str, correlate: Correlate, own: Sequence[Variants], depths: Mapping[str, int]
) -> Iterator[Conditional]:
    """Yield the probabilities of the layer that follows for each variant of the other.

    A name goes before a pattern, and a pattern before later ones.
    """
    depth, leader = depths[correlate.layer], own[depths[correlate.follows]]
    free = np.ones(len(leader.names), bool)
    pairs = correlate.pairs or {}
    for variant in sorted(pairs, key=lambda name: name not in leader.names):
        mask = find_variants(f"{called}.pairs", [variant], leader) & free
        agrees = find_variants(f"{called}.pairs.{variant}", pairs[variant], own[depth])
        chances = agreeing(called, correlate, variant, agrees, own[depth].probabilities)
        if mask.any():
            yield Conditional(called, {depths[leader.layer]: mask}, depth, chances)
        free &= ~mask


def agreeing(
    called: str, correlate: Correlate, variant: str, agrees: Mask, own: Chances
) -> Chances:
    """Share a layer's `own` probabilities out to variants that agree with `variant` and others."""
    chances = np.zeros(len(agrees))
    for side, share in ((agrees, correlate.agree), (~agrees, 1 - correlate.agree)):
        part = np.where(side, own, 0)
        if share > 0 and not part.any():
            raise PlanError(say_one_sided(called, correlate, variant, agrees=side is agrees))
        chances += share * part / (part.sum() or 1)
    return chances


def say_one_sided(called: str, correlate: Correlate, variant: str, *, agrees: bool) -> str:
    """Return the sentence on a layer that can never agree or, with `agrees` false, only agree."""
    which_ = "none" if agrees else "all"
    return (
        f"{called}.agree is {correlate.agree:g}, but {which_} of the variants of {correlate.layer} "
        f'that can be drawn go with "{variant}"; expected {0 if agrees else 1}. Change agree or '
        f"pairs.{variant}, or the probabilities of {correlate.layer}."
    )
