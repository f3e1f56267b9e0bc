"""The last step: tables, merged labels, the resolved configuration and the summary."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import tomli_w

from imggen.config.output import ARRAYS
from imggen.encode.encoded import Regions
from imggen.formats.data_csv import write_table
from imggen.formats.picture import About
from imggen.formats.registry import FORMATS
from imggen.formats.results import Results
from imggen.labels.shard_card import write_shard_card
from imggen.plan import Plan
from imggen.plan.names import Namer
from imggen.run.arrays import finish_arrays
from imggen.run.files import Entry, make_entry
from imggen.run.journal import Journal
from imggen.run.shards import number_shards
from imggen.store.files import write_whole
from imggen.store.layout import CONFIG, TABLE, part_name
from imggen.store.origin import make_origin

PIECE_BYTES = 2**20


@dataclass(frozen=True)
class Merged:
    """The whole dataset: bytes of all images, digest of images and table, and parts of images.

    `parts` counts regions of images, see `imggen.encode.encoded.Regions`; `labels` holds formats
    and digest of all labels, `files` all files that are not of one chunk alone.
    """

    size_bytes: int
    digest: str
    parts: dict[str, int]
    labels: dict[str, Any]
    files: dict[str, Entry]


def merge(plan: Plan, journal: Journal, namer: Namer, about: About, out: Path) -> Merged:
    """Write the table, the resolved configuration, and labels of many images; number shards."""
    write_table(out / TABLE, plan, namer)
    settings = make_origin(plan.config, plan.library, out)["config"]
    write_whole(out / CONFIG, tomli_w.dumps(settings).encode())
    files = journal.files(plan.order)
    entries = {name: make_entry(out / name) for name in (TABLE, CONFIG)}
    if plan.config.output.sharded:
        entries.update(number_shards(plan, about, out, journal.records()))
    if plan.config.output.container in ARRAYS:
        entries.update(finish_arrays(plan, about, out))
    parts = partial(read_parts, plan, journal, about, out)
    results = Results(out, plan, namer, about, files, parts)
    labels, written = merge_labels(results)
    if plan.config.output.container == "webdataset":
        written = [*written, write_shard_card(results)]
    entries.update((str(path.relative_to(out)), make_entry(path)) for path in written)
    return Merged(
        size_bytes=int(files["size_bytes"].sum()),
        digest=digest_of(files["digest"], [out / TABLE]),
        parts={part: int(files[part].sum(dtype=np.int64)) for part in Regions._fields},
        labels=labels,
        files=entries,
    )


def merge_labels(results: Results) -> tuple[dict[str, Any], list[Path]]:
    """Write what labels are of many images; return formats and digest of all labels, and files."""
    formats = results.about.labels.formats
    if not formats:
        return {"formats": []}, []
    mergers = dict.fromkeys(FORMATS[name].merger for name in formats)  # two may share one
    written: list[Path] = []
    for merger in filter(None, mergers):
        written += import_module(f"imggen.formats.{merger}").merge(results)
    digest = digest_of(results.files["labels_digest"], written)
    return {"formats": list(formats), "digest": digest}, written


def read_parts(
    plan: Plan, journal: Journal, about: About, out: Path, label: str, split: str
) -> Iterator[bytes]:
    """What the images of `split` added to the merged file of `label`, in the plan's order."""
    for start, stop in journal.ranges():
        splits = plan.splits[plan.order[start:stop]]
        if split in about.splits_among(splits):
            yield (out / part_name(start, stop, label, split)).read_bytes()


def digest_of(digests: npt.NDArray[np.void], files: Iterable[Path]) -> str:
    """The digest of `digests` and of what is in `files`, hex."""
    digest = hashlib.sha256(np.ascontiguousarray(digests).tobytes())
    for path in files:
        with path.open("rb") as file:
            while piece := file.read(PIECE_BYTES):
                digest.update(piece)
    return digest.hexdigest()
