"""The settings that make two factors hang together."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise, product

from imggen.config import Config, Layer, Place
from imggen.config.correlations import Correlate
from imggen.config.depth import depth_groups
from imggen.config.instances import SELF
from imggen.config.plain import VARIED
from imggen.config.rules import Rule
from imggen.report.page.factors import Node

SPLIT = Node("", "split")
CLASS = Node("", "class")
WHERE = ("x", "y")
ART = "the sizes of the art of"
LONGEST = 3  # settings in a row that still explain something
ORDERLY = ("sobol", "latin", "grid", "all")

Edge = tuple[Node, Node, str]  # two aspects, and the setting that ties them


class Declared:
    """The settings of a configuration that tie two aspects of images to each other."""

    def __init__(self, config: Config) -> None:
        self._ties: dict[Node, dict[Node, str]] = {}
        self._orderly = config.dataset.sampling if config.dataset.sampling in ORDERLY else None
        for one, other, why in edges_of(config):
            self._ties.setdefault(one, {}).setdefault(other, why)
            self._ties.setdefault(other, {}).setdefault(one, why)

    def why(self, one: Node, other: Node) -> tuple[str, ...]:
        """Return the settings that tie two aspects, from one to the other; empty if none do."""
        if CLASS in (one, other):
            return ("the settings of the layers that the classes are of",)
        before: dict[Node, Node] = {one: one}
        left = deque([(one, 0)])
        while left:
            node, steps = left.popleft()
            if node == other:
                return self._path(before, one, other)
            if steps < LONGEST:
                new = [near for near in self._ties.get(node, {}) if near not in before]
                before.update(dict.fromkeys(new, node))
                left.extend((near, steps + 1) for near in new)
        return () if self._orderly is None else (f'dataset.sampling = "{self._orderly}"',)

    def _path(self, before: dict[Node, Node], one: Node, other: Node) -> tuple[str, ...]:
        """Return the settings on the way that `before` leads back from `other` to `one`."""
        way = [other]
        while way[-1] != one:
            way.append(before[way[-1]])
        return tuple(dict.fromkeys(self._ties[a][b] for a, b in pairwise(way)))


def edges_of(config: Config) -> Iterator[Edge]:
    """Yield two aspects and the setting that ties them, for all settings that do."""
    yield from edges_of_tables("", config.rule, config.correlate)
    for number, joint in enumerate(config.joint, 1):
        yield Node(joint.layers[0], ""), Node(joint.layers[1], ""), f"joint.{number}"
    for layer in config.layer:
        yield from edges_of_layer(layer)
    for ordering, places in depth_groups(config.layer):
        for name in {config.layer[place].name for place in places}:
            if ordering == "bottom":
                yield Node(name, "depth"), Node(name, "y"), f"layer.{name}.depth"
                yield Node(name, "depth"), Node(name, "size"), f"layer.{name}.depth"
            else:
                yield Node(name, "depth"), Node(name, "number"), f"layer.{name}.depth"
    yield from edges_of_splits(config)
    yield from edges_of_dataset(config)


def edges_of_tables(
    called: str, rules: Sequence[Rule], correlates: Sequence[Correlate]
) -> Iterator[Edge]:
    """Yield those of rules and correlations; `called` comes before their names."""
    for number, rule in enumerate(rules, 1):
        why = f"{called}rule.{number}"
        effects = [rule.forbid, rule.require, rule.chances, rule.when]
        nodes = [Node(name, "") for table in effects for name in table or ()]
        nodes += [
            Node(name, aspect) for name in rule.all_different or () for aspect in ("", "number")
        ]
        nodes += [Node(name, "number") for name in rule.instances or ()]
        yield from ((a, b, why) for a, b in combinations(dict.fromkeys(nodes), 2))
    for number, one in enumerate(correlates, 1):
        yield Node(one.layer, one.vary or ""), Node(one.follows, ""), f"{called}correlate.{number}"


def edges_of_layer(layer: Layer) -> Iterator[Edge]:
    """Yield those of one layer's own settings."""
    name, called = layer.name, f"layer.{layer.name}"
    yield Node(name, "group"), Node(name, ""), "the folders of its variants"
    for aspect in ("size", "cut"):
        yield Node(name, aspect), Node(name, ""), f"{ART} {name}"
    yield Node(name, "seen"), Node(name, ""), "what is drawn in front"
    for field in ("scale", "rotate"):
        yield Node(name, "size"), Node(name, field), f"{called}.vary.{field}"
    for axis in WHERE:
        yield Node(name, "cut"), Node(name, axis), f"{called}.place"
    if layer.instances is not None:
        yield Node(name, "number"), Node(name, "depth"), f"{called}.instances"
    yield from edges_of_cases(layer)
    for place in layer.places:
        yield from edges_of_place(name, place)


def edges_of_cases(layer: Layer) -> Iterator[Edge]:
    """Yield those of a layer's `vary_when` and `place_when`."""
    name, called = layer.name, f"layer.{layer.name}"
    for number, special in enumerate(layer.vary_when, 1):
        for field in special.model_fields_set & set(VARIED):
            for shown in special.when:
                yield Node(name, field), Node(shown, ""), f"{called}.vary_when.{number}"
    for number, when in enumerate(layer.place_when, 1):
        for shown, axis in product(when.when, WHERE):
            yield Node(name, axis), Node(shown, ""), f"{called}.place_when.{number}"


def edges_of_place(name: str, place: Place) -> Iterator[Edge]:
    """Yield those of one place of the layer `name`."""
    called = f"layer.{name}.place"
    for axis in WHERE:
        own = Node(name, axis)
        if place.axes is None or place.inside is not False:
            yield own, Node(name, "size"), f"{called}.inside" if place.axes else called
        if place.of is not None:
            yield from (
                (own, Node(place.of, aspect), f"{called}.of") for aspect in (axis, "size", "")
            )
        for other in place.avoid or ():
            far = name if other == SELF else other
            for aspect in (*WHERE, "number", "size"):
                yield own, Node(far, aspect), f"{called}.avoid"
    for other in place.avoid or ():
        far = name if other == SELF else other
        for node in (Node(far, "size"), Node(name, "size"), Node(far, "number")):
            yield Node(name, "number"), node, f"{called}.avoid"


def edges_of_splits(config: Config) -> Iterator[Edge]:
    """Yield those of splits with settings of their own."""
    for split in config.split:
        called = split.called
        for name in split.chances:
            yield Node(name, ""), SPLIT, f"{called}.probabilities"
        for name in split.instances or ():
            yield Node(name, "number"), SPLIT, f"{called}.instances"
        for shown in split.hold_out:
            yield from ((Node(name, ""), SPLIT, f"{called}.hold_out") for name in shown)
            yield from (
                (Node(a, ""), Node(b, ""), f"{called}.hold_out") for a, b in combinations(shown, 2)
            )
        own = list(edges_of_tables(f"{called}.", split.rule, split.correlate))
        yield from own
        yield from ((node, SPLIT, why) for a, b, why in own for node in (a, b))


def edges_of_dataset(config: Config) -> Iterator[Edge]:
    """Yield those of settings about all images."""
    dataset, names = config.dataset, [layer.name for layer in config.layer]
    if dataset.unique:
        for a, b in combinations(names, 2):
            yield Node(a, ""), Node(b, ""), "dataset.unique"
    if dataset.disjoint == "combinations":
        for name in names:
            for aspect in ("", "number", "group"):
                yield Node(name, aspect), SPLIT, "dataset.disjoint"
    if dataset.scenes_first is not None:
        for name in names:
            yield Node(name, ""), SPLIT, dataset.scenes_first
