"""The argument `size`: of images, as (height, width), as arrays have it."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import SupportsIndex

from imggen.config.sentences import show
from imggen.errors import ImggenError, InputError

Size = SupportsIndex | Sequence[SupportsIndex]

KEY = "output.size"
PAIR = re.compile(r"(?P<before>\boutput\.size is |\bimages of |\bcanvas is |\blike )"
                  r"\[(?P<width>\d+), (?P<height>\d+)\]")  # fmt: skip


def setting_of(size: Size | None) -> int | list[int] | None:
    """Return `size` as the configuration has it: width and height, or a side; None for None.

    Raises
    ------
    InputError
        If it is neither a whole number, 1 or more, nor two of them.
    """
    if size is None:
        return None
    sides = whole_numbers(size)
    if not sides or min(sides) < 1:
        message = (
            f"size is {size if isinstance(size, tuple) else show(size)}; expected (height, width) "
            "in px, like (539, 960), or a whole number for the shorter side, like 224."
        )
        raise InputError(message)
    return sides[0] if len(sides) == 1 else sides[::-1]


def whole_numbers(size: Size) -> list[int]:
    """Return the one or two whole numbers of `size`; nothing if it is anything else."""
    try:
        if not isinstance(size, Sequence):
            return [] if isinstance(size, bool) else [operator.index(size)]
        pair = [operator.index(side) for side in size]
    except TypeError:
        return []
    return pair if len(pair) == 2 else []  # height and width


@contextmanager
def errors_of_size(size: Size | None) -> Iterator[None]:
    """Re-raise errors of the setting as errors of the argument `size`, if there is one."""
    try:
        yield
    except ImggenError as error:
        text = str(error)
        if size is None or not text.startswith(f"{KEY} is "):
            raise
        said = PAIR.sub(r"\g<before>(\g<height>, \g<width>)", text)
        raise type(error)(said.replace(KEY, "size", 1)) from None
