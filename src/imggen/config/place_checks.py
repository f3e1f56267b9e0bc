"""What must hold within a place, and of the layers that it names."""

from __future__ import annotations

from collections.abc import Sequence

from imggen.config.models import Layer
from imggen.config.place import AXES, RANDOM_KEYS, RANGE, Place, PlaceWhen
from imggen.config.sentences import did_you_mean, show
from imggen.errors import ConfigError


def check_places(layers: Sequence[Layer], depth: int) -> None:
    """Refuse places of the layer at `depth` that contradict themselves or name no earlier layer."""
    layer = layers[depth]
    check_place(layer.place, f"layer.{layer.name}.place", layers, depth)
    for number, special in enumerate(layer.place_when, 1):
        called = f"layer.{layer.name}.place_when.{number}"
        check_when(special, called, layers, depth)
        check_place(special.over(layer.place), called, layers, depth)


def check_when(special: PlaceWhen, called: str, layers: Sequence[Layer], depth: int) -> None:
    """Refuse a condition on no earlier layer, and one that nothing follows from."""
    if not special.when:
        message = (
            f"{called}.when is empty; expected variants of earlier layers, "
            'like { background = "desert" }.'
        )
        raise ConfigError(message)
    for name, variants in special.when.items():
        check_earlier(name, f"{called}.when names", layers, depth)
        if not variants:
            message = (
                f"{called}.when.{name} is an empty list; expected variants of {name}, "
                'like ["desert", "red*"].'
            )
            raise ConfigError(message)
    if special.model_fields_set == {"when"}:
        message = f'{called} gives nothing but "when"; expected keys of a place, like at.'
        raise ConfigError(message)


def check_place(place: Place, called: str, layers: Sequence[Layer], depth: int) -> None:
    """Refuse half a place, two places in one, and one relative to no earlier layer."""
    if place.x is None and place.y is None:
        check_fixed(place, called, layers, depth)
    else:
        check_random(place, called, layers, depth)


def check_fixed(place: Place, called: str, layers: Sequence[Layer], depth: int) -> None:
    """Refuse a place with keys of a random one, and one relative to no earlier layer."""
    for key in RANDOM_KEYS[2:]:
        if key in place.model_fields_set and getattr(place, key) != ():
            message = (
                f"{called}.{key} is {show(getattr(place, key))}, but goes with x and y, the ranges "
                "of a random place, which are missing; give them or remove it."
            )
            raise ConfigError(message)
    if place.of is None:
        check_canvas_point(place, called)
        return
    check_earlier(place.of, f"{called}.of is", layers, depth)
    if not isinstance(place.at, str):
        given = f"is {show(place.at)}" if "at" in place.model_fields_set else "is missing"
        message = (
            f'{called}.at {given}; expected a point of "{place.of}" like "bottom-right", '
            'as "of" is given. Use "offset" for px.'
        )
        raise ConfigError(message)


def check_canvas_point(place: Place, called: str) -> None:
    """Refuse a point of a layer where none is named."""
    if isinstance(place.at, str):
        message = (
            f'{called}.at is "{place.at}"; expected two whole numbers of px, like [960, 1000], '
            'or "of" with the layer that this is a point of.'
        )
        raise ConfigError(message)
    if place.otherwise is not None:
        message = (
            f'{called}.otherwise is {show(place.otherwise)}, but goes with "of", the layer that '
            "may draw nothing, which is missing; give it or remove this."
        )
        raise ConfigError(message)


def check_random(place: Place, called: str, layers: Sequence[Layer], depth: int) -> None:
    """Refuse half a random place, one that is also a fixed one, and ranges the wrong way round."""
    given = [axis for axis in AXES if getattr(place, axis) is not None]
    for key in ("of", "at", "otherwise"):
        if key in place.model_fields_set:
            message = (
                f"{called} has {key} and {given[0]}; expected x and y for a random place on the "
                f"canvas, or {'at' if key == 'at' else 'of and at'} for a fixed one."
            )
            raise ConfigError(message)
    if len(given) == 1:
        other = "y" if given == ["x"] else "x"
        message = f"{called}.{other} is missing; expected {RANGE}, as {given[0]} is given."
        raise ConfigError(message)
    for axis, (lowest, highest) in zip(AXES, place.ranges or (), strict=True):
        if isinstance(lowest, int) and isinstance(highest, int) and lowest > highest:
            message = (
                f"{called}.{axis} is [{lowest}, {highest}]; expected the lowest first. "
                f"Write [{highest}, {lowest}]."
            )
            raise ConfigError(message)
    for name in place.avoid or ():
        check_earlier(name, f"{called}.avoid names", layers, depth)
    if place.overlap is not None and not place.avoid:
        message = (
            f"{called}.overlap is {show(place.overlap)}, but goes with avoid, the layers to "
            "overlap with, which is missing; give it or remove this."
        )
        raise ConfigError(message)


def check_earlier(name: str, called: str, layers: Sequence[Layer], depth: int) -> None:
    """Refuse a `name` that is not that of a layer before the one at `depth`."""
    earlier = [layer.name for layer in layers[:depth]]
    if name not in earlier:
        later = [layer.name for layer in layers[depth + 1 :]]
        why = why_not(name, layers[depth].name, earlier, later)
        raise ConfigError(f'{called} "{name}", {why}')


def why_not(name: str, own: str, earlier: Sequence[str], later: Sequence[str]) -> str:
    """Why the layer `own` cannot depend on one called `name`."""
    if name == own:
        return "the layer itself; expected an earlier one."
    if name in later:
        return "which is drawn later; expected an earlier layer. Change their order."
    if not earlier:
        return "and this is the first layer; expected an earlier one."
    return f"which is no layer; {did_you_mean(name, earlier, expected='')}"
