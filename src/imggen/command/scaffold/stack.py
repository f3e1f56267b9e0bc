"""Layers that do what the choices of an engine do: in order, with weights and rules."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from fractions import Fraction
from itertools import combinations
from pathlib import Path

from imggen.assets.folder import is_blank
from imggen.assets.weights import find_variants
from imggen.command.scaffold.names import safe_names
from imggen.command.scaffold.picks import FileChoice, Pick, slots_of
from imggen.command.scaffold.project import Edition, Project
from imggen.command.scaffold.stacked import LayerStack, Member, Stacked
from imggen.config.names import fold
from imggen.errors import AssetError

BEHIND = "destination-over"  # behind all that is drawn already
NORMAL = ("source-over", BEHIND)
LEAST_OPACITY = 0.01  # as in the configuration


def make_stack(project: Project) -> LayerStack:
    """Return the layers of a project.

    Raises
    ------
    AssetError
        If a folder is missing, or holds what cannot be used.
    """
    members = merged(project.editions)
    slots = [
        (number, slot)
        for number, member in enumerate(members)
        for slot in slots_of(member.root, number, project)
    ]
    conditions = {path for _, slot in slots for path in slot.on or ()}
    blanks = find_blanks((pick for _, slot in slots for pick in slot.picks), conditions)
    parts = sorted(
        ((number, slot, z) for number, slot in slots for z in depths_of(slot, blanks)),
        key=lambda part: (part[2], part[0], min(map(order_of, picks_of(part, blanks)))),
    )
    if not parts:
        message = f"{project.config}: its layers draw nothing; expected files that show something."
        raise AssetError(message)
    parts, notes = behind(parts)
    titles = safe_names(list(titles_of(parts, members)))
    finished = [
        finish(part, title, parts, titles, blanks)
        for part, title in zip(parts, titles, strict=True)
    ]
    notes += faint_notes(slots)
    return LayerStack(members, finished, blanks, [*notes, *mixed_notes(finished)])


Part = tuple[int, FileChoice, int]  # number of the engine's layer, choice, depth


def merged(editions: Sequence[Edition]) -> list[Member]:
    """Return the layers of all editions in one order, each in the order of its edition.

    A layer that two editions have in another order, or with other options, is there twice.
    """
    members: list[Member] = []
    for number, edition in enumerate(editions):
        known = [member.root for member in members]
        joined: list[Member] = []
        codes = SequenceMatcher(None, known, edition.roots, autojunk=False).get_opcodes()
        for kind, low, high, first, last in codes:
            if kind == "equal":
                joined += (Member(one.root, one.editions | {number}) for one in members[low:high])
            else:
                joined += members[low:high]
                joined += (Member(root, frozenset({number})) for root in edition.roots[first:last])
        members = joined
    return members


def find_blanks(picks: Iterable[Pick], conditions: Collection[Path]) -> dict[Path, str]:
    """Return the files that stand for none, and how each is called.

    A transparent file on which another choice depends remains a variant.
    """
    blanks = {}
    for pick in picks:
        if pick.path is None:
            continue
        if pick.path in conditions:
            if pick.is_nothing and not is_blank(pick.path):
                message = f"{pick.path} stands for none, but shows something; make it transparent."
                raise AssetError(message)
        elif pick.is_nothing or is_blank(pick.path):
            blanks[pick.path] = pick.path.name
    return blanks


def is_drawn(pick: Pick, blanks: Collection[Path]) -> bool:
    """Return True if a pick draws something, or other choices depend on it."""
    return pick.path is not None and pick.path not in blanks and pick.opacity >= LEAST_OPACITY


def depths_of(slot: FileChoice, blanks: Collection[Path]) -> list[int]:
    """Return the depths of what a slot may draw, from back to front."""
    depths = {pick.z for pick in slot.picks if is_drawn(pick, blanks)}
    return sorted(depths)


def order_of(pick: Pick) -> tuple[int, int, str]:
    """Return what the engine sorts the files of one layer and depth by."""
    return (len(pick.address), pick.rank, "") if pick.z else (0, 0, pick.address)


def behind(parts: list[Part]) -> tuple[list[Part], list[str]]:
    """Return `parts` with those at the back that are drawn behind what is there already."""
    ordered: list[Part] = []
    notes = []
    for part in parts:
        modes = {pick.blend for pick in part[1].picks}
        if modes == {BEHIND} and all(
            pick.blend in NORMAL for _, slot, _ in ordered for pick in slot.picks
        ):
            ordered.insert(0, part)
        else:
            if BEHIND in modes:
                notes.append(
                    f'{part[1].name}: "{BEHIND}" is not carried over, as not all of what it would '
                    "be behind is drawn normally; it is in front."
                )
            ordered.append(part)
    return ordered, notes


def titles_of(parts: Sequence[Part], members: Sequence[Member]) -> Iterator[str]:
    """Yield a name for each part: that of its layer, and of its choice and depth if need be."""
    roots = {member.root for member in members}
    for number, slot, z in parts:
        root = members[number].root
        shared = {fold(one.folder) for one in roots if fold(one.name) == fold(root.name)}
        title = root.name if len(shared) == 1 else root.folder
        own = [other for other in parts if other[0] == number]
        leads = min(own, key=lambda other: (other[1].on is not None, other[1] is not slot))
        if slot.name != root.name and leads[1] is not slot:
            title = f"{title} {slot.name}"
        depths = [other for other in own if other[1] is slot]
        yield f"{title} z{z}" if len(depths) > 1 and z else title


def finish(
    part: Part,
    name: str,
    parts: Sequence[Part],
    titles: Sequence[str],
    blanks: Collection[Path],
) -> Stacked:
    """Return the layer of a part, called `name`."""
    number, slot, z = part
    picks = picks_of(part, blanks)
    before = [depth for depth in depths_of(slot, blanks) if depth < z]
    depths = [*before, z]
    drawn = [pick for depth in depths for pick in picks_of((number, slot, depth), blanks)]
    taken = sum((pick.share for pick in drawn), Fraction(0))
    others = list(zip(parts, titles, strict=True))
    same = [title for other, title in others if other[:2] == part[:2] and other[2] in before]
    on = {title: told_by(other, slot.on or (), blanks) for other, title in others}
    folder = common_folder(picks)
    return Stacked(
        name,
        number,
        slot,
        picks,
        1 - taken,
        tuple(same),
        {title: names for title, names in on.items() if names},
        folder,
        variant_names(folder),
    )


def picks_of(part: Part, blanks: Collection[Path]) -> tuple[Pick, ...]:
    """Return the picks of a part that draw something."""
    _, slot, z = part
    return tuple(pick for pick in slot.picks if pick.z == z and is_drawn(pick, blanks))


def told_by(part: Part, on: Collection[Path], blanks: Collection[Path]) -> tuple[str, ...]:
    """Return the variants of a part that are files in `on`."""
    picks = picks_of(part, blanks)
    if not any(pick.path in on for pick in picks):
        return ()
    names = variant_names(common_folder(picks))
    return tuple(names[pick.path] for pick in picks if pick.path is not None and pick.path in on)


def common_folder(picks: Sequence[Pick]) -> Path:
    """Return the folder that holds the files of all `picks`, at any depth."""
    return Path(os.path.commonpath([pick.path.parent for pick in picks if pick.path is not None]))


def variant_names(folder: Path) -> dict[Path, str]:
    """Return the names that imggen has for the files in `folder`."""
    return {one.path: one.name for one in find_variants(folder, folder.name, weighed=False)}


def faint_notes(slots: Iterable[tuple[int, FileChoice]]) -> Iterator[str]:
    """Yield sentences on what has so little opacity that it is not drawn."""
    for _, slot in slots:
        if any(pick.opacity < LEAST_OPACITY for pick in slot.picks):
            yield f"{slot.name}: files with an opacity below {LEAST_OPACITY} are not drawn."


def mixed_notes(layers: Sequence[Stacked]) -> Iterator[str]:
    """Yield sentences on files that the engine would draw now in front of others, now behind."""
    for one, other in combinations(layers, 2):
        if one.member != other.member or one.slot is other.slot:
            continue
        low, high = drawn_with(one, other), drawn_with(other, one)
        same_depth = {pick.z for pick in low} == {pick.z for pick in high}
        if low and high and same_depth and max(map(order_of, low)) > min(map(order_of, high)):
            yield (
                f"{one.name} is behind {other.name}; in the engine some of its files are in "
                "front of it, by their names."
            )


def drawn_with(one: Stacked, other: Stacked) -> Sequence[Pick]:
    """Return the picks of a layer that may be drawn where `other` is."""
    on = other.slot.on
    if on is None:
        return one.picks
    own = [pick for pick in one.picks if pick.path in on]
    is_apart = one.slot.on is not None and not one.slot.on & on
    return own or ([] if is_apart else one.picks)
