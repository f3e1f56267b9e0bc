"""The caption template: words, layers in braces, and optional phrases in brackets.

    a {character}[ with a {object}] in the {background}

A phrase is left out of the caption if one of its layers shows nothing. Outside brackets, a phrase
is a layer and the words before it, back to the previous layer or punctuation mark.
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
# A mark that ends a sentence belongs to the words before it; a comma and the like to those after.
LAST_MARK = re.compile(r"(.*(?:[.!?]|(?=[,:;])))(.*)", re.DOTALL)


@dataclass(frozen=True)
class Slot:
    """A layer in a template, and the words before it within its phrase."""

    before: str
    layer: str


@dataclass(frozen=True)
class Phrase:
    """Layers and words that are left out together: `slots` in order, then the words `after`."""

    slots: tuple[Slot, ...]
    after: str = ""


def parse_caption(template: str, layers: Sequence[str]) -> list[Phrase]:
    """Return the phrases of `template`.

    Raises
    ------
    ConfigError
        If its syntax is wrong, or it names an unknown layer.
    """
    phrases: list[Phrase] = []
    inside: list[Slot] | None = None  # slots of an open bracket
    words = ""
    for text, layer in tokens_of(template, layers):
        if layer is not None and inside is None:
            kept, dropped = split_words(words)
            phrases += [Phrase((), kept)] if kept else []
            phrases.append(Phrase((Slot(dropped, layer),)))
        elif layer is not None and inside is not None:
            inside.append(Slot(words, layer))
        elif text == "[":
            check_bracket(template, fits=inside is None)
            phrases += [Phrase((), words)] if words else []
            inside = []
        elif text == "]":
            check_bracket(template, fits=bool(inside))
            phrases.append(Phrase(tuple(inside or ()), words))
            inside = None
        else:
            words += LITERAL_BRACKETS.get(text, text)
            continue
        words = ""
    check_bracket(template, fits=inside is None)
    return [*phrases, Phrase((), words)] if words else phrases


def tokens_of(template: str, layers: Sequence[str]) -> list[tuple[str, str | None]]:
    """Return the tokens of `template`: (text, None) for words and brackets, ("", layer) else."""
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
    """Split the `words` before a layer into those that stay without it, and the rest."""
    match = LAST_MARK.fullmatch(words)
    return (match[1], match[2]) if match else ("", words)


def check_field(name: str, layers: Sequence[str], *, plain: bool) -> None:
    """Refuse a field that is not a layer, or that has a format or conversion."""
    if name not in layers:
        hint = did_you_mean(name, layers, "one of ")
        raise ConfigError(f"{FIELD} has the unknown field {{{name}}}; {hint}")
    if not plain:
        raise ConfigError(f"{FIELD} has a format in {{{name}}}; expected plain {{{name}}}.")


def check_bracket(template: str, *, fits: bool) -> None:
    """Refuse brackets that are unclosed, nested or without a layer."""
    if not fits:
        message = (
            f"{FIELD} is {show(template)}; expected pairs of brackets around words with a layer, "
            'like "a {character}[ with a {object}]". Write [[ and ]] for brackets.'
        )
        raise ConfigError(message)
