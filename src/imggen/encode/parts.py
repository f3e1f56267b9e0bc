"""How the parts of an image came about."""

from __future__ import annotations

from typing import NamedTuple


class Parts(NamedTuple):
    """Bands of a PNG, restart intervals of a JPEG; one for an image that is encoded whole.

    Attributes
    ----------
    copied : as they were prepared
    spliced : of the background's bits and new ones
    afresh : of nothing but pixels
    """

    copied: int
    spliced: int
    afresh: int


WHOLE = Parts(0, 0, 1)
