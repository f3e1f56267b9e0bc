"""Grass, ferns and flowers drawn blade by blade over a landscape's foreground."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from sample_art.noise import Field
from sample_art.photo import to_bytes

Tint = tuple[float, float, float]

FINE = 2


class Meadow:
    """An enlarged copy of the lower part of a picture, to draw small plants on."""

    def __init__(self, picture: Field, top: int, seed: int) -> None:
        self.picture, self.top = picture, top
        height, width = picture.shape[0] - top, picture.shape[1]
        low = Image.fromarray(to_bytes(picture[top:]))
        self.sheet = low.resize((width * FINE, height * FINE), Image.Resampling.BICUBIC)
        self.draw = ImageDraw.Draw(self.sheet)
        self.rng = np.random.default_rng(seed)

    def blade(
        self, x: float, y: float, length: float, lean: float, width: float, color: Tint
    ) -> None:
        """Draw one bent blade of grass from its root."""
        t = np.linspace(0, 1, 5)
        bend_x = x + lean * length * t * t
        bend_y = y - length * t * (1 - 0.25 * abs(lean) * t)
        half = width / 2 * (1 - t) ** 0.7
        self._fill(np.concatenate([bend_x - half, (bend_x + half)[::-1]]), bend_y, color)

    def _fill(self, across: Field, down: Field, color: Tint) -> None:
        """Fill a strip whose two sides share their rows."""
        rows = np.concatenate([down, down[::-1]]) - self.top
        corners = np.stack([across, rows], axis=1) * FINE
        shade = tuple(int(v) for v in to_bytes(np.asarray(color)))
        self.draw.polygon([(float(a), float(b)) for a, b in corners], fill=shade)

    def dot(self, x: float, y: float, rx: float, ry: float, color: Tint) -> None:
        """Draw a small filled ellipse."""
        y -= self.top
        shade = tuple(int(v) for v in to_bytes(np.asarray(color)))
        self.draw.ellipse([v * FINE for v in (x - rx, y - ry, x + rx, y + ry)], fill=shade)

    def leaf(self, points: Sequence[tuple[float, float]], color: Tint) -> None:
        """Draw a leaf given by its corner points."""
        shade = tuple(int(v) for v in to_bytes(np.asarray(color)))
        self.draw.polygon([(x * FINE, (y - self.top) * FINE) for x, y in points], fill=shade)

    def result(self) -> Field:
        """Return the picture with the plants in it."""
        width, height = self.sheet.size
        small = self.sheet.resize((width // FINE, height // FINE), Image.Resampling.BOX)
        picture = self.picture.copy()
        picture[self.top :] = np.asarray(small, np.float32) / 255
        return picture
