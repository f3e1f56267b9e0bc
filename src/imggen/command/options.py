"""The options of the commands: their names, types and help texts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from imggen import __version__
from imggen.command.values import one_of, size_of, some_of, whole_number
from imggen.config.plain import LABEL_FORMATS
from imggen.containers import REGISTRY

MOST_WORKERS = 1024

WHAT = "What to make, whatever CONFIG says"
WHERE = "Where"
HOW = "How"
FLAG = ""  # it takes no value
FORMATS = ("png", "jpeg", "webp")
EFFORTS = ("fast", "balanced", "max")
DUPLICATES = ("write", "link")
ENGINES = ("loky", "dask", "ray")


def show_version(wanted: bool) -> None:  # noqa: FBT001  # typer calls it so
    """Print the version and exit."""
    if wanted:
        typer.echo(f"imggen {__version__}")
        raise typer.Exit


ConfigPath = Annotated[
    Path | None,
    typer.Argument(
        metavar="CONFIG",
        help="A TOML file, a folder that holds imggen.toml, or the URL of either. Default: "
        "./imggen.toml if there is one, else the sample that comes with imggen.",
    ),
]
Count = Annotated[
    int | None,
    typer.Option(
        parser=whole_number("--count"), metavar="N", help="How many images.", rich_help_panel=WHAT
    ),
]
All = Annotated[
    bool,
    typer.Option(
        "--all", metavar=FLAG, help="Every combination once, in layer order.", rich_help_panel=WHAT
    ),
]
Seed = Annotated[
    int | None,
    typer.Option(
        parser=whole_number("--seed"),
        metavar="N",
        help="Another seed, other images.",
        rich_help_panel=WHAT,
    ),
]
Size = Annotated[
    str | None,
    typer.Option(
        "--size",
        metavar="WxH",
        help="Draw images at this size, or with a shorter side of N px.",
        rich_help_panel=WHAT,
    ),
]
Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        parser=str.lower,
        autocompletion=one_of(FORMATS),
        metavar="FORMAT",
        help="File format: png, jpeg or webp.",
        rich_help_panel=WHAT,
    ),
]
Quality = Annotated[
    int | None,
    typer.Option(
        parser=whole_number("--quality"),
        metavar="N",
        help="Of JPEG and lossy WebP, 1 to 100.",
        rich_help_panel=WHAT,
    ),
]
Lossless = Annotated[
    bool,
    typer.Option(
        "--lossless",
        metavar=FLAG,
        help="With --format webp: keep every pixel as it is.",
        rich_help_panel=WHAT,
    ),
]
Duplicates = Annotated[
    str | None,
    typer.Option(
        parser=str.lower,
        autocompletion=one_of(DUPLICATES),
        metavar="HOW",
        help="Identical images: write each one, or link (hard-link) them.",
        rich_help_panel=WHAT,
    ),
]
Effort = Annotated[
    str | None,
    typer.Option(
        parser=str.lower,
        autocompletion=one_of(EFFORTS),
        metavar="LEVEL",
        help="How long to search for a smaller PNG of each background: fast, balanced or max.",
        rich_help_panel=WHAT,
    ),
]
Labels = Annotated[
    str | None,
    typer.Option(
        autocompletion=some_of(LABEL_FORMATS),
        metavar="FORMAT,...",
        help=f"Besides data.csv: {', '.join(LABEL_FORMATS)}.",
        rich_help_panel=WHAT,
    ),
]
ClassLayer = Annotated[
    str | None,
    typer.Option(
        metavar="LAYER",
        help="The layer whose variants are class folders (--labels classes), or classes in shards.",
        rich_help_panel=WHAT,
    ),
]
Container = Annotated[
    str | None,
    typer.Option(
        parser=str.lower,
        autocompletion=one_of(REGISTRY),
        metavar="KIND",
        help=f"What holds the images, loose files, shards or an array: {', '.join(REGISTRY)}.",
        rich_help_panel=WHAT,
    ),
]
ShardImages = Annotated[
    int | None,
    typer.Option(
        parser=whole_number("--shard-images", 1),
        metavar="N",
        help="Images per shard. Default: at most 10,000, and 32 shards or more.",
        rich_help_panel=WHAT,
    ),
]
ShardBytes = Annotated[
    int | None,
    typer.Option(
        parser=size_of("--shard-bytes"),
        metavar="SIZE",
        help="The largest size of a shard. Default: 1G.",
        rich_help_panel=WHAT,
    ),
]
Out = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER",
        help="Where the dataset goes, a folder or a URL like s3://BUCKET/FOLDER. Default: "
        "out/NAME, where NAME is dataset.name in CONFIG.",
        rich_help_panel=WHERE,
    ),
]
Resume = Annotated[
    bool,
    typer.Option(
        "--resume", metavar=FLAG, help="Complete an interrupted run.", rich_help_panel=WHERE
    ),
]
Overwrite = Annotated[
    bool,
    typer.Option(
        "--overwrite", metavar=FLAG, help="Replace an earlier run.", rich_help_panel=WHERE
    ),
]
Check = Annotated[
    bool,
    typer.Option(
        "--check",
        metavar=FLAG,
        help="With --resume: read all existing files, and make the changed ones again.",
        rich_help_panel=WHERE,
    ),
]
ReadAll = Annotated[
    bool,
    typer.Option("--check", metavar=FLAG, help="Read all files, to find damaged ones."),
]
Memory = Annotated[
    int | None,
    typer.Option(
        parser=size_of("--memory"),
        metavar="SIZE",
        help="For prepared backgrounds, which all workers share, like 500M or 4G. "
        "Default: a quarter of the usable memory.",
        rich_help_panel=HOW,
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        "-j",
        parser=whole_number("--workers", 1, MOST_WORKERS),
        metavar="N",
        help="Processes. Default: one per usable CPU, or fewer if memory is short.",
        rich_help_panel=HOW,
    ),
]
Engine = Annotated[
    str,
    typer.Option(
        parser=str.lower,
        autocompletion=one_of(ENGINES),
        metavar="ENGINE",
        help="Who renders: processes of this machine (loky), or a cluster of dask or ray.",
        rich_help_panel=HOW,
    ),
]
Scheduler = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="With --engine dask or ray: a running cluster, like tcp://host:8786 or host:6379. "
        "Default: --workers processes here.",
        rich_help_panel=HOW,
    ),
]
ChunkSize = Annotated[
    int | None,
    typer.Option(
        parser=whole_number("--chunk-size", 1),
        metavar="N",
        help="Images per task. Default: chosen to fit the count and the workers.",
        rich_help_panel=HOW,
    ),
]
Partition = Annotated[
    str | None,
    typer.Option(
        metavar="K/N",
        help="Make part K of N alone, as a job of an array; imggen merge completes the dataset.",
        rich_help_panel=HOW,
    ),
]
DryRun = Annotated[
    bool,
    typer.Option(
        "--dry-run",
        metavar=FLAG,
        help="Only say how many images, bytes and seconds it would take.",
        rich_help_panel=HOW,
    ),
]
Full = Annotated[
    bool,
    typer.Option(
        "--full",
        metavar=FLAG,
        help="With --dry-run: print a table of each layer and each condition.",
        rich_help_panel=HOW,
    ),
]
NoReport = Annotated[
    bool,
    typer.Option(
        "--no-report",
        metavar=FLAG,
        help="Leave out report.html; imggen report writes it later.",
        rich_help_panel=HOW,
    ),
]
Quiet = Annotated[
    bool,
    typer.Option(
        "--quiet",
        "-q",
        metavar=FLAG,
        help="Print nothing but errors; with --json, also the result, like folder and digest.",
        rich_help_panel=HOW,
    ),
]
QuietAlone = Annotated[
    bool,
    typer.Option(
        "--quiet", "-q", metavar=FLAG, help="Print nothing but errors.", rich_help_panel=HOW
    ),
]
Json = Annotated[
    bool,
    typer.Option(
        "--json",
        metavar=FLAG,
        help="Print events for other programs: one JSON object a line.",
        rich_help_panel=HOW,
    ),
]
Version = Annotated[
    bool,
    typer.Option(
        "--version",
        metavar=FLAG,
        callback=show_version,
        is_eager=True,
        help="Print the version and exit.",
    ),
]
