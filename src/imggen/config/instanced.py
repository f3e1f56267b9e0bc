"""Checks of what goes with layers that have `instances`.

An image shows several variants of such a layer, so nothing may depend on "the" variant it shows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from imggen.config.chances import CHANCES
from imggen.config.conflicts import all_rules
from imggen.config.deciding import scenes_first
from imggen.config.instances import SELF, Instances, chances_by_number
from imggen.config.layer import Layer
from imggen.config.models import Config
from imggen.config.place import Place
from imggen.config.plain import NONE
from imggen.config.rules import LAYERS, Rule
from imggen.config.sentences import show
from imggen.errors import ConfigError


def most_instances(config: Config, layer: Layer) -> int | None:
    """Return the largest number of instances of `layer` in an image; None if it has none to count.

    At least 1, so that there is a first instance to speak of.
    """
    if layer.instances is None:
        return None
    given = [layer.instances, *others_of(config, layer.name)]
    return max(1, *(number for one in given for number in chances_by_number(one)))


def others_of(config: Config, layer: str) -> Iterator[Instances]:
    """Yield the instances that rules and splits give `layer`."""
    tables = [rule.instances for _, rule in all_rules(config)]
    tables += [split.instances for split in config.split]
    yield from (table[layer] for table in tables if table and layer in table)


def check_instanced(config: Config) -> None:
    """Refuse what does not go with layers of several instances."""
    instanced = {layer.name for layer in config.layer if layer.instances is not None}
    check_given(config, instanced)
    if not instanced:
        return
    for layer in config.layer:
        if layer.name in instanced:
            check_numbers(config, layer)
    check_sampling(config, next(iter(sorted(instanced))))
    for called, layer_name in dependences(config):
        if layer_name in instanced:
            message = (
                f"{called} names {layer_name}, which has instances, so that an image may show "
                "several of its variants; name a layer without instances."
            )
            raise ConfigError(message)


def check_given(config: Config, instanced: Collection[str]) -> None:
    """Refuse instances, or what goes with them, for layers that have none of their own."""
    tables = [(f"{called}.instances", rule.instances) for called, rule in all_rules(config)]
    tables += [(f"split.{split.name}.instances", split.instances) for split in config.split]
    for called, table in tables:
        for name in table or ():
            if name not in instanced:
                message = (
                    f"{called} names {name}, which has no instances; give "
                    f"layer.{name}.instances how many there are elsewhere, like 1."
                )
                raise ConfigError(message)
    for called, rule in [*all_rules(config), *rules_of_views(config)]:
        check_different(f"{called}.all_different", rule.all_different or (), instanced)
    names = [layer.name for layer in config.layer]
    for layer in config.layer:
        if layer.name not in instanced:
            for place in layer.places:
                check_alone(layer.name, place, names)


def rules_of_views(config: Config) -> Iterator[tuple[str, Rule]]:
    """Yield the name of each rule of a view, and the rule."""
    for view in config.view:
        yield from ((f"{view.called}.rule.{n}", rule) for n, rule in enumerate(view.rule, 1))


def check_different(called: str, names: Sequence[str], instanced: Collection[str]) -> None:
    """Refuse a single layer that is to be all different, unless it has instances."""
    if len(names) == 1 and names[0] not in instanced:
        message = (
            f"{called} is {show(list(names))}, and {names[0]} has no instances; expected {LAYERS}."
        )
        raise ConfigError(message)


def check_alone(layer: str, place: Place, layers: Collection[str]) -> None:
    """Refuse a place of a layer without instances that speaks of them."""
    given = [("avoid", SELF)] if SELF in (place.avoid or ()) and SELF not in layers else []
    given += [("otherwise", "drop")] if place.drops else []
    for key, value in given:
        message = (
            f'layer.{layer}.place.{key} has "{value}", which is about instances, and the '
            "layer has none; give instances, like [3, 7], or remove it."
        )
        raise ConfigError(message)


def check_numbers(config: Config, layer: Layer) -> None:
    """Refuse other numbers of one layer beside its instances."""
    called = f"layer.{layer.name}"
    if layer.counts is not None:
        message = (
            f"{called}.counts says how many images show each variant, and {called}.instances how "
            'many an image shows; use "probabilities" or "weights" for its variants.'
        )
        raise ConfigError(message)
    for where, table in chances_given(config, layer):
        if NONE in table:
            message = (
                f'{where} gives a number to "{NONE}", and {called}.instances says how many are '
                "shown; leave it out, and let instances be 0 as often."
            )
            raise ConfigError(message)


def chances_given(config: Config, layer: Layer) -> Iterator[tuple[str, Collection[str]]]:
    """Yield each setting that says how likely the variants of `layer` are, and these."""
    owners = [*all_rules(config), *((f"split.{split.name}", split) for split in config.split)]
    for key in CHANCES[:2]:
        yield f"layer.{layer.name}.{key}", getattr(layer, key) or ()
        for called, owner in owners:
            yield f"{called}.{key}.{layer.name}", (getattr(owner, key) or {}).get(layer.name, ())


def check_sampling(config: Config, layer: str) -> None:
    """Refuse ways to sample that go through combinations of one variant per layer."""
    dataset = config.dataset
    has = f"layer.{layer} has instances"
    if dataset.sampling == "all":
        message = (
            f'dataset.sampling is "all", which makes each combination once, and {has}, of which '
            'there are too many combinations; use "random" or "quota".'
        )
        raise ConfigError(message)
    if dataset.unique:
        message = (
            f"dataset.unique is true, which compares one variant of each layer, and {has}; "
            'remove it, or use disjoint = "scenes" to keep splits apart.'
        )
        raise ConfigError(message)
    if dataset.disjoint == "combinations":
        message = (
            'dataset.disjoint is "combinations", which compares one variant of each layer, and '
            f'{has}; use "scenes".'
        )
        raise ConfigError(message)


def dependences(config: Config) -> Iterator[tuple[str, str]]:
    """Yield settings that depend on the variant that a layer shows: their names and the layer."""
    yield from (("dataset.stratify", name) for name in config.dataset.stratify or ())
    if config.dataset.pair is not None:
        yield "dataset.pair", config.dataset.pair
    if config.dataset.family is not None and config.dataset.family.vary is None:
        yield "dataset.family.layer", config.dataset.family.layer
    for view in config.view:
        if view.another is not None:
            yield f"{view.called}.another", view.another
    for layer in config.layer:
        yield from dependences_of_place(layer)
        for number, special in enumerate(layer.vary_when, 1):
            called = f"layer.{layer.name}.vary_when.{number}.when"
            yield from ((called, name) for name in special.when if name != layer.name)
    yield from dependences_of_tables(config)
    yield from dependences_of_splits(config)
    if config.labels.class_layer is not None:
        yield "labels.class_layer", config.labels.class_layer


def dependences_of_place(layer: Layer) -> Iterator[tuple[str, str]]:
    """Yield the layers that the places of `layer` depend on."""
    called = f"layer.{layer.name}.place"
    for number, place in enumerate(layer.places):
        if place.of is not None:
            yield f"{called}_when.{number}.of" if number else f"{called}.of", place.of
    for number, special in enumerate(layer.place_when, 1):
        yield from ((f"{called}_when.{number}.when", name) for name in special.when)


def dependences_of_tables(config: Config) -> Iterator[tuple[str, str]]:
    """Yield the layers that rules, joint tables and correlations depend on."""
    for called, rule in all_rules(config):
        yield from ((f"{called}.when", name) for name in rule.when or {})
    for number, joint in enumerate(config.joint, 1):
        yield from ((f"joint.{number}.layers", name) for name in joint.layers)
    for number, correlate in enumerate(config.correlate, 1):
        if correlate.vary is None or correlate.follows != correlate.layer:
            yield f"correlate.{number}.follows", correlate.follows


def dependences_of_splits(config: Config) -> Iterator[tuple[str, str]]:
    """Yield the layers that splits depend on."""
    for split in config.split:
        called = f"split.{split.name}"
        for number, correlate in enumerate(split.correlate, 1):
            if correlate.vary is None or correlate.follows != correlate.layer:
                yield f"{called}.correlate.{number}.follows", correlate.follows
        for shown in split.hold_out:
            if scenes_first(config) is not None or len(shown) > 1:
                yield from ((f"{called}.hold_out", name) for name in shown)
