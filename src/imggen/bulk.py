"""`python -m imggen.bulk`, also `imggen bulk`: makes the dataset that a configuration describes."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

import imggen
from imggen import options as opt
from imggen.command import complain, run_app
from imggen.errors import ConfigError, InputError
from imggen.signals import Stopped

if TYPE_CHECKING:  # numba and the like take most of a second to load; --help must not wait for them
    from imggen.config import Config
    from imggen.run import Options, Summary
    from imggen.run.progress import Count
    from imggen.run.space import Estimate

CONFIG_NAME = "imggen.toml"
EPILOG = """\
[bold]Examples[/]

  imggen bulk  [dim]# the sample: 200 images in out/article[/]

  imggen bulk art/imggen.toml --count 100000 --out data  [dim]# your own art[/]

  imggen bulk --all --format jpeg --out photos  [dim]# every combination once, as JPEG[/]

  imggen bulk --count 1000000 --dry-run  [dim]# how long, how large, is there room?[/]

  imggen bulk --resume  [dim]# go on where an interrupted run stopped[/]
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run `python -m imggen.bulk` with `argv`; returns its exit code."""
    app = typer.Typer(add_completion=False, rich_markup_mode="rich")
    app.command(epilog=EPILOG)(bulk)
    return run_app(app, argv, "python -m imggen.bulk")


def bulk(
    config: opt.ConfigPath = None,
    *,
    count: opt.Count = None,
    every: opt.All = False,
    seed: opt.Seed = None,
    image_format: opt.Format = None,
    quality: opt.Quality = None,
    duplicates: opt.Duplicates = None,
    out: opt.Out = None,
    resume: opt.Resume = False,
    overwrite: opt.Overwrite = False,
    workers: opt.Workers = None,
    chunk_size: opt.ChunkSize = None,
    dry_run: opt.DryRun = False,
    quiet: opt.Quiet = False,
    version: opt.Version = False,  # noqa: ARG001  # its callback does it
) -> int:
    """Make a labelled image dataset from layers of art.

    Every image shows one variant of each layer, drawn by the probabilities in CONFIG. All of them
    are rendered on all CPUs, and listed in a table (data.csv) with what each shows. The same
    CONFIG and seed make the same files, on any machine and with any number of workers.
    """
    if resume and overwrite:
        raise InputError("--resume keeps what --overwrite replaces; give one of them.")
    overrides = {
        "dataset.count": count,
        "dataset.seed": seed,
        "dataset.sampling": "all" if every else None,
        "output.format": image_format,
        "output.quality": quality,
        "output.duplicates": duplicates,
    }
    loaded = load(config, {key: value for key, value in overrides.items() if value is not None})
    from imggen.run import Options  # noqa: PLC0415  # not before all else is known to be right

    options = Options(
        out=out or Path("out", loaded.dataset.name),
        workers=workers or usable_cpus(),
        existing="resume" if resume else "overwrite" if overwrite else "refuse",
        chunk_size=chunk_size,
    )
    if dry_run:
        return show_estimate(loaded, options, quiet=quiet)
    return make_dataset(loaded, options, quiet=quiet)


def load(path: Path | None, overrides: Mapping[str, Any]) -> Config:
    """The configuration to use, with the options in place of what it says.

    Raises
    ------
    ConfigError
        If it cannot be used, or an option has no meaning with it.
    """
    from imggen.config import load_config  # noqa: PLC0415  # not for --help

    config = load_config(find_config(path), overrides)
    count = overrides.get("dataset.count")
    if config.dataset.sampling == "all" and count is not None:
        every = "--all" if "dataset.sampling" in overrides else 'dataset.sampling = "all"'
        message = f"{every} makes each combination once and --count is {count}; give one of them."
        raise ConfigError(message)
    quality = overrides.get("output.quality")
    if config.output.format == "png" and quality is not None:
        message = (
            f"--quality is {quality}, but PNG keeps every pixel as it is; "
            "leave it out or give --format jpeg or webp."
        )
        raise ConfigError(message)
    return config


def find_config(path: Path | None) -> Path:
    """The file that `path` (a file, a folder that holds one, or nothing) stands for."""
    if path is None:
        here = Path(CONFIG_NAME)
        return here if here.exists() else find_sample()
    if not path.is_dir():
        return path
    if not (path / CONFIG_NAME).is_file():
        message = f"{path} is a folder without {CONFIG_NAME}; expected a TOML file or its folder."
        raise ConfigError(message)
    return path / CONFIG_NAME


def find_sample() -> Path:
    """The sample's configuration: within the package, or at the top of a checkout."""
    package = Path(imggen.__file__).parent
    samples = [package / "assets" / CONFIG_NAME, package.parents[1] / "assets" / CONFIG_NAME]
    for sample in samples:
        if sample.exists():
            return sample
    message = f"there is no ./{CONFIG_NAME} here, and the sample is not installed; give a CONFIG."
    raise ConfigError(message)


