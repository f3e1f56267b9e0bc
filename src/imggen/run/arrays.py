"""The pixels of all images in one array, and what they show in others beside it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

import numpy as np

from imggen.formats.picture import About
from imggen.labels.latents import latents
from imggen.plan import Plan
from imggen.run.files import Entry, is_intact, make_entry
from imggen.run.shards import Numbered, read_numbers, write_numbers
from imggen.store.arrays import (
    HEADER_BYTES,
    copy_range,
    make_rows,
    rows_in_zip,
    write_array,
    write_zip,
)
from imggen.store.files import whole_file
from imggen.store.layout import ARCHIVE, PIXELS, PIXELS_PIECE


class Pixels(NamedTuple):
    """A file with the pixels of all images, from the byte `start`, `row_bytes` of each."""

    path: Path
    start: int
    row_bytes: int


def shape_of(plan: Plan) -> tuple[int, ...]:
    """The shape of the array: images, height, width and, unless there is only one, channels."""
    width, height = plan.library.size
    channels = plan.library.channels
    return plan.count, height, width, *((channels,) if channels > 1 else ())


def find_pixels(plan: Plan, out: Path) -> Pixels | None:
    """Return where the pixels are, in the making or done; None if nowhere, or cut."""
    count, *row = shape_of(plan)
    row_bytes = int(np.prod(row, dtype=np.int64))
    piece = out / PIXELS_PIECE
    if piece.exists():
        whole = piece.stat().st_size == HEADER_BYTES + count * row_bytes
        return Pixels(piece, HEADER_BYTES, row_bytes) if whole else None
    numbered = read_numbers(out).get(PIXELS_PIECE)
    if numbered is None or numbered.entry.rows is None:
        return None
    pixels = Pixels(out / numbered.name, numbered.entry.rows[0], row_bytes)
    return pixels if is_intact(pixels.path, numbered.entry) else None


def make_pixels(plan: Plan, out: Path) -> None:
    """Make the array that workers write to, of what is there of it."""
    piece, pixels = out / PIXELS_PIECE, find_pixels(plan, out)
    if pixels is not None and pixels.path.name == PIXELS:
        if pixels.path != piece:
            os.replace(pixels.path, piece)
    elif pixels is not None:
        with whole_file(piece) as file:
            start = pixels.start - HEADER_BYTES
            copy_range(pixels.path, start, pixels.start + plan.count * pixels.row_bytes, file)
    make_rows(piece, shape_of(plan))


def finish_arrays(plan: Plan, about: About, out: Path) -> dict[str, Entry]:
    """Put all arrays in their places, that of pixels last; return the entry of each by name."""
    entries: dict[str, Entry] = {}
    if place_of(plan) != ARCHIVE:
        for array in latents(plan, about):
            with whole_file(out / array.name) as file:
                write_array(file, array)
            entries[array.name] = make_entry(out / array.name)
    if (out / PIXELS_PIECE).exists():
        finish_pixels(plan, about, out)
    numbered = read_numbers(out)[PIXELS_PIECE]
    return {**entries, numbered.name: numbered.entry}


def finish_pixels(plan: Plan, about: About, out: Path) -> None:
    """Put the array of pixels in its place, in an archive with all others if it is to be one."""
    pixels, place = out / PIXELS_PIECE, out / place_of(plan)
    ready = pixels
    if place.name == ARCHIVE:
        ready = pixels.with_name(ARCHIVE)
        with whole_file(ready) as file:
            write_zip(file, pixels, latents(plan, about))
    start = rows_in_zip(ready, PIXELS) if ready != pixels else HEADER_BYTES
    stop = start + int(np.prod(shape_of(plan), dtype=np.int64))
    write_numbers(out, {PIXELS_PIECE: Numbered(place.name, make_entry(ready, (start, stop)))})
    os.replace(ready, place)
    pixels.unlink(missing_ok=True)


def place_of(plan: Plan) -> str:
    """Where the pixels are when all is done."""
    return PIXELS if plan.config.output.container == "npy" else ARCHIVE
