"""Values of JavaScript's numbers and texts, and of operators on them."""

from __future__ import annotations

import re

ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}


class NotWrittenOut(Exception):  # noqa: N818  # leaves only this module and its reader's
    """Raised where a value is not written out."""


def combined(operator: str, left: object, right: object) -> object:
    """Return the result of an operator on numbers, or of + on texts."""
    if operator == "+" and isinstance(left, str) and isinstance(right, str):
        return left + right
    if isinstance(left, int | float) and isinstance(right, int | float):
        if operator in "+-":
            return left + right if operator == "+" else left - right
        if operator == "*":
            return left * right
        if right:
            return left / right
    raise NotWrittenOut


def number_of(token: str) -> int | float:
    """Return the value of a number."""
    digits = token.replace("_", "")
    if digits[:2] in ("0x", "0X"):
        return int(digits, 16)
    value = float(digits)
    return int(value) if value.is_integer() else value


def text_of(token: str) -> str:
    """Return the value of a text in quotes."""
    if token[0] == "`" and "${" in token:
        raise NotWrittenOut

    def character(match: re.Match[str]) -> str:
        code = match[1] or match[2]
        return chr(int(code, 16)) if code else ESCAPED.get(match[3], match[3])

    text = ESCAPE.sub(character, token[1:-1])
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # joins pairs
