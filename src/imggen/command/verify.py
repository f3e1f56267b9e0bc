"""The command `verify`: report what is wrong with a dataset, and repair it on request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from imggen.command import options
from imggen.command.wall import working_on
from imggen.errors import OutputError
from imggen.sizes import show_bytes
from imggen.urls import place_of, shown

if TYPE_CHECKING:
    from imggen.report.findings import Finding
    from imggen.report.main import Report

HELP = """\
Check that every file of a dataset is as it was written.

Every file is decoded with Pillow, tarfile, pyarrow or NumPy and compared with its digest. The \
table is compared with the plan, and counts and digest with run.json.
"""
EPILOG = """\
[bold]Examples[/]

  imggen verify out/article

  imggen verify out/article --repair  [dim]# make the wrong files again[/]
"""

Folder = Annotated[Path, typer.Argument(metavar="OUT", help="The folder of a dataset.")]
RepairFlag = Annotated[
    bool,
    typer.Option(
        "--repair", metavar=options.FLAG, help="Make the wrong files again, then verify once more."
    ),
]


def verify(
    out: Folder,
    *,
    repair: RepairFlag = False,
    workers: options.Workers = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    version: options.Version = False,  # noqa: ARG001  # its callback does it
) -> int:
    """Verify or repair the dataset in `out`; return the exit code."""
    out = place_of("OUT", out, OutputError)
    from imggen.command.pillow import check_pillow  # noqa: PLC0415  # not before it is needed

    check_pillow(quiet=quiet)
    from imggen.command.events import open_display, write_event  # noqa: PLC0415  # likewise
    from imggen.report.main import verify as verify_dataset  # noqa: PLC0415  # likewise
    from imggen.run.limits import default_workers  # noqa: PLC0415  # slow to load

    display = open_display(quiet=quiet, as_json=as_json)
    with working_on(out, partial(say_stopped, out, repair=repair)), display as progress:
        report = verify_dataset(out, workers or default_workers(), progress, repair=repair)
    if as_json:
        write_event("verified", **json_of(report))
    else:
        for line in say_report(report, out):
            if report.final.findings or not quiet:
                typer.echo(line)
    return 1 if report.final.findings else 0


def say_stopped(out: Path, *, repair: bool) -> str:
    """Return how far a stopped command got, and how to go on."""
    if not repair:
        return f"stopped before all of {shown(out)} was verified; nothing was changed."
    return f"stopped; repairs of {shown(out)} so far are kept. Go on with the same command."


def say_report(report: Report, out: Path) -> Iterator[str]:
    """Yield lines on what was found, what was repaired, and what is still wrong."""
    from imggen.report.findings import say_findings  # noqa: PLC0415  # as above

    final = report.final
    yield f"images   {final.images:,} in {shown(out)}"
    yield f"read     {show_bytes(final.size_bytes)}"
    yield f"digest   {final.digest}"
    yield from say_findings(report.before.findings)
    if report.after is None:
        yield f"result   {result_of(report.before.findings)}"
    elif final.findings:
        yield "result   repaired, except for:"
        yield from say_findings(final.findings)
    else:
        yield "result   repaired: everything is as it was written"


def result_of(findings: Sequence[Finding]) -> str:
    """Return what `findings` mean, and what to do."""
    if not findings:
        return "everything is as it was written"
    # Those with a detail are what a killed run left: --repair removes them.
    if all(one.kind == "extra" and not one.detail for one in findings):
        return "what was written is right; remove the extra files, which --repair does not touch"
    return "differs from what was written; --repair makes the wrong files again"


def json_of(report: Report) -> dict[str, Any]:
    """Return the report as JSON values."""
    from imggen.report.findings import as_json  # noqa: PLC0415  # as above

    final = report.final
    return {
        "images": final.images,
        "bytes": final.size_bytes,
        "digest": final.digest,
        "right": not final.findings,
        "found": as_json(report.before.findings),
        **({} if report.after is None else {"left": as_json(report.after.findings)}),
    }
