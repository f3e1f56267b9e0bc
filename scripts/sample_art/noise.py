"""Seeded gradient noise at arbitrary places, and fields built by summing it in octaves."""

import numpy as np

Field = np.ndarray

TABLE = 256


class Noise:
    """Smooth random fields over the plane, each value about between -1 and 1."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        angle = rng.uniform(0, 2 * np.pi, (TABLE, TABLE))
        self._across = np.cos(angle).astype(np.float32)
        self._down = np.sin(angle).astype(np.float32)

    def at(self, x: Field, y: Field) -> Field:
        """Return gradient noise at the given places."""
        left, top = np.floor(x), np.floor(y)
        dx, dy = (x - left).astype(np.float32), (y - top).astype(np.float32)
        column, row = left.astype(np.int32), top.astype(np.int32)
        sx, sy = dx * dx * (3 - 2 * dx), dy * dy * (3 - 2 * dy)
        upper = self._corner(column, row, dx, dy)
        upper += (self._corner(column + 1, row, dx - 1, dy) - upper) * sx
        lower = self._corner(column, row + 1, dx, dy - 1)
        lower += (self._corner(column + 1, row + 1, dx - 1, dy - 1) - lower) * sx
        return (upper + (lower - upper) * sy) * np.float32(1.5)

    def _corner(self, column: Field, row: Field, dx: Field, dy: Field) -> Field:
        """Return the pull of one lattice corner."""
        place = (row & (TABLE - 1)) * TABLE + (column & (TABLE - 1))
        return self._across.ravel()[place] * dx + self._down.ravel()[place] * dy

    def fractal(
        self,
        x: Field,
        y: Field,
        octaves: int,
        gain: float = 0.5,
        size: Field | float = 0.0,
        ridged: bool = False,
    ) -> Field:
        """Sum octaves of noise; detail finer than `size`, in units of x and y, fades out."""
        total = np.zeros(np.broadcast(x, y).shape, np.float32)
        weight, scale = np.float32(1), 1.0
        for octave in range(octaves):
            layer = self.at(x * scale + 17.3 * octave, y * scale - 9.1 * octave)
            if ridged:
                layer = 1 - 2 * np.abs(layer)
            if np.any(size):
                layer = layer * np.clip(1.6 - np.asarray(size) * scale * 2.2, 0, 1)
            total += weight * layer
            weight, scale = np.float32(weight * gain), scale * 2.03
        return total

    def cells(self, x: Field, y: Field) -> tuple[Field, Field, Field]:
        """Return, for a plane cut into random cells: distance to the cell's heart, to its edge, id.

        The id is a number between 0 and 1 that is the same all over a cell.
        """
        column, row = np.floor(x).astype(np.int32), np.floor(y).astype(np.int32)
        nearest = np.full(x.shape, 9, np.float32)
        second = nearest.copy()
        name = np.zeros(x.shape, np.float32)
        for shift in np.ndindex(3, 3):
            c, r = column + shift[0] - 1, row + shift[1] - 1
            place = (r & (TABLE - 1)) * TABLE + (c & (TABLE - 1))
            dx = c + 0.5 + 0.42 * self._across.ravel()[place] - x
            dy = r + 0.5 + 0.42 * self._down.ravel()[place] - y
            gap = (dx * dx + dy * dy).astype(np.float32)
            closer = gap < nearest
            second = np.where(closer, nearest, np.minimum(second, gap))
            name = np.where(closer, np.mod(place * np.float32(0.61803), 1).astype(np.float32), name)
            nearest = np.where(closer, gap, nearest)
        return np.sqrt(nearest), np.sqrt(second) - np.sqrt(nearest), name


def smoothstep(low: float, high: float, value: Field) -> Field:
    """Return 0 below low, 1 above high, and a smooth passage between."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def grid(width: int, height: int) -> tuple[Field, Field]:
    """Return the x and y of every pixel centre."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    return x + 0.5, y + 0.5
