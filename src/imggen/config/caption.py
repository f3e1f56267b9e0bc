"""The template of captions: words, layers in braces, and pieces in brackets that may be left out.

    a {character}[ with a {object}] in the {background}

A piece is left out where one of its layers shows nothing. Outside of brackets, a layer and the
words before it are a piece, back to the layer before or to a punctuation mark.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from string import Formatter

from imggen.config.sentences import did_you_mean, lower_first, show
from imggen.errors import ConfigError

FIELD = "labels.caption"
BRACKET = re.compile(r"(\[\[|\]\]|\[|\])")
LITERAL_BRACKETS = {"[[": "[", "]]": "]"}
# A mark that ends a sentence stays; one within it goes with what follows.
LAST_MARK = re.compile(r"(.*(?:[.!?]|(?=[,:;])))(.*)", re.DOTALL)


@dataclass(frozen=True)
class Slot:
    """A layer in a template, and the words before it."""

    before: str
    layer: str


@dataclass(frozen=True)
class Piece:
    """What is left out together: `slots` in their order, then the words `after` them."""

    slots: tuple[Slot, ...]
    after: str = ""


def parse_caption(template: str, layers: Sequence[str]) -> list[Piece]:
    """The pieces of `template`.

    Raises
    ------
    ConfigError
        If it cannot be filled: saying why.
    """
    pieces: list[Piece] = []
    inside: list[Slot] | None = None  # of brackets that are open
    words = ""
    for text, layer in tokens_of(template, layers):
        if layer is not None and inside is None:
            kept, dropped = split_words(words)
            pieces += [Piece((), kept)] if kept else []
            pieces.append(Piece((Slot(dropped, layer),)))
        elif layer is not None and inside is not None:
            inside.append(Slot(words, layer))
        elif text == "[":
            check_bracket(template, fits=inside is None)
            pieces += [Piece((), words)] if words else []
            inside = []
        elif text == "]":
            check_bracket(template, fits=bool(inside))
            pieces.append(Piece(tuple(inside or ()), words))
            inside = None
        else:
            words += LITERAL_BRACKETS.get(text, text)
            continue
        words = ""
    check_bracket(template, fits=inside is None)
    return [*pieces, Piece((), words)] if words else pieces


def tokens_of(template: str, layers: Sequence[str]) -> list[tuple[str, str | None]]:
    """Words and brackets, with None, and layers, each behind an empty text."""
    try:
        parsed = list(Formatter().parse(template))
    except ValueError as error:
        message = (
            f"{FIELD} is {show(template)}, which cannot be read "
            f"({lower_first(str(error))}); write {{{{ and }}}} for braces."
        )
        raise ConfigError(message) from None
    tokens: list[tuple[str, str | None]] = []
    for literal, name, spec, conversion in parsed:
        tokens += [(part, None) for part in BRACKET.split(literal) if part]
        if name is not None:
            check_field(name, layers, plain=not spec and not conversion)
            tokens.append(("", name))
    return tokens


def split_words(words: str) -> tuple[str, str]:
    """What of the `words` before a layer stays without it, and what does not."""
    match = LAST_MARK.fullmatch(words)
    return (match[1], match[2]) if match else ("", words)


def check_field(name: str, layers: Sequence[str], *, plain: bool) -> None:
    """Refuse what is no layer, and formats."""
    if name not in layers:
        hint = did_you_mean(name, layers, "one of ")
        raise ConfigError(f"{FIELD} has the unknown field {{{name}}}; {hint}")
    if not plain:
        raise ConfigError(f"{FIELD} formats {{{name}}}; expected plain {{{name}}}.")


def check_bracket(template: str, *, fits: bool) -> None:
    """Refuse brackets that are not closed, stand in each other or hold no layer."""
    if not fits:
        message = (
            f"{FIELD} is {show(template)}; expected pairs of brackets around words with a layer, "
            'like "a {character}[ with a {object}]". Write [[ and ]] for brackets.'
        )
        raise ConfigError(message)
