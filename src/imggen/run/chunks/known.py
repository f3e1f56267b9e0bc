"""The images of a chunk that are in the folder already."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Known:
    """The images of a chunk that an earlier run has made.

    Attributes
    ----------
    there : (n,) True for those that are still there
    images : (n,) the records of these
    labels : (n, label files per image) of FILE
    shards : (m,) of FILE, that hold all images of the chunk
    same_labels : True if the labels of that run are those of this one
    """

    there: npt.NDArray[np.bool_]
    images: npt.NDArray[np.void]
    labels: npt.NDArray[np.void]
    shards: npt.NDArray[np.void]
    same_labels: bool
