"""The command `init`: write a first configuration for a folder of layers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from imggen.command.options import FLAG
from imggen.errors import AssetError, InputError, OutputError
from imggen.paths import check_local, os_errors_as

HELP = """\
Write a configuration for a folder of layers.

Each folder in it becomes a layer, ordered by the number at the start of its name, or else \
alphabetically; each image becomes a variant, as likely as the weight in its name \
(red#70.png) says. Nothing else is read.
"""
EPILOG = """\
[bold]Examples[/]

  imggen init --from layers  [dim]# writes ./imggen.toml[/]

  imggen init --from layers my-art.toml
"""

From = Annotated[
    Path | None, typer.Option("--from", metavar="FOLDER", help="One folder of images per layer.")
]
Target = Annotated[
    Path | None,
    typer.Argument(
        metavar="CONFIG",
        help="The file to write, or a folder for imggen.toml. Default: ./imggen.toml.",
    ),
]
Overwrite = Annotated[
    bool, typer.Option("--overwrite", metavar=FLAG, help="Replace CONFIG if it exists.")
]


def init(target: Target = None, *, source: From = None, overwrite: Overwrite = False) -> int:
    """Write a configuration for the layers in `source`; return the exit code."""
    if source is None:
        raise InputError("init needs --from and a folder of layers, like --from layers.")
    from imggen.config.find import CONFIG_NAME  # noqa: PLC0415  # pydantic is slow to load

    path = target or Path(CONFIG_NAME)
    check_local("--from", source, InputError)
    check_local("CONFIG", path, OutputError)
    with os_errors_as(OutputError):
        if path.is_dir():
            path /= CONFIG_NAME
        check_target(path, overwrite=overwrite)
    from imggen.command.pillow import check_pillow  # noqa: PLC0415  # as what follows

    check_pillow(quiet=False)
    from imggen.command.scaffold import make_scaffold  # noqa: PLC0415  # Pillow is slow to load
    from imggen.store.files import write_atomic  # noqa: PLC0415  # so is NumPy

    with os_errors_as(AssetError, source):
        scaffold = make_scaffold(source, path)
    with os_errors_as(OutputError, path, "written"):
        write_atomic(path, encoded(scaffold.text, source))
    width, height = scaffold.size
    typer.echo(
        f"{path}: {scaffold.layers} layers, {scaffold.variants:,} variants, {width}x{height} px\n"
        f"Make images of it with: imggen bulk {path}"
    )
    return 0


def encoded(text: str, source: Path) -> bytes:
    """Return `text`, which names folders in `source`, as UTF-8; refuse names that are not."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        message = (
            f"{str(source.resolve())!a} has a name that is not UTF-8, so no configuration file can "
            "name it; rename the folder."
        )
        raise AssetError(message) from None


def check_target(path: Path, *, overwrite: bool) -> None:
    """Refuse an existing file unless `overwrite`, and a folder that does not exist."""
    if path.exists() and not overwrite:
        message = f"{path} exists; give --overwrite to replace it, or name another file."
        raise OutputError(message)
    if not path.parent.is_dir():
        message = f"{path.parent} is not a folder; create it, so {path.name} can be written to it."
        raise OutputError(message)
