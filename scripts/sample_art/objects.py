"""The objects of the sample art."""

import numpy as np
from PIL import Image

from sample_art.canvas import Canvas, Color, Mask, darker, lighter
from sample_art.paths import Path, arc, box, curve, ellipse, line, mirrored, moved, polygon

WOOD: Color = (176, 112, 58)
IRON: Color = (108, 116, 136)
STEEL: Color = (188, 202, 216)
GOLD: Color = (248, 190, 48)
RED: Color = (222, 52, 62)


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
        edge = canvas.trace(piece + (1.6, 1.2), width * 0.6, 0.9).within(clip)
        canvas.shine(edge, 0.25, (255, 226, 170))


def bow(top: float, bottom: float, at: float, swell: float, middle: float) -> Path:
    """Return a barrel stave's edge: upright, and pushed out at half height."""
    t = np.linspace(0, 1, 40)
    push = 1 + swell * np.sin(np.pi * t)
    return np.stack([middle + (at - middle) * push, top + (bottom - top) * t], axis=1)


def sag(path: Path, middle: float, half: float, depth: float) -> Path:
    """Return a level path bent down in the middle, as a hoop seen from above."""
    share = np.clip((path[:, 0] - middle) / half, -1, 1)
    return path + np.stack([np.zeros(len(path)), depth * np.sqrt(1 - share**2)], axis=1)


def hoop(canvas: Canvas, y: float, half: float, thick: float, depth: float) -> None:
    """Draw one iron hoop around the barrel."""
    across = np.linspace(-half, half, 60)
    upper = sag(np.stack([110 + across, np.full(60, y)], axis=1), 110, half, depth)
    lower = upper[::-1] + (0, thick)
    band = np.vstack([upper, lower])
    canvas.shadow(canvas.mask(band + (0, 6), 2), 0.55)
    inside = canvas.form(band, IRON, puff=7, ink=4)
    for at, width, opacity in ((-0.45, 0.12, 0.5), (0.72, 0.05, 0.3)):
        gleam = canvas.mask(ellipse(110 + at * half, y + depth, half * width, 40), 3)
        canvas.shine(gleam.within(inside), opacity)
    for at in (-0.72, 0.0, 0.72):
        drop = depth * np.sqrt(1 - at * at)
        rivet(canvas, 110 + at * half, y + drop + thick / 2, 3.6)


def barrel() -> Image.Image:
    """Draw a wooden barrel with iron hoops."""
    canvas = Canvas(220, 270, ink=5.5)
    left, right = bow(44, 226, 34, 0.22, 110), bow(44, 226, 186, 0.22, 110)
    bottom = arc(110, 226, 76, 22, 0, 180)
    body = np.vstack([right, bottom, left[::-1], arc(110, 44, 76, 20, 180, 360)])
    inside = canvas.form(body, WOOD, puff=24, depth=0.8)
    for number, at in enumerate((-64, -40, -13, 14, 41, 65)):
        seam = sag(bow(44, 232, 110 + at, 0.22, 110), 110, 90, 14)
        tone = canvas.mask(np.vstack([seam, (seam + (24, 0))[::-1]])).within(inside)
        if number % 2:
            canvas.shadow(tone, 0.22)
        canvas.ink(seam, 3, clip=inside, taper=0.2)
        canvas.shine(canvas.trace(seam + (3, 0), 2).within(inside), 0.35, (255, 220, 160))
    veins = [sag(bow(50, 240, 110 + at, 0.22, 110), 110, 90, 14) for at in range(-72, 76, 6)]
    grain(canvas, inside, veins, 3)
    for y, half in ((66, 84), (112, 93), (182, 87)):
        hoop(canvas, y - 6, half, 17, 17)
    lid = ellipse(110, 44, 76, 20)
    canvas.form(lid, lighter(WOOD, 0.1), puff=6)
    top = canvas.form(ellipse(110, 46, 65, 14.5), darker(WOOD, 0.25), puff=6, ink=3)
    for at in (-40, -14, 14, 40):
        canvas.ink(line((110 + at, 28), (110 + at * 1.05, 64)), 2.4, clip=top, taper=0.1)
    canvas.rim(1.2)
    return canvas.image()


