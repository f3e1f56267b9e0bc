"""Walk through all scenes at once, to know chances and the number of combinations exactly.

The walk goes through the draws of the layers with every combination so far. Combinations after
which all later draws are alike form one *state*, so there are few states, however many combinations
there are. Layers that no rule ties together, directly or by others, are walked through separately.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from imggen.assets import Variants
from imggen.errors import PlanError
from imggen.planning.groups import Index, Traits, classes_of, group_columns
from imggen.planning.matching import Mask
from imggen.planning.sampling.effects import effects_on
from imggen.planning.sampling.step import Chances, Step, Table, matches, others

MOST_CELLS = 5_000_000  # of a table: states by variants; 40 MB of float64


class TooManyError(PlanError):
    """More combinations have to be told apart than fit in memory."""


@dataclass(frozen=True)
class States:
    """Combinations, grouped.

    Attributes
    ----------
    traits : (states, layers), one combination of each that can occur
    chances : (states,) float64, how likely it is to draw one of the group
    ways : (states,) int64, or object if that is too small: how many combinations are in the group
    """

    traits: Traits
    chances: npt.NDArray[np.float64]
    ways: npt.NDArray[Any]


@dataclass(frozen=True)
class Walked:
    """The result of a walk.

    Attributes
    ----------
    states : the last ones
    marginals : how likely each variant is, by the layer's depth: (variants,)
    conditionals : the same where each conditional of a step holds, by the layer's depth:
        (conditionals, variants); zeros if it never does
    """

    states: States
    marginals: dict[int, Chances]
    conditionals: dict[int, Table]


def walk(
    layers: Sequence[Variants],
    steps: Sequence[Step],
    apart: Mapping[int, Index] | None = None,
    *,
    dead_ends: bool = False,
) -> Walked:
    """Walk through `steps`, the draws of `layers`.

    The last states keep variants of different classes in `apart` (by depth) apart. With
    `dead_ends`, combinations that leave a layer no variant are left out instead of refused.

    Raises
    ------
    PlanError
        If a combination that can occur leaves a layer no variant, or there are too many states.
    """
    parts = []
    too_many = None
    for tied in tied_together(steps):
        try:
            parts.append(walk_tied(layers, tied, apart or {}, dead_ends=dead_ends))
        except TooManyError as error:
            too_many = error  # a dead end of another group is reported first
    if too_many is not None:
        raise too_many
    states = first_state(layers)
    for part in parts:
        check_size(layers, steps, len(states.ways), len(part.states.ways))
        states = cross(states, part.states)
    marginals = {depth: own for part in parts for depth, own in part.marginals.items()}
    conditionals = {depth: own for part in parts for depth, own in part.conditionals.items()}
    return Walked(states, marginals, conditionals)


def tied_together(steps: Sequence[Step]) -> list[list[Step]]:
    """Group `steps` so that no group depends on layers of another."""
    groups: list[set[int]] = []
    for step in steps:
        mine = {step.depth, *step.classes}
        apart = [group for group in groups if not group & mine]
        groups = [*apart, mine.union(*(group for group in groups if group & mine))]
    tied = [[step for step in steps if step.depth in depths] for depths in groups]
    order = [step.depth for step in steps]
    return sorted(tied, key=lambda group: order.index(group[0].depth))


def walk_tied(
    layers: Sequence[Variants],
    steps: Sequence[Step],
    apart: Mapping[int, Index],
    *,
    dead_ends: bool,
) -> Walked:
    """Walk through `steps`, which look at no layers but each other's."""
    marginals: dict[int, Chances] = {}
    conditionals: dict[int, Table] = {}
    states = first_state(layers)
    for k, step in enumerate(steps):
        context, rows = step.contexts(states.traits)
        check_size(layers, steps, len(rows), len(step.probabilities))
        table = step.table(states.traits[rows])
        dead = np.flatnonzero(~table.any(axis=1))
        if len(dead) and not dead_ends:
            raise PlanError(say_dead_end(layers, step, states.traits[rows[dead[0]]]))
        marginals[step.depth] = np.bincount(context, states.chances) @ table
        conditionals[step.depth] = where_each_holds(step, states, context) @ table
        drawn, later = steps[: k + 1], steps[k + 1 :]
        classes = later_classes(layers, drawn, later, apart)
        check_size(layers, steps, len(context), int(classes[step.depth].max()) + 1)
        states = extend(step.depth, states, context, table, classes)
        states = merge(states, [one.depth for one in drawn], later, apart)
    return Walked(states, marginals, conditionals)


def cross(one: States, other: States) -> States:
    """Combine each of the states with each of others, of other layers."""
    first, second = (index.ravel() for index in np.indices((len(one.ways), len(other.ways))))
    return States(
        traits=one.traits[first] + other.traits[second],  # layers not drawn are 0
        chances=one.chances[first] * other.chances[second],
        ways=one.ways[first] * other.ways[second],
    )


