"""The command `try`: a small labelled dataset of the sample, and a contact sheet of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from imggen.command import options
from imggen.command.picture import write_picture
from imggen.errors import OutputError
from imggen.paths import check_local, os_errors_as

IMAGES = 12
FORMATS = ["coco", "yolo"]
FOLDER = Path("imggen-try")
DATASET, SHEET = "dataset", "preview.png"

HELP = """\
Make 12 labelled images of the art that comes with imggen.

A contact sheet shows them with boxes. This needs no art and no configuration, and takes seconds.
"""
EPILOG = """\
[bold]Examples[/]

  imggen try

  imggen try --out somewhere
"""

Out = Annotated[
    Path,
    typer.Option("--out", metavar="FOLDER", help="A new folder to write to."),
]


def trial(
    *,
    out: Out = FOLDER,
    version: options.Version = False,  # noqa: ARG001  # its callback does it
) -> int:
    """Make a small dataset and a contact sheet in `out`; return the exit code."""
    check_new(out)
    from imggen.command.make import Options, default_workers, make  # noqa: PLC0415  # slow
    from imggen.config import load_config  # noqa: PLC0415  # likewise
    from imggen.config.find import find_sample  # noqa: PLC0415  # likewise

    chosen = {
        "dataset.count": IMAGES,
        "output.format": "jpeg",
        "labels.formats": FORMATS,
    }
    config = load_config(find_sample(), chosen)
    how = Options(out=out / DATASET, workers=min(IMAGES, default_workers()))
    go_on = f"remove {out} and try again, or give another --out"
    if code := make(config, how, quiet=True, go_on=go_on):
        return code
    from imggen.dataset import Dataset  # noqa: PLC0415  # slow
    from imggen.report.preview import cells_of_images, sheet_of  # noqa: PLC0415  # likewise

    cells = cells_of_images(Dataset(config, objects=True), IMAGES, boxes=True)
    write_picture(sheet_of(cells), out / SHEET, out / SHEET)
    typer.echo("\n".join(say_made(out)))
    return 0


def check_new(out: Path) -> None:
    """Refuse a folder that holds something.

    Raises
    ------
    OutputError
        Saying so.
    """
    check_local("--out", out, OutputError)
    with os_errors_as(OutputError, out):
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            what = "is not empty" if out.is_dir() else "is a file"
            message = f"{out} {what}; give a new folder with --out."
            raise OutputError(message)


def say_made(out: Path) -> list[str]:
    """Return lines on what is where, and what to do next."""
    return [
        f"look at  {out / SHEET}: {IMAGES} images and their boxes",
        f"images   {out / DATASET / 'images'}",
        f"labels   {out / DATASET / 'annotations'} (COCO), {out / DATASET / 'labels'} (YOLO)",
        f"table    {out / DATASET / 'data.csv'}: what each image shows",
        f"report   {out / DATASET / 'report.html'}: open it in a browser",
        "next     imggen init --from FOLDER, for your own art: a folder per layer",
    ]