def fluke(side: float) -> Path:
    """Return one pointed palm of the anchor; side is -1 for left and 1 for right."""
    knots = [(84, 190, 1), (104, 148, 1), (122, 206, 1), (104, 200), (84, 190, 1)]
    return curve([(125 + side * knot[0], *knot[1:]) for knot in knots[:-1]])


def anchor() -> Image.Image:
    """Draw an iron anchor with a rope."""
    canvas = Canvas(250, 310, ink=5.5)
    for y in (34,):
        canvas.outline(ellipse(125, y, 22), 20)
        canvas.paint(canvas.trace(ellipse(125, y, 22), 11, closed=True), IRON)
        shade = canvas.trace(arc(125, y, 22, 22, -20, 110), 11, 0.3)
        canvas.shadow(shade, 0.6)
        canvas.shine(canvas.trace(arc(124, y - 1, 23, 23, 180, 275), 4, 0.8), 0.8)
    arms = curve(
        [(125, 292, 1), (84, 276), (48, 246), (26, 204, 1), (46, 196, 1), (66, 226), (94, 246)]
        + [(114, 250, 1), (136, 250, 1), (156, 246), (184, 226), (204, 196, 1), (224, 204, 1)]
        + [(202, 246), (166, 276)]
    )
    canvas.form(arms, IRON, puff=9)
    for side in (-1, 1):
        canvas.form(fluke(side), IRON, puff=9)
    shank = curve([(113, 58, 1), (137, 58, 1), (140, 160), (143, 268, 1), (107, 268, 1), (110, 160)])
    canvas.form(shank, IRON, puff=8)
    seal = canvas.mask(box(100, 232, 150, 282))
    canvas.paint(canvas.mask(curve([(112, 238), (138, 238), (139, 276), (111, 276)])), IRON)
    join = canvas.mask(ellipse(125, 264, 22, 20), 4).within(seal)
    canvas.shine(join, 0.12)
    stock = curve([(58, 78), (125, 72), (192, 78), (192, 94), (125, 96), (58, 94)])
    canvas.shadow(canvas.mask(stock + (0, 9), 3), 0.5)
    canvas.form(stock, WOOD, puff=7)
    for x in (52, 198):
        canvas.form(ellipse(x, 86, 12), GOLD, puff=5)
        canvas.shine(canvas.mask(ellipse(x - 4, 81, 3)), 0.9)
    for x in (108, 142):
        canvas.form(box(x - 5, 70, x + 5, 99, 3), GOLD, puff=3, ink=3)
    for path in (line((117, 108), (117, 160), (116, 225)), arc(125, 205, 88, 72, 170, 112)):
        canvas.shine(canvas.trace(path, 5, 0.9, blur=0.6), 0.7)
    rope_turns(canvas)
    canvas.rim(1.2)
    return canvas.image()


def rope_turns(canvas: Canvas) -> None:
    """Wind a rope around the anchor's shank, its end hanging loose."""
    tail = line((136, 150), (160, 170), (150, 196), (164, 216), (158, 236))
    rope(canvas, tail, 10)
    for y in (124, 136, 148):
        rope(canvas, line((106, y + 6), (125, y + 2), (144, y - 4)), 11)


def rope(canvas: Canvas, path: Path, width: float, color: Color = (226, 190, 128)) -> None:
    """Draw a twisted rope along a path."""
    canvas.paint(canvas.trace(path, width + 6), (40, 25, 36))
    core = canvas.trace(path, width)
    canvas.paint(core, color)
    canvas.shadow(canvas.trace(path + (width * 0.2, width * 0.25), width * 0.6).within(core), 0.35)
    steps = np.hypot(*np.diff(path, axis=0).T)
    along = np.concatenate([[0], np.cumsum(steps)])
    for where in np.arange(width * 0.4, along[-1], width * 0.62):
        x, y = (np.interp(where, along, path[:, i]) for i in (0, 1))
        dx, dy = (np.interp(where + 1, along, path[:, i]) for i in (0, 1))
        angle = np.degrees(np.arctan2(dy - y, dx - x)) if where + 1 < along[-1] else 60
        twist = moved(line((-width * 0.25, width * 0.6), (0, 0), (width * 0.25, -width * 0.6)), 0, 0)
        canvas.ink(moved(twist, x, y, angle + 8), width * 0.2, (112, 74, 48), 0.5, clip=core)


