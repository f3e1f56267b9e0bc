"""The main job: configuration in, dataset out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imggen.config import Config
from imggen.encode.support import check_format
from imggen.run.container import check_container_run
from imggen.run.engine import start_engine
from imggen.run.folder import check_folder, check_reach
from imggen.run.limits import warn_of_memory
from imggen.run.options import Options, Progress, Summary
from imggen.run.recipe import make_recipe
from imggen.run.space import check_space

if TYPE_CHECKING:
    from imggen.run.dataset import Forecast


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
    check_container_run(config, options)
    check_folder(options.out, options.existing)
    warn_of_memory(options.workers, progress)
    recipe = make_recipe(config, options)
    check_space(recipe.plan, options.out, recipe.left)
    with start_engine(useful_workers(recipe.plan.count, options)) as engine:
        # Not before the workers are on their way: it takes as long to load as they take to start.
        from imggen.run.dataset import make_dataset  # noqa: PLC0415

        return make_dataset(recipe, options, progress, engine)


def useful_workers(images: int, options: Options) -> int:
    """How many processes to start; a small run needs few, or none but this one."""
    return min(options.workers, images)


def foresee(config: Config, options: Options, progress: Progress) -> Forecast:
    """What `generate` would take and make; checks the same and leaves nothing behind.

    What is in the folder without leave to resume or to overwrite, and too small a disk, are no
    errors here but part of the forecast.
    """
    check_format(config.output)
    check_container_run(config, options)
    if options.existing == "refuse":
        check_reach(options.out)
    else:
        check_folder(options.out, options.existing)
    warn_of_memory(options.workers, progress)
    recipe = make_recipe(config, options)
    from imggen.run.dataset import foresee_dataset  # noqa: PLC0415  # as above

    return foresee_dataset(recipe, options)
