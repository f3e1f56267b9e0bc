"""`dataset.family` and `dataset.pair`: images of one scene that differ in one layer."""

from __future__ import annotations

from collections.abc import Iterator

from imggen.config.agreeing import value_correlates
from imggen.config.dataset import FREE, Dataset, Family
from imggen.config.deciding import scenes_first
from imggen.config.layer import Layer
from imggen.config.models import Config
from imggen.config.plain import RESIZING, VARIED
from imggen.config.sentences import did_you_mean
from imggen.errors import ConfigError


def check_family(config: Config) -> None:
    """Refuse families that cannot be made, or would differ in more than one layer."""
    dataset, family = config.dataset, config.dataset.families
    if family is None:
        return
    if dataset.pair is not None and dataset.family is not None:
        message = (
            f'dataset.pair is "{dataset.pair}", and dataset.family is given, too; expected one of '
            "them. A pair is a family of size 2."
        )
        raise ConfigError(message)
    called = f'{name_of(dataset)} is "{family.layer}"'
    layers = [layer.name for layer in config.layer]
    if family.layer not in layers:
        hint = did_you_mean(family.layer, layers, "one of ")
        raise ConfigError(f"{called}, which is no layer; {hint}")
    if family.vary is None:
        check_drawn_freely(dataset, called)
        check_same_split(config, family.layer, called)
        check_varies_alone(config, family.layer, called)
    else:
        check_values(config, family)
        check_no_counts(config, "dataset.family")
    check_multiple(config, family)
    if family.vary is None or family.vary in RESIZING:
        check_stays(config, family.layer, called)


def name_of(dataset: Dataset) -> str:
    """Return the setting that names the layer of a family."""
    return "dataset.family.layer" if dataset.pair is None else "dataset.pair"


def check_drawn_freely(dataset: Dataset, called: str) -> None:
    """Refuse a sampling that leaves no choice for other images of each scene."""
    other = "a second image" if dataset.pair is not None else "other images of each scene"
    others = (
        "second images may repeat other scenes"
        if dataset.pair is not None
        else ("other images may repeat those of other scenes")
    )
    if dataset.sampling not in FREE:
        message = (
            f'{called}, which draws {other}, and dataset.sampling is "{dataset.sampling}", '
            'which leaves it no choice; use "random".'
        )
        raise ConfigError(message)
    if dataset.unique:
        message = f"{called}, whose {others}, and dataset.unique is true; give one or the other."
        raise ConfigError(message)


def check_values(config: Config, family: Family) -> None:
    """Refuse a family over values that are not drawn, or over some of them only."""
    called = f'dataset.family.vary is "{family.vary}"'
    if family.vary not in VARIED:
        hint = did_you_mean(str(family.vary), VARIED, "one of ")
        raise ConfigError(f"{called}, which is no key of vary; {hint}")
    if family.size != "all":
        message = (
            f"dataset.family.size is {family.size}, but a family with vary goes through all its "
            "values; leave size out, or give vary fewer values."
        )
        raise ConfigError(message)
    layer = next(layer for layer in config.layer if layer.name == family.layer)
    if family.vary not in layer.vary.drawn:
        message = (
            f"{called}, but layer.{layer.name}.vary.{family.vary} has only one value; give it "
            "several, like { values = [...] }."
        )
        raise ConfigError(message)
    for number, special in enumerate(layer.vary_when, 1):
        if family.vary in special.model_fields_set:
            message = (
                f"{called}, and layer.{layer.name}.vary_when.{number} gives other values of it; "
                "remove one of them."
            )
            raise ConfigError(message)
    for where, correlate in value_correlates(config):
        if correlate.decides == (layer.name, family.vary):
            message = (
                f"{called}, so that each scene has all its values, and {where} says how likely "
                "they are; remove one of them."
            )
            raise ConfigError(message)
    if layer.instances is not None and family.vary in RESIZING:
        message = (
            f"{called}, which changes where the instances of {layer.name} have room; choose "
            "another key, or a layer without instances."
        )
        raise ConfigError(message)


