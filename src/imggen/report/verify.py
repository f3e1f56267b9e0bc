"""Verification of a finished dataset: every file against its record, the plan and `run.json`.

Workers compare files with the digests in the records of chunks, and decode them. Whatever concerns
all images is compared here: the table with the plan, counts and digest with `run.json`, and the
file names in the folder with the expected ones.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path

import numpy as np
import xxhash

from imggen.containers.numbering import NUMBERS
from imggen.formats.data_csv import write_table
from imggen.planning.totals import Totals
from imggen.report.expected import expected_digests, expected_names, tasks
from imggen.report.findings import Finding
from imggen.report.opened import Opened
from imggen.report.records import Records
from imggen.report.tasks import VerifyJob, check
from imggen.run.engines.engine import Engine
from imggen.run.journal.folder import WRITES
from imggen.run.journal.identity import MANIFEST, manifest_content
from imggen.run.journal.synced import SYNCED
from imggen.run.merge import counted, digest_of, sum_images
from imggen.run.options import Progress
from imggen.run.stored.uploads import NO_UPLOADS, Uploads
from imggen.store.digests import read_sealed
from imggen.store.files import PARTIAL, is_link_to
from imggen.store.layout import JOURNAL, REPORT, SUMMARY, TABLE
from imggen.store.summary import read_summary

TOTALS = ("images", "distinct", "size_bytes", "digest")  # keys of `run.json`


@dataclass(frozen=True)
class Verified:
    """The result of a verification.

    Attributes
    ----------
    size_bytes : bytes that were read
    digest : digest of the dataset's images
    """

    images: int
    size_bytes: int
    digest: str
    findings: list[Finding]


def verify_files(
    opened: Opened,
    records: Records,
    folder: Path,
    engine: Engine,
    progress: Progress,
    uploads: Uploads = NO_UPLOADS,
) -> Verified:
    """Verify all files of a dataset, using `folder` for temporary files.

    Files that its own folder does not have may be where `uploads` go, where there are no links.
    """
    findings = [*summary_faults(opened), *journal_faults(opened, records)]
    findings += [] if uploads.url else link_faults(opened)
    size_bytes = 0
    progress.begin(opened.count, 0)
    job = VerifyJob(opened.out, opened.container, opened.frame, uploads.url)
    for checked in engine.run(check, job, tasks(opened, records)):
        findings += checked.findings
        size_bytes += checked.size_bytes
        if checked.images:
            progress.advance(checked.images, checked.size_bytes)
    totals = Totals()
    segments = counted(opened.recipe.segments, totals)
    write_table(folder / TABLE, segments, opened.recipe.namer)
    if all(one.name != TABLE for one in findings):
        findings += table_faults(opened.out / TABLE, folder / TABLE)
    sums = sum_images(opened.recipe, records.images(opened))
    digest = digest_of(sums.images, [folder / TABLE])
    numbers = (opened.count, totals.distinct, sums.size_bytes, digest)
    findings += number_faults(opened, dict(zip(TOTALS, numbers, strict=True)))
    findings = name_swapped(opened, records, findings)
    findings += extra_files(opened, records, findings, uploads.names(opened.out))
    return Verified(opened.count, size_bytes, digest, findings)


def summary_faults(opened: Opened) -> Iterator[Finding]:
    """Yield `run.json` and its copy in the journal if they have changed since they were written."""
    names = [SUMMARY, f"{JOURNAL}/{SUMMARY}"] if (opened.out / JOURNAL).is_dir() else [SUMMARY]
    for name in names:
        found = read_summary((opened.out / name).parent)
        if found is None:
            there = (opened.out / name).exists()
            yield Finding("damaged" if there else "missing", name)
        elif found != opened.summary:
            yield Finding("damaged", name, "", f"belongs to another run than {SUMMARY}")


def journal_faults(opened: Opened, records: Records) -> Iterator[Finding]:
    """Yield the faults of the journal, unless all of it was removed."""
    folder = opened.out / JOURNAL
    if not folder.is_dir():
        return
    manifest = folder / MANIFEST
    if not manifest.is_file():
        yield Finding("missing", f"{JOURNAL}/{MANIFEST}")
    elif manifest.read_bytes() != manifest_content(opened.manifest):
        yield Finding("damaged", f"{JOURNAL}/{MANIFEST}")
    for name in (WRITES, NUMBERS, f"{JOURNAL}/{SYNCED}"):
        if (opened.out / name).exists() and read_sealed(opened.out / name) is None:
            yield Finding("damaged", name)
    if not opened.container.loose and not (opened.out / NUMBERS).exists():
        yield Finding("missing", NUMBERS)
    kept = {f"{record.start}-{record.stop}" for record in records.kept.readable()}
    found = sorted((folder / "done").glob("*.record"))
    yield from (
        Finding("damaged", str(path.relative_to(opened.out)))
        for path in found
        if path.stem not in kept
    )
    lost = sum(len(record.images) for record in records.made.readable())
    if lost and all(path.stem in kept for path in found):
        yield Finding("missing", f"{JOURNAL}/done", "", f"it does not list {lost:,} images")


def link_faults(opened: Opened) -> Iterator[Finding]:
    """Yield the symbolic links that are missing, or have become something else."""
    for name, target in opened.links.items():
        path = opened.out / name
        if not os.path.lexists(path):
            yield Finding("missing", name, "", f"was a link to {target}")
        elif not is_link_to(path, target):
            yield Finding("damaged", name, "", f"is not the link to {target} that was made")


def table_faults(path: Path, planned: Path) -> Iterator[Finding]:
    """Yield the table at `path` if it differs from the table `planned`."""
    try:
        with path.open("rb") as file, planned.open("rb") as other:
            lines = zip_longest(file, other)
            differing = (number for number, (a, b) in enumerate(lines, 1) if a != b)
            number = next(differing, None)
    except FileNotFoundError:
        yield Finding("missing", TABLE)
        return
    if number is not None:
        yield Finding("damaged", TABLE, f"line {number}", "does not match the plan")


def number_faults(opened: Opened, known: Mapping[str, int | str]) -> Iterator[Finding]:
    """Yield the wrong totals in `run.json`: counts, size and digest, `known` by their keys."""
    for key, value in known.items():
        if opened.summary is not None and opened.summary.get(key) != value:
            why = f"is {opened.summary.get(key)}; expected {value}"
            yield Finding("damaged", SUMMARY, key, why)


def name_swapped(opened: Opened, records: Records, findings: list[Finding]) -> list[Finding]:
    """Return `findings`, with the kind "swapped" where a file has the content of another."""
    wanted = {one.digest for one in findings} - {b""}
    if not wanted:
        return findings
    owners: dict[bytes, str] = {}
    for digest, owner in expected_digests(opened, records):
        if digest in wanted:
            owners.setdefault(digest, owner)
    return [
        one._replace(kind="swapped", detail=f"holds {owners[one.digest]}")
        if one.digest in owners
        else one
        for one in findings
    ]


def extra_files(
    opened: Opened, records: Records, findings: list[Finding], names: Iterable[str]
) -> Iterator[Finding]:
    """Yield the files among `names`, all that are there, that are not expected.

    There are none if `run.json` is lost.
    """
    if opened.summary is None:
        return
    missing = {one.name for one in findings if one.kind == "missing"}
    there = sum(name not in missing for name in expected_names(opened, records))
    if there == sum(name != REPORT for name in names):
        return
    expected = NameSet(chain(expected_names(opened, records), opened.links))
    for name in names:
        if name != REPORT and name not in expected:
            left = name.removesuffix(PARTIAL) in expected
            yield Finding("extra", name, "", "left by a killed run" if left else "")


class NameSet:
    """The set of some names, of which there may be millions: 8 bytes of each are kept."""

    def __init__(self, names: Iterable[str]) -> None:
        self._digests = np.fromiter(map(digest_of_name, names), np.uint64)
        self._digests.sort()

    def __contains__(self, name: str) -> bool:
        digest = np.uint64(digest_of_name(name))
        place = int(np.searchsorted(self._digests, digest))
        return place < len(self._digests) and self._digests[place] == digest


def digest_of_name(name: str) -> int:
    """Return the XXH3-64 of a name; those that are not UTF-8 have one, too."""
    return xxhash.xxh3_64_intdigest(os.fsencode(name))
