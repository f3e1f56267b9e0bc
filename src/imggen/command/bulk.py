"""The command `bulk`: make the dataset of a configuration, or estimate its size and time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imggen.command import bulk_options, options
from imggen.command.values import formats_of, image_size_of, partition_of
from imggen.command.wall import complain
from imggen.errors import ConfigError, InputError, OutputError
from imggen.run.engines.choice import Choice, check_choice
from imggen.signals import current
from imggen.urls import place_of, shown

if TYPE_CHECKING:
    from imggen.config import Config

HELP = """\
Make a labelled image dataset from layers of art.

Each image shows one variant of each layer, drawn with the probabilities in CONFIG. Images are \
rendered on all CPUs, and data.csv lists what each shows. The same CONFIG and seed give the same \
files, on any machine and with any number of workers.
"""
EPILOG = """\
[bold]Examples[/]

  imggen bulk  [dim]# the sample: 200 images in out/article[/]

  imggen bulk my-art --count 100000 --out data  [dim]# your own: my-art/imggen.toml[/]

  imggen bulk --all --format jpeg --out photos  [dim]# every combination once[/]

  imggen bulk --count 1000000 --dry-run  [dim]# how long, how large, is there room?[/]

  imggen bulk --resume  [dim]# go on where an interrupted run stopped[/]

  imggen bulk my-art --out data --partition 3/10  [dim]# a tenth, on any machine[/]
"""


def bulk(
    config: options.ConfigPath = None,
    *,
    count: bulk_options.Count = None,
    every: bulk_options.All = False,
    seed: bulk_options.Seed = None,
    size: bulk_options.Size = None,
    image_format: bulk_options.Format = None,
    quality: bulk_options.Quality = None,
    lossless: bulk_options.Lossless = False,
    effort: bulk_options.Effort = None,
    duplicates: bulk_options.Duplicates = None,
    labels: options.Labels = None,
    class_layer: options.ClassLayer = None,
    container: bulk_options.Container = None,
    shard_images: bulk_options.ShardImages = None,
    shard_bytes: bulk_options.ShardBytes = None,
    out: bulk_options.Out = None,
    resume: bulk_options.Resume = False,
    overwrite: bulk_options.Overwrite = False,
    check: bulk_options.Check = False,
    workers: options.Workers = None,
    engine: bulk_options.Engine = "loky",
    scheduler: bulk_options.Scheduler = None,
    chunk_size: bulk_options.ChunkSize = None,
    memory: options.Memory = None,
    partition: bulk_options.Partition = None,
    dry_run: bulk_options.DryRun = False,
    full: bulk_options.Full = False,
    no_report: options.NoReport = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    version: options.Version = False,  # noqa: ARG001  # its callback does it
) -> int:
    """Make or estimate the dataset of `config`; return the exit code."""
    check_together(resume=resume, overwrite=overwrite, check=check, dry_run=dry_run, full=full)
    share = None if partition is None else partition_of(partition)
    check_share(share, overwrite=overwrite)
    where = Choice(engine, scheduler, workers)
    check_choice(where)
    place = None if out is None else place_of("--out", out, OutputError)
    overrides = {
        "dataset.count": count,
        "dataset.seed": seed,
        "dataset.sampling": "all" if every else None,
        "output.size": None if size is None else image_size_of(size),
        "output.format": image_format,
        "output.quality": quality,
        "output.lossless": lossless or None,
        "output.effort": effort,
        "output.duplicates": duplicates,
        "output.container": container,
        "output.shard_images": shard_images,
        "output.shard_bytes": shard_bytes,
        "labels.formats": formats_of(labels),
        "labels.class_layer": class_layer,
    }
    loaded = load(config, {key: value for key, value in overrides.items() if value is not None})
    check_class_layer(class_layer, loaded)
    # NumPy and others are slow to load, so this waits until the options are known to be right.
    from imggen.command.pillow import check_pillow  # noqa: PLC0415

    check_pillow(quiet=quiet)
    from imggen.command.make import Options, default_workers, estimate, make  # noqa: PLC0415
    from imggen.config.find import CONFIG_NAME  # noqa: PLC0415
    from imggen.run.partitions.partitions import Partition  # noqa: PLC0415

    how = Options(
        out=place or Path("out", loaded.dataset.name),
        workers=workers or default_workers(),
        existing="resume" if resume else "overwrite" if overwrite else "refuse",
        chunk_size=chunk_size,
        memory_bytes=memory,
        check=check,
        engine=where,
        started=current().started,
        partition=None if share is None else Partition(*share),
    )
    if config is None and not Path(CONFIG_NAME).exists() and not quiet:
        complain(say_sample(loaded, how.out))
    if dry_run:
        return estimate(loaded, how, quiet=quiet, full=full, as_json=as_json)
    return make(loaded, how, quiet=quiet, as_json=as_json, with_report=not no_report)


def check_together(
    *, resume: bool, overwrite: bool, check: bool, dry_run: bool, full: bool
) -> None:
    """Refuse options that contradict each other or do nothing alone.

    Raises
    ------
    InputError
        With one sentence on the first of them.
    """
    if resume and overwrite:
        raise InputError("--resume keeps what --overwrite replaces; give one of them.")
    if full and not dry_run:
        raise InputError("--full is for --dry-run; give both, or leave it out.")
    if check and not resume:
        raise InputError("--check reads what an earlier run made; give --resume with it.")


def check_class_layer(layer: str | None, config: Config) -> None:
    """Refuse a layer of classes that nothing is made of.

    Raises
    ------
    InputError
        Saying so.
    """
    used = config.output.traits.sharded or "classes" in config.labels.formats
    if layer is not None and not used:
        message = (
            f"--class-layer is {layer}, but no classes are asked for; add classes to --labels, or "
            "give a --container of shards."
        )
        raise InputError(message)


def check_share(share: tuple[int, int] | None, *, overwrite: bool) -> None:
    """Refuse a partition that would remove the others.

    Raises
    ------
    InputError
        Saying so.
    """
    if share is not None and overwrite:
        message = (
            "--overwrite would remove what other partitions have made; leave it out, or remove the "
            "folder before the first partition begins."
        )
        raise InputError(message)


def say_sample(config: Config, out: Path) -> str:
    """Return a note on the sample, which is made where there is no configuration."""
    every = config.dataset.sampling == "all"
    count = "every combination" if every else f"{config.dataset.count:,} images"
    return (
        f"there is no ./imggen.toml here, so this is the sample that comes with imggen: {count} "
        f"to {shown(out)} (--dry-run says how large). For your own art, give CONFIG; imggen init "
        "--from FOLDER writes one."
    )


def load(path: Path | None, overrides: Mapping[str, Any]) -> Config:
    """Return the configuration of `path`, with the options `overrides` in place of its values.

    Raises
    ------
    ConfigError
        If the configuration is wrong, or contradicts an option.
    """
    from imggen.config import load_config  # noqa: PLC0415  # pydantic is slow to load, too
    from imggen.config.find import find_config  # noqa: PLC0415  # likewise

    config = load_config(find_config(path), overrides)
    count = overrides.get("dataset.count")
    if config.dataset.sampling == "all" and count is not None:
        every = "--all" if "dataset.sampling" in overrides else 'dataset.sampling is "all", which'
        message = f"{every} makes each combination once, and --count is {count}; give one of them."
        raise ConfigError(message)
    quality = overrides.get("output.quality")
    if config.output.format == "png" and quality is not None:
        message = (
            f"--quality is {quality}, but PNG keeps every pixel as it is; "
            "leave it out, or give --format jpeg or webp."
        )
        raise ConfigError(message)
    return config
