"""`output.size`: the size that images are drawn at, where it is not that of the canvas."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from imggen.errors import ConfigError

Pixels = Annotated[int, Field(ge=1, le=65_535)]
# TOML has lists, no tuples.
Size = Annotated[tuple[Pixels, Pixels], Field(strict=False)]
ImageSize = Pixels | Size

IMAGE_SIZE = (
    "width and height, 1 to 65535 px each, like [960, 539], or a number of px for the shorter side"
)


def image_size(wanted: ImageSize | None, canvas: tuple[int, int]) -> tuple[int, int]:
    """Return width and height of images, px, where the configuration has a `canvas` of this size.

    Parameters
    ----------
    wanted : width and height, the shorter side, or None for those of the canvas

    Raises
    ------
    ConfigError
        If it has other proportions than the canvas, by more than rounding a side.
    """
    if wanted is None:
        return canvas
    if isinstance(wanted, int):
        return size_with_side(wanted, canvas)
    (width, height), (across, down) = wanted, canvas
    if abs(width * down - height * across) < max(across, down):
        return wanted
    nearest = size_with_side(min(wanted), canvas)
    message = (
        f"output.size is {list(wanted)}, and the canvas is {list(canvas)}; expected the same "
        f"proportions, like {list(nearest)}, or {min(wanted)} for the shorter side. For other "
        "proportions, change canvas.size."
    )
    raise ConfigError(message)


def size_with_side(side: int, canvas: tuple[int, int]) -> tuple[int, int]:
    """Return the size of the proportions of `canvas` whose shorter side has `side` px."""
    least = min(canvas)
    width, height = ((2 * side * own + least) // (2 * least) for own in canvas)
    return width, height
