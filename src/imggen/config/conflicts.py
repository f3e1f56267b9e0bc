"""Checks for conflicts between tables: only one of them may decide the variants of a layer.

The tables are `[[layer]]`, `[[rule]]`, `[[joint]]`, `[[correlate]]` and `[[split]]`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

from imggen.config.chances import CHANCES
from imggen.config.correlations import of_variants
from imggen.config.models import Config
from imggen.config.rules import Rule
from imggen.config.splits import check_owners
from imggen.errors import ConfigError


def check_conflicts(config: Config) -> None:
    """Refuse two tables that decide the variants of one layer."""
    check_beside_layers(config)
    check_owners(owned(config))
    check_beside_joints(config)
    check_counted(config)


def owned(config: Config) -> Iterable[tuple[str, Sequence[str]]]:
    """Yield the name of each joint table and correlation, and the layers that it decides."""
    for number, joint in enumerate(config.joint, 1):
        yield f"joint.{number}", joint.layers
    for number, correlate in of_variants(config.correlate):
        yield f"correlate.{number}", [correlate.layer]


def check_beside_layers(config: Config) -> None:
    """Refuse a layer that has its own distribution and is also in a joint table."""
    for number, joint in enumerate(config.joint, 1):
        for layer in config.layer:
            own = [key for key in CHANCES if getattr(layer, key) is not None]
            if layer.name in joint.layers and own:
                message = (
                    f"layer.{layer.name}.{own[0]} and joint.{number} both give the probabilities "
                    f"of {layer.name}; remove one of them."
                )
                raise ConfigError(message)


def check_beside_joints(config: Config) -> None:
    """Refuse a rule that makes the first layer of a joint table depend on the second.

    The first layer is drawn first, from the sums of the rows.
    """
    for called, rule in all_rules(config):
        for number, joint in enumerate(config.joint, 1):
            first, second = joint.layers
            if first in rule.chances and second in (rule.when or {}):
                message = (
                    f"{called} gives probabilities of {first} that depend on {second}, but "
                    f"joint.{number} already gives those of all pairs of the two; change the "
                    f"numbers of joint.{number}, or remove one of them."
                )
                raise ConfigError(message)


def all_rules(config: Config) -> Iterable[tuple[str, Rule]]:
    """Yield the name of each rule, including those of splits, and the rule."""
    for number, rule in enumerate(config.rule, 1):
        yield f"rule.{number}", rule
    for split in config.split:
        yield from ((f"split.{split.name}.rule.{n}", rule) for n, rule in enumerate(split.rule, 1))


def check_counted(config: Config) -> None:
    """Refuse tables that contradict the counts of a layer."""
    counted = {layer.name for layer in config.layer if layer.counts is not None}
    for called, layer in redistributed(config):
        if layer in counted:
            message = (
                f"layer.{layer}.counts gives exact counts, but {called} gives other probabilities "
                f"of {layer}; remove one of them."
            )
            raise ConfigError(message)
    for number, rule in enumerate(config.rule, 1):
        for ruled in excluded_layers(rule):
            if counted >= {*ruled}:
                message = (
                    f"rule.{number} excludes combinations of {' and '.join(ruled)}, which all have "
                    "counts; expected at least one of them without counts."
                )
                raise ConfigError(message)


def excluded_layers(rule: Rule) -> Iterable[list[str]]:
    """Yield the layers of each combination that `rule` excludes."""
    when = list(rule.when or {})
    yield from ([*when, target] for target in rule.forbid or rule.require or {})
    yield from ([*when, *pair] for pair in itertools.combinations(rule.all_different or (), 2))


def redistributed(config: Config) -> Iterable[tuple[str, str]]:
    """Yield the name of each conditional distribution, and its layer."""
    for number, rule in enumerate(config.rule, 1):
        yield from ((f"rule.{number}", layer) for layer in rule.chances)
    for number, correlate in of_variants(config.correlate):
        yield f"correlate.{number}", correlate.layer
