"""Images that are the same: copies within a dataset, and leaks between its splits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import permutations
from typing import Any

import numpy as np
import numpy.typing as npt

from imggen.planning.plan import Plan
from imggen.planning.sampling.splits import Splits
from imggen.planning.scene_keys import hash_scenes

Numbers = npt.NDArray[np.unsignedinteger[Any]]
Words = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Prints:
    """Digests that tell the images apart that were looked at: of few bytes, as there are many.

    Attributes
    ----------
    numbers : (n,) the indices of images
    splits : (n,) the split of each
    scenes : (n,) uint64, equal for images that draw the same
    pixels : (n,) uint64, equal for images with the same content; empty if that is not known
    taken : (n,) uint64, equal for images that the camera takes in the same way, too; None without
        a camera
    """

    numbers: Numbers
    splits: Splits
    scenes: Words
    pixels: Words
    taken: Words | None

    @property
    def shots(self) -> Words:
        """Digests (n,) that are equal for images that show the same."""
        return self.scenes if self.taken is None else self.taken


@dataclass(frozen=True)
class Leak:
    """Images of a split that are in another split, too.

    Attributes
    ----------
    count, images : how many there are, of so many in the split
    first, second : the indices of two images that are the same
    """

    split: str
    other: str
    count: int
    images: int
    first: int
    second: int


def prints_of(plan: Plan, digests: npt.NDArray[Any] | None) -> Prints:
    """Return what tells the images of a plan apart, with the `digests` of their content."""
    scenes = hash_scenes(plan.drawn_keys)
    pixels = scenes[:0]
    if digests is not None:
        words = np.ascontiguousarray(digests).view(np.uint64).reshape(len(digests), -1)
        pixels = words[:, 0].copy()
    return Prints(
        numbers=np.arange(plan.start, plan.stop, dtype=np.min_scalar_type(plan.stop)),
        splits=plan.splits,
        scenes=scenes,
        pixels=pixels,
        taken=hash_scenes(plan.keys) if plan.cameras else None,
    )


def join_prints(parts: Sequence[Prints]) -> Prints:
    """Return the prints of all plans."""

    def joined(column: str) -> Any:  # noqa: ANN401  # an array, or None
        own = [getattr(one, column) for one in parts]
        return None if own[0] is None else np.concatenate(own)

    return Prints(*(joined(key.name) for key in fields(Prints)))


def find_leaks(prints: Prints, splits: list[str]) -> list[Leak]:
    """Return the splits that have images of others, the largest share first."""
    found = []
    keys = [prints.scenes, *([prints.pixels] if len(prints.pixels) else [])]
    for (k, name), (other, other_name) in permutations(enumerate(splits), 2):
        own, theirs = np.flatnonzero(prints.splits == k), np.flatnonzero(prints.splits == other)
        if len(own) > len(theirs) or (len(own) == len(theirs) and k < other):
            continue  # told from the side of the smaller split
        shared = np.zeros(len(own), bool)
        for key in keys:
            shared |= np.isin(key[own], key[theirs])
        if shared.any():
            row = int(own[shared.argmax()])
            same = np.any([key[theirs] == key[row] for key in keys], axis=0)
            twin = int(theirs[same.argmax()])
            first, second = (int(prints.numbers[one]) for one in (row, twin))
            found.append(Leak(name, other_name, int(shared.sum()), len(own), first, second))
    return sorted(found, key=lambda one: -one.count / one.images)


def count_copies(prints: Prints) -> tuple[int, tuple[int, ...]]:
    """Return how many images are copies of earlier ones, and some that are the most copied."""
    key = prints.pixels if len(prints.pixels) else prints.shots
    _, first, counts = np.unique(key, return_index=True, return_counts=True)
    if len(first) == len(key):
        return 0, ()
    often = first[np.argsort(-counts, kind="stable")[:4]]
    return len(key) - len(first), tuple(prints.numbers[often].tolist())


def same_pixels(prints: Prints) -> list[tuple[int, int]]:
    """Return pairs of images that draw different scenes with the same pixels."""
    if not len(prints.pixels):
        return []
    order = np.lexsort((prints.shots, prints.pixels))
    pixels, shots = prints.pixels[order], prints.shots[order]
    differ = np.flatnonzero((pixels[1:] == pixels[:-1]) & (shots[1:] != shots[:-1]))
    numbers = prints.numbers[order]
    return [(int(numbers[k]), int(numbers[k + 1])) for k in differ.tolist()]
