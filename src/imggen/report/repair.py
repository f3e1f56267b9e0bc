"""Repair of a dataset: makes the wrong files again and does not touch the others.

Loose images are rendered again with their labels, and rows of pixels into a copy of their array.
Wrong shards, merged labels, tables and `run.json` are removed, and a resumed run makes them again.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import tomli_w

from imggen.containers.arrays import Arrays
from imggen.containers.numbering import Numbered, write_numbers
from imggen.containers.pixels import GROWING, row_size, shape_of
from imggen.report.expected import numbered
from imggen.report.findings import Finding
from imggen.report.opened import Opened
from imggen.report.records import Records, check_versions, keep_records
from imggen.run.chunks.worker import close_worker_state, render_chunk
from imggen.run.engines.engine import Engine
from imggen.run.journal.folder import locked_folder, write_names
from imggen.run.journal.synced import SYNCED
from imggen.run.prepare import own_names
from imggen.run.render import make_job
from imggen.store.arrays import HEADER_BYTES, copy_range, make_rows
from imggen.store.digests import read_sealed
from imggen.store.files import PARTIAL, write_atomic
from imggen.store.layout import CONFIG, FRAGMENTS, JOURNAL, SUMMARY
from imggen.store.summary import write_summary

SUMMARIES = (SUMMARY, f"{JOURNAL}/{SUMMARY}")
MOST_AT_ONCE = 256  # images of a chunk


@dataclass(frozen=True)
class Repair:
    """A repair of the dataset `opened` with the given `records` and workers of `engine`."""

    opened: Opened
    records: Records
    engine: Engine

    def __call__(self, findings: list[Finding]) -> list[str]:
        """Repair `findings`; return the names of files that a resumed run must make again.

        Raises
        ------
        OutputError
            If the installed versions differ from those that made the dataset.
        """
        opened = self.opened
        check_versions(opened, "parts of it must be made again")
        with locked_folder(opened.out):
            self._mend_journal()
            for one in findings:
                if one.kind == "extra" and one.name.endswith(PARTIAL) and one.detail:
                    (opened.out / one.name).unlink()
            wrong = [one for one in findings if one.kind != "extra"]
            wrong = list(self._mend_summary(wrong))
            try:
                rest = self._mend_images(wrong)
            finally:
                close_worker_state()  # with one worker, this process rendered
            made_again = {one.name for one in numbered(opened, self.records).values()}
            for one in rest:
                if one.name in made_again or one.name.startswith(f"{FRAGMENTS}/"):
                    (opened.out / one.name).unlink(missing_ok=True)
        return [one.name for one in rest]

    def _mend_journal(self) -> None:
        """Complete the journal, so that a run can be resumed from it."""
        opened, records, container = self.opened, self.records, self.opened.container
        records.kept.begin(opened.manifest)
        keep_records(opened, records)
        write_names(opened.out, own_names(opened.config))
        if opened.summary:
            write_summary(opened.out / JOURNAL, opened.summary)
        if read_sealed(opened.out / JOURNAL / SYNCED) is None:
            (opened.out / JOURNAL / SYNCED).unlink(missing_ok=True)  # so a resume reads all files
        if isinstance(container, Arrays):
            if (entry := opened.entries.get(container.file)) is not None:
                write_numbers(opened.out, {GROWING: Numbered(container.file, entry)})
        elif container.sharded:
            write_numbers(opened.out, numbered(opened, records))

    def _mend_summary(self, wrong: list[Finding]) -> Iterator[Finding]:
        """Write `run.json` and imggen.toml again if they are wrong; yield the other findings."""
        opened = self.opened
        for one in wrong:
            if one.name == CONFIG and opened.summary:
                write_atomic(opened.out / CONFIG, tomli_w.dumps(opened.summary["config"]).encode())
            elif one.name in SUMMARIES and opened.summary:
                write_summary((opened.out / one.name).parent, opened.summary)
            elif one.name in SUMMARIES:
                (opened.out / one.name).unlink(missing_ok=True)
                yield one
            else:
                yield one

    def _mend_images(self, wrong: list[Finding]) -> list[Finding]:
        """Render wrong images and rows again; return the findings that this does not repair."""
        positions = sorted({one.position for one in wrong if one.position is not None})
        container = self.opened.container
        if container.loose:
            self._render(positions, self.opened.out)
            return [one for one in wrong if one.position is None]
        if isinstance(container, Arrays) and any(one.name == container.file for one in wrong):
            self._mend_rows(container, positions)
        return wrong

    def _mend_rows(self, container: Arrays, positions: list[int]) -> None:
        """Copy the array of pixels to where runs assemble it, and render the wrong rows into it."""
        opened = self.opened
        path = opened.out / container.file
        start = container.first_row(opened.out, opened.entries.get(container.file))
        if start is not None and path.is_file():
            with TemporaryDirectory(prefix="repair-", dir=opened.out / JOURNAL) as folder:
                growing = Path(folder) / GROWING
                growing.parent.mkdir()
                make_rows(growing, shape_of(opened.order))
                with growing.open("r+b") as to:
                    to.seek(HEADER_BYTES)
                    stop = start + opened.count * row_size(opened.order)
                    copy_range(path, start, stop, to)
                self._render(positions, Path(folder))
                os.replace(growing, opened.out / GROWING)
        path.unlink(missing_ok=True)

    def _render(self, positions: list[int], out: Path) -> None:
        """Render the images at `positions` in the plan's order to the folder `out`."""
        opened = self.opened
        chunks = opened.order.chunks(runs_of(positions))
        known = {(record.start, record.stop) for record in self.records.kept.readable()}
        for record in self.engine.run(
            render_chunk, make_job(opened.recipe, out, self.engine), chunks
        ):
            if (record.start, record.stop) in known:
                continue
            for listed in opened.contents.fragments(record):
                (out / listed.name).unlink()  # labels are merged from those of whole chunks only


def runs_of(positions: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield start and stop of each run of consecutive numbers in the sorted `positions`."""
    start = stop = -1
    for position in positions:
        if position != stop or stop - start == MOST_AT_ONCE:
            if stop > start:
                yield start, stop
            start = position
        stop = position + 1
    if stop > start:
        yield start, stop
