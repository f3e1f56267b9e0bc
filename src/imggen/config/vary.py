"""`[layer.vary]`: how a sprite differs from its file; each image may draw its own values."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from imggen.config.amount import (
    WEIGHTS,
    Amount,
    Weights,
    check_amount,
    check_value_weights,
    check_values,
)
from imggen.config.base import Model, with_short
from imggen.config.levels import Levels, likely
from imggen.config.plain import BLENDS, BOX, EDGES, NEUTRAL, VARIED, Blend
from imggen.errors import ConfigError

COLOUR_BLENDS = BLENDS[-4:]  # of all channels at once: they need colours

LIMITS = {
    "scale": (0.01, 16),
    "rotate": (-360, 360),
    "hue": (-360, 360),
    "saturation": (0, 16),
    "brightness": (0, 16),
    "opacity": (0.01, 1),
    "feather": (0, 200),
    "shadow_x": (-10_000, 10_000),
    "shadow_y": (-10_000, 10_000),
    "shadow_blur": (0, 200),
    "shadow_opacity": (0.01, 1),
}
# The coarsest step of a range that gives none.
STEPS = {"scale": 0.01, "rotate": 1, "hue": 1, "saturation": 0.01, "brightness": 0.01,
         "opacity": 0.01, "feather": 0.5, "shadow_x": 0.5, "shadow_y": 0.5, "shadow_blur": 0.5,
         "shadow_opacity": 0.01}  # fmt: skip
COLOURS = ("hue", "saturation")


class Blends(Model):
    """The blend modes that are drawn from, as likely as their weights say or all alike."""

    values: Annotated[tuple[Blend, ...], Field(strict=False)] = Field(
        description='a list of blend modes, like ["normal", "multiply"]'
    )
    weights: Weights | None = Field(None, description=WEIGHTS)

    @model_validator(mode="before")
    @classmethod
    def from_short(cls, written: Any) -> Any:  # noqa: ANN401  # whatever TOML holds
        """Return a name as a list of one."""
        return {"values": [written]} if isinstance(written, str) else written

    @classmethod
    def __get_pydantic_json_schema__(
        cls, table: CoreSchema, handler: GetJsonSchemaHandler, /
    ) -> JsonSchemaValue:
        """Return the JSON Schema of the table or its short form."""
        return with_short(handler, table, Blend)

    @property
    def levels(self) -> Levels:
        """The rows of BLENDS that can be drawn, and how likely each is."""
        rows = tuple(float(BLENDS.index(name)) for name in self.values)
        return likely(rows, self.weights)


def expected(example: str, low: float, high: float) -> str:
    """Return what an error says was expected of an `Amount`."""
    return (
        f"a number from {low} to {high}, a range of them like {example}, "
        "or a table with range, values, normal or log"
    )


class Varying(ABC):
    """A sprite's variation, by the values that each of VARIED may have."""

    @abstractmethod
    def levels(self, field: str) -> tuple[float, ...]:
        """Return the values that `field` may have."""

    @abstractmethod
    def is_drawn(self, field: str) -> bool:
        """Return True if the value of `field` may differ from image to image."""

    @property
    def is_plain(self) -> bool:
        """True if a sprite is drawn as it is loaded, from its file."""
        neutral = all(self.levels(field) == (value,) for field, value in NEUTRAL.items())
        return neutral and not any(self.is_drawn(field) for field in EDGES)

    @property
    def drawn(self) -> tuple[str, ...]:
        """The fields of which each image draws its own value."""
        return tuple(field for field in VARIED if self.is_drawn(field))


