"""Regions of the canvas made of masks: what is in any of them, and what is in none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from imggen.geometry.instances import unite
from imggen.geometry.mask import NO_MASK, Mask


def unite_all(masks: Sequence[Mask]) -> Mask:
    """Return the pixels of disjoint `masks` as one mask."""
    return masks[0] if len(masks) == 1 else unite(masks)


def count_pixels(mask: Mask) -> int:
    """Count the pixels of `mask`."""
    return int((mask.runs[:, 1] - mask.runs[:, 0]).sum())


def box_of(mask: Mask) -> list[int]:
    """Return x, y, width and height of the box around `mask`, px; all 0 if it is empty."""
    if not len(mask.runs):
        return [0, 0, 0, 0]
    rows = np.flatnonzero(np.diff(mask.rows))
    left, right = int(mask.runs[:, 0].min()), int(mask.runs[:, 1].max())
    top, bottom = mask.y + int(rows[0]), mask.y + int(rows[-1]) + 1
    return [left, top, right - left, bottom - top]


def complement(masks: Sequence[Mask], size: tuple[int, int]) -> Mask:
    """Return the pixels of a canvas of `size` (width, height) that are in none of `masks`.

    `masks` are disjoint.
    """
    width, height = size
    if not width:
        return NO_MASK
    # A run of the whole width before each row and after it: what lies between is a gap.
    y = [
        np.repeat(np.arange(mask.y, mask.y + len(mask.rows) - 1), np.diff(mask.rows))
        for mask in masks
    ]
    edges = np.arange(height)
    row = np.concatenate([*y, edges, edges])
    fill = np.zeros((height, 2), np.int32), np.full((height, 2), width, np.int32)
    runs = np.concatenate([*(mask.runs for mask in masks), *fill])
    order = np.lexsort((runs[:, 1], runs[:, 0], row))
    row, runs = row[order], runs[order]
    gap = (row[1:] == row[:-1]) & (runs[1:, 0] > runs[:-1, 1])
    found = np.column_stack([runs[:-1, 1][gap], runs[1:, 0][gap]])
    counts = np.bincount(row[:-1][gap], minlength=height)
    return Mask(0, np.append(0, np.cumsum(counts)).astype(np.int32), found)


def shifted(mask: Mask, y: int) -> Mask:
    """Return `mask` moved down by `y` px."""
    return Mask(mask.y + y, mask.rows, mask.runs)


def widened(mask: Mask, factor: int) -> Mask:
    """Return `mask` with each pixel `factor` times as wide."""
    return Mask(mask.y, mask.rows, mask.runs * np.int32(factor))
