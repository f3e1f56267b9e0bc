"""The work of `imggen verify`: find what is wrong with a dataset, and repair it on request."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import mkdtemp

from imggen.assets.url_copies import keep_copies
from imggen.errors import ExplainedError
from imggen.report.opened import Opened, open_dataset
from imggen.report.records import complete_records
from imggen.report.repair import Repair
from imggen.report.verify import Verified, verify_files
from imggen.run.engines.engine import start_engine
from imggen.run.limits import warn_of_memory
from imggen.run.main import generate_here
from imggen.run.options import Options, Progress
from imggen.run.stored.uploads import placed
from imggen.store.layout import JOURNAL, SUMMARY
from imggen.store.summary import read_summary, write_summary
from imggen.swept import passing_folder
from imggen.urls import is_in_memory

RESULTS = ("digest", "labels", "files")  # keys of `run.json` that depend on the content


@dataclass(frozen=True)
class Report:
    """The state of a dataset before a repair, and after it if there was one."""

    before: Verified
    after: Verified | None

    @property
    def final(self) -> Verified:
        """The state of the dataset now."""
        return self.after or self.before


@keep_copies()
def verify(out: Path, workers: int, progress: Progress, *, repair: bool) -> Report:
    """Verify the dataset in `out`, a folder or URL; with `repair` make the wrong files again.

    Raises
    ------
    InputError
        If `out` holds no dataset, or its configuration or art has changed since.
    RunError
        If a file could not be made again as it was.
    """
    workers = 1 if is_in_memory(out) else workers
    warn_of_memory(workers, progress)
    options = Options(out=out, workers=workers, existing="resume")
    with placed(options, writing=repair) as how:
        before = verify_here(how, progress, repair=repair)
    if not (repair and before.findings):
        return Report(before, None)
    progress.say("Verifying the repaired files.")
    with placed(options, writing=False) as how:
        return Report(before, verify_here(how, progress, repair=False))


def verify_here(options: Options, progress: Progress, *, repair: bool) -> Verified:
    """Verify the dataset in the folder `options.out` of this machine, or repair it."""
    options.uploads.pull_for_check(options.out)
    opened = open_dataset(options.out)
    verified, rest = verify_opened(opened, options, progress, repair=repair)
    if repair and verified.findings:
        options.uploads.mend(rest)
        if rest:
            generate_here(options.uploads.located(opened.config), options, progress)
            keep_summary(opened)
        options.uploads.push()
    return verified


def verify_opened(
    opened: Opened, options: Options, progress: Progress, *, repair: bool
) -> tuple[Verified, list[str]]:
    """Verify a dataset, and with `repair` start to repair it.

    The second value returned has the names of files that a resumed run must make again.
    """
    with start_engine(options.workers) as engine, scratch_folder(opened.out) as folder:
        records = complete_records(opened, folder, engine, options.workers, progress)
        verified = verify_files(opened, records, folder, engine, progress, options.uploads)
        if not (repair and verified.findings):
            return verified, []
        return verified, Repair(opened, records, engine)(verified.findings)


@contextmanager
def scratch_folder(out: Path) -> Iterator[Path]:
    """Yield a temporary folder, on the disk of `out` if possible; remove it at the end."""
    parent = out.absolute().parent
    writable = os.access(parent, os.W_OK | os.X_OK)
    make = partial(mkdtemp, prefix=".imggen-", dir=parent if writable else None)
    with passing_folder(lambda: Path(make())) as folder:
        yield folder


def keep_summary(opened: Opened) -> None:
    """Restore the `run.json` of the original run in place of that of the repair.

    Raises
    ------
    RunError
        If the repaired content does not match the original `run.json`.
    """
    now, before = read_summary(opened.out), opened.summary
    if before is None or now is None:
        return
    for key in RESULTS:
        if now[key] != before[key]:
            message = (
                f"{opened.out} was repaired, but {key} in {SUMMARY} is {now[key]} now and was "
                f"{before[key]}; make the dataset again with --overwrite."
            )
            raise ExplainedError(message)
    for folder in (opened.out / JOURNAL, opened.out):
        write_summary(folder, before)
