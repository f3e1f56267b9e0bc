"""The names that the template of images' names may give, whatever each image shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imggen.config.image_name import Piece


def choices(piece: Piece, values: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """Return all texts that `piece` may become; none for an index, which is digits only.

    `values` are the names of variants by layer, and of splits.
    """
    return (piece.text,) if piece.field is None else values.get(piece.field, ())


def can_be(text: str, part: Sequence[Piece], values: Mapping[str, Sequence[str]]) -> bool:
    """Return True if `part` of a path may become `text`, which has no digits."""
    if not part:
        return not text
    starts = choices(part[0], values)
    return any(
        text.startswith(start) and can_be(text[len(start) :], part[1:], values) for start in starts
    )


def can_begin_with_dot(part: Sequence[Piece], values: Mapping[str, Sequence[str]]) -> bool:
    """Return True if `part` of a path may begin with a dot."""
    return any(start.startswith(".") for start in choices(part[0], values))
