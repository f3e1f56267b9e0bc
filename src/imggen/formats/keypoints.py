"""The keypoints of a dataset: the names of all layers' points in one list, and those of classes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imggen.assets import Variants
    from imggen.config import Config
    from imggen.config.keypoints import Keypoints
    from imggen.formats.class_map import ClassMap


@dataclass(frozen=True)
class KeypointNames:
    """The keypoints of a dataset; a name is one point, whatever layers have it.

    Attributes
    ----------
    names : of all, in the order of layers
    skeleton : pairs of places in `names` that a line joins
    mirrored : the place that each has in a mirror
    of_layer : the places of the points of each layer that has some
    of_class : those of each class, by its row
    """

    names: tuple[str, ...] = ()
    skeleton: tuple[tuple[int, int], ...] = ()
    mirrored: tuple[int, ...] = ()
    of_layer: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    of_class: tuple[tuple[int, ...], ...] = ()

    @classmethod
    def of(cls, config: Config, variants: Sequence[Variants], classes: ClassMap) -> KeypointNames:
        """Return the keypoints of `config`'s labelled layers; `variants` are those of each slot."""
        layers = {variants[depth].layer for depth in classes.depths}
        own = {
            layer.name: layer.keypoints
            for layer in config.layer
            if layer.keypoints is not None and layer.name in layers
        }
        names = tuple(dict.fromkeys(name for one in own.values() for name in one.names))
        places = {name: place for place, name in enumerate(names)}
        of_layer = {layer: places_of(one.names, places) for layer, one in own.items()}
        sets: list[set[int]] = [set() for _ in classes.names]
        for (depth, _), row in classes.rows.items():
            sets[row].update(of_layer.get(variants[depth].layer, ()))
        return cls(
            names=names,
            skeleton=tuple(dict.fromkeys(lines_of(own.values(), places))),
            mirrored=places_of(mirrored_names(own.values(), names), places),
            of_layer=of_layer,
            of_class=tuple(tuple(sorted(one)) for one in sets),
        )

    def skeleton_of(self, row: int) -> list[tuple[int, int]]:
        """Return the skeleton of a class: pairs of places in `of_class[row]`."""
        own = {place: k for k, place in enumerate(self.of_class[row])}
        return [(own[a], own[b]) for a, b in self.skeleton if a in own and b in own]


def places_of(names: Iterable[str], places: Mapping[str, int]) -> tuple[int, ...]:
    """Return the places of `names`."""
    return tuple(places[name] for name in names)


def lines_of(every: Iterable[Keypoints], places: Mapping[str, int]) -> Iterable[tuple[int, int]]:
    """Yield the lines of all skeletons."""
    return ((places[one], places[other]) for own in every for one, other in own.skeleton)


def mirrored_names(every: Iterable[Keypoints], names: Sequence[str]) -> list[str]:
    """Return what each of `names` is called in a mirror."""
    known: dict[str, str] = {}
    for own in every:
        known.update(own.mirrored)
    return [known.get(name, name) for name in names]
