"""Checks of feathers and shadows whose values images draw, or that views set."""

from __future__ import annotations

from collections.abc import Iterator

from imggen.config.grid import variations
from imggen.config.layer import Layer
from imggen.config.models import Config
from imggen.config.plain import SHADOW
from imggen.config.vary import Vary
from imggen.errors import ConfigError

MOST_VERSIONS = 64  # of a sprite, all made when the art is loaded


def check_edges(config: Config) -> None:
    """Refuse values of shadows that there are not, and too many versions of sprites."""
    for layer in config.layer:
        for called, vary in all_variations(config, layer):
            check_has_shadow(called, vary, layer)
        check_versions(config, layer)


def all_variations(config: Config, layer: Layer) -> Iterator[tuple[str, Vary]]:
    """Yield the names and variations of a layer, including those of views."""
    yield from variations(layer)
    for view in config.view:
        if view.vary and layer.name in view.vary:
            yield f"{view.called}.vary.{layer.name}", view.vary[layer.name]


def check_has_shadow(called: str, vary: Vary, layer: Layer) -> None:
    """Refuse values of a shadow where the layer has none."""
    for field in SHADOW:
        if field in vary.model_fields_set and layer.shadow is None:
            message = (
                f"{called}.{field} is about a shadow, and layer.{layer.name} has none; give "
                f"layer.{layer.name}.shadow, like {{ offset = [6, 10] }}, or remove it."
            )
            raise ConfigError(message)


def check_versions(config: Config, layer: Layer) -> None:
    """Refuse more combinations of soft edges and blurs than memory should hold."""
    varied = config.variation_of(layer)
    feathers = len(varied.levels("feather"))
    blurs = len(varied.levels("shadow_blur")) if layer.shadow is not None else 1
    if feathers * blurs > MOST_VERSIONS:
        message = (
            f"layer.{layer.name}.vary has {feathers} values of feather and {blurs} of shadow_blur, "
            f"and each sprite is kept with all {feathers * blurs:,} combinations; expected at most "
            f"{MOST_VERSIONS}. Give fewer, like {{ range = [0, 4], step = 1 }}."
        )
        raise ConfigError(message)