def axe() -> Image.Image:
    """Draw a battle axe leaning to the right."""
    canvas = Canvas(330, 330, ink=5.5)
    with canvas.placed(165, 165, 42):
        shaft = curve([(-10, -150), (10, -150), (11, 0), (13, 172), (-13, 172), (-11, 0)])
        shaft = box(-10, -158, 10, 172, 7)
        inside = canvas.form(shaft, WOOD, puff=7)
        veins = [line((x, -150), (x + 1, 0), (x, 170)) for x in (-7, -4, -1, 2, 5, 7)] * 2
        grain(canvas, inside, veins, 5)
        for y in range(64, 150, 13):
            wrap = curve([(-13, y + 8), (13, y - 2), (13, y + 9), (-13, y + 19)])
            canvas.form(wrap, (150, 52, 48), puff=4, ink=3)
        canvas.form(box(-15, 152, 15, 178, 8), GOLD, puff=6)
        axe_blade(canvas)
        for y in (-116, -82):
            canvas.form(box(-16, y - 8, 16, y + 8, 4), GOLD, puff=5, ink=4)
        canvas.form(polygon((-11, -150), (0, -184), (11, -150)), STEEL, puff=5)
    canvas.rim(1.2)
    return canvas.image()


def axe_blade(canvas: Canvas) -> None:
    """Draw the axe's broad blade and the spike behind it."""
    spike = curve([(8, -120, 1), (66, -98, 1), (8, -78, 1)])
    canvas.form(spike, STEEL, puff=9)
    blade = curve(
        [(-8, -126, 1), (-34, -132), (-62, -152), (-84, -180, 1), (-104, -140), (-108, -98)]
        + [(-102, -56), (-80, -16, 1), (-60, -46), (-34, -66), (-8, -72, 1)]
    )
    inside = canvas.form(blade, STEEL, puff=14)
    edge = curve(
        [(-84, -180, 1), (-104, -140), (-108, -98), (-102, -56), (-80, -16, 1)]
        + [(-84, -58), (-88, -98), (-85, -140)]
    )
    canvas.shine(canvas.mask(edge).within(inside), 0.75)
    canvas.ink(line((-84, -176), (-86, -140), (-88, -98), (-84, -58), (-80, -20)), 2.6, clip=inside)
    glare = polygon((-80, -150), (-62, -150), (-30, -60), (-48, -50))
    canvas.shine(canvas.mask(glare, 1).within(inside), 0.35)
    rune = line((-40, -112), (-58, -98), (-40, -86))
    canvas.ink(rune, 4, darker(STEEL, 0.5), 0.3)


def bomb() -> Image.Image:
    """Draw a round bomb with a burning fuse."""
    canvas = Canvas(290, 270, ink=5.5)
    iron: Color = (62, 62, 84)
    with canvas.placed(118, 158):
        ball = ellipse(0, 0, 94)
        inside = canvas.form(ball, iron, puff=34, depth=1.0)
        bounce = canvas.mask(ellipse(14, 16, 80)).within(inside)
        rim = inside.without(Mask(bounce.left, bounce.top, bounce.cover))
        canvas.shine(canvas.mask(ellipse(36, 52, 46, 26, -38), 9).within(rim), 0.5, (120, 150, 255))
        canvas.shine(canvas.mask(ellipse(-36, -40, 30, 20, -42), 5), 0.55, (214, 224, 255))
        canvas.shine(canvas.mask(ellipse(-40, -45, 17, 10, -42), 0.8), 0.95)
        canvas.shine(canvas.mask(ellipse(-63, -10, 6, 9, 14), 0.6), 0.8)
        neck = curve([(34, -92, 1), (48, -112), (96, -76), (86, -46, 1), (66, -54), (44, -74)])
        neck = moved(curve([(-28, 8, 1), (-28, -18), (28, -18), (28, 8, 1), (0, 16)]), 64, -70, 42)
        canvas.shadow(canvas.mask(neck + (2, 10), 4).within(inside), 0.6)
        canvas.form(neck, (96, 98, 122), puff=8)
        mouth = moved(ellipse(0, -17, 26, 8), 64, -70, 42)
        canvas.form(mouth, (54, 50, 66), puff=3, ink=4)
    fuse = line((188, 72), (200, 52), (222, 48), (236, 60), (250, 54))
    rope(canvas, fuse, 9)
    spark(canvas, 254, 48)
    canvas.rim(1.2)
    return canvas.image()


