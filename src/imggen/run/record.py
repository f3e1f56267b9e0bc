"""What is known of each file once it is stored."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from imggen.encode.parts import Parts

DIGEST_BYTES = 16  # XXH3, 128 bits
RECORD = np.dtype(
    [
        ("size_bytes", "<u8"),
        ("digest", f"V{DIGEST_BYTES}"),
        *((part, "<u4") for part in Parts._fields),
    ]
)


@dataclass(frozen=True)
class ChunkRecord:
    """What came of images `start` to `stop` of the plan's order.

    Attributes
    ----------
    files : (stop - start,) of RECORD: size, digest and parts of each file, in the plan's order
    """

    start: int
    stop: int
    files: npt.NDArray[np.void]
