"""`run.json`: what came of a run, with a checksum of itself, so that any change of it shows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import xxhash

from imggen.store.files import write_whole
from imggen.store.layout import SUMMARY

CHECKSUM = "checksum"  # the last value: XXH3-128 of the file without it

Values = dict[str, Any]


def write_summary(out: Path, summary: Values) -> None:
    """Write `run.json`: the run is complete."""
    write_whole(out / SUMMARY, with_checksum(summary))


def read_summary(out: Path) -> Values | None:
    """Return what `run.json` says; None if there is none, or it is not as it was written."""
    try:
        content = (out / SUMMARY).read_bytes()
        summary = json.loads(content)
        summary.pop(CHECKSUM)
    except (OSError, ValueError, KeyError, AttributeError, TypeError, RecursionError):
        return None
    return summary if with_checksum(summary) == content else None


def with_checksum(summary: Values) -> bytes:
    """Return the content of `run.json`."""
    checksum = xxhash.xxh3_128_hexdigest(json.dumps(summary, indent=2).encode())
    return (json.dumps({**summary, CHECKSUM: checksum}, indent=2) + "\n").encode()
