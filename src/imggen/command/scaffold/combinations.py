"""Combinations that nftchef's engine rules out or forces, as rules."""

from __future__ import annotations

import glob
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from imggen.command.scaffold.project import Project
from imggen.command.scaffold.shares import whole_weights
from imggen.command.scaffold.stack import LayerStack, Stacked
from imggen.command.scaffold.toml import Key, TomlTable, quote
from imggen.config import NONE

RulesOf = Callable[[Stacked, Stacked, str, Collection[str], LayerStack], Iterable[TomlTable]]


def combination_rules(project: Project, stack: LayerStack) -> tuple[list[TomlTable], list[str]]:
    """Return the rules of a project's lists of combinations, and sentences on what is missing."""
    if not project.is_fork:
        return [], []
    excluded, not_excluded = list_rules(project, stack, "incompatible", ruled_out)
    required, not_required = list_rules(project, stack, "forcedCombinations", forced)
    return [*excluded, *required], [*not_excluded, *not_required]


def list_rules(
    project: Project, stack: LayerStack, setting: str, rules_of: RulesOf
) -> tuple[list[TomlTable], list[str]]:
    """Return the rules of one list, and sentences on what of it is left out."""
    value = project.setting(setting, {})
    if project.settings.get(setting) not in (None, value):
        return [], [f"{setting} is computed, so it is left out; write it out."]
    rules: list[TomlTable] = []
    notes = []
    for key, listed in value.items():
        found = [
            rule
            for first, second in pairs(key, texts_in(listed), stack)
            for rule in rules_of(first, second, key, texts_in(listed), stack)
        ]
        rules += found
        if listed and not found:
            notes.append(f"{setting} of {quote(key)} is left out, as it is of no later choice.")
    return rules, notes


def texts_in(value: object) -> list[str]:
    """Return the texts in a list."""
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def pairs(
    key: str, others: Collection[str], stack: LayerStack
) -> Iterator[tuple[Stacked, Stacked]]:
    """Yield the layers that may show `key`, each with later ones that may show one of `others`.

    What is drawn only along with these follows from the rules of their own.
    """
    keyed = {pick.path for one in stack.layers for pick in one.picks if key in pick.keys}
    wanted = {pick.path for one in stack.layers for pick in one.picks if pick.names & set(others)}
    for first in stack.layers:
        if follows(first, keyed) or not any(pick.path in keyed for pick in first.picks):
            continue
        for second in stack.layers:
            later = second.member >= first.member and second.slot is not first.slot
            if later and not follows(second, wanted) and named(second, others):
                yield first, second


def follows(layer: Stacked, paths: Collection[Path | None]) -> bool:
    """Return True if a layer is drawn only along with one of the files `paths`."""
    return layer.slot.on is not None and all(path in paths for path in layer.slot.on)


def named(layer: Stacked, names: Collection[str]) -> list[str]:
    """Return the variants of a layer that one of `names` is a name of."""
    wanted = set(names)
    return [layer.name_of(pick) for pick in layer.picks if pick.names & wanted]


@dataclass(frozen=True)
class Condition:
    """A condition: a layer, what it shows, as patterns, and why that matters."""

    layer: str
    shown: list[str]
    why: str

    def key(self, others: Mapping[str, object] | None = None) -> Key:
        """Return the key `when` of this and `others`."""
        return Key("when", {**(others or {}), self.layer: self.shown}, self.why)


def when_shown(layer: Stacked, key: str, why: str) -> Condition:
    """Return the condition that a layer shows what is called `key`."""
    shown = [glob.escape(layer.name_of(pick)) for pick in layer.picks if key in pick.keys]
    return Condition(layer.name, shown, why)


def ruled_out(
    first: Stacked, second: Stacked, key: str, others: Collection[str], stack: LayerStack
) -> Iterator[TomlTable]:
    """Yield the rules that `second` shows none of `others` where `first` shows `key`."""
    names = named(second, others)
    left = {name: share for name, share in second.shares.items() if name not in names}
    when = when_shown(first, key, f"incompatible with {key}")
    if not any(left.values()):
        nothing = {second.name: whole_weights({NONE: Fraction(1)})}
        yield TomlTable(
            "[[rule]]", [when.key(), Key("weights", nothing, "nothing is left to draw")]
        )
        return
    if stack.layers.index(second) < stack.layers.index(first):
        yield from after(first, second, when)
    forbidden = {second.name: [glob.escape(name) for name in names]}
    yield TomlTable("[[rule]]", [when.key(), Key("forbid", forbidden, "is not drawn then")])


def after(first: Stacked, second: Stacked, when: Condition) -> Iterator[TomlTable]:
    """Yield rules that change nothing but that `second` is chosen after `first`, as in the engine.

    So it is `second` that has to avoid what cannot be combined, although it lies behind.
    """
    why = f"as ever, but chosen after {first.name}, as in the engine"
    weights = {second.name: whole_weights(second.shares)}
    for condition in second.conditions:
        if when.layer not in condition:
            yield TomlTable("[[rule]]", [when.key(condition), Key("weights", weights, why)])


def forced(
    first: Stacked, second: Stacked, key: str, others: Collection[str], stack: LayerStack
) -> Iterator[TomlTable]:
    """Yield the rules that `second` shows one of `others` where `first` shows `key`.

    As in the engine, what is in a folder with a weight is not forced, but the folder can be.
    """
    del stack
    shares: dict[str, Fraction] = {}
    for pick in second.picks:
        if pick.choice in others:
            name = second.name_of(pick)
            shares[name] = shares.get(name, Fraction(0)) + pick.share
    if not shares:
        return
    if not any(shares.values()):  # forced even if it is never drawn otherwise
        shares = dict.fromkeys(shares, Fraction(1))
    when = when_shown(first, key, f"forced by {key}")
    for condition in second.conditions:
        weights = Key("weights", {second.name: whole_weights(shares)}, "is drawn then")
        if when.layer not in condition:
            yield TomlTable("[[rule]]", [when.key(condition), weights])
