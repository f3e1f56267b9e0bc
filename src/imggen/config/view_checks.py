"""Checks of `[[view]]` tables, each by itself and against the rest of the configuration."""

from __future__ import annotations

from imggen.config.chances import check_probabilities, check_weights
from imggen.config.correlations import check_correlate
from imggen.config.deciding import scenes_first
from imggen.config.families import check_no_counts, counts_of, placed_by, varied_by
from imggen.config.models import Config
from imggen.config.names import check_layer
from imggen.config.rules import check_rule
from imggen.config.splits import check_tables
from imggen.config.views import OWN, View
from imggen.errors import ConfigError

FEWEST = 2


def check_views(config: Config) -> None:
    """Refuse views that cannot be made, or would differ in more than they say."""
    views = config.view
    if not views:
        return
    if config.dataset.families is not None:
        key = "family" if config.dataset.pair is None else "pair"
        message = (
            f"dataset.{key} and [[view]] both make several images of each scene; expected one of "
            "them."
        )
        raise ConfigError(message)
    if len(views) < FEWEST:
        message = f"{views[0].called} is the only view; expected several, or none."
        raise ConfigError(message)
    if views[0].changed or views[0].has_own:
        message = (
            f"{views[0].called} is the first view, which shows scenes as they are; expected a "
            "name only. Put it behind another one."
        )
        raise ConfigError(message)
    for view in views[1:]:
        check_view(config, view)
    check_no_counts(config, "[[view]]")
    for called, count in counts_of(config):
        if count % len(views):
            message = (
                f"{called} is {count}, but there are {len(views)} views of each scene; expected a "
                f"multiple of {len(views)}, like {count + len(views) - count % len(views)}."
            )
            raise ConfigError(message)


def check_view(config: Config, view: View) -> None:
    """Refuse a view of unknown layers, or that changes nothing or more than it says."""
    layers = [layer.name for layer in config.layer]
    if not view.changed:
        message = (
            f"{view.called} has neither without nor another; expected the layers that it leaves "
            "out, or one of which it shows another variant."
        )
        raise ConfigError(message)
    for name in view.without:
        check_layer(f"{view.called}.without", name, layers)
    if view.another is not None:
        check_layer(f"{view.called}.another", view.another, layers)
    for name in view.changed:
        if view.changed.count(name) > 1:
            raise ConfigError(f'{view.called} names "{name}" twice; expected it once.')
    check_own_tables(view, layers)
    check_moves_alone(config, view)
    check_split(config, view)


def check_own_tables(view: View, layers: list[str]) -> None:
    """Refuse distributions in error, and any where no variant is drawn."""
    given = [key for key in OWN if getattr(view, key)]
    if given and view.another is None:
        message = (
            f"{view.called} has {given[0]}, but draws no other variant; give it another, or remove "
            f"{given[0]}."
        )
        raise ConfigError(message)
    called = view.called
    check_tables(f"{called}.probabilities", view.probabilities or {}, layers, check_probabilities)
    check_tables(f"{called}.weights", view.weights or {}, layers, check_weights)
    for number, rule in enumerate(view.rule, 1):
        check_rule(f"{called}.rule.{number}", rule, layers)
    for number, correlate in enumerate(view.correlate, 1):
        check_correlate(f"{called}.correlate.{number}", correlate, layers)
        if correlate.vary is not None:
            message = (
                f'{called}.correlate.{number}.vary is "{correlate.vary}", and a view draws another '
                "variant, but no values; give it in [[correlate]] instead."
            )
            raise ConfigError(message)


def check_moves_alone(config: Config, view: View) -> None:
    """Refuse layers that would move or vary with one that a view changes."""
    for name in view.changed:
        where = f'{view.called} changes "{name}"'
        for layer in config.layer:
            how = placed_by(layer, name)
            if how and layer.name not in view.without:
                message = (
                    f"{where}, and layer.{layer.name} is placed {how}, so that it could move; "
                    f"place it relative to others, or leave it out of the view, too."
                )
                raise ConfigError(message)
        for called, layer_name in varied_by(config, name):
            if layer_name not in view.changed:
                message = (
                    f"{where}, and {called} varies {layer_name} by what it shows, so that it could "
                    "change; remove it, or leave it out of the view, too."
                )
                raise ConfigError(message)


def check_split(config: Config, view: View) -> None:
    """Refuse splits that could separate the views of a scene."""
    reason = scenes_first(config)
    if reason is None:
        return
    for split in config.split:
        if any(view.another in shown for shown in split.hold_out):
            message = (
                f'{view.called}.another is "{view.another}", and split.{split.name}.hold_out names '
                f"it, too, so that with {reason} views of a scene could belong to two splits; hold "
                "out other layers."
            )
            raise ConfigError(message)
