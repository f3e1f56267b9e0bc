"""What must hold between fields, and of names that become paths and columns."""

from __future__ import annotations

import math
import re
import unicodedata
from pathlib import Path

from imggen.config.image_name import check_image_name
from imggen.config.models import NONE, Config, Layer
from imggen.config.place import AXES
from imggen.config.place_checks import check_places
from imggen.config.sentences import show
from imggen.config.vary_checks import check_parts, check_vary
from imggen.errors import ConfigError

TOLERANCE = 1e-9
LONGEST_NAME = 64
# Such a name is safe in a path, in a CSV header, in a spreadsheet and as a field of image_name.
SAFE_NAME = re.compile(rf"(?=[^\W\d])[\w -]{{0,{LONGEST_NAME - 1}}}[\w-]")
SAFE_NAME_WORDS = (
    f"expected at most {LONGEST_NAME} letters, digits, spaces, _ and -, starting with a letter."
)
NAME_FIELDS = ("index", "split")  # what image_name knows besides the layers
MOST_PIXELS = 2**28
LARGEST_SIDE = {"jpeg": 65_500, "webp": 16_383}  # px, of the libraries


def check_config(config: Config) -> None:
    """Refuse what cannot be made.

    Raises
    ------
    ConfigError
        With one sentence on the first thing that is wrong.
    """
    if not config.layer:
        raise ConfigError("layer is an empty list; expected at least one [[layer]].")
    check_names(config)
    check_canvas(config)
    for depth, layer in enumerate(config.layer):
        check_chances(layer, config.root)
        check_places(config.layer, depth)
        check_vary(layer, config.canvas.mode)
        check_parts(layer)
    check_image_name(config.dataset.image_name, [layer.name for layer in config.layer])
    if config.dataset.unique and config.dataset.sampling == "quota":
        message = (
            'dataset.unique is true and dataset.sampling is "quota", which repeats scenes; '
            "give one or the other."
        )
        raise ConfigError(message)


def check_names(config: Config) -> None:
    """Refuse names that are unsafe or alike."""
    check_safe("dataset.name", config.dataset.name)
    check_safe("dataset.image_column", config.dataset.image_column)
    taken = {fold(config.dataset.image_column): "dataset.image_column"}
    for position, layer in enumerate(config.layer, 1):
        called = f"name of layer {position}"
        check_safe(called, layer.name)
        if fold(layer.name) in NAME_FIELDS:
            message = (
                f'{called} is "{layer.name}", which image_name has a use for; rename the layer.'
            )
            raise ConfigError(message)
        take_name(taken, called, layer.name, f"layer {position}")
        for axis in AXES if layer.placed_at_random else ():
            column = f"the {axis} column of layer {position}"
            take_name(taken, column, f"{layer.name} {axis}", column)
        for field in layer.vary.drawn:
            column = f"the {field} column of layer {position}"
            take_name(taken, column, f"{layer.name} {field}", column)


def take_name(taken: dict[str, str], called: str, name: str, owner: str) -> None:
    """Note in `taken` that `name`, the value of `called`, is now that of `owner`; refuse a second.

    All of them are columns of the table.
    """
    if fold(name) in taken:
        message = (
            f'{called} is "{name}", which {taken[fold(name)]} is called too '
            "(case makes no difference); rename one."
        )
        raise ConfigError(message)
    taken[fold(name)] = owner


def check_safe(called: str, name: str) -> None:
    """Refuse a name that a path or a CSV header could not hold."""
    if not SAFE_NAME.fullmatch(name):
        raise ConfigError(f"{called} is {show(name)}; {SAFE_NAME_WORDS}")


def fold(name: str) -> str:
    """What names that differ only in case or composition have in common."""
    return unicodedata.normalize("NFKC", name).casefold()


def check_canvas(config: Config) -> None:
    """Refuse a canvas that is too large, or that the format cannot hold."""
    size, mode, output = config.canvas.size, config.canvas.mode, config.output
    if output.format == "jpeg" and mode == "RGBA":
        message = (
            'output.format is "jpeg" and canvas.mode is "RGBA", but JPEG has no transparency; '
            'use "png" or "webp", or mode "RGB".'
        )
        raise ConfigError(message)
    if size is None:
        return
    if math.prod(size) > MOST_PIXELS:
        message = (
            f"canvas.size is {list(size)}, {math.prod(size) / 1e6:.0f} million pixels; "
            f"expected at most {MOST_PIXELS // 10**6} million."
        )
        raise ConfigError(message)
    largest = LARGEST_SIDE.get(output.format)
    if largest and max(size) > largest:
        message = (
            f'canvas.size is {list(size)} and output.format is "{output.format}", which holds '
            f'at most {largest} px a side; use "png" or a smaller canvas.'
        )
        raise ConfigError(message)


def check_chances(layer: Layer, root: Path) -> None:
    """Refuse probabilities and weights that are no distribution."""
    called = f"layer.{layer.name}"
    if layer.probabilities is not None and layer.weights is not None:
        raise ConfigError(f"{called} has both probabilities and weights; expected one of them.")
    for key in ("probabilities", "weights"):
        given = getattr(layer, key)
        if given is not None and not given:
            message = (
                f"{called}.{key} is empty; expected a number per variant. "
                "Remove it to draw all alike."
            )
            raise ConfigError(message)
    if layer.probabilities is not None:
        total = math.fsum(layer.probabilities.values())
        if abs(total - 1) > TOLERANCE:
            message = (
                f"{called}.probabilities sums to {total:.12g}; expected 1"
                f'{forgotten(layer, root)}. Use "weights" for relative numbers.'
            )
            raise ConfigError(message)
    if layer.weights is not None and not any(layer.weights.values()):
        raise ConfigError(f"{called}.weights are all 0; expected at least one that is more.")


def forgotten(layer: Layer, root: Path) -> str:
    """A hint at the files that have no probability, if there are some."""
    try:
        files = [path for path in (root / layer.folder).iterdir() if not path.name.startswith(".")]
    except OSError:
        return ""
    missing = sorted({path.stem for path in files} - set(layer.probabilities or ()) - {NONE})
    return f" (missing: {', '.join(missing)})" if missing else ""
