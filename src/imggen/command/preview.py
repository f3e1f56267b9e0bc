"""The command `preview`: a contact sheet of images, or of the variants of a layer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from imggen.command import options
from imggen.command.picture import Boxes, Target, open_dataset, write_picture
from imggen.command.values import whole_number
from imggen.errors import InputError

MOST_PICTURES = 1000

HELP = """\
Draw a contact sheet of images, or of the variants of a layer.

CONFIG may also be the folder of a dataset. The images are evenly spaced over the dataset; nothing \
else is rendered.
"""
EPILOG = """\
[bold]Examples[/]

  imggen preview  [dim]# 20 images of ./imggen.toml, as preview.png[/]

  imggen preview my-art --layer bird  [dim]# the variants of a layer[/]

  imggen preview --boxes --gif -o boxes.gif  [dim]# one after the other, with boxes[/]
"""

Count = Annotated[
    int | None,
    typer.Option(
        parser=whole_number("--count", 1, MOST_PICTURES),
        metavar="N",
        help="How many images. Default: 20.",
    ),
]
Layer = Annotated[
    str | None, typer.Option(metavar="NAME", help="Draw each variant of this layer instead.")
]
Gif = Annotated[
    bool, typer.Option("--gif", metavar=options.FLAG, help="Make an animation, preview.gif.")
]


def preview(
    config: options.ConfigPath = None,
    *,
    count: Count = None,
    layer: Layer = None,
    boxes: Boxes = False,
    gif: Gif = False,
    output: Target = None,
) -> int:
    """Draw a contact sheet of `config`; return the exit code."""
    if layer is not None and (boxes or count is not None):
        other = "--boxes" if boxes else "--count"
        raise InputError(f"--layer draws each variant of a layer; leave out {other}.")
    dataset = open_dataset(config)
    from imggen.report import preview as work  # noqa: PLC0415  # slow

    if layer is not None:
        cells = work.cells_of_layer(dataset.library, layer)
    else:
        cells = work.cells_of_images(dataset, count or 20, boxes=boxes)
    default = Path("preview.gif" if gif else "preview.png")
    write_picture(work.animation_of(cells) if gif else work.sheet_of(cells), output, default)
    what = f"variants of {layer}" if layer is not None else f"of {len(dataset):,} images"
    typer.echo(f"{output or default}: {len(cells):,} {what}")
    return 0
