"""Where sprites go: `[layer.place]` and `[[layer.place_when]]`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, SerializerFunctionWrapHandler, model_serializer

from imggen.config.base import Model, Names, Shown
from imggen.config.coordinates import Coordinate

AXES = ("x", "y")

Anchor = Literal[
    "top-left", "top", "top-right",
    "left", "center", "right",
    "bottom-left", "bottom", "bottom-right",
]  # fmt: skip
# TOML has lists, no tuples.
Point = Annotated[tuple[Coordinate, Coordinate], Field(strict=False)]
# Both ends; a single value is both of them.
Range = Annotated[
    tuple[Coordinate, Coordinate],
    Field(strict=False),
    BeforeValidator(lambda value: value if isinstance(value, list | tuple) else (value, value)),
]

ANCHORS = (
    '"top-left", "top", "top-right", "left", "center", "right", '
    '"bottom-left", "bottom" or "bottom-right"'
)
LENGTH = 'px or a share of the canvas like "50%"'
POINT = f"two whole numbers of {LENGTH}, like [960, 1000]"
RANGE = f"a whole number of {LENGTH}, or the lowest and the highest, like [200, 1720]"

FIXED_KEYS = ("at", "of", "otherwise")
RANDOM_KEYS = ("x", "y", "inside", "avoid", "overlap")


class Place(Model):
    """Where a sprite goes: its `anchor` point lands on `at` (+ `offset`), px or shares like "50%".

    `at` is a canvas position or, with `of`, a point of that earlier layer's drawn box; `otherwise`
    is where the anchor goes, or "refuse", where that layer draws nothing. Instead of them, `x` and
    `y` are ranges that each image draws a position from, uniformly over whole px and both ends
    included. `inside` keeps the whole sprite, or a share of its box, on the canvas then; `avoid`
    keeps its box off those of earlier layers but for a share of `overlap`.
    """

    anchor: Anchor = Field("top-left", description=ANCHORS)
    at: Point | Anchor = Field((0, 0), description=f'{POINT}, or with "of" {ANCHORS}')
    of: str | None = Field(None, description="the name of an earlier layer")
    offset: Point = Field((0, 0), description=POINT)
    otherwise: Point | Literal["refuse"] | None = Field(None, description=f'{POINT}, or "refuse"')
    x: Range | None = Field(None, description=RANGE)
    y: Range | None = Field(None, description=RANGE)
    inside: bool | Annotated[float, Field(gt=0, le=1)] = Field(
        default=True, description="true, false or a share of the sprite's box above 0, like 0.75"
    )
    avoid: Names | None = Field(None, description='names of earlier layers, like ["character"]')
    overlap: Annotated[float, Field(ge=0, lt=1)] | None = Field(
        None, description="a share of the sprite's box from 0 to below 1, like 0.1"
    )

    @property
    def ranges(self) -> tuple[tuple[int | str, int | str], tuple[int | str, int | str]] | None:
        """The ranges of x and y, if each image draws its own position."""
        return None if self.x is None or self.y is None else (self.x, self.y)


class PlaceWhen(Place):
    """A place for the images that show certain variants of earlier layers.

    Keys that it does not give are those of the layer's `place`, so it is written with those only
    that it was given.
    """

    when: Shown = Field(description='variants of earlier layers, like { background = "desert" }')

    @model_serializer(mode="wrap")
    def write_given(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """The values of the keys that were given."""
        return {key: value for key, value in write(self).items() if key in self.model_fields_set}

    def over(self, place: Place) -> Place:
        """`place` with the keys given here in place of its own.

        A place is fixed or random: what is given of one of the two takes the place of all that
        `place` says of the other, and a point of the canvas that of a layer.
        """
        given = self.model_fields_set - {"when"}
        gone: set[str] = set()
        if given & {"x", "y"}:
            gone |= {*FIXED_KEYS}
        if given & {*FIXED_KEYS}:
            gone |= {*RANDOM_KEYS}
        if "at" in given and not isinstance(self.at, str):
            gone |= {"of", "otherwise"}
        if "of" in given and not isinstance(place.at, str):
            gone.add("at")
        if self.avoid == ():
            gone.add("overlap")
        kept = {key: getattr(place, key) for key in place.model_fields_set - gone - given}
        return Place(**kept, **{key: getattr(self, key) for key in given})
