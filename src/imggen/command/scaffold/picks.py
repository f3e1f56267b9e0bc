"""Choices that a layer of an engine makes: which of its files are drawn, and how often.

In HashLips' engine, a layer is a folder of which each image shows one file. In nftchef's fork,
folders may be nested, and each folder that is entered
- draws all its files without a weight,
- enters all its folders without a weight, and
- draws or enters one of those with a weight.

What is chosen inside a folder with a weight depends on that folder's being entered, which is so if
one of certain files is drawn: those of the first choice made in each folder.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Any

from imggen.assets.weights import check_file
from imggen.command.scaffold.project import Project, Root, opacity_in, text_in
from imggen.config.composed import composed, find_path
from imggen.config.ignored import is_ignored
from imggen.errors import AssetError

NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
Z_FLAG = re.compile(r"z(-?\d+),")
QUERY = re.compile(r"\?(.*)\.")
MOST_WEIGHT = 10**15  # as in the configuration


@dataclass(frozen=True)
class Pick:
    """A file that may be drawn, with its share of the choice.

    Attributes
    ----------
    path : None for an empty folder
    is_nothing : True if the engine draws nothing in its place
    names : what lists of combinations call it: its name and those of its folders
    keys : those of `names` that have a weight, which alone bring combinations with them
    title : its own name, without that of a folder
    trail : the choices that lead to it, from the outermost: the name of each, and its share of all
        names to choose among
    address : its place among the files of its layer, as the engine writes and sorts it
    rank : its place among all that are drawn of its layer, before the engine sorts them
    """

    path: Path | None
    share: Fraction
    is_nothing: bool = False
    names: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()
    title: str = ""
    trail: tuple[tuple[str, Fraction], ...] = ()
    address: str = ""
    rank: int = 0
    z: int = 0
    blend: str = "source-over"
    opacity: float = 1.0


@dataclass(frozen=True)
class FileChoice:
    """A choice of one pick, made always, or only if one of the files `on` is drawn."""

    name: str
    picks: tuple[Pick, ...]
    on: frozenset[Path] | None = None


def slots_of(root: Root, number: int, project: Project) -> list[FileChoice]:
    """Return the choices of a layer, which is that of a number in its order, from 0.

    Raises
    ------
    AssetError
        If its folder is missing or empty, or a weight cannot be used.
    """
    folder = find_path(project.layers / root.folder)
    if not folder.is_dir():
        message = f'{project.config} names the layer "{root.folder}", and {folder} is no folder.'
        raise AssetError(message)
    delimiter = project.setting("rarityDelimiter", "#")
    if not project.is_fork:
        return [FileChoice(root.name, flat_picks(folder, root, delimiter))]
    empty = project.setting("emptyLayerName", "NONE")
    reader = TreeReader(root, delimiter, empty, str(project.config))
    slots = reader.slots(folder, f"{number}", Inherited(0, root.blend, root.opacity))
    return [replace(slots[0], name=root.name), *slots[1:]]


def children(folder: Path) -> list[Path]:
    """Return what is in a folder in the order of its names, without what systems leave there."""
    paths = [path for path in folder.iterdir() if not is_ignored(path)]
    for path in paths:
        check_file(path, folder.name)
    return sorted(paths)


# --- HashLips -------------------------------------------------------------------------------------


def flat_picks(folder: Path, root: Root, delimiter: str) -> tuple[Pick, ...]:
    """Return the picks of a folder of files with weights in their names."""
    paths = children(folder)
    inner = next((path for path in paths if path.is_dir()), None)
    if inner is not None:
        message = (
            f"{inner} is a folder within a layer, which this engine cannot read; move its files "
            f"to {folder}."
        )
        raise AssetError(message)
    weights = [flat_weight(path, delimiter) for path in paths]
    total = sum(weights)
    if not paths or not total:
        what = "all weights in its names are 0" if paths else "it is empty"
        raise AssetError(f"{folder}: {what}; expected one image file per variant.")
    return tuple(
        Pick(path, weight / total, blend=root.blend, opacity=root.opacity)
        for path, weight in zip(paths, weights, strict=True)
    )


def flat_weight(path: Path, delimiter: str) -> Fraction:
    """Return the weight in a name: what is a number behind the last delimiter, or else 1.

    As in the engine, a name that is a number itself is its own weight, and one that ends in the
    delimiter weighs 0.
    """
    text = (path.stem.split(delimiter) if delimiter else [path.stem])[-1].strip()
    if not text:
        return Fraction(0)
    if not NUMBER.fullmatch(text):
        return Fraction(1)
    weight = Fraction(text)
    if not 0 <= weight <= MOST_WEIGHT:
        message = f"{path} has the weight {text}; expected a number from 0 to 1e15."
        raise AssetError(message)
    return weight


# --- nftchef --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Inherited:
    """Depth and style that a folder leaves to all in it."""

    z: int
    blend: str
    opacity: float


class TreeReader:
    """Reads the choices of a layer with folders in folders."""

    def __init__(self, root: Root, delimiter: str, empty: str, config: str) -> None:
        self.delimiter = delimiter
        self.empty = empty
        self.config = config
        self.sublayers: Mapping[str, Mapping[str, Any]] = {
            name: dict(options) for name, options in root.sublayers
        }
        self.weight = re.compile(re.escape(delimiter) + r"(\d*)")
        self.ranks = count(1)

    def slots(self, folder: Path, address: str, above: Inherited) -> list[FileChoice]:
        """Return the choices that are made when `folder` is entered.

        The first is one that is always made; others may depend on it and on one another.
        """
        always: list[list[FileChoice]] = []
        weighted: list[tuple[str, Fraction, list[FileChoice]]] = []
        numbered = enumerate(children(folder))
        for number, path in sorted(numbered, key=lambda one: self.weight_of(one[1]) is not None):
            slots = self.slots_of(path, f"{address}.{number}", self.inherited(path, above))
            weight = self.weight_of(path)
            if weight is None:
                always.append(slots)
            else:
                weighted.append((self.clean(path), weight, slots))
        if weighted:
            always.insert(0, one_of(weighted, folder, self.clean(folder)))
        if not always:
            return [FileChoice(self.clean(folder), (Pick(None, Fraction(1), is_nothing=True),))]
        always.sort(key=lambda slots: indefinite(slots[0]))
        return [slot for slots in always for slot in slots]

    def slots_of(self, path: Path, address: str, own: Inherited) -> list[FileChoice]:
        """Return the choices that are made when `path` is drawn or entered."""
        name, has_weight = self.clean(path), self.weight_of(path) is not None
        names = frozenset({name})
        keys = names if has_weight else frozenset()
        if path.is_dir():
            return [called(slot, names, keys) for slot in self.slots(path, address, own)]
        pick = Pick(
            path,
            Fraction(1),
            has_weight and name == self.empty,
            names,
            keys,
            name,
            (),
            f"{address}:",
            next(self.ranks) * (1 if has_weight else -1),  # others are put before all
            own.z,
            own.blend,
            own.opacity,
        )
        return [FileChoice(name, (pick,))]

    def weight_of(self, path: Path) -> Fraction | None:
        """Return the weight in a name; None if there is none, so that it is always drawn."""
        match = self.weight.search(path.name)
        if match is None:
            return None
        weight = Fraction(match[1] or 0)
        if weight > MOST_WEIGHT:
            raise AssetError(f"{path} has the weight {match[1]}; expected one up to 1e15.")
        return weight

    def clean(self, path: Path) -> str:
        """Return a name without its z, its weight and its extension."""
        name = Z_FLAG.sub("", path.name if path.is_dir() else path.stem, count=1)
        return composed(name.split(self.delimiter)[0])

    def inherited(self, path: Path, above: Inherited) -> Inherited:
        """Return depth, blend mode and opacity of a file or folder."""
        match = Z_FLAG.search(path.name)
        z = int(match[1]) if match else above.z
        options = self.sublayers.get(self.clean(path))
        if options is not None:
            called = f"{self.config}: sublayerOptions of {self.clean(path)}"
            above = Inherited(z, text_in(options, "blend", called), opacity_in(options, called))
        query = QUERY.search(path.name)
        said = dict(part.partition("=")[::2] for part in (query[1] if query else "").split("&"))
        opacity = above.opacity
        if said.get("opacity"):
            if not said["opacity"].isdecimal() or int(said["opacity"]) > 100:  # per cent
                message = f"{path} has an opacity that is no whole number from 0 to 100."
                raise AssetError(message)
            opacity = int(said["opacity"]) / 100
        return Inherited(z, said.get("blend") or above.blend, opacity)


def indefinite(slot: FileChoice) -> int:
    """Return how poorly the files of a slot tell that its folder was entered: 0 is well."""
    if any(pick.path is None for pick in slot.picks):
        return 2
    return int(any(pick.is_nothing for pick in slot.picks))


def called(slot: FileChoice, names: frozenset[str], keys: frozenset[str]) -> FileChoice:
    """Return `slot` with picks that have further names and keys, those of a folder."""
    picks = (replace(pick, names=pick.names | names, keys=pick.keys | keys) for pick in slot.picks)
    return replace(slot, picks=tuple(picks))


def one_of(
    weighted: Sequence[tuple[str, Fraction, list[FileChoice]]], folder: Path, name: str
) -> list[FileChoice]:
    """Return the choices that are made where one of `weighted` is drawn or entered.

    What comes with a choice depends on the files of its first slot.
    """
    total = sum(weight for _, weight, _ in weighted)
    if not total:
        raise AssetError(f"{folder}: all weights in its names are 0; one must be more.")
    picks: list[Pick] = []
    others: list[FileChoice] = []
    for chosen, weight, (first, *rest) in weighted:
        share = weight / total
        picks += (
            replace(pick, share=pick.share * share, trail=((chosen, share), *pick.trail))
            for pick in first.picks
        )
        if rest and indefinite(first) > 1:
            message = (
                f"{folder}: an empty folder in {first.name} is drawn along with other files, which "
                "imggen cannot tell apart from none; put a transparent file in it."
            )
            raise AssetError(message)
        files = frozenset(pick.path for pick in first.picks if pick.path is not None)
        others += (replace(slot, on=files) if slot.on is None else slot for slot in rest)
    return [FileChoice(name, tuple(picks)), *others]
