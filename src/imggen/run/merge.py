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
from imggen.formats.registry import make_formats
from imggen.formats.results import Results
from imggen.run.journal import Journal
from imggen.run.manifest import versions
from imggen.run.options import Summary
from imggen.run.recipe import Recipe
from imggen.store.entries import Entry, make_entry
from imggen.store.files import write_atomic
from imggen.store.layout import CONFIG, JOURNAL, TABLE, fragment_name
from imggen.store.origin import make_origin
from imggen.store.summary import write_summary

READ_BYTES = 2**20


@dataclass(frozen=True)
class Merged:
    """The whole dataset: bytes of all images, digest of images and table, and parts of images.

    `parts` counts them by how they came about, see `imggen.encode.Parts`; `labels` holds their
    formats and digest, `files` all files that are not of one chunk alone.
    """

    size_bytes: int
    digest: str
    parts: dict[str, int]
    labels: dict[str, Any]
    files: dict[str, Entry]


def merge(recipe: Recipe, journal: Journal, out: Path) -> Merged:
    """Write the table, the resolved configuration, and labels of many images; finish images."""
    plan, info, container = recipe.plan, recipe.info, recipe.container
    write_table(out / TABLE, plan, recipe.namer)
    settings = make_origin(plan.config, plan.library, out)["config"]
    write_atomic(out / CONFIG, tomli_w.dumps(settings).encode())
    entries = {name: make_entry(out / name) for name in (TABLE, CONFIG)}
    entries.update(container.finish(plan, info, out, journal.records()))
    results = make_results(recipe, journal, out)
    labels, written = merge_labels(results)
    written = [*written, *container.describe(results)]
    entries.update((str(path.relative_to(out)), make_entry(path)) for path in written)
    files = results.files
    return Merged(
        size_bytes=int(files["size_bytes"].sum()),
        digest=digest_of(files["digest"], [out / TABLE]),
        parts={part: int(files[part].sum(dtype=np.int64)) for part in Regions._fields},
        labels=labels,
        files=entries,
    )


def make_results(recipe: Recipe, journal: Journal, out: Path) -> Results:
    """Return all that is known of the images of a run that is done."""
    return Results(
        out=out,
        plan=recipe.plan,
        namer=recipe.namer,
        info=recipe.info,
        files=journal.files(recipe.plan.order),
        fragments=partial(read_fragments, recipe, journal, out),
        image_files=recipe.container.image_files(recipe.info),
    )


def write_run(recipe: Recipe, merged: Merged, summary: Summary, out: Path) -> None:
    """Write `run.json`, and a copy into the journal, should it be damaged."""
    values = {
        **asdict(summary),
        "labels": merged.labels,
        "container": recipe.container.name,
        "seed": recipe.config.dataset.seed,
        "parts": merged.parts,
        "versions": versions(),
        "files": {name: entry.values() for name, entry in merged.files.items()},
        **make_origin(recipe.config, recipe.library, out),
    }
    for folder in (out / JOURNAL, out):
        write_summary(folder, values)


def merge_labels(results: Results) -> tuple[dict[str, Any], list[Path]]:
    """Write what labels are of many images; return formats and digest of all labels, and files."""
    formats = results.info.labels.formats
    if not formats:
        return {"formats": []}, []
    written = [path for one in make_formats(results.info) for path in one.merge(results)]
    digest = digest_of(results.files["labels_digest"], written)
    return {"formats": list(formats), "digest": digest}, written


def read_fragments(
    recipe: Recipe, journal: Journal, out: Path, label: str, split: str
) -> Iterator[bytes]:
    """Yield what the images of `split` added to the merged file of `label`, in the plan's order."""
    plan, info = recipe.plan, recipe.info
    for start, stop in journal.ranges():
        splits = plan.splits[plan.order[start:stop]]
        if split in info.splits_among(splits):
            yield (out / fragment_name(start, stop, label, split)).read_bytes()


def digest_of(digests: npt.NDArray[np.void], files: Iterable[Path]) -> str:
    """Return the digest of `digests` and of the contents of `files`, hex."""
    digest = hashlib.sha256(np.ascontiguousarray(digests).tobytes())
    for path in files:
        with path.open("rb") as file:
            while content := file.read(READ_BYTES):
                digest.update(content)
    return digest.hexdigest()
