"""The layers that meet in a combination: one that may show its key, and a later one."""

from __future__ import annotations

import glob
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from imggen.command.scaffold.stacked import LayerStack, Stacked
from imggen.command.scaffold.toml import Key


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
