"""The template of image names, and checks that names are safe paths and all different."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from string import Formatter

from imggen.config.sentences import did_you_mean, lower_first, show
from imggen.errors import ConfigError

FIELD = "dataset.image_name"
INDEX = "index"
TOKEN = "token"  # noqa: S105  # no password
NUMBERS = (INDEX, TOKEN)  # of an image; either makes names differ
SPLIT = "split"
NAME_FIELDS = (INDEX, SPLIT)  # not allowed as names of layers
DIGITS = "0123456789"
INDEX_FORMAT = re.compile(r"(0\d{1,2})?d?")
LONGEST_PART = 200  # bytes; file systems allow 255, and an extension and ".part" are added
LONGEST_NAME = 1000
SEPARATOR = "/"
EXTENSIONS = (".png", ".jpg", ".jpeg", ".webp")  # which names get from output.format


@dataclass(frozen=True)
class Piece:
    """A piece of a template: literal text, or a field to fill if `field` is given."""

    text: str = ""
    field: str | None = None


def check_image_name(template: str, fields: Sequence[str]) -> None:
    """Refuse a template that could give unsafe names, or one name to two images.

    Its fields are {index}, {token} and `fields`.

    Raises
    ------
    ConfigError
        Names the first fault.
    """
    pieces = parse(template)
    for name, spec, conversion in fields_of(template):
        check_field(name, spec, conversion, fields)
    if not any(is_number(piece, fields) for piece in pieces):
        message = f'{FIELD} is {show(template)}; expected {{index}} in it, like "image{{index}}".'
        raise ConfigError(message)
    check_extension(template)
    check_path(template, pieces)
    check_distinct(template, pieces, fields)


def with_split(template: str) -> str:
    """Return `template` with a leading folder {split}, unless it already has {split}."""
    return (
        template if Piece(field=SPLIT) in parse(template) else f"{{{SPLIT}}}{SEPARATOR}{template}"
    )


def parse(template: str) -> list[Piece]:
    """Return the pieces of `template`; slashes are pieces of their own."""
    try:
        parsed = list(Formatter().parse(template))
    except ValueError as error:
        message = (
            f"{FIELD} is {show(template)}, which cannot be read ({lower_first(str(error))}); "
            "write {{ and }} for braces."
        )
        raise ConfigError(message) from None
    pieces = []
    for literal, name, _, _ in parsed:
        pieces += [Piece(text) for text in re.split(f"({SEPARATOR})", literal) if text]
        pieces += [] if name is None else [Piece(field=name)]
    return pieces


def fields_of(template: str) -> list[tuple[str, str, str | None]]:
    """Return the name, format and conversion of each field of `template`."""
    return [
        (name, spec or "", conversion)
        for _, name, spec, conversion in Formatter().parse(template)
        if name is not None
    ]


def check_field(name: str, spec: str, conversion: str | None, fields: Sequence[str]) -> None:
    """Refuse an unknown field, and a format that the field does not allow."""
    known = [*NUMBERS, *fields]
    if name == SPLIT and SPLIT not in known:
        message = f"{FIELD} holds {{split}}, but there is no [[split]]; add some or remove it."
        raise ConfigError(message)
    if name not in known:
        hint = did_you_mean(name, known, expected="one of ")
        raise ConfigError(f"{FIELD} has the unknown field {{{name}}}; {hint}")
    numbered = is_number(Piece(field=name), fields)
    if numbered and conversion is None and INDEX_FORMAT.fullmatch(spec):
        return
    if not numbered and conversion is None and not spec:
        return
    written = f"{{{name}{'!' + conversion if conversion else ''}{':' + spec if spec else ''}}}"
    expected = (
        f"{{{name}}} or, with leading zeros, {{{name}:06d}}" if numbered else f"plain {{{name}}}"
    )
    raise ConfigError(f"{FIELD} holds {written}; expected {expected}.")


def check_extension(template: str) -> None:
    """Refuse a name that ends in an extension, as it would come twice: 0.png.png."""
    extension = next((one for one in EXTENSIONS if template.lower().endswith(one)), None)
    if extension is not None:
        without = show(template[: -len(extension)])
        message = f"{FIELD} is {show(template)}; the extension is added by itself. Write {without}."
        raise ConfigError(message)


def check_path(template: str, pieces: Sequence[Piece]) -> None:
    """Refuse names that lead outside the folder, or that file systems do not allow."""
    for text in (piece.text for piece in pieces if piece.field is None):
        if "\\" in text or not text.isprintable():
            message = (
                f"{FIELD} is {show(template)}; expected no backslashes and no control characters. "
                "Use / between folders."
            )
            raise ConfigError(message)
    parts = split_parts(pieces)
    for part in parts:
        literal = "".join(piece.text for piece in part)
        if all(piece.field is None for piece in part) and literal in ("", ".", ".."):
            message = (
                f"{FIELD} is {show(template)}; expected a path inside the output folder, "
                "without .. or empty parts and not starting or ending with /."
            )
            raise ConfigError(message)
        size = len(literal.encode())
        if size > LONGEST_PART:
            message = f"{FIELD} has a part of {size} bytes; expected at most {LONGEST_PART}."
            raise ConfigError(message)
    if len(template.encode()) > LONGEST_NAME:
        message = f"{FIELD} has {len(template.encode())} bytes; expected at most {LONGEST_NAME}."
        raise ConfigError(message)


def has_split_folders(template: str) -> bool:
    """Return True if each split has a folder of its own, with its name."""
    return split_parts(parse(with_split(template)))[0] == [Piece(field=SPLIT)]


def split_parts(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Return the pieces of each part of the path, as separated by slashes."""
    parts: list[list[Piece]] = [[]]
    for piece in pieces:
        if piece == Piece(SEPARATOR):
            parts.append([])
        else:
            parts[-1].append(piece)
    return parts


def check_distinct(template: str, pieces: Sequence[Piece], fields: Sequence[str]) -> None:
    """Refuse a template that could give two images the same name.

    Variants may contain any text except "/": "a1" + "1" and "a" + "11" are the same name. The index
    is unambiguous if its part of the path has no layer on one side of it, and the adjacent
    character on the other side is not a digit.
    """
    for part in split_parts(pieces):
        for position in (k for k, piece in enumerate(part) if is_number(piece, fields)):
            before, after = part[:position], part[position + 1 :]
            if is_fixed(before) and (is_fixed(after) or is_set_off(after[0].text[:1])):
                return
            if is_fixed(after) and is_set_off(before[-1].text[-1:]):
                return
    message = (
        f"{FIELD} is {show(template)}, which could give two images one name; expected {{index}} "
        'at the start or end of its part of the path, separated from layers, like "{index}-...".'
    )
    raise ConfigError(message)


def is_number(piece: Piece, fields: Sequence[str]) -> bool:
    """Return True for the number of an image; {token} is a layer if one is called so."""
    return piece.field in NUMBERS and piece.field not in fields


def is_fixed(pieces: Sequence[Piece]) -> bool:
    """Return True if these pieces are the same for every image."""
    return all(piece.field is None for piece in pieces)


def is_set_off(neighbour: str) -> bool:
    """Return True if the character `neighbour` ends the index; it is "" next to a field."""
    return neighbour != "" and neighbour not in DIGITS
