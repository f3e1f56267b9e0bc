"""The forecast of a dry run: what a run would make, and what it would need."""

from __future__ import annotations

from dataclasses import dataclass, replace

from imggen.config import Config
from imggen.planning.sampling.frequencies import Frequencies
from imggen.run.class_warnings import class_warnings
from imggen.run.forecast.estimate import Estimate, estimate_run, find_shortage
from imggen.run.forecast.sample import Sampled
from imggen.run.journal.folder import check_folder, check_reach, find_obstacle
from imggen.run.limits import warn_of_memory
from imggen.run.main import check_settings, images_left, plan_memory
from imggen.run.options import Options, Progress
from imggen.run.partitions.partitions import bounds_of
from imggen.run.partitions.share import check_shared_folder, left_in
from imggen.run.recipe import Recipe, make_recipe, say_changes
from imggen.run.stored.uploads import placed


@dataclass(frozen=True)
class Forecast:
    """The facts known before a run starts: images by split, ...; `warnings` are sentences.

    `obstacle` is one on what the folder holds, and `shortage` one on the disk, if the run would be
    refused for that.
    """

    estimate: Estimate
    obstacle: str | None
    shortage: str | None
    splits: dict[str, int]
    frequencies: list[Frequencies]
    warnings: list[str]


def foresee(config: Config, options: Options, progress: Progress) -> Forecast:
    """Return what `generate` would make and need; checks the same and leaves nothing behind.

    What is in the folder without leave to resume or to overwrite, and too small a disk, are no
    errors here but part of the forecast.

    Raises
    ------
    InputError
        With one sentence on what else is wrong.
    """
    with placed(options, writing=False) as how:
        forecast = foresee_here(how.uploads.located(config), how, progress)
        if how.uploads.url is None or forecast.obstacle is None:
            return forecast
        said = forecast.obstacle.replace(str(how.out), how.uploads.url)
        return replace(forecast, obstacle=said)


def foresee_here(config: Config, options: Options, progress: Progress) -> Forecast:
    """Return what a run into the folder `options.out` of this machine would make and need."""
    check_settings(config, options)
    if options.partition is not None:
        check_shared_folder(options.out, options.partition)
    elif options.existing == "refuse":
        check_reach(options.out)
    else:
        check_folder(options.out, options.existing)
    warn_of_memory(options.workers, progress)
    recipe = make_recipe(config, plan_memory(options))
    here = options.uploads.url is None
    estimate = estimate_run(recipe, options.out, options.workers, left_of(recipe, options))
    sampled = Sampled(recipe.segments)
    splits = sampled.splits()
    frequencies, warnings = sampled.frequencies()
    return Forecast(
        estimate=estimate,
        obstacle=None if options.partition else find_obstacle(options.out, options.existing),
        shortage=find_shortage(recipe, options.out, estimate) if here else None,
        splits=splits,
        frequencies=frequencies,
        warnings=[*recipe_warnings(recipe), *empty_splits(splits), *sampled.notes(), *warnings],
    )


def left_of(recipe: Recipe, options: Options) -> int:
    """Return how many images of the run, or of its partition, are still to be made."""
    if options.partition is None:
        return images_left(recipe, options)
    part = bounds_of(recipe, options.partition)
    return left_in(options.out, options.partition, part)


def recipe_warnings(recipe: Recipe) -> list[str]:
    """Return what is unusual about the art, and about the classes."""
    changes = say_changes(recipe)
    said = [] if changes is None else [changes]
    return [*said, *recipe.library.warnings, *class_warnings(recipe)]


def empty_splits(splits: dict[str, int]) -> list[str]:
    """Return a sentence for each split without images."""
    return [f"{name} has no images." for name, count in splits.items() if not count]
