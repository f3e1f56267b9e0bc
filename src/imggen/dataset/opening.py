"""Opening a configuration or a finished dataset for `Dataset`: its art, its plan, its images."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from imggen.assets import Library, load_assets
from imggen.config import Config
from imggen.containers import make_container
from imggen.dataset.arguments import (
    ConfigSource,
    check_unchanged,
    config_from,
    split_row,
    with_arguments,
)
from imggen.dataset.contents import ImageContents
from imggen.dataset.scenes import SceneSource
from imggen.dataset.size import Size, errors_of_size, setting_of
from imggen.encode.support import check_format
from imggen.formats.checks import check_variants
from imggen.formats.info import DatasetInfo
from imggen.planning import Segments
from imggen.planning.names import Namer

Images = Sequence[int] | npt.NDArray[np.unsignedinteger[Any]]


def open_art(
    config: ConfigSource,
    split: str | None,
    size: Size | None,
    overrides: Mapping[str, Any] | None,
    given: Mapping[str, object],
) -> tuple[Config, Library, int | None]:
    """Return a configuration, its art, and the row of a split; see `Dataset` for the arguments.

    What is left out of the art is logged. `given` are settings that arguments gave.

    Raises
    ------
    InputError
        If an argument, the configuration or the art cannot be used.
    """
    settings = with_arguments(overrides, {**given, "output.size": setting_of(size)})
    with errors_of_size(size):
        checked = config_from(config, *settings)
        check_format(checked.output)
        row = split_row(split, [one.name for one in checked.split])
        library = load_assets(checked)
    if not isinstance(config, Mapping):
        check_unchanged(checked.root, library)
    for sentence in library.warnings:
        logging.getLogger(__name__).warning(sentence)
    return checked, library, row


def plan_contents(config: Config, library: Library, *, objects: bool, masks: bool) -> ImageContents:
    """Return the contents of images: those drawn together are planned now, others when needed.

    Raises
    ------
    InputError
        If no plan can be made, or the names of variants have no place in labels or a container.
    """
    plan = Segments.of(config, library).for_access()
    make_container(config.output).check_variants(config.dataset.image_name, library.declared)
    check_variants(config, library.declared)
    info = DatasetInfo.of(config, library, config.output.suffix)
    source = SceneSource(plan, info)
    return ImageContents(source, Namer.of(config, library.layers), objects, masks)


def images_in(contents: ImageContents, split: int | None) -> Images:
    """Return the images of a split, given by its row, in their order; of None, all images."""
    segments = contents.source.segments
    return range(segments.count) if split is None else segments.images_of(split)
