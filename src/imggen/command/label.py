"""The command `label`: make labels of a finished run."""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from imggen.command import options
from imggen.command.values import formats_of
from imggen.command.wall import working_on
from imggen.errors import InputError, OutputError
from imggen.report.afterwards import Reporter
from imggen.signals import current
from imggen.urls import place_of, shown

HELP = """\
Add labels to a finished dataset; no image is drawn.

Nor is one written or read. The dataset is the same as that of a run with all these labels at \
once, file for file. Labels that are stored in shards, beside the images, cannot be made so. A \
stopped command is given again.
"""
EPILOG = """\
[bold]Examples[/]

  imggen label out/article --labels coco,yolo

  imggen label out/article --labels classes --class-layer bird  [dim]# folders[/]

  imggen label out/apes --labels erc721 --base-uri ipfs://CID/  [dim]# uploaded[/]
"""

Folder = Annotated[Path, typer.Argument(metavar="OUT", help="The folder of a finished run.")]
BaseUri = Annotated[
    str | None,
    typer.Option(metavar="URI", help="The address of the images of a collection."),
]


def label(
    out: Folder,
    *,
    labels: options.Labels = None,
    class_layer: options.ClassLayer = None,
    base_uri: BaseUri = None,
    check: options.ReadAll = False,
    workers: options.Workers = None,
    memory: options.Memory = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    version: options.Version = False,  # noqa: ARG001  # its callback does it
) -> int:
    """Label the run in `out`; return the exit code."""
    out = place_of("OUT", out, OutputError)
    formats = formats_of(labels) or []
    if labels is None and base_uri is None and class_layer is None:
        message = "there is nothing to label: give --labels FORMAT,... or --base-uri URI."
        raise OutputError(message)
    if base_uri == "":
        raise InputError('--base-uri is ""; expected an address, like ipfs://CID/.')
    from imggen.command.events import open_display, write_event  # noqa: PLC0415  # not before it is needed
    from imggen.command.pillow import check_pillow  # noqa: PLC0415  # likewise
    from imggen.command.summary import say_labelled  # noqa: PLC0415  # likewise
    from imggen.run.limits import default_workers  # noqa: PLC0415  # likewise
    from imggen.run.options import Options  # noqa: PLC0415  # likewise
    from imggen.run.relabel import Added, relabel  # noqa: PLC0415  # likewise

    check_pillow(quiet=quiet)
    added = Added(formats, class_layer, base_uri)
    how = Options(
        out=out,
        workers=workers or default_workers(),
        existing="resume",
        check=check,
        memory_bytes=memory,
        started=current().started,
    )
    display = open_display(quiet=quiet, as_json=as_json)
    with working_on(out, partial(say_stopped, out)), display as progress:
        reporter = Reporter(progress)
        made = relabel(replace(how, afterwards=reporter), added, progress)
    if as_json:
        write_event("finished", out=shown(out), **asdict(made), report=reporter.path)
    elif not quiet:
        typer.echo(say_labelled(made, out, reporter.path))
    return 0


def say_stopped(out: Path) -> str:
    """Return what to do after a stop."""
    return f"stopped before all of {shown(out)} was labelled; give the same command again."
