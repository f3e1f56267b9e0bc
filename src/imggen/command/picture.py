"""The commands `show` and `preview`: pictures of a configuration or dataset, for people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imggen.command import options
from imggen.config.sentences import show as quoted
from imggen.errors import InputError, OutputError
from imggen.paths import check_local, os_errors_as

if TYPE_CHECKING:
    from imggen.dataset import Dataset

MOST_PICTURES = 1000

SHOW_HELP = """\
Show one image of a configuration or dataset: write its file, and print what is in it.

The file is the same, byte for byte, as that of image INDEX in a run.
"""
SHOW_EPILOG = """\
[bold]Examples[/]

  imggen show out/article 137  [dim]# writes ./generated137.png[/]

  imggen show my-art 137 --boxes -o boxes.png  [dim]# before any run, with boxes[/]
"""
PREVIEW_HELP = """\
Draw a contact sheet of images of a configuration or dataset, or of the variants of a layer.

The images are evenly spaced over the dataset; nothing else is rendered.
"""
PREVIEW_EPILOG = """\
[bold]Examples[/]

  imggen preview  [dim]# 20 images of ./imggen.toml, as preview.png[/]

  imggen preview my-art --layer bird  [dim]# each variant of a layer, with its probability[/]

  imggen preview --boxes --gif -o boxes.gif  [dim]# one after the other, with boxes[/]
"""

Source = Annotated[
    Path, typer.Argument(metavar="CONFIG|OUT", help="A configuration, or the folder of a dataset.")
]
Index = Annotated[
    int,
    typer.Argument(
        parser=options.whole_number("INDEX", 0), metavar="INDEX", help="Of the image, from 0."
    ),
]
Count = Annotated[
    int | None,
    typer.Option(
        parser=options.whole_number("--count", 1, MOST_PICTURES),
        metavar="N",
        help="How many images. Default: 20.",
    ),
]
Layer = Annotated[
    str | None, typer.Option(metavar="NAME", help="Draw each variant of this layer instead.")
]
Boxes = Annotated[
    bool, typer.Option("--boxes", metavar=options.FLAG, help="Draw boxes with their classes.")
]
Gif = Annotated[
    bool, typer.Option("--gif", metavar=options.FLAG, help="Make an animation, preview.gif.")
]
Target = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="FILE", help="The file to write or replace, instead of its own."
    ),
]


def show(source: Source, index: Index, *, boxes: Boxes = False, output: Target = None) -> int:
    """Write image `index` of `source` and print what it shows; return the exit code."""
    dataset = open_dataset(source)
    from imggen.report.show import picture_with_boxes, png_of, say_item  # noqa: PLC0415  # slow

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


def open_dataset(source: Path | None) -> Dataset:
    """Return the dataset of a configuration, or of a dataset's folder, with its `objects`."""
    if source is not None:
        check_local("CONFIG", source, InputError)
    from imggen.command.pillow import check_pillow  # noqa: PLC0415  # slow to load

    check_pillow(quiet=False)
    from imggen.dataset import Dataset  # noqa: PLC0415  # likewise

    return Dataset(source, objects=True)


def write_picture(data: bytes, output: Path | None, default: Path) -> None:
    """Write `data` to `output`, or to `default` unless another's file is there.

    Raises
    ------
    OutputError
        If `default` exists and was not written by such a command, or nothing can be written.
    """
    from imggen.report.pictures import is_marked  # noqa: PLC0415  # slow
    from imggen.store.files import write_atomic  # noqa: PLC0415  # likewise

    path = output or default
    check_local("-o", path, OutputError)
    with os_errors_as(OutputError, path, "written"):
        if output is None and path.exists() and path.read_bytes() != data and not is_marked(path):
            raise OutputError(f"{path} exists; give -o {quoted(str(path))} to replace it.")
        if not path.parent.is_dir():
            raise OutputError(f"{path.parent} is not a folder; create it, or give another -o.")
        write_atomic(path, data)
