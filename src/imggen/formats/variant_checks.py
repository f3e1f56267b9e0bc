"""What must hold of the variants of layers for label formats and containers to name them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from imggen.assets import Variants
from imggen.config import NONE, Config
from imggen.config.container_checks import DOT, fields_of_key
from imggen.config.image_name import FIELD, parse
from imggen.config.imagefolder_checks import VARIABLE
from imggen.config.sentences import did_you_mean, show
from imggen.errors import PlanError

# What Arrow, which `datasets` reads JSON with, takes for a time and not for a text.
TIME = re.compile(r"\d{4}-\d{2}-\d{2}([ T].*)?", re.DOTALL)
CLASS_MAP = "classes.json"  # beside the class folders where there are no splits


def check_variants(config: Config, layers: Sequence[Variants]) -> None:
    """Refuse variants that a label format or the container cannot name, and words for unknown ones.

    Raises
    ------
    PlanError
        With one sentence on the first thing that is wrong.
    """
    for layer in layers:
        check_words(config, layer)
    if config.output.container == "webdataset":
        check_keys(config.dataset.image_name, layers)
    for name in config.labels.formats:
        check = CHECKS.get(name)
        for layer in layers if check else ():
            for variant in layer.names:
                if check and (why := check(config, layer.layer, variant)):
                    message = (
                        f"layer.{layer.layer} has the variant {show(variant)}, {why}; rename it, "
                        f"or leave {name} out of labels.formats."
                    )
                    raise PlanError(message)


def check_words(config: Config, layer: Variants) -> None:
    """Refuse words for what `layer` does not show."""
    for name in config.labels.words.get(layer.layer, {}):
        if name != NONE and name not in layer.names:
            hint = did_you_mean(name, layer.names, "one of ")
            message = (
                f"labels.words.{layer.layer} names {show(name)}, which is no variant of it; {hint}"
            )
            raise PlanError(message)


def check_keys(template: str, layers: Sequence[Variants]) -> None:
    """Refuse names of samples that a variant would put a dot into."""
    fields = fields_of_key(template)
    for layer in layers:
        for name in layer.names:
            if layer.layer in fields and DOT in name:
                message = (
                    f'{FIELD} holds {{{layer.layer}}}, which may be "{name}", but '
                    'names in output.container = "webdataset" end at their first dot; rename '
                    "the variant, or leave the field out."
                )
                raise PlanError(message)


def not_in_metadata(config: Config, layer: str, variant: str) -> str:
    """Why ImageFolder cannot have `variant`; "" if it can."""
    if TIME.fullmatch(variant):
        return "which Hugging Face datasets would read as a date"
    in_names = any(piece.field == layer for piece in parse(config.dataset.image_name))
    if in_names and "\\" in variant:
        return "whose backslash in names of images Hugging Face datasets would read as a slash"
    if in_names and VARIABLE in variant:
        return "whose $ in names of images Hugging Face datasets would read as a variable's"
    return ""


def no_folder(config: Config, layer: str, variant: str) -> str:
    """Why there can be no class folder of `variant`; "" if there can."""
    if layer == config.labels.class_layer and variant == CLASS_MAP and not config.split:
        return f"whose class folder would be where classes/{CLASS_MAP} is"
    return ""


CHECKS: dict[str, Callable[[Config, str, str], str]] = {
    "imagefolder": not_in_metadata,
    "classes": no_folder,
}