def where_each_holds(step: Step, states: States, context: Index) -> Table:
    """Return the chances of contexts where each conditional of `step` holds.

    Each row sums to 1, or to 0 if its conditional never holds. All layers that a conditional
    depends on are drawn before, so later ones change nothing.
    """
    chances = np.zeros((len(step.conditionals), int(context.max()) + 1))
    for k, conditional in enumerate(step.conditionals):
        holds = matches(conditional.when, states.traits)
        mass = np.bincount(context[holds], states.chances[holds], chances.shape[1])
        chances[k] = mass / (mass.sum() or 1)
    return chances


def first_state(layers: Sequence[Variants]) -> States:
    """Return the state before anything is drawn."""
    most = math.prod(len(layer.names) for layer in layers)
    return States(
        traits=np.zeros((1, len(layers)), np.uint32),
        chances=np.ones(1),
        ways=np.ones(1, np.int64 if most < 2**63 else object),
    )


def later_classes(
    layers: Sequence[Variants],
    drawn: Sequence[Step],
    later: Sequence[Step],
    apart: Mapping[int, Index],
) -> dict[int, Index]:
    """Class variants of the layers `drawn` by what still matters after these steps, by depth."""
    masks: dict[int, list[Mask]] = {step.depth: [] for step in drawn}
    for step in later:
        for depth, mask in step.depends_on():
            masks.get(depth, []).append(mask)
    for depth in masks.keys() & apart.keys():
        masks[depth] += list(apart[depth] == np.unique(apart[depth])[:, None])
    return {depth: classes_of(m, len(layers[depth].names)) for depth, m in masks.items()}


def extend(
    depth: int,
    states: States,
    context: Index,
    table: Table,
    classes: Mapping[int, Index],
) -> States:
    """Extend each state by each class of the layer at `depth`, with the chances in `table`."""
    by_class = np.argsort(classes[depth], kind="stable")
    starts = np.flatnonzero(np.diff(classes[depth][by_class], prepend=-1))
    possible = table[:, by_class] > 0
    chances = np.add.reduceat(table[:, by_class], starts, axis=1)
    ways = np.add.reduceat(possible, starts, axis=1, dtype=np.int64)
    shown = np.where(possible, by_class, len(by_class))
    first = np.minimum.reduceat(shown, starts, axis=1)
    state, class_ = np.nonzero(ways[context])
    traits = states.traits[state]
    traits[:, depth] = first[context[state], class_]
    return States(
        traits=traits,
        chances=states.chances[state] * chances[context[state], class_],
        ways=states.ways[state] * ways[context[state], class_].astype(states.ways.dtype),
    )


def merge(
    states: States, drawn: Sequence[int], later: Sequence[Step], apart: Mapping[int, Index]
) -> States:
    """Merge states that are the same to `later` steps and are not to be kept apart."""
    traits = states.traits
    columns = [(apart[d][traits[:, d]], int(apart[d].max()) + 1) for d in drawn if d in apart]
    group, rows = group_columns(len(traits), [*columns, *effects_on(later, traits, drawn)])
    ways = np.zeros(len(rows), states.ways.dtype)
    np.add.at(ways, group, states.ways)
    chances = np.bincount(group, states.chances).astype(np.float64)
    return States(traits[rows], chances, ways)


def check_size(
    layers: Sequence[Variants], steps: Sequence[Step], states: int, choices: int
) -> None:
    """Refuse a table that would not fit in memory."""
    if states * choices > MOST_CELLS:
        message = (
            f"{say_tied(layers, steps)}, and tell apart {states * choices:,} combinations of their "
            f"variants; expected at most {MOST_CELLS:,}. Remove some of these rules, or let them "
            "name the same variants."
        )
        raise TooManyError(message)


def say_tied(layers: Sequence[Variants], steps: Sequence[Step]) -> str:
    """Begin a sentence on the rules of `steps`: how many tie which layers together."""
    most = max(tied_together(steps), key=len)
    *names, last = [layers[depth].layer for depth in sorted(step.depth for step in most)]
    rules = {one.called for step in most for one in step.conditionals}
    rules |= {one.called for step in most for one in step.forbidden}
    many = "1 rule ties" if len(rules) == 1 else f"{len(rules):,} rules tie"
    return f"{many} {', '.join(names)} and {last} together"


def say_dead_end(layers: Sequence[Variants], step: Step, row: Traits) -> str:
    """Return the sentence on `row`, (layers,), after which `step` finds no variant."""
    forbidden = [f for f in step.forbidden if matches(others(f.variants, step.depth), row[None])[0]]
    conditionals = [c for c in step.conditionals if matches(c.when, row[None])[0]][-1:]
    rules = dict.fromkeys([*(c.called for c in conditionals), *(f.called for f in forbidden)])
    named = set().union(*(c.when for c in conditionals), *(f.variants for f in forbidden))
    shown = " and ".join(
        f'{layers[d].layer} is "{layers[d].names[row[d]]}"' for d in sorted(named - {step.depth})
    )
    where, way_out = (f" where {shown}", "forbid that combination, or ") if shown else ("", "")
    return (
        f"{layers[step.depth].layer} is left without a variant{where}, by "
        f"{', '.join(rules)}; {way_out}leave it one that can be drawn."
    )
