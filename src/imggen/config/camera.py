"""`[camera]`: what a camera makes of each whole image; each image may draw its own values."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from imggen.config.amount import Amount, Levels, check_amount
from imggen.config.base import Model
from imggen.config.plain import CAMERA_FIELDS, SHARP
from imggen.config.vary import expected
from imggen.errors import ConfigError

LIMITS = {
    "blur": (0, 50),
    "vignette": (0, 1),
    "brightness": (0, 16),
    "contrast": (0, 16),
    "noise": (0, 255),
    "jpeg": (0, 100),
}
# The coarsest step of a range that gives none.
STEPS = {"blur": 0.05, "vignette": 0.01, "brightness": 0.01, "contrast": 0.01, "noise": 0.1,
         "jpeg": 1}  # fmt: skip


class Camera(Model):
    """The ways in which a camera changes an image, applied in this order.

    blur: standard deviation, px; vignette: how much darker the corners are, 0 to 1; brightness,
    contrast: factors; noise: standard deviation, levels; jpeg: quality, 0 for none.
    """

    blur: Amount | None = Field(None, description=expected("[0, 1.5]", *LIMITS["blur"]))
    vignette: Amount | None = Field(None, description=expected("[0, 0.4]", *LIMITS["vignette"]))
    brightness: Amount | None = Field(
        None, description=expected("[0.8, 1.2]", *LIMITS["brightness"])
    )
    contrast: Amount | None = Field(None, description=expected("[0.8, 1.2]", *LIMITS["contrast"]))
    noise: Amount | None = Field(None, description=expected("[0, 8]", *LIMITS["noise"]))
    jpeg: Amount | None = Field(None, description=expected("[40, 95]", *LIMITS["jpeg"]))

    def levels(self, field: str) -> tuple[float, ...]:
        """Return the values that `field` is drawn from."""
        return self.distribution(field).values

    def distribution(self, field: str) -> Levels:
        """Return these values and how likely each is."""
        amount: Amount | None = getattr(self, field)
        if amount is None:
            return Levels((SHARP[field],))
        return amount.levels(STEPS[field], LIMITS[field])

    @property
    def drawn(self) -> tuple[str, ...]:
        """The fields of which each image draws its own value."""
        return tuple(field for field, amount in self.amounts() if amount.is_drawn)

    def amounts(self) -> Iterator[tuple[str, Amount]]:
        """Yield the fields that are given, and their amounts."""
        for field in CAMERA_FIELDS:
            amount: Amount | None = getattr(self, field)
            if amount is not None:
                yield field, amount


def check_camera(camera: Camera | None) -> None:
    """Refuse amounts that contradict themselves, and qualities that JPEG has not."""
    if camera is None:
        return
    for field, amount in camera.amounts():
        check_amount(f"camera.{field}", amount, LIMITS[field])
    if camera.jpeg is not None:
        check_quality(camera.jpeg)


def check_quality(quality: Amount) -> None:
    """Refuse qualities that are no whole numbers, and a range from 0, which means no JPEG."""
    if quality.range is not None and quality.range[0] == 0:
        message = (
            "camera.jpeg is a range from 0, and 0 means no JPEG; expected 1 or more. Write "
            "{ values = [0, ...] } to leave some images as they are."
        )
        raise ConfigError(message)
    for value in quality.levels(STEPS["jpeg"], LIMITS["jpeg"]).values:
        if value != int(value):
            message = f"camera.jpeg holds {value:g}; expected whole numbers from 1 to 100."
            raise ConfigError(message)