def spark(canvas: Canvas, x: float, y: float) -> None:
    """Draw the flame at the end of a fuse."""
    for points, reach, inner, color in (
        (9, 31, 0.55, (242, 92, 34)),
        (8, 23, 0.55, (255, 190, 44)),
        (7, 13, 0.6, (255, 250, 220)),
    ):
        angle = np.arange(2 * points) * np.pi / points - 1.3
        stretch = np.where(np.arange(2 * points) % 4 == 0, 1.15, 0.92)
        out = np.where(np.arange(2 * points) % 2, reach * inner, reach * stretch)
        burst = np.stack([x + out * np.cos(angle), y + out * np.sin(angle)], axis=1)
        canvas.form(burst, color, puff=5, depth=0.3, ink=4 if reach == 31 else 0)


def key() -> Image.Image:
    """Draw an old golden key leaning to the right."""
    canvas = Canvas(340, 350, ink=5.5)
    with canvas.placed(170, 176, -43):
        for path in (box(92, 6, 112, 50, 4), box(130, 6, 152, 58, 4), box(112, 8, 131, 34, 2)):
            canvas.form(path, GOLD, puff=6)
        canvas.paint(canvas.mask(box(95, 4, 149, 28)), GOLD)
        shaft = box(-60, -13, 168, 13, 9)
        inside = canvas.form(shaft, GOLD, puff=8)
        canvas.shine(canvas.trace(line((-20, -6), (150, -6)), 4, 0.8).within(inside), 0.8)
        for x, tall in ((-44, 24), (-26, 19), (78, 18)):
            canvas.form(box(x - 8, -tall, x + 8, tall, 6), GOLD, puff=6)
        key_bow(canvas)
    canvas.rim(1.2)
    return canvas.image()


def key_bow(canvas: Canvas) -> None:
    """Draw the key's clover-shaped handle around a ruby."""
    for x, y in ((-106, -42), (-106, 42), (-148, 0)):
        canvas.outline(ellipse(x, y, 27), 33)
    for x, y in ((-106, -42), (-106, 42), (-148, 0)):
        ring = ellipse(x, y, 27)
        canvas.paint(canvas.trace(ring, 22, closed=True), GOLD)
        canvas.shadow(canvas.trace(ring + (3, 4), 16, closed=True, blur=2), 0.0)
    for x, y in ((-106, -42), (-106, 42), (-148, 0)):
        shade = canvas.trace(ellipse(x, y, 33), 6, closed=True, blur=1.5)
        canvas.shadow(shade, 0.4, (190, 110, 40))
        canvas.shine(canvas.trace(ellipse(x, y, 26), 5, closed=True, blur=1), 0.55)
        canvas.outline(ellipse(x, y, 17), 4)
    canvas.form(ellipse(-106, 0, 27), GOLD, puff=9)
    canvas.form(ellipse(-106, 0, 17), RED, puff=7, ink=4)
    canvas.shine(canvas.mask(ellipse(-108, -7, 6, 4)), 0.9)


def chest() -> Image.Image:
    """Draw an open treasure chest."""
    canvas = Canvas(310, 250, ink=5.5)
    lid = curve([(30, 100, 1), (34, 44), (64, 20), (155, 14), (246, 20), (276, 44), (280, 100, 1)])
    canvas.form(lid, WOOD, puff=14)
    hollow = curve(
        [(46, 104, 1), (50, 56), (74, 38), (155, 33), (236, 38), (260, 56), (264, 104, 1)]
    )
    inside = canvas.form(hollow, (84, 42, 44), puff=10, ink=4)
    for x in (92, 155, 218):
        canvas.ink(line((x, 30), (x, 110)), 2.5, clip=inside, taper=0.1)
    for x in (38, 272):
        canvas.form(box(x - 11, 46, x + 11, 104, 6), GOLD, puff=5, ink=4)
    treasure(canvas, inside)
    chest_front(canvas)
    canvas.rim(1.2)
    return canvas.image()


