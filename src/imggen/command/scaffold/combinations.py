"""Combinations that nftchef's engine rules out or forces, as rules."""

from __future__ import annotations

import glob
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from imggen.command.scaffold.javascript import UNKNOWN
from imggen.command.scaffold.picks import Pick
from imggen.command.scaffold.project import Project
from imggen.command.scaffold.shares import whole_weights
from imggen.command.scaffold.stack import is_drawn
from imggen.command.scaffold.stacked import LayerStack, Stacked
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
    notes: list[str] = []
    for key, listed in value.items():
        others = texts_in(listed)
        found = [
            rule
            for first, second in pairs(key, others, stack)
            for rule in rules_of(first, second, key, others, stack)
        ]
        rules += found
        if found:
            notes += lost_notes(setting, key, others, stack)
            notes += depth_notes(setting, key, others, stack)
        if is_computed(listed):
            notes.append(f"{setting} of {quote(key)} is computed, in part at least; write it out.")
        elif listed and not found:
            notes.append(f"{setting} of {quote(key)} is left out, as it is of no later choice.")
    return rules, notes


def is_computed(listed: object) -> bool:
    """Return True if a list, or something in it, is not written out."""
    return listed is UNKNOWN or (isinstance(listed, list) and UNKNOWN in listed)


def lost_notes(setting: str, key: str, others: Collection[str], stack: LayerStack) -> Iterator[str]:
    """Yield sentences on files that the engine draws without one that is excluded, and imggen not.

    They are those whose folder is known to be entered only by the excluded file.
    """
    if setting != "incompatible":
        return
    picks = {pick for layer in stack.layers for pick in layer.picks}
    leads = {pick.path for pick in picks if pick.names & set(others)}
    for layer in stack.layers:
        on = layer.slot.on or frozenset()
        if on & leads and not on <= {pick.path for pick in picks if names_folder(pick, others)}:
            yield f"{setting} of {quote(key)}: what {layer.name} shows goes with what it excludes."


def depth_notes(
    setting: str, key: str, others: Collection[str], stack: LayerStack
) -> Iterator[str]:
    """Yield sentences on choices that are several layers here, by depth, with shares of their own.

    The engine's shares are met only if all that is excluded is in the layer that is drawn first,
    and is no part of a folder. What is forced is exact.
    """
    if setting != "incompatible":
        return
    found = dict.fromkeys(
        second.slot.name
        for _, second in pairs(key, others, stack)
        if sum(one.slot is second.slot for one in stack.layers) > 1
        and named(second, others)
        and (second.before or is_nested(second, others))
    )
    for name in found:
        yield (
            f"{setting} of {quote(key)}: {name} has files at several depths, which are layers of "
            "their own here, so what is left of them is not drawn as often as in the engine."
        )


def names_folder(pick: Pick, others: Collection[str]) -> bool:
    """Return True if a folder with a weight that leads to a file is called one of `others`."""
    return any(name in others and name != pick.title for name, _ in pick.trail)


def texts_in(value: object) -> list[str]:
    """Return the texts in a list."""
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def pairs(
    key: str, others: Collection[str], stack: LayerStack
) -> Iterator[tuple[Stacked, Stacked]]:
    """Yield the layers that may show `key`, each with later ones that may show one of `others`.

    What is drawn only along with these follows from the rules of their own.
    """
    names = set(others)
    keyed = {pick.path for one in stack.layers for pick in one.picks if key in pick.keys}
    wanted = {pick.path for one in stack.layers for pick in one.slot.picks if pick.names & names}
    for first in stack.layers:
        if follows(first, keyed) or not any(pick.path in keyed for pick in first.picks):
            continue
        for second in stack.layers:
            if follows(second, wanted) or not any(one.names & names for one in second.slot.picks):
                continue
            if is_later(second, wanted, first, keyed):
                yield first, second


def is_later(
    second: Stacked, wanted: Collection[Path | None], first: Stacked, keyed: Collection[Path | None]
) -> bool:
    """Return True if the engine draws what is `wanted` of `second` after the `keyed` of `first`."""
    if second.slot is first.slot or second.member != first.member:
        return second.member > first.member
    begin = min(abs(pick.rank) for pick in second.slot.picks if pick.path in wanted)
    return begin > max(abs(pick.rank) for pick in first.picks if pick.path in keyed)


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
    when = when_shown(first, key, f"incompatible with {key}")
    if is_whole(second) and names_nothing(second, others, stack):
        yield from reweighed(second, others, when)
        return
    if not names:
        return
    left = {name: share for name, share in second.shares.items() if name not in names}
    if not any(left.values()):
        nothing = {second.name: whole_weights({NONE: Fraction(1)})}
        yield TomlTable(
            "[[rule]]", [when.key(), Key("weights", nothing, "nothing is left to draw")]
        )
        return
    if is_nested(second, others) and is_whole(second):
        yield from reweighed(second, others, when)
        return
    is_behind = stack.layers.index(second) < stack.layers.index(first)
    if is_behind and second.member != first.member:
        yield from after(first, second, when)
    forbidden = {second.name: [glob.escape(name) for name in names]}
    yield TomlTable("[[rule]]", [when.key(), Key("forbid", forbidden, "is not drawn then")])


