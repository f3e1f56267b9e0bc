"""Checks of `[[view]]` tables, each by itself and against the rest of the configuration."""

from __future__ import annotations

import re

from imggen.config.chances import check_probabilities, check_weights
from imggen.config.correlations import check_correlate
from imggen.config.deciding import scenes_first
from imggen.config.families import check_no_counts, counts_of, placed_by, varied_by
from imggen.config.layer import Layer
from imggen.config.models import Config
from imggen.config.names import check_layer
from imggen.config.plain import RESIZING, VARIED
from imggen.config.rules import check_rule
from imggen.config.sentences import show
from imggen.config.splits import check_tables
from imggen.config.vary import check_vary
from imggen.config.views import OWN, View, ViewVary
from imggen.errors import ConfigError

FEWEST = 2
COLOUR = re.compile("#[0-9a-fA-F]{6}")


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
    if views[0].changed or views[0].altered or views[0].has_own:
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
    if not view.changed and view.vary is None and view.box is None:
        message = (
            f"{view.called} has none of without, another, vary and box; expected one of them, with "
            "the layers that it shows otherwise."
        )
        raise ConfigError(message)
    for name in view.without:
        check_layer(f"{view.called}.without", name, layers)
    if view.another is not None:
        check_layer(f"{view.called}.another", view.another, layers)
    for name in view.changed:
        if view.changed.count(name) > 1:
            raise ConfigError(f'{view.called} names "{name}" twice; expected it once.')
    check_altered(config, view)
    check_own_tables(view, layers)
    check_moves_alone(config, view)
    check_split(config, view)


def check_altered(config: Config, view: View) -> None:
    """Refuse values and boxes of unknown layers or of some that are not shown, and none or many."""
    layers = {layer.name: layer for layer in config.layer}
    examples = {"vary": "{ brightness = 0 }", "box": '"#000000"'}
    for key, table in (("vary", view.vary), ("box", view.box)):
        if table is not None and not table:
            example = f"{{ {config.layer[-1].name} = {examples[key]} }}"
            raise ConfigError(f"{view.called}.{key} is empty; expected a layer, like {example}.")
        for name in table or ():
            check_layer(f"{view.called}.{key}", name, list(layers))
            if name in view.without:
                message = (
                    f'{view.called}.{key} names "{name}", which the view leaves out; remove it '
                    "from without, or from here."
                )
                raise ConfigError(message)
    for name, colour in (view.box or {}).items():
        check_box(view, layers[name], colour)
    for name, vary in (view.vary or {}).items():
        check_one_value(f"{view.called}.vary.{name}", vary, config.canvas.mode)
        if name in view.resized and layers[name].instances is not None:
            message = (
                f"{view.called}.vary.{name} changes where the instances of {name} have room; "
                "expected keys other than scale and rotate."
            )
            raise ConfigError(message)


def check_box(view: View, layer: Layer, colour: str) -> None:
    """Refuse a colour that is none, and a box of a layer that is varied as well."""
    called = f"{view.called}.box.{layer.name}"
    if not COLOUR.fullmatch(colour):
        message = f'{called} is {show(colour)}; expected a colour like "#000000", which is black.'
        raise ConfigError(message)
    others = (view.vary or {}).get(layer.name)
    if others and others.model_fields_set - {*RESIZING}:
        message = (
            f"{called} hides what {view.called}.vary.{layer.name} changes; remove one of them."
        )
        raise ConfigError(message)


def check_one_value(called: str, vary: ViewVary, mode: str) -> None:
    """Refuse keys with several values, and none at all."""
    check_vary(called, vary, mode)
    if not vary.model_fields_set:
        raise ConfigError(f"{called} is empty; expected keys of vary, like brightness = 0.")
    for field in VARIED:
        if field in vary.model_fields_set and vary.is_drawn(field):
            example = "0 or 1" if field == "flip" else "one value, which all images of it have"
            raise ConfigError(f"{called}.{field} has several values; expected {example}.")


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
    for name in dict.fromkeys((*view.changed, *view.resized)):
        where = f'{view.called} changes "{name}"'
        for layer in config.layer:
            how = placed_by(layer, name)
            if how and layer.name not in view.without:
                message = (
                    f"{where}, and layer.{layer.name} is placed {how}, so that it could move; "
                    f"place it relative to others, or leave it out of the view, too."
                )
                raise ConfigError(message)
        for called, layer_name in varied_by(config, name) if name in view.changed else ():
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
