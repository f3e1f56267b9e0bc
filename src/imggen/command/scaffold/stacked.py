"""Layers that do what the choices of an engine do, from back to front."""

from __future__ import annotations

import glob
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from imggen.command.scaffold.picks import FileChoice, Pick
from imggen.command.scaffold.project import Root
from imggen.config import NONE


@dataclass(frozen=True)
class Member:
    """A layer of an engine, and the numbers of the editions that have it."""

    root: Root
    editions: frozenset[int]


@dataclass(frozen=True)
class Stacked:
    """A layer of imggen: the picks of one slot that are at one depth.

    Attributes
    ----------
    member : number of the engine's layer that it comes from
    before : names of layers of the same slot, which must show nothing for this one to be drawn
    on : by name, the layers of which one must show one of the variants; empty if it always may
    names : the variant of each file in its folder
    nothing : the share of picks that draw nothing in this layer, later depths among them
    """

    name: str
    member: int
    slot: FileChoice
    picks: tuple[Pick, ...]
    nothing: Fraction
    before: tuple[str, ...]
    on: Mapping[str, tuple[str, ...]]
    folder: Path
    names: Mapping[Path, str]

    @property
    def is_conditional(self) -> bool:
        """True if what other layers show decides on its being drawn."""
        return bool(self.before) or self.slot.on is not None

    @property
    def conditions(self) -> list[dict[str, str | list[str]]]:
        """Conditions on other layers, of which one must hold for this one to be drawn.

        It is [{}] if it always may be. Names are patterns that match them alone.
        """
        earlier: dict[str, str | list[str]] = dict.fromkeys(self.before, NONE)
        shown = self.on.items()
        return [{name: list(map(glob.escape, them)), **earlier} for name, them in shown] or [
            earlier
        ]

    @property
    def shares(self) -> dict[str, Fraction]:
        """The share of each variant that may be drawn, and of none."""
        shares = {self.name_of(pick): Fraction(0) for pick in self.picks}
        for pick in self.picks:
            shares[self.name_of(pick)] += pick.share
        return shares | ({NONE: self.nothing} if self.nothing else {})

    def name_of(self, pick: Pick) -> str:
        """Return the variant that a pick of this layer is."""
        return self.names[pick.path] if pick.path is not None else NONE


@dataclass(frozen=True)
class LayerStack:
    """All layers of a project, from back to front, and sentences on what differs."""

    members: Sequence[Member]
    layers: Sequence[Stacked]
    blanks: Mapping[Path, str]
    notes: Sequence[str]
