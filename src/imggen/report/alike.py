"""Find files of a layer that look the same, or nearly so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from imggen.assets.decode import decode
from imggen.config.canvas import Color
from imggen.report.art_files import ArtFile, Bytes

SIDE = 24  # px of the small pictures that are compared
NEAR = 6.0  # of 255: files are nearly the same if no pixel of these differs by more
MOST_CELLS = 32  # values of these that differ more, where files may differ in a few pixels only
FEW_PIXELS, FEW_SHARE = 2, 0.0005  # of a file: another that differs in no more is nearly the same


@dataclass(frozen=True)
class Signature:
    """A file and the numbers it is compared by: a small picture and its size, float32."""

    file: ArtFile
    small: npt.NDArray[np.float32]


@dataclass(frozen=True)
class Pair:
    """Two files that look alike, and a verb that says how much they do."""

    first: ArtFile
    second: ArtFile
    how: str


def signature_of(file: ArtFile) -> Signature:
    """Return the signature of `file`; its pixels are not kept."""
    box = Image.fromarray(file.alpha).getbbox()
    seen = Image.fromarray(file.pixels).convert("RGBa")  # premultiplied: as over black
    small = seen.crop(box).resize((SIDE, SIDE), Image.Resampling.BOX)
    kept = ArtFile(file.path, file.variant, file.depth, file.pixels[:0])
    size = np.array([0, 0] if box is None else [box[2] - box[0], box[3] - box[1]], np.float32)
    # A pixel of size counts more than any change of the picture that passes for none.
    return Signature(kept, np.append(np.asarray(small, np.float32).ravel(), size * 2 * NEAR))


def find_alike(signatures: Sequence[Signature], color: Color) -> Iterator[Pair]:
    """Yield pairs of files that are nearly the same; each file is the second of one at most.

    `color` is that of the canvas, by which files are decoded.
    """
    if not signatures:
        return
    small = np.stack([one.small for one in signatures])
    for second in range(1, len(small)):
        differences = np.abs(small[:second] - small[second])
        largest = differences.max(axis=1)
        first = int(largest.argmin())
        if largest[first] > NEAR:
            cells = (differences > NEAR).sum(axis=1)
            first = int(cells.argmin())
            if cells[first] > MOST_CELLS:
                continue
        pair = signatures[first].file, signatures[second].file
        how = likeness(*pair, float(largest[first]), color)
        if how:
            yield Pair(*pair, how)


def likeness(first: ArtFile, second: ArtFile, largest: float, color: Color) -> str:
    """Return how two files are alike, whose small pictures differ by `largest`; "" if not."""
    if largest <= NEAR:
        return f"differ by {largest:.0f} of 255" if largest else "look the same"
    pixels = [seen_pixels(one, color) for one in (first, second)]
    if pixels[0].shape != pixels[1].shape:
        return ""
    differ = np.count_nonzero((pixels[0] != pixels[1]).any(axis=-1))
    count = pixels[0].shape[0] * pixels[0].shape[1]
    if differ > max(FEW_PIXELS, FEW_SHARE * count):
        return ""
    return f"differ in {differ:,} of {count:,} pixels"


def seen_pixels(file: ArtFile, color: Color) -> Bytes:
    """Return the pixels of a file without its transparent margins, premultiplied."""
    image = decode(file.path, color).image.convert("RGBA")
    return np.asarray(image.crop(image.getchannel("A").getbbox()).convert("RGBa"))
