"""Find out which images are made of each scene."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from imggen.config import Config
from imggen.config.plain import RESIZING
from imggen.errors import PlanError
from imggen.planning.families import distinct_rows
from imggen.planning.sampling.distribution import Distribution
from imggen.planning.sampling.families import SceneFamily, VariantFamily
from imggen.planning.sampling.held_out import HeldOut
from imggen.planning.sampling.view_family import view_family
from imggen.planning.slots import Slots


def family_of(
    config: Config,
    distributions: Sequence[Distribution],
    slots: Slots,
    held_out: Sequence[HeldOut],
) -> SceneFamily:
    """Return the family that is made of each scene of `config`.

    Raises
    ------
    PlanError
        If all variants are to be shown and only one can be drawn, or if the count is no multiple
        of the size.
    """
    if config.view:
        return view_family(config, slots.declared, held_out)
    asked = config.dataset.families
    if asked is None:
        return SceneFamily()
    depth = [layer.layer for layer in slots.declared].index(asked.layer)
    if asked.vary is not None:
        return value_family(config, depth, asked.vary)
    called = "dataset.family" if config.dataset.pair is None else "dataset.pair"
    if asked.size != "all":
        return VariantFamily(asked.size, (depth,), called=called)
    every = np.any([one.can_show(depth) for one in distributions], axis=0)
    found = tuple(np.flatnonzero(every).tolist())
    check_size(config, len(found), f"variants of {asked.layer} that can be drawn")
    return VariantFamily(len(found), (depth,), called=called, every=found)


def value_family(config: Config, depth: int, field: str) -> SceneFamily:
    """Return the family of all values of `field` of the layer at `depth`."""
    layer = config.layer[depth]
    size = len(distinct_rows(field, layer.vary.levels(field)))
    check_size(config, size, f"values of layer.{layer.name}.vary.{field}")
    resized = (depth,) if field in RESIZING else ()
    return SceneFamily(size, resized=resized, varied=(depth, field))


def check_size(config: Config, size: int, what: str) -> None:
    """Refuse a family of one, and counts that would leave a part of one."""
    if size == 1:
        message = (
            f"dataset.family goes through all {what}, but there is only one; expected several."
        )
        raise PlanError(message)
    sizes = [(f"split.{split.name}.count", split.count or 0) for split in config.split]
    for called, count in [*sizes, ("dataset.count", config.dataset.count)]:
        if count % size and config.dataset.sampling != "all":
            message = (
                f"{called} is {count}, but dataset.family makes {size} images of each scene, one "
                f"for each of the {what}; expected a multiple of {size}, like "
                f"{count + size - count % size}."
            )
            raise PlanError(message)
