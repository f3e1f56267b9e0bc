"""Combinations that nftchef's engine forces, as rules."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from fractions import Fraction

from imggen.command.scaffold.meetings import when_shown
from imggen.command.scaffold.shares import whole_weights
from imggen.command.scaffold.stack import is_drawn
from imggen.command.scaffold.stacked import LayerStack, Stacked
from imggen.command.scaffold.toml import Key, TomlTable
from imggen.config import NONE


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
