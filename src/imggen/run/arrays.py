"""The pixels of all images in one array, and what they show in others beside it."""

from __future__ import annotations

import json
import os
from pathlib import Path

from imggen.labels.latents import latents
from imggen.labels.picture import About
from imggen.plan import Plan
from imggen.run.journal import write_whole
from imggen.run.shards import NUMBERS, Numbered
from imggen.store.arrays import make_rows, write_array, write_zip
from imggen.store.files import whole_file
from imggen.store.layout import ARCHIVE, PIXELS, PIXELS_PIECE


def shape_of(plan: Plan) -> tuple[int, ...]:
    """The shape of the array: images, height, width and, unless there is only one, channels."""
    width, height = plan.library.size
    channels = plan.library.channels
    return plan.count, height, width, *((channels,) if channels > 1 else ())


def make_pixels(plan: Plan, out: Path) -> None:
    """Make the array that workers write to, unless it is there or finished."""
    if not (out / place_of(plan)).exists():
        make_rows(out / PIXELS_PIECE, shape_of(plan))


def finish_arrays(plan: Plan, about: About, out: Path) -> None:
    """Put all arrays in their places, that of pixels last."""
    pixels, place = out / PIXELS_PIECE, out / place_of(plan)
    archived = plan.config.output.container == "npz"
    if not archived:
        for array in latents(plan, about):
            with whole_file(out / array.name) as file:
                write_array(file, array)
    if not pixels.exists():
        return
    if archived:
        with whole_file(pixels.with_name(ARCHIVE)) as file:
            write_zip(file, pixels, latents(plan, about))
    ready = pixels.with_name(ARCHIVE) if archived else pixels
    numbered = {PIXELS_PIECE: Numbered(place.name, ready.stat().st_size)}
    write_whole(out / NUMBERS, json.dumps(numbered).encode())
    os.replace(ready, place)
    pixels.unlink(missing_ok=True)


def place_of(plan: Plan) -> str:
    """Where the pixels are when all is done."""
    return PIXELS if plan.config.output.container == "npy" else ARCHIVE
