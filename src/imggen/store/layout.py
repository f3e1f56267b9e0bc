"""The names in every dataset's folder; those of one container or label format are with it."""

from __future__ import annotations

IMAGES = "images"
TABLE = "data.csv"
REPORT = "report.html"  # for people; not in any digest, as it can be made again
SUMMARY = "run.json"
CONFIG = "imggen.toml"
JOURNAL = ".imggen"
LAST_ERROR = f"{JOURNAL}/last-error.txt"  # the traceback of what stopped the latest run
# In the order in which they are removed.
CONTENT = (IMAGES, TABLE, REPORT, SUMMARY, CONFIG, JOURNAL)
CARD = "README.md"  # of the dataset, for `datasets` and for people
PARTITIONS = "partitions"  # in the journal
EARLIER = "earlier"  # in the journal: what is kept of runs before
SPENT = f"{JOURNAL}/spent"  # files whose content is elsewhere, which others are written over
FRAGMENTS = f"{JOURNAL}/fragments"  # of merged label files, until these are put together


def fragment_name(start: int, stop: int, label: str, split: str) -> str:
    """Return where images `start` to `stop` of a plan's order keep a fragment of a label file."""
    return f"{FRAGMENTS}/{label}/{split or '_'}/{start}-{stop}"
