"""What the gallery has of each feature."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """A feature: its layers, and what the images that are shown must have in their rows.

    `shown` has a dict of column and value for each image, row by row; `cell` is their size, px.
    """

    name: str
    title: str
    words: str
    toml: str
    shown: tuple[tuple[dict[str, str], ...], ...]
    cell: tuple[int, int] = (240, 135)
