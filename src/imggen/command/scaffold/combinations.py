"""Combinations that nftchef's engine rules out or forces, as rules."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from imggen.command.scaffold.forced import forced
from imggen.command.scaffold.incompatible import notes_of, ruled_out
from imggen.command.scaffold.javascript import UNKNOWN
from imggen.command.scaffold.meetings import pairs
from imggen.command.scaffold.project import Project
from imggen.command.scaffold.stacked import LayerStack, Stacked
from imggen.command.scaffold.toml import TomlTable, quote

RulesOf = Callable[[Stacked, Stacked, str, Collection[str], LayerStack], Iterable[TomlTable]]

INCOMPATIBLE = "incompatible"
RULES_OF: dict[str, RulesOf] = {INCOMPATIBLE: ruled_out, "forcedCombinations": forced}


def combination_rules(project: Project, stack: LayerStack) -> tuple[list[TomlTable], list[str]]:
    """Return the rules of a project's lists of combinations, and sentences on what is missing."""
    rules: list[TomlTable] = []
    notes: list[str] = []
    for setting in RULES_OF if project.is_fork else ():
        found, missing = list_rules(project, stack, setting)
        rules += found
        notes += missing
    return rules, notes


def list_rules(
    project: Project, stack: LayerStack, setting: str
) -> tuple[list[TomlTable], list[str]]:
    """Return the rules of one list, and sentences on what of it is left out."""
    value = project.setting(setting, {})
    if project.settings.get(setting) not in (None, value):
        return [], [f"{setting} is computed, so it is left out; write it out."]
    rules: list[TomlTable] = []
    notes: list[str] = []
    for key, listed in value.items():
        called, others = f"{setting} of {quote(key)}", texts_in(listed)
        found = [
            rule
            for first, second in pairs(key, others, stack)
            for rule in RULES_OF[setting](first, second, key, others, stack)
        ]
        rules += found
        if found and setting == INCOMPATIBLE:
            notes += [f"{called}: {note}" for note in notes_of(key, others, stack)]
        if is_computed(listed):
            notes.append(f"{called} is computed, in part at least; write it out.")
        elif listed and not found:
            notes.append(f"{called} is left out, as it is of no later choice.")
    return rules, notes


def is_computed(listed: object) -> bool:
    """Return True if a list, or something in it, is not written out."""
    return listed is UNKNOWN or (isinstance(listed, list) and UNKNOWN in listed)


def texts_in(value: object) -> list[str]:
    """Return the texts in a list."""
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