def names_nothing(layer: Stacked, others: Collection[str], stack: LayerStack) -> bool:
    """Return True if what `others` call draws nothing."""
    picks = (pick for pick in layer.slot.picks if pick.names & set(others))
    return any(not is_drawn(pick, stack.blanks) for pick in picks)


def is_nested(layer: Stacked, others: Collection[str]) -> bool:
    """Return True if one of `others` is only a part of what a layer chooses among."""
    return any(
        pick.names & set(others) and not (pick.trail and pick.trail[0][0] in others)
        for pick in layer.picks
    )


def is_whole(layer: Stacked) -> bool:
    """Return True if all that its slot may draw is in one layer."""
    drawn = sum((pick.share for pick in layer.picks), Fraction(0))
    return not layer.before and drawn + layer.nothing == 1 and len(depths(layer)) == 1


def depths(layer: Stacked) -> set[int]:
    """Return the depths of the files of a layer's slot."""
    return {pick.z for pick in layer.slot.picks if pick.path is not None and not pick.is_nothing}


def reweighed(second: Stacked, others: Collection[str], when: Condition) -> Iterator[TomlTable]:
    """Yield rules with the shares that are left if `others` in folders are not drawn.

    The share of a folder goes to the rest of it, and is none's if nothing is left in it.
    """
    left = shares_left(second.slot.picks, others)
    shares = {second.name_of(pick): left[pick] for pick in second.picks if pick in left}
    nothing = 1 - sum(shares.values(), Fraction(0))
    weights = whole_weights(shares | ({NONE: nothing} if nothing else {}))
    for condition in second.conditions:
        if when.layer not in condition:
            key = Key("weights", {second.name: weights}, "is drawn then")
            yield TomlTable("[[rule]]", [when.key(condition), key])


def shares_left(
    picks: Iterable[Pick], others: Collection[str], level: int = 0
) -> dict[Pick, Fraction]:
    """Return the share of each pick if nothing is drawn that is called one of `others`."""
    groups: dict[tuple[str, Fraction], list[Pick]] = {}
    for pick in picks:
        if len(pick.trail) == level:
            return {} if pick.names & set(others) else {pick: Fraction(1)}
        if pick.trail[level][0] not in others:
            groups.setdefault(pick.trail[level], []).append(pick)
    total = sum((share for _, share in groups), Fraction(0))
    return {
        pick: share * inner / total
        for (_, share), members in groups.items()
        if share
        for pick, inner in shares_left(members, others, level + 1).items()
    }


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

    As in the engine, what is in a folder with a weight is not forced, but the folder can be; of
    several of `others`, it is the first one.
    """
    shares = forced_shares(second, others, stack)
    if not shares:
        return
    when = when_shown(first, key, f"forced by {key}")
    for condition in second.conditions:
        weights = Key("weights", {second.name: whole_weights(shares)}, "is drawn then")
        if when.layer not in condition:
            yield TomlTable("[[rule]]", [when.key(condition), weights])


def forced_shares(
    layer: Stacked, others: Collection[str], stack: LayerStack
) -> dict[str, Fraction]:
    """Return the share of each variant of a layer, none among them, if one of `others` is forced.

    It is empty if none of them is of the layer's choice. What is drawn at an earlier depth is left
    out, as this layer is none then.
    """
    picks = [pick for pick in layer.slot.picks if pick.trail]
    lead = next((pick.trail[0][0] for pick in picks if pick.trail[0][0] in others), None)
    own = layer.picks[0].z
    shares: dict[str, Fraction] = {}
    for pick in picks:
        is_none = not is_drawn(pick, stack.blanks) or pick.z > own
        if pick.trail[0][0] == lead and (is_none or pick.z == own):
            name = NONE if is_none else layer.name_of(pick)
            shares[name] = shares.get(name, Fraction(0)) + pick.share
    if any(shares.values()):
        return shares
    return dict.fromkeys(shares, Fraction(1))  # forced even if it is never drawn otherwise
