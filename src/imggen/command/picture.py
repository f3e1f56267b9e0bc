"""The options and steps that `show` and `preview` share."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imggen.command import options
from imggen.command.wall import complain
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


def open_dataset(source: Path | None, warnings: logging.Handler | None = None) -> Dataset:
    """Return the dataset of a configuration, or of a dataset's folder, with its `objects`.

    What is warned of is printed, unless a handler for `warnings` is given.
    """
    from imggen.command.pillow import check_pillow  # noqa: PLC0415  # slow to load

    check_pillow(quiet=False)
    from imggen.dataset import Dataset  # noqa: PLC0415  # likewise

    with logged_to(warnings or Printed()):
        return Dataset(source, objects=True)


class Printed(logging.Handler):
    """A handler that prints what is logged as warnings of the command."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print one line on stderr."""
        complain(f"warning: {record.getMessage()}")


@contextmanager
def logged_to(handler: logging.Handler) -> Iterator[None]:
    """Have `handler` handle what the package logs within the block."""
    logger = logging.getLogger("imggen")
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


def write_picture(data: bytes, output: Path | None, default: Path) -> None:
    """Write `data` to `output`, or to `default` unless another's file is there.

    Raises
    ------
    OutputError
        If `default` exists and was not written by such a command, or nothing can be written, or
        `output` has the suffix of other files.
    """
    from imggen.report.pictures import is_marked  # noqa: PLC0415  # slow
    from imggen.store.files import write_atomic  # noqa: PLC0415  # likewise

    path = output or default
    check_local("-o", path, OutputError)
    check_suffix(path, default.suffix)
    with os_errors_as(OutputError, path, "written"):
        if output is None and path.exists() and path.read_bytes() != data and not is_marked(path):
            raise OutputError(f"{path} exists; give -o {quoted(str(path))} to replace it.")
        if path.is_dir():
            raise OutputError(f"{path} is a folder; give -o a file to write.")
        if not path.parent.is_dir():
            raise OutputError(f"{path.parent} is not a folder; create it, or give another -o.")
        write_atomic(path, data)


def check_suffix(path: Path, suffix: str) -> None:
    """Refuse a name of other files, like imggen.toml, for a picture that is a `suffix` file.

    Raises
    ------
    OutputError
        Naming the suffix.
    """
    named = path.suffix.lower().replace(".jpeg", ".jpg")
    if named not in ("", suffix):
        raise OutputError(f"-o is {path}; expected a name that ends in {suffix}, as the file is.")
