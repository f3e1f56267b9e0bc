"""Write `report.html` into a dataset's folder: at the end of a run, or of one that is done."""

from __future__ import annotations

from pathlib import Path

from imggen.assets.url_copies import keep_copies
from imggen.errors import OutputError
from imggen.paths import os_errors_as
from imggen.report.opened import open_dataset
from imggen.report.page.facts import gather
from imggen.report.page.page import RunFacts, make_page
from imggen.run.journal.journal import Journal
from imggen.run.options import Options
from imggen.run.recipe import Recipe
from imggen.run.stored.uploads import placed
from imggen.store.files import write_atomic
from imggen.store.layout import REPORT, SUMMARY


def write_report(
    recipe: Recipe, journal: Journal, out: Path, run: RunFacts, *, here: bool = True
) -> Path:
    """Write the report of a dataset, whose images may not be `here`; return its path.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    page = make_page(gather(recipe, journal, out, here=here), run)
    path = out / REPORT
    with os_errors_as(OutputError, path, "written"):
        write_atomic(path, page.encode())
    return path


@keep_copies()
def report_on(out: Path) -> Path:
    """Write the report of the finished dataset in `out`, a folder or URL; return its path.

    Raises
    ------
    InputError
        If there is none, or its configuration or art has changed since.
    """
    with placed(Options(out=out, workers=1, existing="resume")) as how:
        report_here(how)
    return out / REPORT


def report_here(options: Options) -> None:
    """Write the report of the finished dataset in the folder `options.out` of this machine."""
    out, uploads = options.out, options.uploads
    opened = open_dataset(out)
    if opened.summary is None:
        message = (
            f"{out} is not complete: {SUMMARY} is missing or damaged; complete the run with imggen "
            "bulk --resume."
        )
        raise OutputError(message)
    values = opened.summary
    run = RunFacts(values["size_bytes"], values["distinct"], values["digest"])
    write_report(opened.recipe, opened.journal(), out, run, here=uploads.url is None)
    uploads.push()
