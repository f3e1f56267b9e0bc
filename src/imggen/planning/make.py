"""Make the plan: draw what images show, all of them or a range, and refuse what cannot be drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np

from imggen.assets import Library, Variants
from imggen.config import Config, Dataset
from imggen.planning.camera import Cameras, draw_cameras
from imggen.planning.draws import Draws
from imggen.planning.families import for_each_member, interleave, members
from imggen.planning.groups import Traits
from imggen.planning.names import check_lengths
from imggen.planning.placement.boxes import Boxes, extreme_boxes
from imggen.planning.placement.canvas import check_on_canvas, check_targets
from imggen.planning.placement.columns import LookColumn
from imggen.planning.placement.depths import DrawingOrder, Ranks, draw_ranks
from imggen.planning.placement.looks import Looks, LookTable, draw_looks
from imggen.planning.placement.positions import Placer, RandomPositions
from imggen.planning.placement.source import ValueSource, values_of
from imggen.planning.placement.spots import Ints, LayerSpots, make_spots
from imggen.planning.placement.values import set_values
from imggen.planning.plan import Plan
from imggen.planning.sampling.families import SceneFamily
from imggen.planning.sampling.images import ImageSource
from imggen.planning.sampling.leaks import SortedImages, check_disjoint
from imggen.planning.sampling.limits import check_count
from imggen.planning.sampling.per_split import Distributions
from imggen.planning.sampling.splits import Splits
from imggen.planning.scene_keys import starts_scene
from imggen.planning.slots import Slots, none_of


@dataclass(frozen=True)
class PlanMaker:
    """Makes the plan of any range of images.

    Attributes
    ----------
    source : draws what images show
    columns : the looks that are drawn
    placer : draws where
    drawing : the order in which sprites are drawn
    """

    config: Config
    library: Library
    source: ImageSource
    columns: tuple[LookColumn, ...]
    placer: Placer
    drawing: DrawingOrder

    @classmethod
    def of(cls, config: Config, library: Library, memory_bytes: int | None = None) -> PlanMaker:
        """Return the maker of the images of `config`, whose art is `library`.

        Raises
        ------
        PlanError
            If rules contradict each other, a sprite could lie outside the canvas, `unique` asks for
            too many images, all images must be drawn together and take more than `memory_bytes`,
            or a name may be too long.
        """
        drawn, canvas = ImageSource.of(config, library.layers), library.on_canvas
        check_places(config, canvas, drawn.distributions)
        if library.canvas is not None:
            check_extremes(config, library)
        drawn.check(memory_bytes)
        values = values_of(config, canvas, drawn)
        source = values.source
        check_lengths(config, library.layers, source.count)
        drawing = DrawingOrder.of(config.layer, library.layers)
        placer = make_placer(config, canvas, values)
        return cls(config, library, source, values.columns, placer, drawing)

    @cached_property
    def count(self) -> int:
        """The number of all images."""
        return self.source.count

    @property
    def can_fail(self) -> bool:
        """True if an image may turn out to be one that cannot be drawn."""
        asked = any(
            spot.otherwise == "refuse" for layer in self.placer.layers for spot in layer.spots
        )
        return asked or bool(self.source.held_out) or self.source.family.size > 1

    def check_images(self, start: int, stop: int) -> None:
        """Refuse images among `start` to `stop` that cannot be drawn.

        Raises
        ------
        PlanError
            Naming what one of them shows.
        """
        traits, _ = self.source.draw_images(start, stop)
        check_targets(self.placer.layers, self.library.layers, traits, start)

    def plan(self, start: int, stop: int) -> Plan:
        """Return the plan of images `start` to `stop`, which do not cut families.

        Raises
        ------
        PlanError
            If one of them cannot be drawn.
        """
        dataset, placer, variants = self.config.dataset, self.placer, self.library.layers
        family, slots = self.source.family, self.source.slots
        first = start // family.size
        traits, splits = self.source.draw_images(start, stop)
        check_targets(placer.layers, variants, traits, start)
        looks = make_looks(family, placer.draws, self.columns, variants, traits, splits, first)
        set_values(self.config, family, slots, placer.looks, traits, looks)
        drawn = place_images(family, slots, placer, traits, looks, first)
        if len(drawn.lost):
            traits = traits.copy()  # it may be a part of what is kept of all images
            drop_lost(slots, drawn.lost, traits, looks, placer.looks)
        return Plan(
            config=self.config,
            library=self.library,
            distributions=self.source.distributions,
            spots=placer.layers,
            traits=traits,
            looks=looks,
            look_table=placer.looks,
            positions=drawn.positions,
            ranks=make_ranks(dataset, family, self.drawing, variants, traits, first),
            drawing=self.drawing,
            crowded=drawn.crowded,
            dropped=count_lost(placer.layers, variants, drawn.lost),
            splits=splits,
            family=family.size,
            start=start,
            cameras=self.cameras(start, stop),
        )

    def cameras(self, start: int, stop: int) -> Cameras | None:
        """Draw how the camera takes images `start` to `stop`."""
        camera, size = self.config.camera, self.source.family.size
        seed, draws = self.config.dataset.seed, self.placer.draws
        found = draw_cameras(camera, seed, stop - start, size, start // size, draws)
        if found is None or self.library.canvas is None:
            return found
        return found.scaled(math.prod(self.library.scale) ** 0.5)


def make_plan(config: Config, library: Library) -> Plan:
    """Draw all traits and positions of all images.

    Raises
    ------
    PlanError
        If rules contradict each other, a sprite could lie outside the canvas, one is placed by a
        layer that draws nothing and that is to be refused, `unique` asks for too many images,
        splits show the same although they should not, or a name may be too long.
    """
    maker = PlanMaker.of(config, library)
    if not maker.source.exhaustive:
        check_count(maker.count)
    plan = maker.plan(0, maker.count)
    if config.dataset.disjoint is not None:
        check_splits(plan, config.dataset.disjoint)
    return plan


def check_places(config: Config, library: Library, distributions: Distributions) -> None:
    """Refuse places that leave the canvas; of a layer's instances, one stands for all."""
    declared = library.declared
    spots = make_spots(config.layer, declared, library.size)
    boxes = check_extremes(config, library)
    check_on_canvas(spots, replace(library, layers=declared), boxes, distributions)


