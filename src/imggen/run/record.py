"""What is known of each file once it is stored."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from imggen.encode.parts import Parts
from imggen.labels.record import INSTANCE

DIGEST_BYTES = 16  # XXH3, 128 bits
RECORD = np.dtype(
    [
        ("size_bytes", "<u8"),
        ("digest", f"V{DIGEST_BYTES}"),
        *((part, "<u4") for part in Parts._fields),
        ("piece", "<u4"),  # which file of its chunk it is in, where these are shards
    ]
)


def label_record(layers: int) -> np.dtype[np.void]:
    """What is kept of the labels of an image: digest of all that was written, and its things."""
    return np.dtype([("labels_digest", f"V{DIGEST_BYTES}"), ("instances", INSTANCE, (layers,))])


def whole_record(layers: int | None) -> np.dtype[np.void]:
    """What is kept of an image that has labels of so many layers; None: that has no labels."""
    labels = [] if layers is None else label_record(layers).descr
    return np.dtype([*RECORD.descr, *labels])


@dataclass(frozen=True)
class ChunkRecord:
    """What came of images `start` to `stop` of the plan's order.

    Attributes
    ----------
    files : (stop - start,) of RECORD or, with labels, of `whole_record`: size, digest and parts of
        each file, in the plan's order
    """

    start: int
    stop: int
    files: npt.NDArray[np.void]
