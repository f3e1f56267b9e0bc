"""Constants of a JavaScript or TypeScript file, as far as they are written out.

Nothing is run. Numbers, texts, lists and objects are read, with sums, products, `concat` and names
of constants in them; anything else, such as the result of another call, is UNKNOWN.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from imggen.command.scaffold.literals import NotWrittenOut, combined, number_of, text_of

TOKEN = re.compile(
    r"""\s+ | //[^\n]* | /\*.*?\*/
    | (?P<text>"(?:\\.|[^"\\])*" | '(?:\\.|[^'\\])*' | `(?:\\.|[^`\\])*`)
    | (?P<number>0[xX][0-9a-fA-F]+ | (?:\d[\d_]*\.?\d* | \.\d+)(?:[eE][+-]?\d+)?)
    | (?P<name>[\w$]+)
    | (?P<mark>\.\.\.|=>|.)""",
    re.VERBOSE | re.DOTALL,
)
DECLARES = ("const", "let", "var")
BEGINS = (*DECLARES, "module", "export", "function", "import", "class")
OPENS, CLOSES = "([{", ")]}"
WORDS = {"true": True, "false": False, "null": None, "undefined": None}
# Objects of constants that engines import, and what their members stand for.
IMPORTED: Mapping[str, Callable[[str], str]] = {
    "MODE": lambda name: re.sub("([A-Z])", r"-\1", name).lower(),  # colorDodge: color-dodge
    "NETWORK": lambda name: name,
}


class Unknown:
    """The value of a constant that is not written out."""


UNKNOWN: Final = Unknown()


@dataclass(frozen=True)
class Imported:
    """The name of an object of constants from another file."""

    name: str


def read_constants(text: str, known: Mapping[str, object] | None = None) -> dict[str, object]:
    """Return the constants that `text` declares, by name; `known` are those that it imports."""
    return read_all(text, known or {}).constants


def read_exported(text: str) -> list[str]:
    """Return the names that `text` exports by `module.exports = { ... }` or `export const`."""
    return read_all(text, {}).exported


def read_all(text: str, known: Mapping[str, object]) -> ConstantReader:
    """Return a reader that has read all of `text`."""
    reader = ConstantReader(text, known)
    while reader.more:
        reader.statement()
    return reader


class ConstantReader:
    """Reads declarations, one token after the other."""

    def __init__(self, text: str, known: Mapping[str, object]) -> None:
        self.tokens = [match for match in TOKEN.finditer(text) if match.lastgroup]
        self.at = 0
        self.known = known
        self.constants: dict[str, object] = {}
        self.exported: list[str] = []

    @property
    def more(self) -> bool:
        """True before the end."""
        return self.at < len(self.tokens)

    @property
    def next(self) -> str:
        """The next token; "" at the end."""
        return self.tokens[self.at][0] if self.more else ""

    @property
    def kind(self) -> str | None:
        """The kind of the next token."""
        return self.tokens[self.at].lastgroup if self.more else None

    @property
    def on_new_line(self) -> bool:
        """True if the next token is the first of its line; a `;` before it may be left out."""
        begin, end = self.tokens[self.at - 1].end(), self.tokens[self.at].start()
        return "\n" in self.tokens[self.at].string[begin:end]

    def take(self) -> str:
        """Return the next token and go on."""
        token = self.next
        self.at += 1
        return token

    def skip_to(self, *ends: str) -> None:
        """Go on to the next of `ends` that is not in brackets."""
        depth = 0
        while self.more and not (depth == 0 and self.next in ends):
            depth += (self.next in OPENS) - (self.next in CLOSES)
            if depth < 0:
                return
            self.at += 1

    def statement(self) -> None:
        """Read a declaration, or go past anything else."""
        is_exported = self.next == "export" and self.take() == "export"
        word = self.take()
        if word == "module":
            self.exports()
        if word not in DECLARES or self.kind != "name":
            if self.tokens[self.at - 1][0] in OPENS:
                self.skip_to("")
            return
        name = self.take()
        self.exported += [name] if is_exported else []
        self.skip_to("=", ";", *BEGINS)  # the type, in TypeScript
        if self.next == "=":
            self.at += 1
            self.constants[name] = self.value(";", ",", *BEGINS)

    def exports(self) -> None:
        """Read the names in `.exports = { ... }`."""
        self.skip_to("=", ";")
        if self.take() == "=" and self.next == "{":
            self.at += 1
            self.exported += self.properties()

    def value(self, *ends: str) -> object:
        """Return a value, or UNKNOWN, and go to the next of `ends`."""
        start = self.at
        try:
            value = self.total()
        except (NotWrittenOut, RecursionError):
            value = UNKNOWN
        goes_on = self.more and self.next not in (*ends, *CLOSES) and not self.on_new_line
        if value is UNKNOWN or goes_on:
            self.at, value = start, UNKNOWN
            self.skip_to(*ends)
        return value

    def total(self) -> object:
        """Return a sum of numbers or texts."""
        value = self.product()
        while self.next in ("+", "-"):
            value = combined(self.take(), value, self.product())
        return value

    def product(self) -> object:
        """Return a product or quotient of numbers."""
        value = self.member()
        while self.next in ("*", "/"):
            value = combined(self.take(), value, self.member())
        return value

    def member(self) -> object:
        """Return a value, or what is called in it, as in `format.width`."""
        value = self.single()
        while self.next in (".", "as"):
            if self.take() == "as":  # `as const`, in TypeScript
                self.at += 1
                continue
            name = self.take()
            if isinstance(value, list) and name == "concat":
                value = [*value, *self.joined()]
            elif isinstance(value, Imported):
                value = IMPORTED[value.name](name)
            elif isinstance(value, dict) and name in value:
                value = value[name]
            else:
                raise NotWrittenOut
        return value

    def single(self) -> object:
        """Return a value without operators."""
        kind, word = self.kind, self.take()
        if kind == "text":
            return text_of(word)
        if kind == "number":
            return number_of(word)
        if kind == "name":
            return self.named(word)
        if word == "-":
            return combined("*", -1, self.member())
        if word == "(":
            return self.group()
        if word in ("[", "{"):
            return self.items("]") if word == "[" else self.properties()
        raise NotWrittenOut

    def group(self) -> object:
        """Return what is in brackets, of which one is open, or what `() =>` returns."""
        if self.next == ")":
            self.at += 1
            if self.take() != "=>" or self.next == "{":
                raise NotWrittenOut
            return self.total()
        value = self.total()
        if self.take() != ")":
            raise NotWrittenOut
        return value

    def named(self, name: str) -> object:
        """Return the value of a constant."""
        for names in (WORDS, self.constants, self.known):
            if name in names:
                value: object = names[name]
                return value
        if name in IMPORTED:
            return Imported(name)
        raise NotWrittenOut

    def joined(self) -> list[object]:
        """Return what a call of `concat` adds to a list: all in its lists, and its other values."""
        if self.take() != "(":
            raise NotWrittenOut
        added = self.items(")")
        return [one for own in added for one in (own if isinstance(own, list) else [own])]

    def items(self, end: str) -> list[object]:
        """Return a list whose bracket is open, up to `end`."""
        values: list[object] = []
        while self.more and self.next != end:
            if self.next == "...":
                self.at += 1
                spread = self.value(",")
                values += spread if isinstance(spread, list) else [UNKNOWN]
            else:
                values.append(self.value(","))
            if self.next == ",":
                self.at += 1
        self.take()
        return values

    def properties(self) -> dict[str, object]:
        """Return an object whose brace is open."""
        values: dict[str, object] = {}
        while self.more and self.next != "}":
            self.property(values)
            if self.next == ",":
                self.at += 1
        self.take()
        return values

    def property(self, values: dict[str, object]) -> None:
        """Read a key and its value into `values`."""
        if self.next == "...":
            self.at += 1
            spread = self.value(",")
            values.update(spread if isinstance(spread, dict) else {})
            return
        kind, token = self.kind, self.take()
        key = text_of(token) if kind == "text" else token
        if self.next == ":":
            self.at += 1
            values[key] = self.value(",")
        elif kind == "name" and self.next in (",", "}"):
            self.at -= 1
            values[key] = self.value(",")
        else:  # a function
            self.skip_to(",")
