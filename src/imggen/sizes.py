"""Sizes as people write them, 500M, and as they read them, 500.0 MB."""

from __future__ import annotations

import re

UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT]?)B?", re.IGNORECASE)


def parse_size(text: str) -> int | None:
    """Return the number of bytes that `text` stands for; None if it is no size."""
    match = SIZE.fullmatch(text.strip())
    return int(float(match[1]) * UNITS[match[2].upper()]) if match else None


def show_bytes(size: float) -> str:
    """Return a size for people, in powers of 1000: "12 bytes", "3.4 MB"."""
    if size < 1000:
        return f"{size:.0f} bytes"
    for unit in ("kB", "MB", "GB"):
        size /= 1000
        if size < 1000:
            return f"{size:.1f} {unit}"
    return f"{size / 1000:,.1f} TB"