def treasure(canvas: Canvas, hollow: Mask) -> None:
    """Heap gold and jewels into the open chest."""
    canvas.shine(canvas.mask(ellipse(155, 84, 86, 36), 12).within(hollow), 0.5, (255, 190, 60))
    heap = curve([(40, 122, 1), (70, 92), (112, 72), (158, 62), (204, 74), (242, 94), (270, 122, 1)])
    canvas.form(heap, darker(GOLD, 0.2), puff=12)
    rng = np.random.default_rng(11)
    for row in range(5):
        half = 34 + row * 19
        for x in np.arange(-half, half + 1, 22):
            y = 72 + row * 10 + (abs(x) / 100) ** 2 * 9 + rng.uniform(-3, 3)
            gold_disc(canvas, 155 + x + rng.uniform(-4, 4), y, 13, rng.uniform(0.6, 0.95))
    for x, y, color in ((112, 82, RED), (196, 84, (66, 170, 232)), (152, 70, (80, 200, 110))):
        gem(canvas, x, y, 15, color)


def gem(canvas: Canvas, x: float, y: float, size: float, color: Color) -> None:
    """Draw a cut jewel."""
    knots = [(-1, -0.2), (-0.55, -0.8), (0.55, -0.8), (1, -0.2), (0, 1)]
    jewel = polygon(*((x + size * a, y + size * b) for a, b in knots))
    inside = canvas.form(jewel, color, puff=size * 0.4, ink=3.4)
    table = polygon(*((x + size * a, y + size * b) for a, b in [*knots[:1], *knots[3:]]))
    canvas.shadow(canvas.mask(table).within(inside), 0.3)
    canvas.shine(canvas.mask(polygon(*((x + size * a, y + size * b) for a, b in knots[:3]))), 0.45)


def chest_front(canvas: Canvas) -> None:
    """Draw the chest's front with its bands and lock."""
    front = curve([(26, 108, 1), (284, 108, 1), (276, 222, 1), (34, 222, 1)])
    inside = canvas.form(front, WOOD, puff=14)
    for y in (146, 184):
        canvas.ink(line((20, y), (290, y)), 3.4, clip=inside, taper=0)
        canvas.shine(canvas.trace(line((20, y + 4), (290, y + 4)), 2.5).within(inside), 0.35)
    veins = [line((26, y), (150, y + 2), (288, y)) for y in range(122, 220, 6)] * 2
    grain(canvas, inside, veins, 8)
    canvas.shadow(canvas.mask(box(20, 104, 290, 134), 5).within(inside), 0.4)
    for x in (40, 270):
        band = box(x - 15, 110, x + 15, 224, 4)
        canvas.form(band, GOLD, puff=6, ink=4.5)
        for y in (145, 202):
            rivet(canvas, x, y, 4)
    canvas.form(box(20, 100, 290, 122, 6), GOLD, puff=6)
    for x in (70, 115, 195, 240):
        rivet(canvas, x, 111, 4)
    plate = curve([(130, 98, 1), (180, 98, 1), (180, 140), (155, 166), (130, 140)])
    canvas.shadow(canvas.mask(plate + (4, 8), 3).within(inside), 0.5)
    canvas.form(plate, lighter(GOLD, 0.15), puff=9)
    canvas.form(ellipse(155, 122, 8.5), (48, 28, 36), puff=2, ink=0)
    canvas.form(polygon((151, 124), (159, 124), (163, 146), (147, 146)), (48, 28, 36), ink=0)


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
    canvas.shadow(canvas.mask(skin + (6, 9), 4), 0.5)
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
    banana(canvas, [(196, 62), (262, 112), (322, 190), (352, 282)], 29)
    banana(canvas, [(190, 64), (228, 140), (258, 226), (258, 326)], 32)
    banana(canvas, [(182, 64), (180, 146), (168, 240), (136, 336)], 34)
    banana(canvas, [(176, 62), (128, 120), (82, 194), (36, 256)], 31)
    stem = curve(
        [(160, 84), (164, 52), (172, 20, 1), (206, 16, 1), (208, 50), (216, 84), (188, 98)]
    )
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
    canvas.shadow(canvas.mask(icing + (1, 5), 1.5).within(inside), 0.5)
    top = canvas.form(icing, (250, 122, 172), puff=13, ink=3)
    dip = canvas.trace(ellipse(78, 74, 17, 15), 12, closed=True, blur=3)
    canvas.shadow(dip.within(top), 0.45)
    spots = [(78 + r * np.cos(a), 75 + r * np.sin(a)) for r, a in _ring_spots()]
    sprinkles(canvas, top, spots, 2)
    canvas.shine(canvas.trace(arc(78, 74, 43, 42, 196, 262), 6, 0.9, blur=0.7), 0.85)
    canvas.shine(canvas.trace(arc(78, 74, 43, 42, 274, 286), 5, 0.6, blur=0.7), 0.7)
    rows, columns = hole.window
    canvas.outline(ellipse(78, 74, 16, 14), 7)
    canvas.color[rows, columns] *= (1 - hole.cover)[..., None]
    canvas.alpha[rows, columns] *= 1 - hole.cover
    canvas.outline(ellipse(78, 74, 16.5, 14.5), 3.4)
    canvas.rim(0.8)
    return canvas.image()


