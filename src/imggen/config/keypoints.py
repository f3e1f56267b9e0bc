"""`keypoints` of a layer: named points of its art, in px of the files, for labels."""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import Field

from imggen.config.base import Model
from imggen.config.composed import composed
from imggen.config.sentences import did_you_mean, lower_first, show
from imggen.errors import ConfigError
from imggen.url_files import read_bytes
from imggen.urls import readable, shown

COLUMNS = ("variant", "name", "x", "y")  # of a CSV file of points
POINTS = "px by variant and name, like { mage = { head = [31.5, 12] } }"
PAIRS = 'pairs of names, like [["left hand", "right hand"]]'

Point = Annotated[tuple[float, float], Field(strict=False)]
Points = dict[str, dict[str, Point]]
Pairs = Annotated[tuple[Annotated[tuple[str, str], Field(strict=False)], ...], Field(strict=False)]


class Keypoints(Model):
    """Named points of the art of a layer.

    `points` are px of the file of each variant, whose first pixel is the square from 0, 0 to 1, 1;
    or they are in `file`, a CSV file. `skeleton` are the points that a line joins; `flip` are those
    that change places in a mirror.
    """

    names: Annotated[tuple[str, ...], Field(strict=False)] = Field(
        min_length=1, description='names of points, like ["head", "left hand"]'
    )
    points: Points | None = Field(None, description=POINTS)
    file: str | None = Field(None, min_length=1, description="a CSV file: variant,name,x,y")
    skeleton: Pairs = Field((), description=PAIRS)
    flip: Pairs = Field((), description=PAIRS)

    @property
    def mirrored(self) -> dict[str, str]:
        """The name that each point has in a mirror, of those that change."""
        return {one: other for pair in self.flip for one, other in (pair, pair[::-1])}


def check_keypoints(called: str, keypoints: Keypoints) -> None:
    """Refuse names that are not one line or not different, and pairs and points of other names.

    Raises
    ------
    ConfigError
        With one sentence on the first thing that is wrong.
    """
    names = keypoints.names
    for name in names:
        if not name.isprintable() or not name.strip():
            raise ConfigError(f"{called}.names has {show(name)}; expected one line of text.")
    check_once(f"{called}.names", names)
    for key, pairs in (("skeleton", keypoints.skeleton), ("flip", keypoints.flip)):
        check_pairs(f"{called}.{key}", pairs, names)
    check_once(f"{called}.flip", [name for pair in keypoints.flip for name in pair])
    if (keypoints.points is None) == (keypoints.file is None):
        has = "neither points nor file" if keypoints.file is None else "both points and file"
        raise ConfigError(f"{called} has {has}; expected one of them.")
    for variant, points in (keypoints.points or {}).items():
        for name in points:
            check_name(f"{called}.points.{variant}", name, names)


def check_once(called: str, names: Iterable[str]) -> None:
    """Refuse a name that is given twice."""
    for name, count in Counter(names).items():
        if count > 1:
            raise ConfigError(f"{called} has {show(name)} {count} times; expected it once.")


def check_pairs(called: str, pairs: Sequence[tuple[str, str]], names: Sequence[str]) -> None:
    """Refuse pairs of unknown names, and of a name with itself."""
    for one, other in pairs:
        check_name(called, one, names)
        check_name(called, other, names)
        if one == other:
            raise ConfigError(f"{called} joins {show(one)} to itself; expected two names.")


def check_name(called: str, name: str, names: Sequence[str]) -> None:
    """Refuse a name that is none of `names`."""
    if name not in names:
        hint = did_you_mean(name, names, "one of ")
        raise ConfigError(f"{called} names {show(name)}, which is no keypoint; {hint}")


def with_points(called: str, keypoints: Keypoints, root: Path) -> Keypoints:
    """Return `keypoints` with the points of their file, which is relative to `root`.

    Raises
    ------
    ConfigError
        If the file cannot be read, or names what is no keypoint.
    """
    if keypoints.file is None:
        return keypoints
    path = readable(f"{called}.file", root, keypoints.file, ConfigError)
    points: Points = {}
    for line, (variant, name, x, y) in read_rows(called, path):
        where = f"{shown(path)}, line {line},"
        check_name(where, name, keypoints.names)
        own = points.setdefault(variant, {})
        if name in own:
            again = f"{show(name)} of {show(variant)} again"
            raise ConfigError(f"{where} has {again}; expected it once.")
        own[name] = number_of(where, x), number_of(where, y)
    return keypoints.model_copy(update={"points": points, "file": None})


def read_rows(called: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of each line of a CSV file of points, and its cells."""
    try:
        text = read_bytes(path).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = lower_first(getattr(error, "strerror", None) or "it is not UTF-8 text")
        message = f'{called}.file is "{shown(path)}", which cannot be read: {reason}.'
        raise ConfigError(message) from None
    reader = csv.reader(text.splitlines())
    header = [cell.strip() for cell in next(reader, [])]
    if tuple(header) != COLUMNS:
        message = f"{shown(path)} has the columns {show(header)}; expected {', '.join(COLUMNS)}."
        raise ConfigError(message)
    for row in reader:
        if row and len(row) != len(COLUMNS):
            message = (
                f"{shown(path)}, line {reader.line_num}, has {len(row)} cells; "
                f"expected {', '.join(COLUMNS)}."
            )
            raise ConfigError(message)
        if row:
            yield reader.line_num, [composed(cell.strip()) for cell in row]


def number_of(where: str, text: str) -> float:
    """Return the number that a cell holds."""
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ConfigError(f"{where} has {show(text)}; expected a number of px.")
    return number


def check_mirrors(called: str, every: Iterable[Keypoints]) -> None:
    """Refuse layers with different opinions of what a point is called in a mirror."""
    known: dict[str, str] = {}
    for keypoints in every:
        for name in keypoints.names:
            other = keypoints.mirrored.get(name, name)
            if known.setdefault(name, other) != other:
                message = (
                    f"{called}.flip makes {show(name)} {show(other)} in a mirror, and another "
                    f"layer makes it {show(known[name])}; expected the same in all layers."
                )
                raise ConfigError(message)
