"""`[layer.place]` and `[[layer.place_when]]`: where sprites go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from imggen.config.base import Model, Names, Shown, SpecialCase
from imggen.config.coordinates import Coordinate
from imggen.config.instances import SELF
from imggen.config.plain import AXES
from imggen.config.positions import LENGTH, RANGE, Positions, check_positions
from imggen.config.sentences import did_you_mean, show
from imggen.errors import ConfigError

Anchor = Literal[
    "top-left", "top", "top-right",
    "left", "center", "right",
    "bottom-left", "bottom", "bottom-right",
]  # fmt: skip
# TOML has lists, no tuples.
Point = Annotated[tuple[Coordinate, Coordinate], Field(strict=False)]

ANCHORS = (
    '"top-left", "top", "top-right", "left", "center", "right", '
    '"bottom-left", "bottom" or "bottom-right"'
)
POINT = f"two whole numbers of {LENGTH}, like [960, 1000]"

FIXED_KEYS = ("at", "of", "otherwise")
RANDOM_KEYS = ("x", "y", "inside", "avoid", "overlap")


class Place(Model):
    """The position of a sprite: its `anchor` lands on `at` (+ `offset`), px or shares like "50%".

    `at` is a canvas position or, with `of`, a point of that earlier layer's drawn box; `otherwise`
    is where the anchor goes, or "refuse", where that layer draws nothing. Or `x` and
    `y` are ranges that each image draws a position from, uniformly over whole px and both ends
    included, or other distributions. `inside` keeps the whole sprite, or a share of its box, on the
    canvas then; `avoid` keeps its box off those of earlier layers and, with "self", of earlier
    instances, but for a share of `overlap`; with `otherwise` "drop", an instance that finds no room
    is left out.
    """

    anchor: Anchor = Field("top-left", description=ANCHORS)
    at: Point | Anchor = Field((0, 0), description=f'{POINT}, or with "of" {ANCHORS}')
    of: str | None = Field(None, description="the name of an earlier layer")
    offset: Point = Field((0, 0), description=POINT)
    otherwise: Point | Literal["refuse", "drop"] | None = Field(
        None, description=f'{POINT}, "refuse" or "drop"'
    )
    x: Positions | None = Field(None, description=RANGE)
    y: Positions | None = Field(None, description=RANGE)
    inside: bool | Annotated[float, Field(gt=0, le=1)] = Field(
        default=True,
        description="true, false or a share of the sprite's box, above 0 and at most 1, like 0.75",
    )
    avoid: Names | None = Field(
        None, description='names of earlier layers, like ["character"], or "self"'
    )
    overlap: Annotated[float, Field(ge=0, lt=1)] | None = Field(
        None, description="a share of the sprite's box from 0 to below 1, like 0.1"
    )

    @property
    def axes(self) -> tuple[Positions, Positions] | None:
        """The positions along x and y if each image draws its own, else None."""
        return None if self.x is None or self.y is None else (self.x, self.y)

    @property
    def random_keys(self) -> set[str]:
        """The keys that go with a random place; `otherwise` is one if it is "drop"."""
        return {*RANDOM_KEYS, "otherwise"} if self.drops else {*RANDOM_KEYS}

    @property
    def fixed_keys(self) -> set[str]:
        """The keys that go with a fixed place."""
        return {*FIXED_KEYS} - self.random_keys

    @property
    def drops(self) -> bool:
        """True if what finds no room is left out."""
        return self.otherwise == "drop"


class PlaceWhen(Place, SpecialCase):
    """A place for the images that show certain variants of earlier layers.

    Keys that are not given are those of the layer's `place`, so only given keys are written.
    """

    when: Shown = Field(description='variants of earlier layers, like { background = "desert" }')

    def over(self, place: Place) -> Place:
        """Return `place` with the keys given here in place of its own.

        A place is fixed or random: a key of one kind drops all keys of the other from `place`, and
        a point of the canvas drops the point of a layer.
        """
        given = self.model_fields_set - {"when"}
        gone: set[str] = set()
        if given & {"x", "y"}:
            gone |= place.fixed_keys
        if given & self.fixed_keys:
            gone |= place.random_keys
        if "at" in given and not isinstance(self.at, str):
            gone |= {"of", "otherwise"}
        if "of" in given and not isinstance(place.at, str):
            gone.add("at")
        if self.avoid == ():
            gone |= {"overlap"} | (place.random_keys & {"otherwise"})
        kept = {key: getattr(place, key) for key in place.model_fields_set - gone - given}
        return Place(**kept, **{key: getattr(self, key) for key in given})


def check_place_when(
    special: PlaceWhen, place: Place, called: str, layers: Sequence[str], depth: int
) -> None:
    """Refuse a condition on no earlier layer, and a contradiction with what `place` adds."""
    check_when(special, called, layers, depth)
    check_place(special.over(place), called, layers, depth)


def check_when(special: PlaceWhen, called: str, layers: Sequence[str], depth: int) -> None:
    """Refuse a condition on no earlier layer, and one without any keys of a place."""
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
        message = f'{called} gives only "when"; expected keys of a place too, like at.'
        raise ConfigError(message)


def check_place(place: Place, called: str, layers: Sequence[str], depth: int) -> None:
    """Refuse half a place, two places in one, and one relative to no earlier layer.

    `layers` are the names of all layers; the place is that of the layer at `depth`.
    """
    if place.x is None and place.y is None:
        check_fixed(place, called, layers, depth)
    else:
        check_random(place, called, layers, depth)


def check_fixed(place: Place, called: str, layers: Sequence[str], depth: int) -> None:
    """Refuse a place with keys of a random one, and one relative to no earlier layer."""
    if place.drops:
        message = (
            f'{called}.otherwise is "drop", but goes with x, y and avoid, the layers to keep clear '
            'of; expected a position or "refuse". Give them or change this.'
        )
        raise ConfigError(message)
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


def check_random(place: Place, called: str, layers: Sequence[str], depth: int) -> None:
    """Refuse half a random place, one that is also a fixed one, and ranges the wrong way round."""
    given = [axis for axis in AXES if getattr(place, axis) is not None]
    for key in ("of", "at", "otherwise"):
        if key not in place.random_keys and key in place.model_fields_set:
            message = (
                f"{called} has {key} and {given[0]}; expected x and y for a random place on the "
                f"canvas, or {'at' if key == 'at' else 'of and at'} for a fixed one."
            )
            raise ConfigError(message)
    if len(given) == 1:
        other = "y" if given == ["x"] else "x"
        message = f"{called}.{other} is missing; expected {RANGE}, as {given[0]} is given."
        raise ConfigError(message)
    for axis, positions in zip(AXES, place.axes or (), strict=True):
        check_positions(f"{called}.{axis}", positions)
    for name in place.avoid or ():
        if name != SELF or SELF in layers:  # else it goes with instances: see instanced.py
            check_earlier(name, f"{called}.avoid names", layers, depth)
    if place.drops and not place.avoid:
        message = (
            f'{called}.otherwise is "drop", but goes with avoid, the layers to keep clear of, '
            "which is missing; give it or remove this."
        )
        raise ConfigError(message)
    if place.overlap is not None and not place.avoid:
        message = (
            f"{called}.overlap is {show(place.overlap)}, but goes with avoid, the layers to "
            "overlap with, which is missing; give it or remove this."
        )
        raise ConfigError(message)


def check_earlier(name: str, called: str, layers: Sequence[str], depth: int) -> None:
    """Refuse a `name` that no layer before the one at `depth` has."""
    earlier, own, later = layers[:depth], layers[depth], layers[depth + 1 :]
    if name not in earlier:
        why = why_not(name, own, earlier, later)
        raise ConfigError(f'{called} "{name}", {why}')


def why_not(name: str, own: str, earlier: Sequence[str], later: Sequence[str]) -> str:
    """Return why the layer `own` cannot depend on one called `name`."""
    if name == own:
        return "the layer itself; expected an earlier one."
    if name in later:
        return "which is drawn later; expected an earlier layer. Change their order."
    if not earlier:
        return "and this is the first layer; expected an earlier one."
    return f"which is no layer; {did_you_mean(name, earlier, expected='')}"
