"""Checks of what goes with `sampling = "grid"`, which makes every combination of values once."""

from __future__ import annotations

from collections.abc import Iterator

from imggen.config.agreeing import value_correlates
from imggen.config.amount import Amount
from imggen.config.layer import Layer
from imggen.config.models import Config
from imggen.config.plain import AXES
from imggen.config.vary import LIMITS, Vary
from imggen.errors import ConfigError

GRID = 'dataset.sampling is "grid", which makes each value once'


def check_grid(config: Config) -> None:
    """Refuse values that are not stated, and settings that leave some values out or repeat them."""
    if config.dataset.sampling != "grid":
        return
    if config.dataset.family is not None:
        message = f"{GRID}, and dataset.family makes images of some values again; remove it."
        raise ConfigError(message)
    if config.view:
        message = f"{GRID}, and [[view]] makes images of all of them again; remove the views."
        raise ConfigError(message)
    if config.camera is not None and config.camera.drawn:
        message = (
            f"{GRID}, and camera.{config.camera.drawn[0]} has several, which are drawn for each "
            'image; give it one, or use "random", "sobol" or "latin".'
        )
        raise ConfigError(message)
    for called, correlate in value_correlates(config):
        message = (
            f"{GRID}, and {called} says how likely the values of {correlate.layer} "
            f"{correlate.vary} are; remove it, or draw them."
        )
        raise ConfigError(message)
    for layer in config.layer:
        check_layer(layer)


def check_layer(layer: Layer) -> None:
    """Refuse a layer whose values are not stated, or that shows several sprites."""
    if layer.instances is not None:
        message = (
            f"{GRID}, and layer.{layer.name} has instances, of which there are too many "
            'combinations; use "random", "sobol" or "latin".'
        )
        raise ConfigError(message)
    for called, vary in variations(layer):
        for field in LIMITS:
            amount: Amount | None = getattr(vary, field)
            if amount is not None and amount.is_drawn and not amount.is_stated:
                raise ConfigError(say_unstated(f"{called}.{field}"))
    for number, place in enumerate(layer.places):
        called = f"layer.{layer.name}.place{f'_when.{number}' if number else ''}"
        for axis, positions in zip(AXES, place.axes or (), strict=False):
            if not positions.is_stated:
                raise ConfigError(say_unstated(f"{called}.{axis}"))
        if place.avoid:
            message = f"{GRID}, and {called}.avoid leaves some positions out; remove it."
            raise ConfigError(message)


def variations(layer: Layer) -> Iterator[tuple[str, Vary]]:
    """Yield the names and variations of a layer."""
    called = f"layer.{layer.name}.vary"
    yield called, layer.vary
    yield from ((f"{called}_when.{k}", one) for k, one in enumerate(layer.vary_when, 1))


def say_unstated(called: str) -> str:
    """Return the sentence on values that are only spaced finely."""
    return (
        f"{GRID}, and {called} does not say which there are; give it a step, or values, like "
        "{ range = [0, 30], step = 10 }."
    )