def _ring_spots() -> list[tuple[float, float]]:
    """Return radius and angle of the donut's sprinkles."""
    rng = np.random.default_rng(4)
    outer = [(45 + rng.uniform(-3, 3), a + rng.uniform(-0.1, 0.1)) for a in np.arange(0, 6.2, 0.42)]
    inner = [(29 + rng.uniform(-3, 3), a + rng.uniform(-0.2, 0.2)) for a in np.arange(0, 6.2, 0.7)]
    return outer + inner


def cupcake() -> Image.Image:
    """Draw a cupcake with swirled icing and a cherry."""
    canvas = Canvas(146, 160, ink=4)
    cup = curve([(28, 88, 1), (118, 88, 1), (104, 140, 1), (73, 146), (42, 140, 1)])
    inside = canvas.form(cup, (90, 168, 226), puff=10)
    for number, share in enumerate(np.linspace(0, 1, 9)):
        top, bottom = 28 + 90 * share, 42 + 62 * share
        fold = polygon((top, 84), (top + 6, 84), (bottom + 4, 146), (bottom, 146))
        canvas.shadow(canvas.mask(fold).within(inside), 0.4)
        if 0 < number < 8:
            canvas.ink(line((top, 84), (bottom, 146)), 1.8, clip=inside, taper=0.1)
    for y, half, tall in ((88, 57, 20), (68, 46, 19), (49, 33, 17), (33, 19, 14)):
        swirl = curve(
            [(73 - half, y), (73 - half * 0.6, y - tall), (73 + half * 0.5, y - tall * 1.1)]
            + [(73 + half, y - 4), (73 + half * 0.7, y + tall * 0.55)]
            + [(73 + half * 0.1, y + tall * 0.3), (73 - half * 0.6, y + tall * 0.7)]
        )
        canvas.shadow(canvas.mask(swirl + (1, 6), 2), 0.45)
        cream = canvas.form(swirl, (255, 176, 204), puff=9)
        canvas.shine(canvas.mask(ellipse(73 - half * 0.45, y - 4, half * 0.22, 3.4, -14)), 0.85)
        spots = [(73 + half * a, y + b) for a, b in ((-0.75, 3), (-0.1, -2), (0.35, 3), (0.7, -3))]
        sprinkles(canvas, cream, spots, int(y))
    canvas.ink(line((74, 12), (80, 4), (90, 2)), 3, taper=0.4)
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


OBJECTS = {
    "barrel": barrel,
    "anchor": anchor,
    "axe": axe,
    "bomb": bomb,
    "key": key,
    "chest": chest,
    "bananas": bananas,
    "cupcake": cupcake,
    "donut": donut,
    "heart": heart,
}
