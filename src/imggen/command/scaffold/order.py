"""The order of layers that --order gives."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from imggen.command.scaffold.names import bare_name
from imggen.config.names import fold
from imggen.config.sentences import did_you_mean
from imggen.errors import InputError


def in_order(
    folders: Sequence[Path], order: Sequence[str] | None
) -> tuple[list[Path], tuple[Path, ...]]:
    """Return the `folders` that `order` names, in that order, and the others.

    A folder may be named without its number and weight. Without an order, all are returned as
    they are.

    Raises
    ------
    InputError
        If a name is that of no folder, or of one that was named already.
    """
    if order is None:
        return list(folders), ()
    chosen: list[Path] = []
    for name in order:
        folder = find_named(name, folders)
        if folder in chosen:
            raise InputError(f'--order names "{folder.name}" twice; expected each layer once.')
        chosen.append(folder)
    return chosen, tuple(folder for folder in folders if folder not in chosen)


def find_named(name: str, folders: Sequence[Path]) -> Path:
    """Return the one of `folders` that is called `name`."""
    for called in (lambda text: text, lambda text: bare_name(text, numbered=True)):
        found = [path for path in folders if fold(called(path.name)) == fold(name)]
        if len(found) == 1:
            return found[0]
    names = [path.name for path in folders]
    hint = did_you_mean(name, names, expected="one of ")
    raise InputError(f'--order names "{name}", which is no folder of {folders[0].parent}; {hint}')
