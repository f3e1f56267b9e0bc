"""`run.json`: the summary of a complete run, with its own checksum, so that edits are detected."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import xxhash

from imggen.store.files import write_atomic
from imggen.store.layout import SUMMARY
from imggen.url_files import read_bytes

CHECKSUM = "checksum"  # the last value: XXH3-128 of the file without this value

Values = dict[str, Any]


def write_summary(out: Path, summary: Values) -> None:
    """Write `run.json`, which marks the run as complete."""
    write_atomic(out / SUMMARY, with_checksum(summary))


def read_summary(out: Path) -> Values | None:
    """Return the values in `run.json`; None if it is missing or has been changed."""
    try:
        content = read_bytes(out / SUMMARY)
        summary = json.loads(content)
        summary.pop(CHECKSUM)
    except (OSError, ValueError, KeyError, AttributeError, TypeError, RecursionError):
        return None
    return summary if with_checksum(summary) == content else None


def with_checksum(summary: Values) -> bytes:
    """Return the content of `run.json`: `summary` and its checksum."""
    checksum = xxhash.xxh3_128_hexdigest(json.dumps(summary, indent=2).encode())
    return (json.dumps({**summary, CHECKSUM: checksum}, indent=2) + "\n").encode()
