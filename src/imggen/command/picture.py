"""The options and steps that `show` and `preview` share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imggen.command import options
from imggen.config.sentences import show as quoted
from imggen.errors import OutputError
from imggen.paths import check_local, os_errors_as

if TYPE_CHECKING:
    from imggen.dataset import Dataset

Boxes = Annotated[
    bool, typer.Option("--boxes", metavar=options.FLAG, help="Draw boxes with their classes.")
]
Target = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="FILE", help="The file to write or replace, instead of its own."
    ),
]


def open_dataset(source: Path | None) -> Dataset:
    """Return the dataset of a configuration, or of a dataset's folder, with its `objects`."""
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
