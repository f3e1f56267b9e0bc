"""What is wrong with a dataset, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple, get_args

Kind = Literal["missing", "damaged", "swapped", "extra"]
KINDS: tuple[Kind, ...] = get_args(Kind)
MOST_SHOWN = 20  # of a kind


class Finding(NamedTuple):
    """One thing that is wrong.

    Attributes
    ----------
    name : of a file below the dataset's folder
    part : what of the file is wrong, if it holds many images
    detail : how it differs
    position : of an image in the plan's order, if it can be made again alone
    digest : XXH3-128 of what is there in its place
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
    """Return how many findings there are of each kind."""
    return {kind: sum(one.kind == kind for one in findings) for kind in KINDS}


def say_findings(findings: Sequence[Finding]) -> Iterator[str]:
    """Yield lines for people: for each kind its number, and the first that were found."""
    for kind, count in count_kinds(findings).items():
        if not count:
            continue
        yield f"{kind:<8} {count:,}"
        shown = [one for one in findings if one.kind == kind][:MOST_SHOWN]
        yield from (f"  {printable(str(one))}" for one in shown)
        if count > MOST_SHOWN:
            yield f"  ... and {count - MOST_SHOWN:,} more"


def as_json(findings: Sequence[Finding]) -> dict[str, list[dict[str, str]]]:
    """Return all findings by kind, as JSON values."""
    found: dict[str, list[dict[str, str]]] = {kind: [] for kind in KINDS}
    for one in findings:
        values = {"name": printable(one.name), "part": one.part, "detail": printable(one.detail)}
        found[one.kind].append({key: value for key, value in values.items() if value})
    return found


def printable(text: str) -> str:
    """Return `text` with escapes for what no terminal shows, as names that are not UTF-8 have."""
    shown = text.encode("utf-8", "backslashreplace").decode()
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode()
                   for one in shown)  # fmt: skip
