"""The sweet objects: bananas, a cupcake, a donut and a heart."""

import numpy as np
from PIL import Image

from sample_art.canvas import Canvas, Mask
from sample_art.materials import RED
from sample_art.paths import arc, curve, ellipse, line, mirrored, moved, polygon, shifted


def banana(canvas: Canvas, knots: list[tuple[float, float]], thick: float) -> None:
    """Draw one banana along a spine that starts at the stem."""
    spine = line(*knots)
    share = np.linspace(0, 1, len(spine))
    ahead = np.gradient(spine, axis=0)
    ahead /= np.hypot(*ahead.T)[:, None]
    side = np.stack([-ahead[:, 1], ahead[:, 0]], axis=1)
    width = thick * (0.3 + 0.7 * np.sin(np.pi * np.clip(share * 0.94 + 0.05, 0, 1)) ** 0.6)
    left, right = spine + side * width[:, None], spine - side * width[:, None]
    skin = np.vstack([left, right[::-1]])
    canvas.shadow(canvas.mask(shifted(skin, 6, 9), 4), 0.5)
    inside = canvas.form(skin, (252, 206, 50), puff=13)
    ridge = spine + side * (width * 0.25)[:, None]
    facet = np.vstack([ridge, right[::-1]])
    canvas.shadow(canvas.mask(facet).within(inside), 0.26, (222, 140, 60))
    canvas.ink(ridge[6:-7], 2.6, (168, 104, 28), 0.9)
    gleam = spine + side * (width * 0.6)[:, None]
    low, high = int(len(spine) * 0.25), int(len(spine) * 0.62)
    canvas.shine(canvas.trace(gleam[low:high], 6, 0.9, blur=0.8).within(inside), 0.75)
    tip = spine[-1]
    canvas.paint(canvas.mask(ellipse(*tip, thick * 0.75), 3).within(inside), (120, 110, 40), 0.6)
    canvas.form(ellipse(*tip, thick * 0.3), (92, 62, 40), puff=3, ink=4)
    rng = np.random.default_rng(int(knots[-1][0]))
    for _ in range(5):
        x, y = spine[rng.integers(20, len(spine) - 14)] + rng.uniform(-9, 9, 2)
        dash = moved(ellipse(0, 0, rng.uniform(1, 2), rng.uniform(2, 5)), x, y, rng.uniform(0, 90))
        canvas.paint(canvas.mask(dash).within(inside), (150, 92, 36), 0.7)


def bananas() -> Image.Image:
    """Draw a bunch of four bananas."""
    canvas = Canvas(390, 400, ink=6)
    banana(canvas, [(196, 62), (284, 106), (340, 198), (326, 306)], 31)
    banana(canvas, [(190, 64), (250, 138), (268, 238), (222, 342)], 34)
    banana(canvas, [(182, 64), (194, 148), (172, 244), (96, 318)], 35)
    banana(canvas, [(176, 62), (150, 134), (96, 196), (22, 218)], 31)
    stem = curve("160,84 164,52 172,20! 206,16! 208,50 216,84 188,98")
    inside = canvas.form(stem, (206, 168, 48), puff=8)
    canvas.paint(canvas.mask(ellipse(190, 18, 24, 18), 5).within(inside), (118, 86, 42), 0.85)
    canvas.form(ellipse(189, 18, 17, 6.5, -6), (132, 92, 52), puff=3, ink=4)
    for x in (178, 190, 202):
        canvas.ink(line((x, 34), (x - 1, 62), (x, 84)), 2.2, (140, 96, 30), 0.9)
    canvas.rim(1.2)
    return canvas.image()


def sprinkles(canvas: Canvas, clip: Mask, spots: list[tuple[float, float]], seed: int) -> None:
    """Scatter coloured sugar strands."""
    rng = np.random.default_rng(seed)
    colors = [(255, 236, 92), (96, 206, 246), (255, 255, 255), (132, 226, 122), (255, 140, 60)]
    for number, (x, y) in enumerate(spots):
        angle = rng.uniform(0, 180)
        strand = moved(line((-3.4, 0), (3.4, 0)), x, y, angle)
        dark = moved(strand, 0.8, 1.4)
        canvas.shadow(canvas.trace(dark, 4.4).within(clip), 0.5)
        canvas.paint(canvas.trace(strand, 3.8).within(clip), colors[number % len(colors)])


