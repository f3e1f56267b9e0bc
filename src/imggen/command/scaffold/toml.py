"""TOML with a comment beside each key, written in the order of a reader."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

BARE = re.compile(r"[A-Za-z0-9_-]+")
WIDEST = 100  # characters of a line
COLUMN = 40  # comments of shorter lines begin at one column, up to this one


@dataclass(frozen=True)
class Key:
    """A key, its value, and a comment on it."""

    key: str
    value: object
    why: str = ""


@dataclass(frozen=True)
class TomlTable:
    """A table: its header, comments below that, and its entries."""

    header: str
    entries: Sequence[Key]
    notes: Sequence[str] = field(default=())


def document(intro: Iterable[str], tables: Iterable[TomlTable]) -> str:
    """Return `tables` as TOML, below the comment `intro`."""
    blocks = ["\n".join(comments(intro)), *("\n".join(table_lines(table)) for table in tables)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def table_lines(table: TomlTable) -> Iterator[str]:
    """Yield the lines of a table."""
    yield table.header
    yield from comments(table.notes)
    written = [f"{key_text(entry.key)} = {value_text(entry.value)}" for entry in table.entries]
    commented = [
        len(line)
        for line, entry in zip(written, table.entries, strict=True)
        if entry.why and len(line) <= COLUMN
    ]
    column = max(commented, default=0)
    for line, entry in zip(written, table.entries, strict=True):
        why = printable(entry.why)
        whole = f"{line:{column}}  # {why}" if why else line
        if len(whole) > WIDEST and why:
            yield f"# {why}:"
            yield line
        else:
            yield whole


def comments(notes: Iterable[str]) -> Iterator[str]:
    """Yield `notes` as lines of comments."""
    for note in notes:
        yield f"# {printable(note)}".rstrip()


def printable(text: str) -> str:
    """Return `text` as part of a comment: what cannot be printed is written as escapes."""
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)


def key_text(key: str) -> str:
    """Return a key, in quotes where TOML needs them."""
    return key if BARE.fullmatch(key) else quote(key)


def value_text(value: object) -> str:
    """Return a value as TOML: text, a number, a truth value, a list or a table of those."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, str):
        return quote(value)
    if isinstance(value, Mapping):
        pairs = (f"{key_text(key)} = {value_text(one)}" for key, one in value.items())
        return f"{{ {', '.join(pairs)} }}"
    if isinstance(value, Sequence):
        return f"[{', '.join(map(value_text, value))}]"
    raise TypeError(f"{value!r} has no form in TOML")


def quote(text: str) -> str:
    """Return `text` as a TOML string; JSON escapes the same characters in the same way."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
