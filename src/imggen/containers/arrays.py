"""Arrays: the pixels of all images in one, and what they show in others beside it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar
from zipfile import BadZipFile

import numpy as np

from imggen.containers.base import (
    CODEC_KEYS,
    IN_COCO,
    LEAVE_OUT,
    NO_TOKENS,
    SHARD_KEYS,
    Check,
    Container,
)
from imggen.containers.numbering import Numbered, read_numbers, write_numbers
from imggen.containers.pixels import (
    GROWING,
    PIXELS,
    RowCheck,
    RowSink,
    find_pixels,
    make_pixels,
    shape_of,
)
from imggen.containers.sink import Sink, Target
from imggen.store.arrays import HEADER_BYTES, rows_in_zip, write_array, write_zip
from imggen.store.entries import Entry, make_entry
from imggen.store.files import open_atomic

if TYPE_CHECKING:
    from pathlib import Path

    from imggen.containers.record import ChunkRecord
    from imggen.formats.info import DatasetInfo
    from imggen.formats.results import ImageFiles
    from imggen.planning import Segments
    from imggen.planning.order import ImageOrder


ARCHIVE = "dataset.npz"
FORMAT_PAGE = "https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html"


@dataclass(frozen=True)
class Arrays(Container):
    """Arrays as NumPy's files.

    Attributes
    ----------
    file : the name of what holds the pixels when all is done
    """

    unused = (*CODEC_KEYS, "duplicates", *SHARD_KEYS)
    instead: ClassVar[Mapping[str, str]] = {
        "metadata": 'give output.container = "parquet", which `datasets` reads',
        "class folders": f"its latents_classes say what each layer shows, {LEAVE_OUT}",
        "boxes": IN_COCO.format("boxes"),
        "masks": IN_COCO.format("masks"),
        "mask folders": IN_COCO.format("masks"),
        "tokens": NO_TOKENS,
    }
    pixels = True
    file: ClassVar[str]

    def order(self, segments: Segments) -> ImageOrder:
        """Return the order in which images are made: small ones by their index, as rows are.

        Of large ones, it takes less to make those once that show the same.
        """
        from imggen.draw.batch import can_paint_at_once  # noqa: PLC0415  # not for options
        from imggen.planning.order import IndexOrder, SceneOrder  # noqa: PLC0415  # not for workers

        small = can_paint_at_once(segments.library)
        return IndexOrder(segments) if small else SceneOrder(segments)

    def make(self, order: ImageOrder, out: Path) -> None:
        """Make the array that workers write to, of what is there of it."""
        make_pixels(order, out)

    def extend(self, old: ImageOrder, order: ImageOrder, out: Path) -> None:
        """Make room for more rows in the array of the order `old`, whether it was done or not."""
        pixels = find_pixels(old, out)
        if pixels is not None:
            make_pixels(old, out)
            os.truncate(out / GROWING, HEADER_BYTES + order.count * pixels.row_bytes)

    def make_trial(self, out: Path) -> None:
        """Make what takes the rows of workers, and keeps none."""
        (out / GROWING).parent.mkdir(parents=True, exist_ok=True)
        (out / GROWING).symlink_to(os.devnull)

    def sink(self, target: Target) -> Sink:
        """Return what stores the images of a chunk."""
        return RowSink(target)

    def finish(
        self, order: ImageOrder, info: DatasetInfo, out: Path, records: Iterable[ChunkRecord]
    ) -> dict[str, Entry]:
        """Put all arrays where they belong, that of pixels last; return the entries by name."""
        del records
        entries = self.write_latents(order, info, out)
        if (out / GROWING).exists():
            self.finish_pixels(order, info, out)
        numbered = read_numbers(out)[GROWING]
        return {**entries, numbered.name: numbered.entry}

    def write_latents(self, order: ImageOrder, info: DatasetInfo, out: Path) -> dict[str, Entry]:
        """Write the arrays beside that of pixels; return the entry of each by its name."""
        del order, info, out
        return {}

    def finish_pixels(self, order: ImageOrder, info: DatasetInfo, out: Path) -> None:
        """Put the array of pixels, which is complete, where it belongs."""
        self.note_and_move(order, out, out / GROWING, HEADER_BYTES)
        del info

    def note_and_move(self, order: ImageOrder, out: Path, ready: Path, start: int) -> None:
        """Note what is known of the file `ready`, with rows from `start`, and give it its name."""
        stop = start + int(np.prod(shape_of(order), dtype=np.int64))
        write_numbers(out, {GROWING: Numbered(self.file, make_entry(ready, (start, stop)))})
        os.replace(ready, out / self.file)

    def first_row(self, out: Path, listed: Entry | None) -> int | None:
        """Return where the rows begin in the file of pixels, bytes; None if no one knows.

        `listed` is what `run.json` says of that file.
        """
        known = [listed, *(one.entry for one in read_numbers(out).values())]
        starts = [entry.rows[0] for entry in known if entry is not None and entry.rows is not None]
        return starts[0] if starts else self.look_up_first_row(out)

    def look_up_first_row(self, out: Path) -> int | None:
        """Return what the file itself says of where its rows begin."""
        del out
        return HEADER_BYTES

    def image_files(self, info: DatasetInfo) -> ImageFiles:
        """Return the files that have the images, as metadata of datasets describes them."""
        from imggen.formats.results import ImageFiles  # noqa: PLC0415  # not for workers

        del info
        return ImageFiles(
            "arrays", "Arrays of pixels and of what they show.", FORMAT_PAGE, (self.file,)
        )

    def row_check(self, order: ImageOrder, out: Path, now: ImageOrder | None = None) -> Check:
        """Return what says whether the rows of a record are there; with True, they are read.

        The array may be that of a run that makes more images, in the order `now`.
        """
        return RowCheck(order, out, now or order)


@dataclass(frozen=True)
class Npy(Arrays):
    """A file for each array."""

    name = "npy"
    file = PIXELS
    owned_names = (
        PIXELS,
        "latents_classes.npy",
        "latents_values.npy",
        "latents_names.npy",
        "splits.npy",
        "metadata.npy",
    )
    way_out = "--container files"

    def write_latents(self, order: ImageOrder, info: DatasetInfo, out: Path) -> dict[str, Entry]:
        """Write the arrays beside that of pixels; return the entry of each by its name."""
        from imggen.containers.latents import latents  # noqa: PLC0415  # not for workers

        entries: dict[str, Entry] = {}
        for array in latents(order.segments, info):
            with open_atomic(out / array.name) as file:
                write_array(file, array)
            entries[array.name] = make_entry(out / array.name)
        return entries


@dataclass(frozen=True)
class Npz(Arrays):
    """One archive of all arrays, in the manner of dSprites."""

    name = "npz"
    file = ARCHIVE
    owned_names = (ARCHIVE,)
    copies = 2  # until the archive is complete
    way_out = "--container npy, which needs half of it"

    def finish_pixels(self, order: ImageOrder, info: DatasetInfo, out: Path) -> None:
        """Put the array of pixels and all others into the archive."""
        from imggen.containers.latents import latents  # noqa: PLC0415  # not for workers

        pixels = out / GROWING
        ready = pixels.with_name(ARCHIVE)
        with open_atomic(ready) as file:
            write_zip(file, pixels, latents(order.segments, info))
        self.note_and_move(order, out, ready, rows_in_zip(ready, PIXELS))
        pixels.unlink()

    def look_up_first_row(self, out: Path) -> int | None:
        """Return what the archive says of where its rows begin; None if it cannot be read."""
        try:
            return rows_in_zip(out / ARCHIVE, PIXELS)
        except (OSError, BadZipFile, KeyError):
            return None
