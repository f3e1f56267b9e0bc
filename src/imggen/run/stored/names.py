"""The names of files of the journal in a store."""

from __future__ import annotations

from pathlib import Path

from imggen.containers.numbering import UNNUMBERED
from imggen.containers.pixels import PIXELS
from imggen.containers.webdataset import NOTES
from imggen.run.journal.synced import SYNCED
from imggen.run.partitions.partitions import LOCK, SETUP
from imggen.store.layout import EARLIER, FRAGMENTS, JOURNAL, PARTITIONS

LEASE = "lease.json"
# For sentences on what turns out to be damaged at the end.
WAY_OUT = (
    "give imggen bulk --resume --check, or for partitions imggen merge --check, to find what is to "
    "be made again"
)
# Files of the journal that stay on the machine of a run, or are of no use to others.
OF_ONE_MACHINE = (LOCK, Path(SETUP).name, SYNCED, LEASE, PIXELS)


def own_folder(share: str | None) -> str:
    """Return the name of the folder with the records of a run, or of its partition `share`."""
    return JOURNAL if share is None else f"{JOURNAL}/{PARTITIONS}/{share}"


def is_of_one_machine(name: str) -> bool:
    """Return True for files of the journal that only the machine of a run has a use for."""
    return name.startswith(f"{JOURNAL}/") and name.rsplit("/", 1)[-1] in OF_ONE_MACHINE


def is_earlier(name: str) -> bool:
    """Return True for what is kept of earlier runs."""
    return name.startswith(f"{JOURNAL}/{EARLIER}/")


def is_fragment(name: str) -> bool:
    """Return True for fragments of merged label files."""
    return name.startswith(f"{FRAGMENTS}/")


def is_read(name: str) -> bool:
    """Return True for what a run reads of the journal at its start: no shards, and no lease.

    Notes of what is in shards are read at its end.
    """
    return not (is_unnumbered(name) or is_of_one_machine(name) or name.startswith(f"{NOTES}/"))


def is_unnumbered(name: str) -> bool:
    """Return True for shards without a last name, and rows of arrays, also of earlier runs."""
    return f"{UNNUMBERED}/" in name
