"""Texts of the command line as values, and the choices that shells complete."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from imggen.errors import InputError
from imggen.sizes import parse_size


def whole_number(
    option: str, least: int | None = None, most: int | None = None
) -> Callable[[str], int]:
    """Return a parser for the whole-number values of `option`, from `least` to `most`."""
    if most is not None:
        expected = f"a whole number from {least} to {most}"
    else:
        expected = "a whole number" if least is None else f"{least} or more"

    def parse(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise InputError(f"{option} is {given(text)}; expected a whole number.") from None
        if (least is not None and number < least) or (most is not None and number > most):
            raise InputError(f"{option} is {number}; expected {expected}.")
        return number

    return parse


def size_of(option: str) -> Callable[[str], int]:
    """Return a parser for the values of `option`, which are sizes like 500M; it returns bytes."""

    def parse(text: str) -> int:
        size = parse_size(text)
        if size is None:
            raise InputError(f"{option} is {given(text)}; expected a size like 500M or 4G.")
        return size

    return parse


def given(text: str) -> str:
    """Return `text` for a sentence on it; quotes if it is empty."""
    return text or '""'


def image_size_of(text: str) -> int | list[int]:
    """Return the width and height, or the one number, in the text of `--size`.

    Raises
    ------
    InputError
        If it is no such text.
    """
    sides = text.lower().split("x")
    if len(sides) > 2 or not all(map(is_positive, sides)):  # width and height
        message = (
            f"--size is {given(text)}; expected a width and a height in px, like 960x539, or a "
            "number of px for the shorter side, like 224."
        )
        raise InputError(message)
    return int(sides[0]) if len(sides) == 1 else [int(side) for side in sides]


def is_positive(text: str) -> bool:
    """Return True if `text` is a whole number above 0."""
    return text.isascii() and text.isdigit() and int(text) > 0


def partition_of(text: str) -> tuple[int, int]:
    """Return the K and N of a partition, K/N.

    Raises
    ------
    InputError
        If it is no such text.
    """
    parts = text.split("/")
    if len(parts) != 2 or not all(part.isascii() and part.isdigit() for part in parts):  # K and N
        raise InputError(f"--partition is {given(text)}; expected K/N, like 3/10.")
    number, count = map(int, parts)
    if not 1 <= number <= count:
        raise InputError(f"--partition is {text}; expected K/N with K from 1 to N, like 3/10.")
    return number, count


def formats_of(text: str | None) -> list[str] | None:
    """Return the label formats in the value of --labels, in small letters; None if it has none."""
    if text is None:
        return None
    return [name.lower() for name in listed("--labels", text, "formats, like coco,yolo")]


def listed(option: str, names: str, expected: str) -> list[str]:
    """Return the names in the value of `option`, a comma-separated list.

    Raises
    ------
    InputError
        If one is empty, saying what was `expected`.
    """
    found = [name.strip() for name in names.split(",")]
    if not all(found):
        raise InputError(f'{option} is "{names}"; expected {expected}.')
    return found


def one_of(choices: Iterable[str]) -> Callable[[str], list[str]]:
    """Return a function that lists the `choices` which begin with a text, for shells."""

    def complete(incomplete: str) -> list[str]:
        return [choice for choice in choices if choice.startswith(incomplete.lower())]

    return complete


def some_of(choices: Iterable[str]) -> Callable[[str], list[str]]:
    """Return a function that completes the last of a comma-separated list of `choices`."""

    def complete(incomplete: str) -> list[str]:
        before, comma, last = incomplete.rpartition(",")
        given = before.split(",")
        return [f"{before}{comma}{one}" for one in one_of(choices)(last) if one not in given]

    return complete
