"""Colours and small pieces that several sprites share."""

import numpy as np

from sample_art.canvas import INK, WHITE, Canvas, Color, Mask, darker, lighter
from sample_art.paths import Path, ellipse, line, moved, shifted

WOOD: Color = (176, 112, 58)
IRON: Color = (108, 116, 136)
STEEL: Color = (188, 202, 216)
GOLD: Color = (248, 190, 48)
RED: Color = (222, 52, 62)
SKIN: Color = (246, 190, 150)
LEATHER: Color = (124, 74, 46)
TRIM: Color = (244, 196, 74)


def gold_disc(canvas: Canvas, x: float, y: float, radius: float, squash: float = 1) -> None:
    """Draw a coin, a button or a rivet of gold."""
    canvas.form(ellipse(x, y, radius, radius * squash), GOLD, puff=radius * 0.4, ink=2.6)
    glint = canvas.mask(ellipse(x - radius * 0.3, y - radius * 0.35 * squash, radius * 0.22))
    canvas.shine(glint, 0.9)


def rivet(canvas: Canvas, x: float, y: float, radius: float = 4) -> None:
    """Draw a small iron rivet."""
    canvas.form(ellipse(x, y, radius), STEEL, puff=radius * 0.5, ink=2)


def grain(canvas: Canvas, clip: Mask, lines: list[Path], seed: int) -> None:
    """Draw wood grain along lines: dark veins of varying weight, each with a light edge."""
    rng = np.random.default_rng(seed)
    for vein in lines:
        start, stop = sorted(rng.uniform(0, 1, 2))
        low, high = int(start * len(vein)), int(stop * len(vein))
        if high - low < len(vein) // 5:
            continue
        piece = vein[low:high]
        width = rng.uniform(1.4, 2.8)
        canvas.shadow(canvas.trace(piece, width, 0.9).within(clip), 0.6, (140, 90, 90))
        edge = canvas.trace(shifted(piece, 1.6, 1.2), width * 0.6, 0.9).within(clip)
        canvas.shine(edge, 0.25, (255, 226, 170))


def rope(canvas: Canvas, path: Path, width: float, color: Color = (226, 190, 128)) -> None:
    """Draw a twisted rope along a path."""
    canvas.paint(canvas.trace(path, width + 6), (40, 25, 36))
    core = canvas.trace(path, width)
    canvas.paint(core, color)
    canvas.shadow(
        canvas.trace(shifted(path, width * 0.2, width * 0.25), width * 0.6).within(core), 0.35
    )
    steps = np.hypot(*np.diff(path, axis=0).T)
    along = np.concatenate([[0], np.cumsum(steps)])
    for where in np.arange(width * 0.4, along[-1], width * 0.62):
        x, y = (np.interp(where, along, path[:, i]) for i in (0, 1))
        dx, dy = (np.interp(where + 1, along, path[:, i]) for i in (0, 1))
        angle = np.degrees(np.arctan2(dy - y, dx - x)) if where + 1 < along[-1] else 60
        twist = moved(
            line((-width * 0.25, width * 0.6), (0, 0), (width * 0.25, -width * 0.6)), 0, 0
        )
        canvas.ink(moved(twist, x, y, angle + 8), width * 0.2, (112, 74, 48), 0.5, clip=core)


def eye(canvas: Canvas, x: float, y: float, size: float, iris: Color, look: float = 0) -> None:
    """Draw one big round eye; look moves the pupil sideways."""
    ball = ellipse(x, y, size, size * 1.18)
    inside = canvas.form(ball, WHITE, puff=size * 0.4, depth=0.4, ink=canvas.ink_width * 0.7)
    center = x + look * size * 0.3
    disc = ellipse(center, y + size * 0.12, size * 0.66, size * 0.8)
    canvas.paint(canvas.mask(disc).within(inside), darker(iris, 0.35))
    low = ellipse(center, y + size * 0.34, size * 0.52, size * 0.52)
    canvas.shine(canvas.mask(low, size * 0.1).within(inside), 0.75, lighter(iris, 0.3))
    pupil = ellipse(center, y + size * 0.12, size * 0.34, size * 0.44)
    canvas.paint(canvas.mask(pupil).within(inside), INK)
    canvas.shadow(
        canvas.mask(ellipse(x, y - size * 1.1, size * 1.3, size * 0.6), 2).within(inside), 0.5
    )
    canvas.paint(canvas.mask(ellipse(center - size * 0.24, y - size * 0.26, size * 0.22)), WHITE)
    canvas.paint(canvas.mask(ellipse(center + size * 0.24, y + size * 0.42, size * 0.11)), WHITE)


def blush(canvas: Canvas, x: float, y: float, size: float, clip: Mask) -> None:
    """Redden a cheek."""
    cheek = canvas.mask(ellipse(x, y, size, size * 0.65), size * 0.35)
    canvas.paint(cheek.within(clip), (240, 110, 100), 0.5)


def strands(canvas: Canvas, clip: Mask, paths: list[Path], color: Color, width: float = 3) -> None:
    """Draw locks of hair or folds of cloth as tapering lines inside a shape."""
    for path in paths:
        canvas.ink(path, width, color, taper=0.95, clip=clip)
