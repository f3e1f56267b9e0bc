"""The hard objects: barrel, anchor, axe, bomb, key and treasure chest."""

import numpy as np
from PIL import Image

from sample_art.canvas import Canvas, Color, Mask, darker, lighter
from sample_art.materials import GOLD, IRON, RED, STEEL, WOOD, gold_disc, grain, rivet, rope
from sample_art.paths import Path, arc, box, curve, ellipse, line, moved, polygon, shifted


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
    lower = shifted(upper[::-1], 0, thick)
    band = np.vstack([upper, lower])
    canvas.shadow(canvas.mask(shifted(band, 0, 6), 2), 0.55)
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
        tone = canvas.mask(np.vstack([seam, (shifted(seam, 24, 0))[::-1]])).within(inside)
        if number % 2:
            canvas.shadow(tone, 0.22)
        canvas.ink(seam, 3, clip=inside, taper=0.2)
        canvas.shine(canvas.trace(shifted(seam, 3, 0), 2).within(inside), 0.35, (255, 220, 160))
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
    canvas = Canvas(270, 320, ink=5.5)
    with canvas.placed(10, 6):
        anchor_ring(canvas)
        anchor_arms(canvas)
        anchor_stock(canvas)
        for path in (line((117, 108), (117, 160), (116, 225)), arc(125, 205, 88, 72, 170, 112)):
            canvas.shine(canvas.trace(path, 5, 0.9, blur=0.6), 0.7)
        rope_turns(canvas)
    canvas.rim(1.2)
    return canvas.image()


def anchor_ring(canvas: Canvas) -> None:
    """Draw the ring the anchor hangs by."""
    canvas.outline(ellipse(125, 34, 22), 20)
    canvas.paint(canvas.trace(ellipse(125, 34, 22), 11, closed=True), IRON)
    canvas.shadow(canvas.trace(arc(125, 34, 22, 22, -20, 110), 11, 0.3), 0.6)
    canvas.shine(canvas.trace(arc(124, 33, 23, 23, 180, 275), 4, 0.8), 0.8)


def anchor_arms(canvas: Canvas) -> None:
    """Draw the curved arms with their flukes and the shank that grows out of them."""
    arms = curve(
        "125,284! 84,270 48,242 26,204! 46,196! 66,224 94,240 114,242! 136,242! "
        "156,240 184,224 204,196! 224,204! 202,242 166,270"
    )
    shank = curve("113,58! 137,58! 140,160 143,244! 107,244! 110,160")
    canvas.form(shank, IRON, puff=8)
    inside = canvas.form(arms, IRON, puff=9)
    canvas.shadow(canvas.mask(ellipse(125, 238, 26, 8), 4).within(inside), 0.4)
    for side in (-1, 1):
        canvas.form(fluke(side), IRON, puff=9)


def anchor_stock(canvas: Canvas) -> None:
    """Draw the wooden crossbar with its golden knobs."""
    stock = curve("58,78 125,72 192,78 192,94 125,96 58,94")
    canvas.shadow(canvas.mask(shifted(stock, 0, 9), 3), 0.5)
    canvas.form(stock, WOOD, puff=7)
    for x in (52, 198):
        canvas.form(ellipse(x, 86, 12), GOLD, puff=5)
        canvas.shine(canvas.mask(ellipse(x - 4, 81, 3)), 0.9)
    for x in (108, 142):
        canvas.form(box(x - 5, 70, x + 5, 99, 3), GOLD, puff=3, ink=3)


def rope_turns(canvas: Canvas) -> None:
    """Wind a rope around the anchor's shank, its end hanging loose."""
    tail = line((136, 150), (160, 170), (150, 196), (164, 216), (158, 236))
    rope(canvas, tail, 10)
    for y in (124, 136, 148):
        rope(canvas, line((106, y + 6), (125, y + 2), (144, y - 4)), 11)


