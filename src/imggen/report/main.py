"""The job of `imggen verify`: from a folder to what is wrong with it, and that put right."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from imggen.compile import compile_kernels
from imggen.report.findings import Finding
from imggen.report.opened import Opened, open_dataset
from imggen.report.records import complete_records
from imggen.report.repair import Repair
from imggen.report.verify import Verified, verify_files
from imggen.run.engine import start_engine
from imggen.run.generate import generate
from imggen.run.options import Options, Progress
from imggen.store.layout import SUMMARY

DIGESTS = ("digest", "labels")  # in `run.json`, of all that is made


@dataclass(frozen=True)
class Report:
    """What was wrong with a dataset and, once it was repaired, what still is."""

    before: Verified
    after: Verified | None

    @property
    def final(self) -> Verified:
        """What is true now."""
        return self.after or self.before


def verify(out: Path, workers: int, progress: Progress, *, repair: bool) -> Report:
    """Verify the dataset in `out`, and with `repair` make what is wrong again.

    Raises
    ------
    InputError
        If it holds no dataset, or what that was made from has changed.
    RunError
        If it had to stop.
    """
    opened = open_dataset(out)
    compile_kernels(progress.say, workers)
    before, resume = verify_opened(opened, workers, progress, repair=repair)
    if not (repair and before.findings):
        return Report(before, None)
    if resume:
        generate(opened.config, Options(out=out, workers=workers, existing="resume"), progress)
    progress.say("Verifying what was repaired.")
    again = open_dataset(out)
    after, _ = verify_opened(again, workers, progress, repair=False)
    changed = list(changed_digests(opened, again))
    return Report(before, replace(after, findings=[*after.findings, *changed]))


def verify_opened(
    opened: Opened, workers: int, progress: Progress, *, repair: bool
) -> tuple[Verified, bool]:
    """Verify a dataset, and with `repair` begin to; return whether a resumed run must go on."""
    with start_engine(workers) as engine, scratch_folder(opened.out) as folder:
        records = complete_records(opened, folder, engine, workers, progress)
        verified = verify_files(opened, records, folder, engine, progress)
        if not (repair and verified.findings):
            return verified, False
        return verified, Repair(opened, records, engine)(verified.findings)


@contextmanager
def scratch_folder(out: Path) -> Iterator[Path]:
    """Make a folder for what is only compared, on the disk of `out` if that can be written to."""
    parent = out.absolute().parent
    writable = os.access(parent, os.W_OK | os.X_OK)
    with TemporaryDirectory(prefix=".imggen-", dir=parent if writable else None) as folder:
        yield Path(folder)


def changed_digests(before: Opened, after: Opened) -> Iterator[Finding]:
    """Yield what of `run.json` is another once the dataset was repaired."""
    for key in DIGESTS:
        if before.summary and after.summary and before.summary[key] != after.summary[key]:
            was, now = before.summary[key], after.summary[key]
            yield Finding("damaged", SUMMARY, key, f"is {now} after the repair, and was {was}")
