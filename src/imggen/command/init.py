"""The command `init`: write a first configuration, with or without art."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imggen.command.options import FLAG
from imggen.command.values import listed
from imggen.config.sentences import counted
from imggen.errors import AssetError, InputError, OutputError
from imggen.paths import check_local, os_errors_as
from imggen.urls import READERS, place_of

if TYPE_CHECKING:
    from imggen.command.scaffold.sketch import Sketch

HELP = """\
Make a small dataset to edit, or a configuration for your own art.

Without --from, the new folder SET gets a configuration that explains its keys, and a little art.

With --from, each folder in FOLDER becomes a layer, and each image a variant, as likely as the \
weight in its name (red#70.png) says. Nothing but the configuration is written.
"""
EPILOG = """\
[bold]Examples[/]

  imggen init my-set  [dim]# a folder that imggen bulk works in[/]

  imggen init --from layers  [dim]# writes ./imggen.toml[/]

  imggen init --from layers my-art.toml --order Background,Body,Hat
"""
SUFFIX = ".toml"

From = Annotated[
    Path | None,
    typer.Option("--from", metavar="FOLDER", help="One folder of images per layer, or its URL."),
]
Target = Annotated[
    Path | None,
    typer.Argument(
        metavar="SET",
        help="A folder to make or to write imggen.toml to, or, with --from, a file to write. "
        "Default with --from: ./imggen.toml.",
    ),
]
Order = Annotated[
    str | None,
    typer.Option(
        "--order",
        metavar="LAYERS",
        help="With --from: the folders that are layers, the one at the back first, as A,B,C.",
    ),
]
Overwrite = Annotated[
    bool,
    typer.Option("--overwrite", metavar=FLAG, help="With --from: replace the file if it exists."),
]


def init(
    target: Target = None,
    *,
    source: From = None,
    order: Order = None,
    overwrite: Overwrite = False,
) -> int:
    """Write a configuration for `source`, or a small dataset; return the exit code."""
    if target is not None:
        check_local("SET", target, OutputError)
    if source is None:
        return start(target, order=order, overwrite=overwrite)
    source = place_of("--from", source, InputError, READERS)
    path = config_path(target)
    with os_errors_as(OutputError):
        check_target(path, overwrite=overwrite)
    expected = "names of folders, like Background,Body,Hat"
    layers = None if order is None else listed("--order", order, expected)
    from imggen.command.pillow import check_pillow  # noqa: PLC0415  # as what follows

    check_pillow(quiet=False)
    from imggen.command.scaffold import make_sketch  # noqa: PLC0415  # Pillow is slow to load
    from imggen.store.files import write_atomic  # noqa: PLC0415  # so is NumPy

    with os_errors_as(AssetError, source):
        sketch = make_sketch(source, path, layers)
    content = encoded(sketch.text, source)
    with os_errors_as(OutputError, path, "written"):
        write_atomic(path, content)
    typer.echo("\n".join(say_sketch(path, sketch)))
    return 0


def say_sketch(path: Path, sketch: Sketch) -> Iterable[str]:
    """Yield lines on a configuration that was written."""
    width, height = sketch.size
    layers = counted(sketch.layers, "layer")
    yield f"{path}: {layers}, {counted(sketch.variants, 'variant')}, {width}x{height} px"
    yield from (f"  {note}" for note in sketch.notes)
    config = quoted(path)
    yield f"Look at it with: imggen preview {config}"
    yield f"Make images of it with: imggen bulk {config}  (--labels coco,yolo for boxes)"


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


def config_path(target: Path | None) -> Path:
    """Return the file to write: `target`, or imggen.toml in it if it is a folder."""
    from imggen.config.find import CONFIG_NAME  # noqa: PLC0415  # pydantic is slow to load

    if target is None:
        return Path(CONFIG_NAME)
    return target if target.suffix == SUFFIX and not target.is_dir() else target / CONFIG_NAME


def check_target(path: Path, *, overwrite: bool) -> None:
    """Refuse an existing file unless `overwrite`, and a folder that cannot be made."""
    if path.exists() and not overwrite:
        message = f"{path} exists; give --overwrite to replace it, or name another file."
        raise OutputError(message)
    folder = path.parent
    if folder.exists() and not folder.is_dir():
        message = f"{folder} is a file; name a folder, or a file that ends in {SUFFIX}."
        raise OutputError(message)
    if not folder.parent.is_dir():
        message = f"{folder.parent} is not a folder; create it, so {path.name} can be written."
        raise OutputError(message)


# --- from nothing ---------------------------------------------------------------------------------


def start(target: Path | None, *, order: str | None, overwrite: bool) -> int:
    """Make a small dataset to edit in the folder `target`; return the exit code."""
    for called, given in (("--order", order is not None), ("--overwrite", overwrite)):
        if given:
            raise InputError(f"{called} is for --from; give both, or leave it out.")
    if target is None:
        message = (
            "init needs the name of a folder to make, like my-set, or --from and a folder of "
            "layers, like --from layers."
        )
        raise InputError(message)
    with os_errors_as(OutputError, target):
        check_empty(target)
    from imggen.command.pillow import check_pillow  # noqa: PLC0415  # as above

    check_pillow(quiet=False)
    from imggen.command.scaffold.starter import write_starter  # noqa: PLC0415  # as above

    with os_errors_as(OutputError, target, "written"):
        art = write_starter(target)
    here = target.resolve() == Path.cwd().resolve()
    typer.echo(
        f"{target}: imggen.toml, which explains its keys, and {len(art)} images to replace\n"
        f"Look at it with: {'' if here else f'cd {quoted(target)} && '}imggen preview --boxes\n"
        "Make images of it with: imggen bulk"
    )
    return 0


def quoted(path: Path) -> str:
    """Return `path` as a shell takes it."""
    import shlex  # noqa: PLC0415  # only here

    return shlex.quote(str(path))


def check_empty(folder: Path) -> None:
    """Refuse a folder that holds something, and what is no folder.

    Raises
    ------
    OutputError
        Saying so.
    """
    if folder.suffix == SUFFIX:
        message = f"{folder} names a file; without --from, init makes a folder. Give it a name."
        raise OutputError(message)
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder} is a file; expected a new folder. Give another name.")
    if folder.is_dir() and any(folder.iterdir()):
        message = (
            f"{folder} is not empty; name a new folder, or give --from {quoted(folder)} for a "
            "configuration of the art in it."
        )
        raise OutputError(message)
