"""`shadow` of `[[layer]]`: a soft drop shadow under its sprites."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from imggen.config.base import Model

SHADOW = "a table like { offset = [6, 10], blur = 8, opacity = 0.5 }"

Shift = Annotated[float, Field(ge=-10_000, le=10_000)]
Offset = Annotated[tuple[Shift, Shift], Field(strict=False)]


class Shadow(Model):
    """A black shadow: px to the right and down, the standard deviation of its blur, opacity."""

    offset: Offset = Field(description="px to the right and down, like [6, 10]")
    blur: float = Field(0.0, ge=0, le=200, description="px, from 0 to 200")
    opacity: float = Field(0.5, gt=0, le=1, description="a number above 0, at most 1")
