"""The last step: the table, the resolved configuration and the summary, from the chunk records."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w

from imggen.encode.parts import Parts
from imggen.labels import write_table
from imggen.plan import Plan
from imggen.plan.names import Namer
from imggen.run.folder import CONFIG, SUMMARY, TABLE
from imggen.run.journal import Journal, write_whole
from imggen.run.record import RECORD

PIECE_BYTES = 2**20


@dataclass(frozen=True)
class Merged:
    """The whole dataset: bytes of all images, digest of images and table, and parts of images.

    `parts` counts them by how they came about, see `imggen.encode.Parts`.
    """

    size_bytes: int
    digest: str
    parts: dict[str, int]


def merge(plan: Plan, journal: Journal, namer: Namer, out: Path) -> Merged:
    """Write the table and the resolved configuration."""
    write_table(out / TABLE, plan, namer)
    write_whole(out / CONFIG, tomli_w.dumps(plan.config.resolved()).encode())
    files = np.zeros(plan.count, RECORD)
    files[plan.order] = journal.files(plan.count)
    digest = hashlib.sha256(np.ascontiguousarray(files["digest"]).tobytes())
    with (out / TABLE).open("rb") as table:
        while piece := table.read(PIECE_BYTES):
            digest.update(piece)
    return Merged(
        size_bytes=int(files["size_bytes"].sum()),
        digest=digest.hexdigest(),
        parts={part: int(files[part].sum(dtype=np.int64)) for part in Parts._fields},
    )


def write_summary(out: Path, summary: dict[str, Any]) -> None:
    """Write `run.json`: the run is complete."""
    write_whole(out / SUMMARY, (json.dumps(summary, indent=2) + "\n").encode())
