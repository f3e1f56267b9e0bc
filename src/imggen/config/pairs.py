"""`dataset.pair`: counterfactual pairs, two images that differ in one layer."""

from __future__ import annotations

from imggen.config.agreeing import value_correlates
from imggen.config.layer import Layer
from imggen.config.models import Config
from imggen.config.sentences import did_you_mean
from imggen.errors import ConfigError


def check_pair(config: Config) -> None:
    """Refuse pairs that cannot be made, or would differ in more than one layer."""
    name = config.dataset.pair
    if name is None:
        return
    called = f'dataset.pair is "{name}"'
    layers = [layer.name for layer in config.layer]
    if name not in layers:
        raise ConfigError(f"{called}, which is no layer; {did_you_mean(name, layers, 'one of ')}")
    check_drawn_freely(config, called)
    check_even(config)
    check_stays(config, name, called)
    check_same_split(config, name, called)


def check_drawn_freely(config: Config, called: str) -> None:
    """Refuse a sampling that leaves no choice for a second image of each scene."""
    dataset = config.dataset
    if dataset.sampling != "random":
        message = (
            f'{called}, which draws a second image, and dataset.sampling is "{dataset.sampling}", '
            'which leaves it no choice; use "random".'
        )
        raise ConfigError(message)
    if dataset.unique:
        message = (
            f"{called}, whose second images may repeat other scenes, and dataset.unique is "
            "true; give one or the other."
        )
        raise ConfigError(message)


def check_even(config: Config) -> None:
    """Refuse odd counts, which would leave half a pair."""
    sizes = [("dataset.count", config.dataset.count)]
    sizes += [(f"split.{split.name}.count", split.count or 0) for split in config.split]
    for called, count in reversed(sizes):
        if count % 2:
            message = (
                f"{called} is {count}, but dataset.pair makes images in pairs; "
                f"expected an even number, like {count + 1}."
            )
            raise ConfigError(message)


def check_stays(config: Config, name: str, called: str) -> None:
    """Refuse a layer whose position depends on the paired one."""
    check_varies_alone(config, name, called)
    for layer in config.layer:
        how = placed_by(layer, name)
        if how:
            message = (
                f"{called}, and layer.{layer.name} is placed {how}, so that it could move when "
                f'"{name}" changes; place {layer.name} relative to others, or pair another layer.'
            )
            raise ConfigError(message)


def check_varies_alone(config: Config, name: str, called: str) -> None:
    """Refuse another layer that varies by what the paired one shows."""
    following = [
        (f"layer.{layer.name}.vary_when.{number}", layer.name)
        for layer in config.layer
        for number, special in enumerate(layer.vary_when, 1)
        if name in special.when
    ]
    following += [
        (where, correlate.layer)
        for where, correlate in value_correlates(config)
        if correlate.follows == name
    ]
    for where, layer in following:
        if layer != name:
            message = (
                f"{called}, and {where} varies {layer} by what it shows, so that it could change "
                f'when "{name}" changes; remove it, or pair another layer.'
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
    """Refuse splits that could separate the images of a pair."""
    if name in (config.dataset.stratify or ()):
        message = f"{called}, and dataset.stratify names it, too; stratify by other layers."
        raise ConfigError(message)
    reason = config.dataset.scenes_first
    if reason is None:
        return
    for split in config.split:
        if any(name in shown for shown in split.hold_out):
            message = (
                f"{called}, and split.{split.name}.hold_out names it, too, so that with "
                f"{reason} a pair could belong to two splits; hold out other layers."
            )
            raise ConfigError(message)
