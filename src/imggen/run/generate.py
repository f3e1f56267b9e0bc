"""The main job: configuration in, dataset out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from imggen.config import Config
from imggen.encode.support import check_format
from imggen.run.engine import start_engine
from imggen.run.folder import Existing, check_folder

if TYPE_CHECKING:
    from imggen.run.space import Estimate


class Progress(Protocol):
    """What wants to know how the run goes."""

    def begin(self, images: int, done: int) -> None:
        """`done` of `images` are already stored."""

    def advance(self, images: int, size_bytes: int) -> None:
        """So many more are stored."""


@dataclass(frozen=True)
class Options:
    """How to run. Nothing here changes what is made.

    Attributes
    ----------
    workers : processes
    existing : what to do with a folder that is not empty
    chunk_size : images a task; None chooses
    memory_bytes : for prepared backdrops that all workers share; None chooses
    """

    out: Path
    workers: int
    existing: Existing = "refuse"
    chunk_size: int | None = None
    memory_bytes: int | None = None


@dataclass(frozen=True)
class Summary:
    """What came of a run: `images` in all, of which `rendered` now, in `seconds`."""

    images: int
    rendered: int
    distinct: int
    size_bytes: int
    seconds: float
    digest: str


def generate(config: Config, options: Options, progress: Progress) -> Summary:
    """Make the dataset of `config`.

    Raises
    ------
    InputError
        If something given cannot be used. Nothing has been written then.
    RunError
        If the run had to stop. It can be resumed.
    """
    check_format(config.output)
    check_folder(options.out, options.existing)
    with start_engine(options.workers) as engine:
        # Not before the workers are on their way: kernels take as long to load as workers to start.
        from imggen.run.dataset import make_dataset  # noqa: PLC0415

        return make_dataset(config, options, progress, engine)


def estimate(config: Config, options: Options) -> Estimate:
    """What `generate` would take; checks the same and leaves nothing behind."""
    check_format(config.output)
    check_folder(options.out, options.existing)
    from imggen.run.dataset import estimate_dataset  # noqa: PLC0415  # as above

    return estimate_dataset(config, options)
