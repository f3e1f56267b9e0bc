"""What must hold of splits: sizes that fit, and settings that do not contradict each other."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence

from imggen.config.chances import TOLERANCE, check_probabilities, check_weights
from imggen.config.models import Config
from imggen.config.names import check_safe, take_name
from imggen.config.rule_checks import (
    check_correlate,
    check_layer,
    check_named,
    check_owners,
    check_rule,
)
from imggen.config.sentences import show, show_traits
from imggen.config.splits import Split
from imggen.errors import ConfigError

OWN = ("probabilities", "weights", "rule", "correlate")  # what makes a split's distribution another


def with_total(config: Config, called: str) -> Config:
    """`config` with the sum of its splits' counts, if they have some, as its count.

    `called` is what gave the count it has.

    Raises
    ------
    ConfigError
        If it has a count of its own that is another.
    """
    counts = [split.count for split in config.split if split.count is not None]
    if not counts or len(counts) < len(config.split):
        return config
    dataset, total = config.dataset, sum(counts)
    if "count" in dataset.model_fields_set and dataset.count != total:
        message = (
            f"{called} is {dataset.count}, and the counts of all splits sum to {total}; "
            'leave it out, or give each split a "share" of it.'
        )
        raise ConfigError(message)
    return config.model_copy(update={"dataset": dataset.model_copy(update={"count": total})})


def check_splits(config: Config) -> None:
    """Refuse splits that cannot be made.

    Raises
    ------
    ConfigError
        With one sentence on the first thing that is wrong.
    """
    dataset = config.dataset
    if not config.split:
        for key, value in (("stratify", dataset.stratify), ("disjoint", dataset.disjoint)):
            if value is not None:
                message = (
                    f"dataset.{key} is {show(value)}, but there is no [[split]]; "
                    "add some or remove it."
                )
                raise ConfigError(message)
        return
    taken: dict[str, str] = {}
    for position, split in enumerate(config.split, 1):
        check_safe(f"name of split {position}", split.name)
        take_name(taken, f"name of split {position}", split.name, f"split {position}")
    check_sizes(config)
    for split in config.split:
        check_own(split, config)
        check_hold_out(split, config)
    check_stratify(config)
    check_scenes_first(config)


def check_sizes(config: Config) -> None:
    """Refuse splits of no size, of two kinds of size, and shares that are not all of it."""
    first = config.split[0]
    for split in config.split:
        both = split.share is not None, split.count is not None
        if all(both) or not any(both):
            message = (
                f"split.{split.name} has {'both' if all(both) else 'neither'} share "
                f"{'and' if all(both) else 'nor'} count; expected one of them."
            )
            raise ConfigError(message)
        if (split.share is None) != (first.share is None):
            kinds = ("share", "count") if split.count is not None else ("count", "share")
            message = (
                f"split.{first.name} has a {kinds[0]} and split.{split.name} a {kinds[1]}; "
                "expected the same of all splits."
            )
            raise ConfigError(message)
    total = math.fsum(split.share or 0 for split in config.split)
    if first.share is not None and abs(total - 1) > TOLERANCE:
        message = (
            f"the shares of all splits sum to {total:.12g}; expected 1. "
            'Use "count" for numbers of images.'
        )
        raise ConfigError(message)


def check_own(split: Split, config: Config) -> None:
    """Refuse distributions and rules of a split that are of no layer, or no distribution."""
    called = f"split.{split.name}"
    layers = [layer.name for layer in config.layer]
    probabilities, weights = split.probabilities or {}, split.weights or {}
    for layer in probabilities.keys() & weights.keys():
        message = (
            f'{called} has both probabilities and weights for "{layer}"; expected one of them.'
        )
        raise ConfigError(message)
    check_tables(f"{called}.probabilities", probabilities, layers, check_probabilities)
    check_tables(f"{called}.weights", weights, layers, check_weights)
    for number, rule in enumerate(split.rule, 1):
        check_rule(f"{called}.rule.{number}", rule, layers)
    for number, correlate in enumerate(split.correlate, 1):
        check_correlate(f"{called}.correlate.{number}", correlate, layers)
    joints = [(f"joint.{number}", joint.layers) for number, joint in enumerate(config.joint, 1)]
    correlates = [
        (f"{called}.correlate.{number}", [correlate.layer])
        for number, correlate in enumerate(split.correlate, 1)
    ]
    check_owners([*joints, *correlates])
    check_owners([*joints, (called, list(split.chances))])


def check_tables(
    called: str,
    tables: Mapping[str, Mapping[str, float]],
    layers: Sequence[str],
    check: Callable[[str, Collection[float]], None],
) -> None:
    """Refuse distributions, by layer, that are of no layer or that `check` refuses."""
    for layer, numbers in tables.items():
        check_layer(called, layer, layers)
        check(f"{called}.{layer}", numbers.values())


def check_hold_out(split: Split, config: Config) -> None:
    """Refuse to hold out what no other split could show."""
    called = f"split.{split.name}.hold_out"
    for shown in split.hold_out:
        check_named(called, shown, [layer.name for layer in config.layer])
        if all(shown in other.hold_out for other in config.split):
            message = (
                f"{called} holds out {show_traits(shown)} from no other split; "
                "expected a split that does not have it."
            )
            raise ConfigError(message)


def check_stratify(config: Config) -> None:
    """Refuse to stratify by what is no layer, or twice by one."""
    names = config.dataset.stratify or ()
    for name in names:
        check_layer("dataset.stratify", name, [layer.name for layer in config.layer])
        if names.count(name) > 1:
            raise ConfigError(f'dataset.stratify names "{name}" twice; expected it once.')


def check_scenes_first(config: Config) -> None:
    """Refuse settings of splits that mean nothing where what is shown decides the split."""
    reason = config.scenes_first
    if reason is None:
        return
    if config.dataset.stratify is not None and config.dataset.disjoint == "combinations":
        message = (
            'dataset.stratify shares out images, and dataset.disjoint is "combinations", which '
            "shares out combinations; give one or the other."
        )
        raise ConfigError(message)
    for split in config.split:
        check_no_count(split, config, reason)
        for key in OWN:
            if getattr(split, key):
                message = (
                    f"split.{split.name} has {key} of its own, but with {reason} what an image "
                    'shows decides its split; remove them, or use "hold_out".'
                )
                raise ConfigError(message)


def check_no_count(split: Split, config: Config, reason: str) -> None:
    """Refuse a count that what images show may not meet."""
    held = any(other.hold_out for other in config.split)
    met = reason == 'dataset.sampling = "quota"' and not held
    if split.count is not None and not met:
        also = " and hold_out" if held else ""
        message = (
            f"split.{split.name}.count is {split.count}, but with {reason}{also} counts follow "
            'from what images show; expected a "share".'
        )
        raise ConfigError(message)
