"""The options of `bulk` that no other command has: their names, types and help texts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from imggen.command.options import FLAG, HOW, WHAT
from imggen.command.values import one_of, size_of, whole_number
from imggen.containers import REGISTRY

WHERE = "Where"
FORMATS = ("png", "jpeg", "webp")
EFFORTS = ("fast", "balanced", "max")
DUPLICATES = ("write", "link")
ENGINES = ("loky", "dask", "ray")

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
