"""The positions of images in a dataset or a plan, as Python's sequences take them."""

from __future__ import annotations

import operator
from typing import SupportsIndex

from imggen.config.sentences import show


def check_position(position: SupportsIndex, count: int, sequence: str) -> int:
    """Return a position among `count` images, from 0; a negative one counts from the end.

    Raises
    ------
    IndexError
        Beyond the end, which ends `for`; `sequence` is the word for what has the images.
    TypeError
        If `position` is not a whole number.
    """
    try:
        place = operator.index(position)
    except TypeError:
        message = f"an image is asked for by {show(position)}; expected a whole number."
        raise TypeError(message) from None
    if not -count <= place < count:
        raise IndexError(f"{place} is beyond the {count:,} images of this {sequence}.")
    return place % count
