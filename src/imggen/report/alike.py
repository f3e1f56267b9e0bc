"""Find files of a layer that look the same, or nearly so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from imggen.report.art_files import ArtFile

SIDE = 24  # px of the small pictures that are compared
NEAR = 6.0  # of 255: files are nearly the same if no pixel of these differs by more


@dataclass(frozen=True)
class Signature:
    """A file and the numbers it is compared by: a small picture and its size, float32."""

    file: ArtFile
    small: npt.NDArray[np.float32]


@dataclass(frozen=True)
class Pair:
    """Two files that look alike; `difference` is the largest of small pictures of them, of 255."""

    first: ArtFile
    second: ArtFile
    difference: float


def signature_of(file: ArtFile) -> Signature:
    """Return the signature of `file`; its pixels are not kept."""
    box = Image.fromarray(file.alpha).getbbox()
    seen = Image.fromarray(file.pixels).convert("RGBa")  # premultiplied: as over black
    small = seen.crop(box).resize((SIDE, SIDE), Image.Resampling.BOX)
    kept = ArtFile(file.path, file.variant, file.depth, file.pixels[:0])
    size = np.array([0, 0] if box is None else [box[2] - box[0], box[3] - box[1]], np.float32)
    # A pixel of size counts more than any change of the picture that passes for none.
    return Signature(kept, np.append(np.asarray(small, np.float32).ravel(), size * 2 * NEAR))


def find_alike(signatures: Sequence[Signature]) -> Iterator[Pair]:
    """Yield pairs of files that are nearly the same; each file is the second of one at most."""
    if not signatures:
        return
    small = np.stack([one.small for one in signatures])
    for second in range(1, len(small)):
        differences = np.abs(small[:second] - small[second]).max(axis=1)
        first = int(differences.argmin())
        if differences[first] <= NEAR:
            pair = signatures[first].file, signatures[second].file
            yield Pair(*pair, float(differences[first]))
