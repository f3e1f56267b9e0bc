"""Make the distribution of each split."""

from __future__ import annotations

from collections.abc import Sequence

from imggen.assets import Variants
from imggen.config import Config, Layer, Split
from imggen.config.deciding import decides_partly, deciding_layers, scenes_first
from imggen.config.views import View
from imggen.errors import PlanError
from imggen.planning.sampling.distribution import Distribution
from imggen.planning.sampling.held_out import HeldOut, excluded_everywhere
from imggen.planning.sampling.rules import make_distribution
from imggen.planning.sampling.step import Forbidden

Distributions = tuple[Distribution, ...]  # one per split; one in all where there are none


def make_distributions(
    config: Config, layers: Sequence[Variants], held_out: Sequence[HeldOut]
) -> Distributions:
    """Make the distribution of each split; one for all if scenes decide their splits.

    Raises
    ------
    PlanError
        As `make_distribution`, and if a split holds out what it never shows, or what others hold
        out leaves layers without their counts.
    """
    if not config.split:
        return (make_distribution(config, layers),)
    if scenes_first(config):
        forbidden = tuple(excluded_everywhere(held_out))
        check_counts(config.layer, layers, forbidden)
        shared = make_distribution(config, layers, None, forbidden)
        distributions = (shared,) * len(config.split)
    else:
        distributions = split_distributions(config, layers, held_out)
    for held in held_out:
        held.check_possible(distributions[held.split])
    return distributions


def check_counts(
    layers: Sequence[Layer], variants: Sequence[Variants], forbidden: Sequence[Forbidden]
) -> None:
    """Refuse what splits hold out from each other where that keeps layers from having counts."""
    for one in forbidden:
        counted = all(layers[depth].counts is not None for depth in one.variants)
        if counted and all(
            (variants[depth].probabilities[mask] > 0).any() for depth, mask in one.variants.items()
        ):
            names = " and ".join(layers[depth].name for depth in sorted(one.variants))
            message = (
                f"{one.called} rule out combinations of {names}, which all have counts; expected a "
                "layer without counts, which can give way."
            )
            raise PlanError(message)


def split_distributions(
    config: Config, layers: Sequence[Variants], held_out: Sequence[HeldOut]
) -> Distributions:
    """Make each split's own distribution; splits of equal settings without rules share one."""
    made: dict[int, Distribution] = {}
    for places in group_alike(config.split):
        for place in places:
            split = config.split[place]
            # Rules of a split are named after it in sentences, so they cannot be shared.
            if place == places[0] or split.rule or split.correlate:
                made[place] = distribution_in(config, layers, held_out, place)
            else:
                made[place] = made[places[0]]
    return tuple(made[place] for place in range(len(config.split)))


def distribution_in(
    config: Config,
    layers: Sequence[Variants],
    held_out: Sequence[HeldOut],
    place: int,
    view: View | None = None,
) -> Distribution:
    """Make the distribution of the split at `place`, if there are splits, in a `view`."""
    first = tuple(deciding_layers(config)) if decides_partly(config) else ()
    if not config.split or scenes_first(config):
        forbidden = list(excluded_everywhere(held_out))
        return make_distribution(config, layers, None, forbidden, first, view)
    forbidden = [held.forbidden for held in held_out if not held.holders[place]]
    return make_distribution(config, layers, config.split[place], forbidden, first, view)


def view_distributions(
    config: Config, layers: Sequence[Variants], held_out: Sequence[HeldOut], view: View
) -> Distributions:
    """Make the distribution of another variant in `view`, for each split."""
    if not config.split or scenes_first(config):
        return (distribution_in(config, layers, held_out, 0, view),) * max(1, len(config.split))
    return tuple(
        distribution_in(config, layers, held_out, place, view) for place in range(len(config.split))
    )


def group_alike(splits: Sequence[Split]) -> list[list[int]]:
    """Group splits that have one distribution: lists of places."""
    alike: dict[str, list[int]] = {}
    for place, split in enumerate(splits):
        own = split.model_dump_json(exclude={"name", "share", "count"})
        alike.setdefault(own, []).append(place)
    return list(alike.values())
