"""The columns that `trace_items` fills for each sprite of a scene: see visible.c.

Pixels of its silhouette are seen where they are on the canvas and no sprite in front has one.
"""

from __future__ import annotations

BOX = slice(0, 4)  # left, top, right, bottom of the pixels that are seen, px; all 0 if none is
PIXELS = 4  # how many they are
# Where its rows begin in `rows`, how many are on the canvas, and the canvas row of the first.
SEEN_ROW, ROWS, TOP = 5, 6, 7
COLUMNS = 8
