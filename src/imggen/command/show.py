"""The command `show`: one image by its number, equal to the file of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from imggen.command.picture import Boxes, Target, open_dataset, write_picture
from imggen.command.values import whole_number
from imggen.errors import InputError

HELP = """\
Write one image, and print what is in it.

The file is the same, byte for byte, as that of image INDEX in a run.
"""
EPILOG = """\
[bold]Examples[/]

  imggen show out/article 137  [dim]# writes ./generated137.png[/]

  imggen show my-art 137 --boxes -o boxes.png  [dim]# before any run, with boxes[/]
"""

Source = Annotated[
    Path, typer.Argument(metavar="CONFIG|OUT", help="A configuration, or the folder of a dataset.")
]
Index = Annotated[
    int,
    typer.Argument(parser=whole_number("INDEX", 0), metavar="INDEX", help="Of the image, from 0."),
]


def show(source: Source, index: Index, *, boxes: Boxes = False, output: Target = None) -> int:
    """Write image `index` of `source` and print what it shows; return the exit code."""
    dataset = open_dataset(source)
    from imggen.report.pictures import png_of  # noqa: PLC0415  # slow
    from imggen.report.show import picture_with_boxes, say_item  # noqa: PLC0415  # likewise

    if index >= len(dataset):
        message = f"INDEX is {index}; expected 0 to {len(dataset) - 1}, as it has so many images."
        raise InputError(message)
    item = dataset[index]
    name = Path(dataset.name(index))
    if boxes:
        data, default = png_of(picture_with_boxes(dataset, item)), Path(f"{name.stem}-boxes.png")
    else:
        data, default = dataset.encode(index), Path(name.name)
    write_picture(data, output, default)
    for line in say_item(dataset, item):
        typer.echo(line)
    typer.echo(f"where    {output or default}")
    return 0
