"""Views: images of one scene that leave layers out, or show another variant of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from imggen.assets import Variants
from imggen.config import Config
from imggen.config.plain import NONE
from imggen.config.views import View
from imggen.errors import PlanError
from imggen.planning.groups import Traits
from imggen.planning.sampling.distribution import Distribution
from imggen.planning.sampling.families import (
    CELLS_AT_ONCE,
    DrawnScenes,
    SceneFamily,
    chances_given_rest,
    say_rest,
)
from imggen.planning.sampling.held_out import HeldOut
from imggen.planning.sampling.per_split import view_distributions
from imggen.planning.sampling.step import upper_bounds
from imggen.planning.streams import ends_of, random_units


@dataclass(frozen=True)
class SceneView:
    """The differences of a view from its scene.

    Attributes
    ----------
    called : "view.NAME"
    without : depths of the layers that it leaves out
    another : depth of the layer that shows another variant; None if none does
    distributions : what that is drawn from, one per split; None: what scenes are
    """

    called: str
    without: tuple[int, ...]
    another: int | None
    distributions: tuple[Distribution, ...] | None


@dataclass(frozen=True)
class ViewFamily(SceneFamily):
    """Images that show one scene in several views; the first shows it as it is."""

    views: tuple[SceneView, ...] = ()

    def members(self, scenes: DrawnScenes) -> list[Traits]:
        """Return the traits of each view: (scenes, slots) each."""
        return [self.member(scenes, view) for view in self.views]

    def member(self, scenes: DrawnScenes, view: SceneView) -> Traits:
        """Return the traits of one view of all scenes: (scenes, slots)."""
        traits = scenes.traits.copy()
        if view.another is not None:
            traits = scenes.with_variants(view.another, draw_another(scenes, view, view.another))
        for depth in view.without:
            none = scenes.slots.declared[depth].names.index(NONE)
            traits[:, list(scenes.slots.numbers(depth))] = none
        return traits


def view_family(
    config: Config, layers: Sequence[Variants], held_out: Sequence[HeldOut]
) -> ViewFamily:
    """Return the family of the views of `config`; `layers` are those of the configuration."""
    depths = {layer.layer: depth for depth, layer in enumerate(layers)}
    changed = {name for view in config.view for name in view.changed}
    return ViewFamily(
        size=len(config.view),
        redrawn=tuple(sorted(depths[name] for name in changed)),
        resized=tuple(sorted({depths[name] for view in config.view for name in view.resized})),
        views=tuple(scene_view(config, layers, held_out, view, depths) for view in config.view),
    )


def scene_view(
    config: Config,
    layers: Sequence[Variants],
    held_out: Sequence[HeldOut],
    view: View,
    depths: dict[str, int],
) -> SceneView:
    """Return how one view differs."""
    return SceneView(
        called=view.called,
        without=tuple(depths[name] for name in view.without),
        another=None if view.another is None else depths[view.another],
        distributions=view_distributions(config, layers, held_out, view) if view.has_own else None,
    )


def draw_another(scenes: DrawnScenes, view: SceneView, depth: int) -> Traits:
    """Draw another variant of the layer at `depth` for all scenes, given the rest: (scenes,).

    Raises
    ------
    PlanError
        If a scene leaves no other variant.
    """
    column = np.empty(len(scenes.traits), scenes.traits.dtype)
    name = f"{view.called}/{scenes.slots.declared[depth].layer}"
    at_once = max(1, CELLS_AT_ONCE // len(scenes.slots.declared[depth].names))
    for place, distribution in enumerate(view.distributions or scenes.distributions):
        own = np.flatnonzero(scenes.splits == place)
        for rows in np.split(own, range(at_once, len(own), at_once)):
            if not len(rows):
                continue
            shown = {d: scenes.slots.shown(scenes.traits, d)[rows] for d in scenes.slots.instanced}
            drawn = scenes.drawn[rows]
            chances = chances_given_rest(distribution, depth, drawn, shown)
            chances[np.arange(len(rows)), drawn[:, depth]] = 0
            totals = chances.sum(axis=1, keepdims=True)
            if not totals.all():
                row = drawn[np.argmin(totals)]
                raise PlanError(say_no_other(view, distribution, depth, row))
            numbers = scenes.start + rows
            units = random_units(scenes.seed, name, *ends_of(numbers))[numbers - numbers[0]]
            column[rows] = (upper_bounds(chances / totals) <= units[:, None]).sum(axis=1)
    return column


def say_no_other(view: SceneView, distribution: Distribution, depth: int, row: Traits) -> str:
    """Return the sentence on a scene, (layers,), that leaves a view no other variant."""
    layer = distribution.layers[depth]
    return (
        f'{view.called}.another is "{layer.layer}", but of a scene with '
        f'"{layer.names[row[depth]]}" no other variant of it can be drawn'
        f"{say_rest(distribution, depth, row)}; change the probabilities or the rules of the view."
    )
