"""The columns of looks of a configuration: `vary`, `vary_when` and correlations of values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from imggen.config import Config, Correlate, Layer, Split
from imggen.config.agreeing import agreeing
from imggen.errors import PlanError
from imggen.planning.groups import classes_of
from imggen.planning.matching import Mask, find_variants
from imggen.planning.placement.chains import MOST_COMBINATIONS, combine, count_combinations
from imggen.planning.placement.columns import Chances, LookCase, LookColumn, make_columns
from imggen.planning.sampling.correlations import correlates_of
from imggen.planning.sampling.step import matches
from imggen.planning.slots import Slots


def columns_of(config: Config, slots: Slots) -> tuple[LookColumn, ...]:
    """Return the columns of looks of `config`, whose layers have these slots.

    Raises
    ------
    PlanError
        If a condition names no variant, or a variation is never used.
    """
    by_name = {layer.name: layer for layer in config.layer}
    layers = [by_name[variants.layer] for variants in slots.layers]
    conditions = {
        slot: conditions_of(layer, slot, slots)
        for slot, layer in enumerate(layers)
        if layer.vary_when
    }
    for slot, own in conditions.items():
        if slots.layers[slot].instance in (None, 0):
            check_reached(layers[slot].name, own, slots)
    columns = make_columns([config.variation_of(layer) for layer in layers], conditions)
    return tuple(correlated(config, column, slots) for column in columns)


def conditions_of(layer: Layer, slot: int, slots: Slots) -> list[dict[int, Mask]]:
    """Return the conditions of each `vary_when` of `layer`, for what it shows in `slot`."""
    return [
        {
            slot_of(name, slot, slots): find_variants(
                f"layer.{layer.name}.vary_when.{number}.when.{name}",
                patterns,
                slots.declared[depth_of(name, slots)],
            )
            for name, patterns in special.when.items()
        }
        for number, special in enumerate(layer.vary_when, 1)
    ]


def check_reached(layer: str, conditions: Sequence[Mapping[int, Mask]], slots: Slots) -> None:
    """Refuse a `vary_when` that earlier ones leave nothing to.

    Raises
    ------
    PlanError
        Naming it.
    """
    mentioned = sorted({slot for one in conditions for slot in one})
    classes = {
        slot: classes_of([one[slot] for one in conditions if slot in one], count)
        for slot in mentioned
        for count in [len(slots.layers[slot].names)]
    }
    if count_combinations(classes) > MOST_COMBINATIONS:
        return  # too many to try
    left = combine(classes, len(slots.layers))
    for number, condition in enumerate(conditions, 1):
        holds = matches(condition, left)
        if not holds.any():
            message = (
                f"layer.{layer}.vary_when.{number} is never used, because earlier ones match all "
                "that it matches; remove it, or put it before them."
            )
            raise PlanError(message)
        left = left[~holds]


def depth_of(name: str, slots: Slots) -> int:
    """Return the depth of the layer of this name."""
    return [layer.layer for layer in slots.declared].index(name)


def slot_of(name: str, slot: int, slots: Slots) -> int:
    """Return the slot of the layer called `name`: `slot` itself if it is one of that layer's."""
    if slots.layers[slot].layer == name:
        return slot
    first: int = slots.columns[depth_of(name, slots)].start
    return first


def correlated(config: Config, column: LookColumn, slots: Slots) -> LookColumn:
    """Return `column` with the cases of the correlations of its value, if there are any."""
    splits: list[tuple[int | None, Split | None]] = list(enumerate(config.split))
    if not any(correlate.vary for split in config.split for correlate in split.correlate):
        splits = [(None, None)]
    cases = [
        replace(case, split=place)
        for place, split in splits
        for called, correlate in correlates_of(config.correlate, split)
        if correlate.decides == (slots.layers[column.slot].layer, column.field)
        for case in cases_of(called, correlate, column, slots)
    ]
    return replace(column, cases=(*cases, *column.cases)) if cases else column


def cases_of(
    called: str, correlate: Correlate, column: LookColumn, slots: Slots
) -> Iterator[LookCase]:
    """Yield a case for each variant that has values of its own.

    A name goes before a pattern, and a pattern before later ones, as in correlations of variants.
    """
    leader = slots.declared[depth_of(correlate.follows, slots)]
    slot = slot_of(correlate.follows, column.slot, slots)
    values = correlate.values or {}
    own = column.cases[-1]  # the others are of other fields: see check_value_correlates
    for variant in sorted(values, key=lambda name: name not in leader.names):
        mask = find_variants(f"{called}.values", [variant], leader)
        agrees = np.array(agreeing(values[variant], column.levels))[: len(own.rows)]
        chances = shared_out(correlate.agree, agrees, own)
        yield LookCase(own.rows, chances, {slot: mask}, called=called)


def shared_out(agree: float, agrees: Mask, own: LookCase) -> Chances:
    """Share the chances of a case out to the levels that agree and to the others: (levels,)."""
    chances = np.full(len(own.rows), 1 / len(own.rows)) if own.chances is None else own.chances
    shared = np.zeros(len(chances))
    for side, share in ((agrees, agree), (~agrees, 1 - agree)):
        part = np.where(side, chances, 0)
        shared += share * part / (part.sum() or 1)
    return shared
