"""What lies in a dataset's folder, by name."""

from __future__ import annotations

IMAGES = "images"
TABLE = "data.csv"
SUMMARY = "run.json"
CONFIG = "imggen.toml"
JOURNAL = ".imggen"
CONTENT = (IMAGES, TABLE, SUMMARY, CONFIG, JOURNAL)  # in the order in which they are removed
PARTS = f"{JOURNAL}/parts"  # of merged label files, until these are put together


def part_name(start: int, stop: int, label: str, split: str) -> str:
    """Where images `start` to `stop` of a plan's order keep their part of a label file."""
    return f"{PARTS}/{label}/{split or '_'}/{start}-{stop}"