def axe() -> Image.Image:
    """Draw a battle axe leaning to the right."""
    canvas = Canvas(400, 400, ink=5.5)
    with canvas.placed(200, 216, 51):
        shaft = curve("-10,-150 10,-150 11,0 13,172 -13,172 -11,0")
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
    spike = curve("8,-120! 66,-98! 8,-78!")
    canvas.form(spike, STEEL, puff=9)
    blade = curve(
        "-8,-126! -34,-132 -62,-152 -84,-180! -104,-140 -108,-98 -102,-56 "
        "-80,-16! -60,-46 -34,-66 -8,-72!"
    )
    inside = canvas.form(blade, STEEL, puff=14)
    edge = curve("-84,-180! -104,-140 -108,-98 -102,-56 -80,-16! -84,-58 -88,-98 -85,-140")
    canvas.shine(canvas.mask(edge).within(inside), 0.75)
    canvas.ink(line((-84, -176), (-86, -140), (-88, -98), (-84, -58), (-80, -20)), 2.6, clip=inside)
    glare = polygon((-80, -150), (-62, -150), (-30, -60), (-48, -50))
    canvas.shine(canvas.mask(glare, 1).within(inside), 0.35)


def bomb() -> Image.Image:
    """Draw a round bomb with a burning fuse."""
    canvas = Canvas(310, 280, ink=5.5)
    iron: Color = (62, 62, 84)
    with canvas.placed(118, 158):
        ball = ellipse(0, 0, 94)
        inside = canvas.form(ball, iron, puff=34, depth=0.7)
        bounce = canvas.trace(arc(0, 0, 80, 80, 8, 84), 11, 0.95, blur=4)
        canvas.shine(bounce.within(inside), 0.6, (120, 160, 255))
        canvas.shine(canvas.mask(ellipse(-36, -40, 30, 20, -42), 5), 0.55, (214, 224, 255))
        canvas.shine(canvas.mask(ellipse(-40, -45, 17, 10, -42), 0.8), 0.95)
        canvas.shine(canvas.mask(ellipse(-63, -10, 6, 9, 14), 0.6), 0.8)
        neck = moved(curve("-28,8! -28,-18 28,-18 28,8! 0,16"), 64, -70, 42)
        canvas.shadow(canvas.mask(shifted(neck, 2, 10), 4).within(inside), 0.6)
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
        shaft = box(-96, -13, 168, 13, 9)
        inside = canvas.form(shaft, GOLD, puff=8)
        canvas.shine(canvas.trace(line((-20, -6), (150, -6)), 4, 0.8).within(inside), 0.8)
        for x, tall in ((-44, 24), (-26, 19), (78, 18)):
            canvas.form(box(x - 8, -tall, x + 8, tall, 6), GOLD, puff=6)
        key_bow(canvas)
    canvas.rim(1.2)
    return canvas.image()


def key_bow(canvas: Canvas) -> None:
    """Draw the key's clover-shaped handle around a ruby."""
    lobes = ((-106, -44), (-106, 44), (-150, 0))
    for x, y in lobes:
        canvas.outline(ellipse(x, y, 38))
    for x, y in lobes:
        canvas.form(ellipse(x, y, 38), GOLD, puff=13, ink=0)
    for x, y in lobes:
        canvas.shine(canvas.trace(ellipse(x, y, 28), 5, closed=True, blur=1), 0.5)
        canvas.erase(canvas.mask(ellipse(x, y, 16)))
        canvas.outline(ellipse(x, y, 17), 4.5)
    canvas.form(ellipse(-106, 0, 27), GOLD, puff=9)
    canvas.form(ellipse(-106, 0, 17), RED, puff=7, ink=4)
    canvas.shine(canvas.mask(ellipse(-108, -7, 6, 4)), 0.9)


def chest() -> Image.Image:
    """Draw an open treasure chest."""
    canvas = Canvas(310, 250, ink=5.5)
    lid = curve("30,100! 34,44 64,20 155,14 246,20 276,44 280,100!")
    canvas.form(lid, WOOD, puff=14)
    hollow = curve("46,104! 50,56 74,38 155,33 236,38 260,56 264,104!")
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
    heap = curve("40,122! 70,92 112,72 158,62 204,74 242,94 270,122!")
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
    front = curve("26,108! 284,108! 276,222! 34,222!")
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
    plate = curve("130,98! 180,98! 180,140 155,166 130,140")
    canvas.shadow(canvas.mask(shifted(plate, 4, 8), 3).within(inside), 0.5)
    canvas.form(plate, lighter(GOLD, 0.15), puff=9)
    canvas.form(ellipse(155, 122, 8.5), (48, 28, 36), puff=2, ink=0)
    canvas.form(polygon((151, 124), (159, 124), (163, 146), (147, 146)), (48, 28, 36), ink=0)
