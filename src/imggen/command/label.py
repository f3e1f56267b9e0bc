"""The command `label`: make labels of a finished run."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imggen.command import options
from imggen.command.wall import report
from imggen.errors import OutputError
from imggen.report.afterwards import write_report
from imggen.signals import current
from imggen.urls import place_of, shown

if TYPE_CHECKING:
    from imggen.run.options import Summary

HELP = """\
Add labels to a finished dataset; no image is drawn.

Nor is one written or read. The dataset is the same as that of a run with all these labels at \
once, file for file. Labels that are stored in shards, beside the images, cannot be made so. A \
stopped command is given again.
"""
EPILOG = """\
[bold]Examples[/]

  imggen label out/article --labels coco,yolo

  imggen label out/apes --labels erc721 --base-uri ipfs://CID/  [dim]# known after the upload[/]
"""

Folder = Annotated[Path, typer.Argument(metavar="OUT", help="The folder of a finished run.")]
BaseUri = Annotated[
    str | None,
    typer.Option(metavar="URI", help="The address of the images of a collection."),
]
Check = Annotated[
    bool,
    typer.Option("--check", metavar=options.FLAG, help="Read all files, to find damaged ones."),
]


def label(
    out: Folder,
    *,
    labels: options.Labels = None,
    base_uri: BaseUri = None,
    check: Check = False,
    workers: options.Workers = None,
    memory: options.Memory = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    version: options.Version = False,  # noqa: ARG001  # its callback does it
) -> int:
    """Label the run in `out`; return the exit code."""
    out = place_of("OUT", out, OutputError)
    if labels is None and base_uri is None:
        message = "there is nothing to label: give --labels FORMAT,... or --base-uri URI."
        raise OutputError(message)
    from imggen.command.bulk import listed  # noqa: PLC0415  # not before it is needed
    from imggen.command.events import open_display  # noqa: PLC0415  # likewise
    from imggen.command.pillow import check_pillow  # noqa: PLC0415  # likewise
    from imggen.run.limits import default_workers  # noqa: PLC0415  # likewise
    from imggen.run.options import Options  # noqa: PLC0415  # likewise
    from imggen.run.relabel import relabel  # noqa: PLC0415  # likewise

    check_pillow(quiet=quiet)
    how = Options(
        out=out,
        workers=workers or default_workers(),
        existing="resume",
        check=check,
        memory_bytes=memory,
        started=current().started,
    )
    current().sentence = partial(say_stopped, out)
    try:
        with open_display(quiet=quiet, as_json=as_json) as progress:
            how = replace(how, afterwards=partial(write_report, progress))
            made = relabel(how, listed(labels or ""), base_uri, progress)
    except Exception as error:  # noqa: BLE001  # only this function knows the folder
        current().settle()
        return report(error, out)
    current().settle()
    say_labelled(made, out, quiet=quiet, as_json=as_json)
    return 0


def say_labelled(made: Summary, out: Path, *, quiet: bool, as_json: bool) -> None:
    """Print what was labelled."""
    from dataclasses import asdict  # noqa: PLC0415  # as above

    from imggen.command.events import write_event  # noqa: PLC0415  # as above
    from imggen.run.progress import show_seconds  # noqa: PLC0415  # as above

    if as_json:
        write_event("finished", out=shown(out), **asdict(made))
    elif not quiet:
        typer.echo(
            f"images   {made.images:,} labelled\n"
            f"time     {show_seconds(made.seconds)}\n"
            f"where    {shown(out)}\n"
            f"digest   {made.digest}"
        )


def say_stopped(out: Path) -> str:
    """Return what to do after a stop."""
    return f"stopped before all of {shown(out)} was labelled; give the same command again."