class Vary(Model, Varying):
    """The ways in which a sprite differs from its file, drawn for each image, applied in order.

    flip: the probability of mirroring left-right; scale; rotate: degrees counter-clockwise; hue
    (degrees), saturation, brightness: as the filters of CSS; opacity; blend: a W3C name. Those of
    feather and shadow take the place of the layer's own.
    """

    scale: Amount | None = Field(None, description=expected("[0.7, 1.3]", *LIMITS["scale"]))
    rotate: Amount | None = Field(None, description=expected("[-15, 15]", *LIMITS["rotate"]))
    flip: float = Field(0.0, ge=0, le=1, description="a probability, from 0 to 1")
    hue: Amount | None = Field(None, description=expected("[-20, 20]", *LIMITS["hue"]))
    saturation: Amount | None = Field(
        None, description=expected("[0.8, 1.2]", *LIMITS["saturation"])
    )
    brightness: Amount | None = Field(
        None, description=expected("[0.8, 1.2]", *LIMITS["brightness"])
    )
    opacity: Amount | None = Field(None, description=expected("[0.6, 1.0]", *LIMITS["opacity"]))
    blend: Blends = Field(
        Blends(values=("normal",)),
        description=f"one of {', '.join(BLENDS)}, or a table with values, a list of them",
    )
    feather: Amount | None = Field(None, description=expected("[0, 3]", *LIMITS["feather"]))
    shadow_x: Amount | None = Field(None, description=expected("[-6, 6]", *LIMITS["shadow_x"]))
    shadow_y: Amount | None = Field(None, description=expected("[4, 10]", *LIMITS["shadow_y"]))
    shadow_blur: Amount | None = Field(None, description=expected("[2, 8]", *LIMITS["shadow_blur"]))
    shadow_opacity: Amount | None = Field(
        None, description=expected("[0.3, 0.6]", *LIMITS["shadow_opacity"])
    )

    def with_edges(self, own: Mapping[str, float]) -> Vary:
        """Return the variation with the layer's `own` values of EDGES that it does not give."""
        missing = {
            field: Amount(values=(value,))
            for field, value in own.items()
            if getattr(self, field) is None
        }
        return self.model_copy(update=missing)

    def levels(self, field: str) -> tuple[float, ...]:
        """Return the values that `field` is drawn from, as numbers like those in NEUTRAL."""
        return self.distribution(field).values

    def distribution(self, field: str) -> Levels:
        """Return these values and how likely each is."""
        if field == BOX:
            return Levels((0.0,))
        if field == "flip":
            drawn = self.is_drawn(field)
            return Levels((0.0, 1.0), (1 - self.flip, self.flip)) if drawn else Levels((self.flip,))
        if field == "blend":
            return self.blend.levels
        amount: Amount | None = getattr(self, field)
        if amount is None:
            return Levels((NEUTRAL.get(field, 0.0),))
        return amount_levels(field, amount)

    def is_drawn(self, field: str) -> bool:
        """Return True if each image draws its own value of `field`."""
        if field == "flip":
            return 0 < self.flip < 1
        if field == "blend":
            return len(self.blend.levels.values) > 1
        amount: Amount | None = getattr(self, field)
        return amount is not None and amount.is_drawn


def amount_levels(field: str, amount: Amount) -> Levels:
    """Return the values of an amount of `field`, and how likely each is."""
    return amount.levels(STEPS[field], LIMITS[field])


def check_vary(called: str, vary: Vary, mode: str) -> None:
    """Refuse amounts that contradict themselves, and colours on a canvas whose `mode` has none."""
    for field, limits in LIMITS.items():
        amount: Amount | None = getattr(vary, field)
        if amount is not None:
            check_amount(f"{called}.{field}", amount, limits)
            if mode == "L" and field in COLOURS:
                raise ConfigError(f"{called} has {field}, {needs_colour()}")
    check_values(f"{called}.blend", vary.blend.values)
    check_value_weights(f"{called}.blend", vary.blend.values, vary.blend.weights)
    for blend in vary.blend.values:
        if mode == "L" and blend in COLOUR_BLENDS:
            raise ConfigError(f'{called}.blend is "{blend}", {needs_colour()}')


def needs_colour() -> str:
    """Return the end of a sentence on a setting that grey images cannot have."""
    return 'which needs colours, and canvas.mode is "L"; remove it or use mode "RGB".'
