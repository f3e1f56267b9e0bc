"""Families: images of one scene that differ in one layer only, such as counterfactual pairs.

A scene is drawn like any other; then its members are made of it, and all of them share the random
numbers of the scene. A larger family begins with the members of a smaller one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from imggen.assets import Variants
from imggen.errors import PlanError
from imggen.planning.groups import Traits
from imggen.planning.matching import Mask
from imggen.planning.sampling.different import instance_chances
from imggen.planning.sampling.distribution import Distribution
from imggen.planning.sampling.splits import Splits
from imggen.planning.sampling.step import Table, upper_bounds
from imggen.planning.slots import Slots, none_of
from imggen.planning.streams import ends_of, random_units

NO_INSTANCES: Mapping[int, Traits] = {}
CELLS_AT_ONCE = 2**20  # scenes by variants: bounds the memory in use
MOST_NAMED = 5  # variants, to people


@dataclass(frozen=True)
class DrawnScenes:
    """Scenes to make the members of families of.

    Attributes
    ----------
    distributions : what they are drawn from, one per split
    drawn : (scenes, layers), the variants of layers and the numbers of instances
    traits : (scenes, slots), what they show
    splits : (scenes,)
    start : the number of the first scene
    """

    seed: int
    slots: Slots
    distributions: Sequence[Distribution]
    drawn: Traits
    traits: Traits
    splits: Splits
    start: int = 0

    def with_variants(self, depth: int, column: Traits) -> Traits:
        """Return the traits with `column`, (scenes,), as the variants of the layer at `depth`."""
        changed = self.traits.copy()
        changed[:, self.slots.columns[depth].start] = column
        return changed


@dataclass(frozen=True)
class SceneFamily:
    """The images that are made of each scene: here only the scene itself.

    Attributes
    ----------
    size : how many there are
    redrawn : depths of the layers that show other variants in other members
    resized : depths of the layers that show the same variants there, but in other sizes
    varied : depth and field of the value that differs, and of which each member has another; or
        None
    """

    size: int = 1
    redrawn: tuple[int, ...] = ()
    resized: tuple[int, ...] = ()
    varied: tuple[int, str] | None = None

    @property
    def differing(self) -> tuple[int, ...]:
        """The depths of the layers whose sprites may lie elsewhere in other members."""
        return tuple(sorted({*self.redrawn, *self.resized}))

    def members(self, scenes: DrawnScenes) -> list[Traits]:
        """Return the traits of first members, of second members, ...: (scenes, slots) each.

        Raises
        ------
        PlanError
            If a scene has too few members.
        """
        return [scenes.traits] * self.size


@dataclass(frozen=True)
class VariantFamily(SceneFamily):
    """Images that show different variants of one layer, drawn without replacement.

    Attributes
    ----------
    called : the setting that asks for it, "dataset.pair" or "dataset.family"
    every : the variants of all members in turn; None if they are drawn
    """

    called: str = ""
    every: tuple[int, ...] | None = None

    @property
    def depth(self) -> int:
        """The depth of the layer."""
        return self.redrawn[0]

    def members(self, scenes: DrawnScenes) -> list[Traits]:
        """Return the traits of each member: (scenes, slots) each."""
        columns = np.empty((len(scenes.traits), self.size), scenes.traits.dtype)
        shown = {d: scenes.slots.shown(scenes.traits, d) for d in scenes.slots.instanced}
        at_once = max(1, CELLS_AT_ONCE // len(scenes.slots.declared[self.depth].names))
        for place, distribution in enumerate(scenes.distributions):
            own = np.flatnonzero(scenes.splits == place)
            for rows in np.split(own, range(at_once, len(own), at_once)):
                instances = {d: column[rows] for d, column in shown.items()}
                columns[rows] = self.choose(scenes, distribution, rows, instances)
        return [scenes.with_variants(self.depth, column) for column in columns.T]

    def choose(
        self,
        scenes: DrawnScenes,
        distribution: Distribution,
        rows: npt.NDArray[np.intp],
        instances: Mapping[int, Traits],
    ) -> Traits:
        """Choose the variants of the members of the scenes in `rows`: (rows, members).

        The first shows what the scene does; each other one is drawn from what is left, given the
        rest of the scene.
        """
        drawn = scenes.drawn[rows]
        chances = chances_given_rest(distribution, self.depth, drawn, instances)
        self.check_enough(distribution, chances, drawn)
        if self.every is not None:
            return np.tile(np.array(self.every, drawn.dtype), (len(rows), 1))
        chosen = np.empty((len(rows), self.size), drawn.dtype)
        chosen[:, 0] = drawn[:, self.depth]
        every_row = np.arange(len(rows))
        for member in range(1, self.size):
            chances[every_row, chosen[:, member - 1]] = 0
            left = chances / chances.sum(axis=1, keepdims=True)
            ends = ends_of(rows + scenes.start)
            units = random_units(scenes.seed, self.stream(distribution, member), *ends)
            own = units[rows - rows[0], None] if len(rows) else units[:, None]
            chosen[:, member] = (upper_bounds(left) <= own).sum(axis=1)
        return chosen

    def stream(self, distribution: Distribution, member: int) -> str:
        """Return the name of the random stream of a member."""
        layer = distribution.layers[self.depth].layer
        return f"pair/{layer}" if member == 1 else f"pair/{layer}/{member}"

    def check_enough(self, distribution: Distribution, chances: Table, drawn: Traits) -> None:
        """Refuse scenes, (rows, layers), for which `chances` leave too few variants."""
        possible = chances > 0
        possible[np.arange(len(drawn)), drawn[:, self.depth]] = True
        if self.every is None:
            lacking = possible.sum(axis=1) < self.size
        else:
            lacking = ~possible[:, list(self.every)].all(axis=1)
        if lacking.any():
            row = int(np.argmax(lacking))
            raise PlanError(self.say_too_few(distribution, possible[row], drawn[row]))

    def say_too_few(self, distribution: Distribution, possible: Mask, row: Traits) -> str:
        """Return the sentence on a scene, (layers,), that has too few members."""
        layers = distribution.layers
        layer = layers[self.depth]
        where = say_rest(distribution, self.depth, row)
        if self.called == "dataset.pair":
            return (
                f'dataset.pair is "{layer.layer}", but "{layer.names[row[self.depth]]}" is the '
                f"only variant of it that can be drawn{where}; expected at least two. Change its "
                "probabilities or the rules, or pair another layer."
            )
        return (
            f"dataset.family shows {self.size:,} variants of {layer.layer} in each scene, but only "
            f"{name_some(layer, possible)} can be drawn{where}; lower its size, or change the "
            "probabilities or the rules."
        )


def chances_given_rest(
    distribution: Distribution,
    depth: int,
    traits: Traits,
    instances: Mapping[int, Traits] = NO_INSTANCES,
) -> Table:
    """Return how likely each variant of the layer at `depth` is, relative to the others.

    `traits` is (scenes, layers); all other layers show what they do there, and `instances` what
    layers with several show, (scenes, instances) by depth. Returns (scenes, variants).
    """
    chances = np.ones((len(traits), len(distribution.layers[depth].names)))
    for step in distribution.steps:
        if step.depth == depth:
            context, rows = step.contexts(traits)
            chances *= step.table(traits[rows])[context]
        elif depth in step.classes and step.depth not in distribution.apart:
            for variant in range(chances.shape[1]):
                instead = with_variant(traits, depth, variant)
                context, rows = step.contexts(instead)
                table = step.table(instead[rows])
                if step.depth not in instances:
                    chances[:, variant] *= table[context, instead[:, step.depth]]
                    continue
                none = none_of(distribution.layers[step.depth])
                for shown in instances[step.depth].T:
                    chances[:, variant] *= np.where(shown == none, 1, table[context, shown])
    if depth in distribution.depends_apart:
        for variant in range(chances.shape[1]):
            instead = with_variant(traits, depth, variant)
            chances[:, variant] *= instance_chances(distribution, instead, instances)
    return chances


def with_variant(traits: Traits, depth: int, variant: int) -> Traits:
    """Return `traits` with that variant of the layer at `depth` in all rows."""
    instead = traits.copy()
    instead[:, depth] = variant
    return instead


def name_some(layer: Variants, possible: Mask) -> str:
    """Name the variants that are `possible`, or the first of many."""
    names = [f'"{name}"' for name, one in zip(layer.names, possible, strict=True) if one]
    if len(names) > MOST_NAMED:
        names = [*names[: MOST_NAMED - 1], f"{len(names) - MOST_NAMED + 1} others"]
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def say_rest(distribution: Distribution, depth: int, row: Traits) -> str:
    """Return " where ..." on what a scene, (layers,), shows that matters to a layer, or ""."""
    layers = distribution.layers
    rest = " and ".join(
        f'{layers[d].layer} is "{layers[d].names[row[d]]}"' for d in tied_to(distribution, depth)
    )
    return f" where {rest}" if rest else ""


def tied_to(distribution: Distribution, depth: int) -> list[int]:
    """Return the depths of the layers that the chances of the one at `depth` may depend on."""
    tied: set[int] = set()
    for step in distribution.steps:
        if depth == step.depth or depth in step.classes:
            tied |= {step.depth, *step.classes}
    return sorted(tied - {depth})