def check_extremes(config: Config, library: Library) -> list[Boxes]:
    """Return the smallest and largest boxes of each layer; refuse those that are too large."""
    pairs = zip(config.layer, library.declared, strict=True)
    return [extreme_boxes(config.variation_of(layer), own) for layer, own in pairs]


def drop_lost(slots: Slots, lost: Ints, traits: Traits, looks: Looks, table: LookTable) -> None:
    """Let images show `none` in place of the instances that had no room; `lost` as drawn."""
    for slot in np.unique(lost[:, 1]).tolist():
        images = lost[lost[:, 1] == slot, 0]
        traits[images, slot] = none_of(slots.layers[slot])
        columns = [k for k, (depth, _) in enumerate(table.levels) if depth == slot]
        looks[images[:, None], columns] = 0


def count_lost(
    layers: Sequence[LayerSpots], variants: Sequence[Variants], lost: Ints
) -> dict[str, int]:
    """Count the instances that are left out, of each layer whose instances may have no room."""
    counts = np.bincount(lost[:, 1], minlength=len(layers)).tolist()
    dropped: dict[str, int] = {}
    for layer, own, count in zip(layers, variants, counts, strict=True):
        if layer.avoids and own.instance is not None:
            dropped[layer.layer] = dropped.get(layer.layer, 0) + count
    return dropped


def make_ranks(
    dataset: Dataset,
    family: SceneFamily,
    drawing: DrawingOrder,
    variants: Sequence[Variants],
    traits: Traits,
    start: int = 0,
) -> Ranks:
    """Draw the ranks of images, as in `Plan`, from scene `start` on; families have the same."""
    draw = partial(draw_ranks, dataset.seed, drawing.groups, variants, start=start)
    return for_each_member(family.size, draw, traits)


def make_placer(config: Config, library: Library, values: ValueSource) -> Placer:
    """Make what places the sprites of all layers."""
    table = LookTable.of(values.varied)
    return Placer(config.dataset.seed, values.spots, library, table, values.draws)


def make_looks(
    family: SceneFamily,
    draws: Draws,
    columns: Sequence[LookColumn],
    variants: Sequence[Variants],
    traits: Traits,
    splits: Splits,
    start: int = 0,
) -> Looks:
    """Draw the looks of images, as in `Plan`, from scene `start` on; families look alike."""
    own = zip(members(traits, family.size), members(splits, family.size), strict=True)
    return interleave([draw_looks(draws, columns, variants, *one, start) for one in own])


def place_images(
    family: SceneFamily, slots: Slots, placer: Placer, traits: Traits, looks: Looks, start: int = 0
) -> RandomPositions:
    """Draw the positions of images, as in `Plan`, from scene `start` on."""
    if family.size == 1:
        return placer.draw(traits, looks, None, start)
    differing = [slot for depth in family.differing for slot in slots.numbers(depth)]
    return placer.draw_families(traits, looks, family.size, differing, start)


def check_splits(plan: Plan, disjoint: str) -> None:
    """Refuse splits that have a scene or, by `dataset.disjoint`, a combination in common."""
    keys = plan.drawn_keys
    apart = keys if disjoint == "scenes" else keys[: plan.traits.shape[1]]
    images = SortedImages(
        images=plan.order.astype(np.intp),
        traits=plan.traits[plan.order],
        splits=plan.splits[plan.order],
        same=~starts_scene(apart, plan.order),
    )
    names = [split.name for split in plan.config.split]
    check_disjoint(disjoint, names, plan.library.layers, images)
