"""What a run makes: loaded, planned and checked before anything slow begins or is written."""

from __future__ import annotations

from dataclasses import dataclass

from imggen.assets import Library, load_assets
from imggen.config import Config
from imggen.errors import ConfigError, OutputError
from imggen.formats.checks import check_formats
from imggen.formats.picture import About
from imggen.paths import os_errors_as
from imggen.plan import Plan, make_plan
from imggen.run.blocks import in_blocks
from imggen.run.journal import Journal
from imggen.run.manifest import make_manifest
from imggen.run.options import Options


@dataclass(frozen=True)
class Recipe:
    """What a run makes.

    Attributes
    ----------
    left : how many of the plan's images are still to be made
    """

    plan: Plan
    about: About
    left: int


def make_recipe(config: Config, options: Options) -> Recipe:
    """Load the art and plan all images; writes nothing.

    Raises
    ------
    InputError
        With one sentence on the first thing that is wrong.
    """
    check_folder_names(config)
    library = load_assets(config)
    plan = make_plan(config, library)
    about = describe(config, library)
    if config.output.sharded:
        plan = in_blocks(plan)
    left = images_left(plan, options) if options.existing == "resume" else plan.count
    return Recipe(plan, about, left)


def check_folder_names(config: Config) -> None:
    """Refuse folders of layers that OUT/imggen.toml, which is UTF-8, could not name."""
    for layer in config.resolved()["layer"]:
        try:
            layer["folder"].encode()
        except UnicodeEncodeError:
            message = (
                f"layer.{layer['name']}.folder is {layer['folder']!a}, whose name is not UTF-8, so "
                "no configuration file can name it; rename the folder."
            )
            raise ConfigError(message) from None


def describe(config: Config, library: Library) -> About:
    """What all images have in common; refuses labels that readers of their formats would misread.

    Raises
    ------
    PlanError
        Saying which.
    """
    about = About.of(config, library, config.output.suffix)
    check_formats(about, config.dataset.image_name)
    return about


def images_left(plan: Plan, options: Options) -> int:
    """How many images the run in the folder still has to make.

    Raises
    ------
    OutputError
        If that is another run, or its journal cannot be read.
    """
    with os_errors_as(OutputError, options.out):
        journal = Journal(options.out)
        journal.check(make_manifest(plan.config, plan.library))
        return sum(stop - start for start, stop in journal.missing(plan.count))
