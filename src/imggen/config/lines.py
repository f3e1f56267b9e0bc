"""The line numbers of the keys of a TOML file, which `tomllib` does not report.

`Lines` reads only text that `tomllib` has accepted, so it does not check it again.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections import Counter
from typing import Any

from imggen.config.composed import composed
from imggen.config.keys import Keys

BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")  # including comments
STRING = r'"""(?:\\.|[^\\])*?"{3,5}|' + r"'''.*?'{3,5}|" + r'"(?:\\.|[^"\\])*"|' + r"'[^']*'"
KEY = re.compile(rf"(?:{STRING}|[\w-]+)(?:[ \t]*\.[ \t]*(?:{STRING}|[\w-]+))*", re.DOTALL)
SCALAR = re.compile(rf"{STRING}|[^,\]}}\n#]+", re.DOTALL)


class Lines:
    """The line, from 1, of each key and each list item in the TOML `text`."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.ends = [end.start() for end in re.finditer("\n", text)]
        self.at = 0
        self.found: dict[Keys, int] = {}
        self.tables: Counter[Keys] = Counter()  # the number of tables of each list so far
        self.read_document()

    def line_of(self, keys: Keys) -> int | None:
        """Return the line of `keys`, or else of the innermost table around them in the text."""
        lengths = range(len(keys), 0, -1)
        return next((self.found[keys[:n]] for n in lengths if keys[:n] in self.found), None)

    def read_document(self) -> None:
        """Read all tables and settings to the end of the text."""
        table: Keys = ()
        while not self.skip_blank():
            if self.text[self.at] == "[":
                table = self.read_header()
            else:
                self.read_setting(table)

    def read_header(self) -> Keys:
        """Read `[table]` or `[[table]]` and return its keys."""
        line, is_list = self.line, self.text.startswith("[[", self.at)
        self.at += 2 if is_list else 1
        keys: Keys = ()
        for key in self.read_key():
            keys = (*self.last_of(keys), key)
            self.found.setdefault(keys, line)
        if is_list:
            self.tables[keys] += 1
            keys = self.last_of(keys)
            self.found[keys] = line
        self.at = self.text.index("]", self.at) + (2 if is_list else 1)
        return keys

    def last_of(self, keys: Keys) -> Keys:
        """Return `keys` or, if they lead to a list of tables, the keys of its last table."""
        return (*keys, self.tables[keys] - 1) if self.tables[keys] else keys

    def read_setting(self, table: Keys) -> None:
        """Read `key = value`; the key may have dots."""
        line, keys = self.line, table
        for key in self.read_key():
            keys = (*keys, key)
            self.found.setdefault(keys, line)
        self.skip_blank()
        self.at += 1  # =
        self.read_value(keys)

    def read_key(self) -> list[str]:
        """Read a key and return its parts between dots."""
        self.skip_blank()
        written = self.match(KEY)
        parts: list[str] = []
        table: Any = tomllib.loads(f"{written} = 0")
        while isinstance(table, dict):
            [(key, table)] = table.items()
            parts.append(composed(key))
        return parts

    def read_value(self, keys: Keys) -> None:
        """Read a value, with all settings or items inside it."""
        self.skip_blank()
        opening = self.text[self.at]
        if opening not in "[{":
            self.match(SCALAR)
            return
        self.at += 1
        position = 0
        while not self.skip_blank() and self.text[self.at] not in "]}":
            if self.text[self.at] == ",":
                self.at += 1
                position += 1
            elif opening == "{":
                self.read_setting(keys)
            else:
                self.found[*keys, position] = self.line
                self.read_value((*keys, position))
        self.at += 1

    def skip_blank(self) -> bool:
        """Skip spaces, line ends and comments; return True at the end of the text."""
        self.match(BLANK)
        return self.at >= len(self.text)

    def match(self, pattern: re.Pattern[str]) -> str:
        """Read and return the text that matches `pattern`."""
        found = pattern.match(self.text, self.at)
        if found is None:
            raise ValueError(f"no {pattern.pattern} at {self.at}")
        self.at = found.end()
        return found[0]

    @property
    def line(self) -> int:
        """The current line, from 1."""
        return bisect_left(self.ends, self.at) + 1
