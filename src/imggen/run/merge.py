"""The last step: tables, merged labels, the resolved configuration and the summary."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import tomli_w

from imggen.encode.encoded import Regions
from imggen.formats.data_csv import write_table
from imggen.formats.registry import find_format, make_formats
from imggen.formats.results import Results
from imggen.planning import Plan, Segments
from imggen.planning.totals import Totals
from imggen.run.journal.images import Files, ImageRecords
from imggen.run.journal.journal import Journal
from imggen.run.options import Summary
from imggen.run.recipe import Recipe
from imggen.run.stored.uploads import NO_UPLOADS, Uploads
from imggen.run.versions import versions
from imggen.store.entries import Entry, make_entry
from imggen.store.files import link_folder, write_atomic
from imggen.store.layout import CONFIG, JOURNAL, TABLE, fragment_name
from imggen.store.origin import make_origin
from imggen.store.summary import write_summary

READ_BYTES = 2**20


@dataclass(frozen=True)
class Merged:
    """The whole dataset: bytes of all images, digest of images and table, and parts of images.

    `parts` counts them by how they came about, see `imggen.encode.Parts`; `labels` holds their
    formats and digest, `files` all files that are not of one chunk alone, `totals` are of scenes.
    """

    size_bytes: int
    digest: str
    parts: dict[str, int]
    labels: dict[str, Any]
    files: dict[str, Entry]
    totals: Totals


def merge(recipe: Recipe, journal: Journal, out: Path, uploads: Uploads = NO_UPLOADS) -> Merged:
    """Write the table, the resolved configuration, and labels of many images; finish images."""
    totals = Totals()
    write_table(out / TABLE, counted(recipe.segments, totals), recipe.namer)
    settings = make_origin(recipe.config, recipe.library, out)["config"]
    write_atomic(out / CONFIG, tomli_w.dumps(settings).encode())
    entries = {name: make_entry(out / name) for name in (TABLE, CONFIG)}
    entries.update(recipe.container.finish(recipe.order, recipe.info, out, journal.records()))
    files = journal.images(recipe.order)
    results = make_results(recipe, journal, files, out)
    sums = sum_images(recipe, files)
    labels, written = merge_labels(results, sums.labels)
    open_shard = partial(uploads.open_shard, recipe, out)
    written = [*written, *recipe.container.describe(results, open_shard)]
    entries.update((str(path.relative_to(out)), make_entry(path)) for path in written)
    return Merged(
        size_bytes=sums.size_bytes,
        digest=digest_of(sums.images, [out / TABLE]),
        parts=dict(zip(Regions._fields, sums.parts.tolist(), strict=True)),
        labels=labels,
        files=entries,
        totals=totals,
    )


def counted(segments: Segments, totals: Totals) -> Iterator[Plan]:
    """Yield the plan of each segment, and add it to `totals`."""
    for plan in segments:
        totals.add(plan, alone=len(segments) == 1)
        yield plan


def make_results(recipe: Recipe, journal: Journal, files: ImageRecords, out: Path) -> Results:
    """Return all that is known of the images of a run that is done."""
    return Results(
        out=out,
        plan=recipe.segments,
        namer=recipe.namer,
        info=recipe.info,
        files=files,
        fragments=partial(read_fragments, recipe, journal, out),
        image_files=recipe.container.image_files(recipe.info),
    )


@dataclass
class Sums:
    """Sums over the records of all images: bytes, parts, and the digests in their order so far."""

    size_bytes: int
    parts: npt.NDArray[np.int64]
    images: hashlib._Hash
    labels: hashlib._Hash

    def add(self, files: Files) -> None:
        """Add the records of the next images."""
        self.size_bytes += int(files["size_bytes"].sum())
        self.parts += [int(files[part].sum(dtype=np.int64)) for part in Regions._fields]
        self.images.update(np.ascontiguousarray(files["digest"]).tobytes())
        if "labels_digest" in (files.dtype.names or ()):
            self.labels.update(np.ascontiguousarray(files["labels_digest"]).tobytes())


def sum_images(recipe: Recipe, files: ImageRecords) -> Sums:
    """Go through the records of all images, a segment at a time."""
    sums = Sums(0, np.zeros(len(Regions._fields), np.int64), hashlib.sha256(), hashlib.sha256())
    for number in range(len(recipe.segments)):
        sums.add(files.segment(number))
    return sums


def make_links(recipe: Recipe, out: Path) -> dict[str, str]:
    """Make the symbolic links of label formats; return the target of each by its name.

    Containers without loose images, and file systems without symbolic links, have none.
    """
    formats = recipe.info.labels.formats if recipe.container.loose else ()
    wanted = {link: target for one in formats for link, target in find_format(one).links.items()}
    return {link: target for link, target in wanted.items() if link_folder(out / link, target)}


def write_run(
    recipe: Recipe, merged: Merged, links: dict[str, str], summary: Summary, out: Path
) -> None:
    """Write `run.json`, and a copy into the journal, should it be damaged."""
    values = {
        **asdict(summary),
        "labels": merged.labels,
        "container": recipe.container.name,
        "seed": recipe.config.dataset.seed,
        "parts": merged.parts,
        "versions": versions(),
        **recipe.segmented,
        "files": {name: entry.values() for name, entry in merged.files.items()},
        **({"links": links} if links else {}),
        **make_origin(recipe.config, recipe.library, out),
    }
    for folder in (out / JOURNAL, out):
        write_summary(folder, values)


def merge_labels(results: Results, digests: hashlib._Hash) -> tuple[dict[str, Any], list[Path]]:
    """Write what labels are of many images; return formats and digest of all labels, and files.

    `digests` has those of the labels of each image.
    """
    formats = results.info.labels.formats
    if not formats:
        return {"formats": []}, []
    written = [path for one in make_formats(results.info) for path in one.merge(results)]
    digest = digest_of(digests, written)
    return {"formats": list(formats), "digest": digest}, written


def read_fragments(
    recipe: Recipe, journal: Journal, out: Path, label: str, split: str
) -> Iterator[bytes]:
    """Yield what the images of `split` added to the merged file of `label`, in the plan's order."""
    for start, stop in journal.ranges():
        if split in recipe.info.splits_among(recipe.order.splits_of(start, stop)):
            yield (out / fragment_name(start, stop, label, split)).read_bytes()


def digest_of(digest: hashlib._Hash, files: Iterable[Path]) -> str:
    """Return the digest of what `digest` has so far and of the contents of `files`, hex."""
    for path in files:
        with path.open("rb") as file:
            while content := file.read(READ_BYTES):
                digest.update(content)
    return digest.hexdigest()
