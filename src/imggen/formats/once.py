"""What a format says of a scene is made once, however many images show that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from imggen.formats.picture import About, Picture
from imggen.geometry.instances import Instance

Made = TypeVar("Made")


class OncePerScene(Generic[Made]):
    """What `make` gives for the instances that are seen; those of one scene follow each other."""

    def __init__(self, about: About, make: Callable[[Sequence[Instance]], Made]) -> None:
        self._about = about
        self._make = make
        self._last: tuple[Sequence[Instance], Made] | None = None

    def of(self, picture: Picture) -> Made:
        """That of the scene of `picture`."""
        if self._last is None or self._last[0] is not picture.instances:
            self._last = picture.instances, self._make(self._about.seen(picture))
        return self._last[1]
