"""Names that become paths and columns: safe, and all different."""

from __future__ import annotations

import re
import unicodedata

from imggen.config.sentences import show
from imggen.errors import ConfigError

LONGEST_NAME = 64
# Such a name is safe in a path, in a CSV header, in a spreadsheet and as a field of image_name.
SAFE_NAME = re.compile(rf"(?=[^\W\d])[\w -]{{0,{LONGEST_NAME - 1}}}[\w-]")
SAFE_NAME_WORDS = (
    f"expected at most {LONGEST_NAME} letters, digits, spaces, _ and -, starting with a letter."
)


def take_name(taken: dict[str, str], called: str, name: str, owner: str) -> None:
    """Note in `taken` that `name`, the value of `called`, is now that of `owner`; refuse a second.

    All of them are columns of the table.
    """
    if fold(name) in taken:
        message = (
            f'{called} is "{name}", which {taken[fold(name)]} is called too '
            "(case makes no difference); rename one."
        )
        raise ConfigError(message)
    taken[fold(name)] = owner


def check_safe(called: str, name: str) -> None:
    """Refuse a name that a path or a CSV header could not hold."""
    if not SAFE_NAME.fullmatch(name):
        raise ConfigError(f"{called} is {show(name)}; {SAFE_NAME_WORDS}")


def fold(name: str) -> str:
    """What names that differ only in case or composition have in common."""
    return unicodedata.normalize("NFKC", name).casefold()