def usable_cpus() -> int:
    """CPUs this process may use, by affinity and cgroup."""
    from joblib import cpu_count  # noqa: PLC0415  # not for --help

    return int(cpu_count())


def make_dataset(config: Config, options: Options, *, quiet: bool) -> int:
    """Run it, and say how it went."""
    from imggen.run import generate  # noqa: PLC0415  # not for --help
    from imggen.run.progress import open_progress  # noqa: PLC0415

    progress = open_progress(sys.stderr, quiet=quiet)
    try:
        with progress:
            summary = generate(config, options, progress)
    except Stopped as stop:
        complain(say_stopped(progress))
        return stop.exit_code
    if not quiet:
        typer.echo(say_summary(summary, options.out))
    return 0


def say_stopped(progress: Count) -> str:
    """How far a stopped run came, and how to go on."""
    if not progress.begun:
        return "stopped before anything was written."
    return (
        f"stopped with {progress.done:,} of {progress.images:,} images done; "
        f"go on with: {resume_command(sys.argv)}"
    )


def resume_command(argv: Sequence[str]) -> str:
    """The command that goes on where this one stopped."""
    program = Path(argv[0])
    if program.suffix == ".py":  # python -m imggen.bulk
        python = Path(sys.executable)
        called = shutil.which(python.name)
        start = [python.name if called == str(python) else str(python), "-m", "imggen.bulk"]
    else:
        start = [program.name if shutil.which(program.name) == argv[0] else argv[0]]
    kept = [arg for arg in argv[1:] if arg not in ("--overwrite", "--resume")]
    return shlex.join([*start, *kept, "--resume"])


def say_summary(summary: Summary, out: Path) -> str:
    """What came of a run."""
    from imggen.run.progress import show_seconds  # noqa: PLC0415  # not for --help

    now = f", {summary.rendered:,} of them now" if summary.rendered < summary.images else ""
    speed = summary.rendered / max(summary.seconds, 1e-9)
    return "\n".join(
        [
            f"images   {summary.images:,} ({summary.distinct:,} distinct scenes){now}",
            f"size     {show_bytes(summary.size_bytes)}",
            f"time     {show_seconds(summary.seconds)} ({speed:,.0f} images/s)",
            f"where    {out}",
            f"digest   {summary.digest}",
        ]
    )


def show_estimate(config: Config, options: Options, *, quiet: bool) -> int:
    """Say what a run would take."""
    from imggen.run import estimate  # noqa: PLC0415  # not for --help

    expected = estimate(config, options)
    if not quiet:
        typer.echo(say_estimate(expected, options))
    return 0


def say_estimate(expected: Estimate, options: Options) -> str:
    """What a run would take, and whether there is room for it."""
    from imggen.run.progress import show_seconds  # noqa: PLC0415  # not for --help

    workers = f"{options.workers} worker{'s' if options.workers > 1 else ''}"
    free = show_bytes(expected.free_bytes)
    fits = expected.size_bytes <= expected.free_bytes
    return "\n".join(
        [
            f"images   {expected.images:,} ({expected.distinct:,} distinct scenes)",
            f"size     about {show_bytes(expected.size_bytes)}",
            f"time     about {show_seconds(expected.seconds)} with {workers}",
            f"where    {options.out}, whose disk has {free} free: "
            + ("there is room." if fits else "THERE IS NO ROOM."),
        ]
    )


def show_bytes(size: float) -> str:
    """A size as people say it, in powers of 1000."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:,.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:,.1f} TB"


if __name__ == "__main__":
    sys.exit(main())
