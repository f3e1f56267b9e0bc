"""The findings of a verification, and their output as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple, get_args

Kind = Literal["missing", "damaged", "swapped", "extra"]
KINDS: tuple[Kind, ...] = get_args(Kind)
MOST_PRINTED = 20  # of each kind


class Finding(NamedTuple):
    """One fault of a dataset.

    Attributes
    ----------
    name : path of the file, relative to the dataset's folder
    part : the wrong part of a file that holds many images
    detail : how the file differs from what is expected
    position : position in the plan of the image that repairs this if it is rendered alone
    digest : XXH3-128 of the content that was found
    """

    kind: Kind
    name: str
    part: str = ""
    detail: str = ""
    position: int | None = None
    digest: bytes = b""

    def __str__(self) -> str:
        where = f"{self.name}, {self.part}" if self.part else self.name
        return f"{where}: {self.detail}" if self.detail else where


def count_kinds(findings: Sequence[Finding]) -> dict[Kind, int]:
    """Return the number of findings of each kind."""
    return {kind: sum(one.kind == kind for one in findings) for kind in KINDS}


def say_findings(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield lines of text: for each kind the number of findings, and the first MOST_PRINTED."""
    for kind, count in count_kinds(findings).items():
        if not count:
            continue
        yield f"{kind:<8} {count:,}"
        first = [one for one in findings if one.kind == kind][:MOST_PRINTED]
        yield from (f"  {printable(str(one))}" for one in first)
        if count > MOST_PRINTED:
            yield f"  ... and {count - MOST_PRINTED:,} more"


def as_json(findings: Sequence[Finding]) -> dict[str, list[dict[str, str]]]:
    """Return all findings by kind, as JSON values."""
    found: dict[str, list[dict[str, str]]] = {kind: [] for kind in KINDS}
    for one in findings:
        values = {"name": printable(one.name), "part": one.part, "detail": printable(one.detail)}
        found[one.kind].append({key: value for key, value in values.items() if value})
    return found


def printable(text: str) -> str:
    """Return `text` with control characters and bytes that are not UTF-8 escaped."""
    escaped = text.encode("utf-8", "backslashreplace").decode()
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode()
                   for one in escaped)  # fmt: skip