def check_varies_alone(config: Config, name: str, called: str) -> None:
    """Refuse another layer that varies by what the one that differs shows."""
    for where, layer in varied_by(config, name):
        if layer != name:
            verb = "pair" if config.dataset.pair is not None else "choose"
            message = (
                f"{called}, and {where} varies {layer} by what it shows, so that it could change "
                f'when "{name}" changes; remove it, or {verb} another layer.'
            )
            raise ConfigError(message)


def varied_by(config: Config, name: str) -> Iterator[tuple[str, str]]:
    """Yield what varies a layer by the variant of the one called `name`, and the layer."""
    for layer in config.layer:
        for number, special in enumerate(layer.vary_when, 1):
            if name in special.when:
                yield f"layer.{layer.name}.vary_when.{number}", layer.name
    for where, correlate in value_correlates(config):
        if correlate.follows == name:
            yield where, correlate.layer


def check_no_counts(config: Config, maker: str) -> None:
    """Refuse counts of images, as each scene is shown by several."""
    for layer in config.layer:
        if layer.counts is not None:
            message = (
                f"layer.{layer.name}.counts gives exact counts of images, and {maker} makes "
                'several images of each scene; use "weights".'
            )
            raise ConfigError(message)


def counts_of(config: Config) -> Iterator[tuple[str, int]]:
    """Yield the name and the value of each number of images: of splits, then of all."""
    counts = [(f"split.{split.name}.count", split.count) for split in config.split]
    yield from ((called, count) for called, count in reversed(counts) if count is not None)
    if config.dataset.sampling != "all":
        yield "dataset.count", config.dataset.count


def check_multiple(config: Config, family: Family) -> None:
    """Refuse counts that would leave a part of a family."""
    if family.size == "all":
        return  # known when the art is
    for called, count in counts_of(config):
        left = count % family.size
        if not left:
            continue
        like = count + family.size - left
        if config.dataset.pair is not None:
            message = (
                f"{called} is {count}, but dataset.pair makes images in pairs; "
                f"expected an even number, like {like}."
            )
        else:
            message = (
                f"{called} is {count}, but dataset.family makes {family.size} images of each "
                f"scene; expected a multiple of {family.size}, like {like}."
            )
        raise ConfigError(message)


def check_stays(config: Config, name: str, called: str) -> None:
    """Refuse a layer whose position depends on the one that differs."""
    verb = "pair" if config.dataset.pair is not None else "choose"
    for layer in config.layer:
        how = placed_by(layer, name)
        if how:
            message = (
                f"{called}, and layer.{layer.name} is placed {how}, so that it could move when "
                f'"{name}" changes; place {layer.name} relative to others, or {verb} another layer.'
            )
            raise ConfigError(message)


def placed_by(layer: Layer, name: str) -> str:
    """Return how the place of `layer` depends on the layer called `name`; empty if not."""
    if any(name in special.when for special in layer.place_when):
        return "by what it shows"
    if any(place.of == name for place in layer.places):
        return "relative to it"
    return "clear of it" if any(name in (place.avoid or ()) for place in layer.places) else ""


def check_same_split(config: Config, name: str, called: str) -> None:
    """Refuse splits that could separate the images of a family."""
    what = "a pair" if config.dataset.pair is not None else "a family"
    if name in (config.dataset.stratify or ()):
        message = f"{called}, and dataset.stratify names it, too; stratify by other layers."
        raise ConfigError(message)
    reason = scenes_first(config)
    if reason is None:
        return
    for split in config.split:
        if any(name in shown for shown in split.hold_out):
            message = (
                f"{called}, and split.{split.name}.hold_out names it, too, so that with "
                f"{reason} {what} could belong to two splits; hold out other layers."
            )
            raise ConfigError(message)
