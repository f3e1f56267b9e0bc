"""What must hold of rules, joint tables and correlations, as far as no file needs to be seen."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Mapping, Sequence

from imggen.config.chances import CHANCES, check_probabilities, check_weights
from imggen.config.models import Config, Layer
from imggen.config.rules import LAYERS, SHOWN, Correlate, Joint, Rule
from imggen.config.sentences import did_you_mean, show
from imggen.errors import ConfigError

LEAST_DIFFERENT = 2  # layers
EFFECTS = ("forbid", "require", "probabilities", "weights", "all_different")


def check_rules(config: Config) -> None:
    """Refuse rules, joint tables and correlations that contradict themselves or each other."""
    names = [layer.name for layer in config.layer]
    for number, rule in enumerate(config.rule, 1):
        check_rule(f"rule.{number}", rule, names)
    for number, joint in enumerate(config.joint, 1):
        check_joint(f"joint.{number}", joint, config.layer)
    for number, correlate in enumerate(config.correlate, 1):
        check_correlate(f"correlate.{number}", correlate, names)
    check_owners(owned(config))
    check_beside_joints(config)
    check_counted(config)


def check_rule(called: str, rule: Rule, layers: Sequence[str]) -> None:
    """Refuse a rule that says nothing or several things, or of no layer."""
    if rule.when is None and rule.all_different is None:
        raise ConfigError(f"{called}.when is missing; expected {SHOWN}.")
    given = [key for key in EFFECTS if getattr(rule, key) is not None]
    if len(given) != 1:
        has = f"has {' and '.join(given)}" if given else "says nothing of what holds"
        raise ConfigError(f"{called} {has}; expected one of {', '.join(EFFECTS)}.")
    effect = getattr(rule, given[0])
    if rule.when is not None:
        check_named(f"{called}.when", rule.when, layers)
    if rule.all_different is not None:
        check_all_different(f"{called}.all_different", rule.all_different, layers)
    else:
        check_named(f"{called}.{given[0]}", effect, layers)
    both = [layer for layer in rule.when or {} if layer in effect]
    if both:
        message = f"{called} has {both[0]} in when and in {given[0]}; expected different layers."
        raise ConfigError(message)
    for key, check in (("probabilities", check_probabilities), ("weights", check_weights)):
        for layer, numbers in (getattr(rule, key) or {}).items():
            check(f"{called}.{key}.{layer}", numbers.values())


def check_all_different(called: str, names: Sequence[str], layers: Sequence[str]) -> None:
    """Refuse fewer than two layers, one that is named twice, and what is no layer."""
    if len(names) < LEAST_DIFFERENT:
        raise ConfigError(f"{called} is {show(list(names))}; expected {LAYERS}.")
    for name in names:
        check_layer(called, name, layers)
        if names.count(name) > 1:
            raise ConfigError(f'{called} names "{name}" twice; expected it once.')


def check_named(
    called: str, tables: Mapping[str, Collection[object]], layers: Sequence[str]
) -> None:
    """Refuse a table that names no layer, an unknown one, or no variant of it."""
    if not tables:
        raise ConfigError(f"{called} is empty; expected at least one layer.")
    for layer, variants in tables.items():
        check_layer(called, layer, layers)
        if not variants:
            raise ConfigError(f"{called}.{layer} is empty; expected at least one variant.")


def check_layer(called: str, layer: str, layers: Sequence[str]) -> None:
    """Refuse a layer that there is not."""
    if layer not in layers:
        hint = did_you_mean(layer, layers, expected="one of ")
        raise ConfigError(f'{called} names "{layer}", which is no layer; {hint}')


def check_different(called: str, layers: Sequence[str]) -> None:
    """Refuse two layers that are the same."""
    if layers[0] == layers[1]:
        message = f'{called} names "{layers[0]}" twice; expected two different layers.'
        raise ConfigError(message)


def check_joint(called: str, joint: Joint, layers: Sequence[Layer]) -> None:
    """Refuse a joint table that is no distribution, or beside which a layer has its own."""
    given = [key for key in ("probabilities", "weights") if getattr(joint, key) is not None]
    if len(given) != 1:
        has = "both probabilities and weights" if given else "neither probabilities nor weights"
        raise ConfigError(f"{called} has {has}; expected one of them.")
    for name in joint.layers:
        check_layer(f"{called}.layers", name, [layer.name for layer in layers])
    check_different(f"{called}.layers", joint.layers)
    check = check_probabilities if joint.probabilities is not None else check_weights
    check(f"{called}.{given[0]}", [p for row in joint.chances.values() for p in row.values()])
    for layer in layers:
        own = [key for key in CHANCES if getattr(layer, key) is not None]
        if layer.name in joint.layers and own:
            message = (
                f"layer.{layer.name}.{own[0]} and {called} both say how likely each variant of "
                f"{layer.name} is; remove one of them."
            )
            raise ConfigError(message)


def check_correlate(called: str, correlate: Correlate, layers: Sequence[str]) -> None:
    """Refuse a correlation of no layers, or of no variants."""
    check_layer(f"{called}.layer", correlate.layer, layers)
    check_layer(f"{called}.follows", correlate.follows, layers)
    check_different(called, (correlate.layer, correlate.follows))
    if not correlate.pairs:
        raise ConfigError(f"{called}.pairs is empty; expected at least one pair of variants.")
    for variant, partners in correlate.pairs.items():
        if not partners:
            message = f"{called}.pairs.{variant} is empty; expected at least one variant."
            raise ConfigError(message)


def check_owners(owned: Iterable[tuple[str, Sequence[str]]]) -> None:
    """Refuse a layer that is `owned` by two: what decides its variants, and those it decides of."""
    owners: dict[str, str] = {}
    for called, layers in owned:
        for layer in layers:
            if layer in owners:
                message = (
                    f"{owners[layer]} and {called} both say how likely each variant of {layer} is; "
                    "remove one of them, or write rules."
                )
                raise ConfigError(message)
            owners[layer] = called


def owned(config: Config) -> Iterable[tuple[str, Sequence[str]]]:
    """What each joint table and each correlation is called, and whose variants it decides."""
    for number, joint in enumerate(config.joint, 1):
        yield f"joint.{number}", joint.layers
    for number, correlate in enumerate(config.correlate, 1):
        yield f"correlate.{number}", [correlate.layer]


def check_beside_joints(config: Config) -> None:
    """Refuse a rule that makes the first layer of a joint table depend on the second.

    It is that layer that the table draws first, from the sums of its rows.
    """
    for called, rule in all_rules(config):
        for number, joint in enumerate(config.joint, 1):
            first, second = joint.layers
            if first in rule.chances and second in (rule.when or {}):
                message = (
                    f"{called} says how likely each variant of {first} is where {second} shows "
                    f"certain ones, and joint.{number} says that of all pairs of the two; change "
                    "the numbers of the table, or remove one of them."
                )
                raise ConfigError(message)


def all_rules(config: Config) -> Iterable[tuple[str, Rule]]:
    """What each rule is called, those of splits as well, and the rule."""
    for number, rule in enumerate(config.rule, 1):
        yield f"rule.{number}", rule
    for split in config.split:
        yield from ((f"split.{split.name}.rule.{n}", rule) for n, rule in enumerate(split.rule, 1))


def check_counted(config: Config) -> None:
    """Refuse what would keep a layer with counts from having them."""
    counted = {layer.name for layer in config.layer if layer.counts is not None}
    for called, layer in redistributed(config):
        if layer in counted:
            message = (
                f"layer.{layer}.counts gives exact counts and {called} other probabilities of "
                f"{layer}; remove one of them."
            )
            raise ConfigError(message)
    for number, rule in enumerate(config.rule, 1):
        for ruled in ruled_together(rule):
            if counted >= {*ruled}:
                message = (
                    f"rule.{number} rules out combinations of {' and '.join(ruled)}, which all have"
                    " counts; expected a layer without counts, which can give way."
                )
                raise ConfigError(message)


def ruled_together(rule: Rule) -> Iterable[list[str]]:
    """The layers of each combination that `rule` rules out."""
    when = list(rule.when or {})
    yield from ([*when, target] for target in rule.forbid or rule.require or {})
    yield from ([*when, *pair] for pair in itertools.combinations(rule.all_different or (), 2))


def redistributed(config: Config) -> Iterable[tuple[str, str]]:
    """What each conditional distribution is called, and its layer."""
    for number, rule in enumerate(config.rule, 1):
        yield from ((f"rule.{number}", layer) for layer in rule.chances)
    for number, correlate in enumerate(config.correlate, 1):
        yield f"correlate.{number}", correlate.layer