def donut() -> Image.Image:
    """Draw a ring donut with pink icing."""
    canvas = Canvas(156, 156, ink=4)
    hole = canvas.mask(ellipse(78, 74, 16, 14))
    inside = canvas.form(ellipse(78, 78, 61, 60), (226, 160, 86), puff=17)
    angle = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    wave = 53 + 3.4 * np.sin(7 * angle + 0.6) + 2 * np.sin(4 * angle)
    icing = np.stack([78 + wave * np.cos(angle), 75 + wave * np.sin(angle)], axis=1)
    canvas.shadow(canvas.mask(shifted(icing, 1, 5), 1.5).within(inside), 0.5)
    top = canvas.form(icing, (250, 122, 172), puff=13, ink=3)
    dip = canvas.trace(ellipse(78, 74, 17, 15), 12, closed=True, blur=3)
    canvas.shadow(dip.within(top), 0.45)
    spots = [(78 + r * np.cos(a), 75 + r * np.sin(a)) for r, a in _ring_spots()]
    sprinkles(canvas, top, spots, 2)
    canvas.shine(canvas.trace(arc(78, 74, 43, 42, 196, 262), 6, 0.9, blur=0.7), 0.85)
    canvas.shine(canvas.trace(arc(78, 74, 43, 42, 274, 286), 5, 0.6, blur=0.7), 0.7)
    canvas.outline(ellipse(78, 74, 16, 14), 7)
    canvas.erase(hole)
    canvas.outline(ellipse(78, 74, 16.5, 14.5), 3.4)
    canvas.rim(0.8)
    return canvas.image()


def _ring_spots() -> list[tuple[float, float]]:
    """Return radius and angle of the donut's sprinkles."""
    rng = np.random.default_rng(4)
    outer = [(45 + rng.uniform(-3, 3), a + rng.uniform(-0.1, 0.1)) for a in np.arange(0, 6.2, 0.42)]
    inner = [(29 + rng.uniform(-3, 3), a + rng.uniform(-0.2, 0.2)) for a in np.arange(0, 6.2, 0.7)]
    return outer + inner


def icing_layer(canvas: Canvas, y: float, half: float, tall: float) -> None:
    """Draw one turn of the cupcake's icing."""
    swirl = curve(
        [
            (73 - half, y),
            (73 - half * 0.6, y - tall),
            (73 + half * 0.5, y - tall * 1.1),
            (73 + half, y - 4),
            (73 + half * 0.7, y + tall * 0.55),
            (73 + half * 0.1, y + tall * 0.3),
            (73 - half * 0.6, y + tall * 0.7),
        ]
    )
    canvas.shadow(canvas.mask(shifted(swirl, 1, 6), 2), 0.45)
    cream = canvas.form(swirl, (255, 176, 204), puff=9)
    canvas.shine(canvas.mask(ellipse(73 - half * 0.45, y - 4, half * 0.22, 3.4, -14)), 0.85)
    spots = [(73 + half * a, y + b) for a, b in ((-0.75, 3), (-0.1, -2), (0.35, 3), (0.7, -3))]
    sprinkles(canvas, cream, spots, int(y))


def cupcake() -> Image.Image:
    """Draw a cupcake with swirled icing and a cherry."""
    canvas = Canvas(146, 160, ink=4)
    cup = curve("28,88! 118,88! 104,140! 73,146 42,140!")
    inside = canvas.form(cup, (90, 168, 226), puff=10)
    for number, share in enumerate(np.linspace(0, 1, 9)):
        top, bottom = 28 + 90 * share, 42 + 62 * share
        fold = polygon((top, 84), (top + 6, 84), (bottom + 4, 146), (bottom, 146))
        canvas.shadow(canvas.mask(fold).within(inside), 0.4)
        if 0 < number < 8:
            canvas.ink(line((top, 84), (bottom, 146)), 1.8, clip=inside, taper=0.1)
    for y, half, tall in ((88, 57, 20), (68, 46, 19), (49, 33, 17), (33, 19, 14)):
        icing_layer(canvas, y, half, tall)
    canvas.ink(line((74, 16), (80, 9), (90, 6)), 3, taper=0.4)
    canvas.form(ellipse(73, 19, 12, 11.5), RED, puff=5)
    canvas.shine(canvas.mask(ellipse(69, 14.5, 3.6, 2.6, -30)), 0.95)
    canvas.rim(0.8)
    return canvas.image()


def heart() -> Image.Image:
    """Draw a glossy heart, off centre on a sheet with wide empty margins."""
    canvas = Canvas(480, 480, ink=8)
    left = [(0, -70, 1), (-34, -122), (-94, -132), (-142, -86), (-136, -14), (-80, 66), (0, 136, 1)]
    half = curve(left, closed=False)
    shape = np.vstack([half, mirrored(half, 0)[::-1][1:-1]])
    with canvas.placed(212, 262, -6):
        inside = canvas.form(shape, (226, 40, 66), puff=34)
        glow = canvas.mask(moved(shape, 14, 8, 0, 0.72), 16).within(inside)
        canvas.shine(glow, 0.12, (255, 120, 120))
        canvas.shine(canvas.mask(ellipse(-76, -76, 38, 24, -38), 6), 0.6)
        canvas.shine(canvas.mask(ellipse(-80, -82, 24, 13, -38), 1), 0.9)
        canvas.shine(canvas.mask(ellipse(-112, -36, 8, 12, 12), 1), 0.8)
        bounce = canvas.trace(line((118, -20), (84, 44), (30, 92)), 12, 0.95, blur=4)
        canvas.shine(bounce.within(inside), 0.5, (255, 150, 170))
    canvas.rim(1.6)
    return canvas.image(trim=False)
