"""Combinations that nftchef's engine rules out, as rules."""

from __future__ import annotations

import glob
from collections.abc import Collection, Iterable, Iterator
from fractions import Fraction

from imggen.command.scaffold.meetings import Condition, named, pairs, when_shown
from imggen.command.scaffold.picks import Pick
from imggen.command.scaffold.shares import whole_weights
from imggen.command.scaffold.stack import is_drawn
from imggen.command.scaffold.stacked import LayerStack, Stacked
from imggen.command.scaffold.toml import Key, TomlTable
from imggen.config import NONE


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


# --- what rules cannot say ------------------------------------------------------------------------


def notes_of(key: str, others: Collection[str], stack: LayerStack) -> Iterator[str]:
    """Yield sentences on how images differ from those of the engine, for what excludes `key`."""
    yield from lost_notes(others, stack)
    yield from depth_notes(key, others, stack)


def lost_notes(others: Collection[str], stack: LayerStack) -> Iterator[str]:
    """Yield sentences on files that the engine draws without one that is excluded, and imggen not.

    They are those whose folder is known to be entered only by the excluded file.
    """
    picks = {pick for layer in stack.layers for pick in layer.picks}
    leads = {pick.path for pick in picks if pick.names & set(others)}
    for layer in stack.layers:
        on = layer.slot.on or frozenset()
        if on & leads and not on <= {pick.path for pick in picks if names_folder(pick, others)}:
            yield f"what {layer.name} shows goes with what it excludes."


def depth_notes(key: str, others: Collection[str], stack: LayerStack) -> Iterator[str]:
    """Yield sentences on choices that are several layers here, by depth, with shares of their own.

    The engine's shares are met only if all that is excluded is in the layer that is drawn first,
    and is no part of a folder. What is forced is exact.
    """
    found = dict.fromkeys(
        second.slot.name
        for _, second in pairs(key, others, stack)
        if sum(one.slot is second.slot for one in stack.layers) > 1
        and named(second, others)
        and (second.before or is_nested(second, others))
    )
    for name in found:
        yield (
            f"{name} has files at several depths, which are layers of their own here, so what is "
            "left of them is not drawn as often as in the engine."
        )


def names_folder(pick: Pick, others: Collection[str]) -> bool:
    """Return True if a folder with a weight that leads to a file is called one of `others`."""
    return any(name in others and name != pick.title for name, _ in pick.trail)
