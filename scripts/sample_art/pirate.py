"""The pirate: a captain with a skull on his hat, an eye patch, a hook and a wooden leg."""

import numpy as np
from PIL import Image

from sample_art.canvas import INK, Canvas, Color, darker, mix
from sample_art.materials import (
    GOLD,
    IRON,
    LEATHER,
    SKIN,
    STEEL,
    TRIM,
    WOOD,
    blush,
    eye,
    gold_disc,
    grain,
    strands,
)
from sample_art.paths import (
    Path,
    arc,
    box,
    curve,
    ellipse,
    knots,
    line,
    moved,
    polygon,
    shifted,
    sided,
    symmetric,
    tapered,
)

COAT: Color = (176, 42, 50)


def pirate() -> Image.Image:
    """Draw a pirate captain: tricorne with a skull, eye patch, black beard, hook and wooden leg."""
    canvas = Canvas(680, 790, ink=7)
    with canvas.placed(46, 34):
        pirate_legs(canvas)
        pirate_coat(canvas)
        pirate_arms(canvas)
        pirate_head(canvas)
        with canvas.placed(0, -17):
            tricorne(canvas)
    canvas.rim(1.6)
    return canvas.image()


def pirate_legs(canvas: Canvas) -> None:
    """Draw one boot and one wooden leg under blue breeches."""
    for side in (-1, 1):
        canvas.form(shifted(box(-48, 540, 48, 640, 18), 300 + side * 58, 0), (58, 66, 110), puff=18)
    peg = curve("330,630! 386,630! 378,664 372,718! 346,718! 338,664")
    inside = canvas.form(peg, WOOD, puff=9)
    grain(canvas, inside, [line((x, 630), (358, 724)) for x in range(338, 384, 6)] * 2, 4)
    canvas.form(box(324, 618, 392, 644, 8), GOLD, puff=7, ink=6)
    canvas.form(box(340, 704, 378, 722, 5), IRON, puff=5, ink=5)
    boot = curve("186,612! 298,612! 292,650 296,716! 226,722 156,716! 160,686 192,668")
    canvas.form(boot, (84, 52, 42), puff=16)
    canvas.form(
        curve("176,596! 308,596! 302,638! 242,646 182,638!"),
        (104, 66, 50),
        puff=10,
    )
    canvas.ink(line((158, 702), (226, 707), (294, 702)), 5, taper=0.1)


def pirate_coat(canvas: Canvas) -> None:
    """Draw the striped shirt and the long red coat with golden buttons."""
    coat = symmetric(
        "300,380 212,390 176,470 160,560 146,626! 210,634 268,620! 300,620",
        300,
    )
    canvas.form(coat, darker(COAT, 0.3), puff=20)
    shirt = curve("236,380 364,380 366,480 358,600! 242,600! 234,480")
    inside = canvas.form(shirt, (240, 236, 226), puff=18)
    for y in range(398, 600, 36):
        stripe = np.vstack([sag_line(y), sag_line(y + 17)[::-1]])
        canvas.paint(canvas.mask(stripe).within(inside), (66, 96, 160))
    canvas.shadow(canvas.mask(box(330, 380, 380, 610), 14).within(inside), 0.5)
    canvas.shadow(canvas.mask(ellipse(300, 400, 110, 60), 12).within(inside), 0.6)
    belt = curve("222,540! 300,556 378,540! 378,582! 300,598 222,582!")
    canvas.form(belt, LEATHER, puff=9)
    canvas.form(box(270, 538, 330, 602, 8), GOLD, puff=8, ink=6)
    canvas.form(box(286, 553, 314, 587, 5), darker(LEATHER, 0.3), puff=5, ink=5)
    coat_fronts(canvas)


def coat_fronts(canvas: Canvas) -> None:
    """Draw the two open fronts of the coat."""
    for side in (-1, 1):
        flap = curve(
            "118,392! 60,386! 44,420 66,520 54,600 46,630! 104,640 160,628! 146,540 134,460"
        )
        panel = canvas.form(sided(flap, side, 300), COAT, puff=20)
        fold = sided(line((104, 520), (118, 576), (122, 632)), side, 300)
        strands(canvas, panel, [fold], darker(COAT, 0.65), 7)
        trim = line((62, 392), (48, 424), (68, 520), (57, 600), (48, 632))
        trim = sided(trim, side, 300)
        canvas.paint(canvas.trace(shifted(trim, side * 7, 0), 9).within(panel), TRIM)
        canvas.outline(sided(flap, side, 300))
        for y in (466, 510):
            gold_disc(canvas, 300 + side * 88, y, 10)


def sag_line(y: float) -> Path:
    """Return a line across the shirt that bends down in the middle."""
    return line((220, y - 4), (300, y + 10), (380, y - 4))


def pirate_arms(canvas: Canvas) -> None:
    """Draw the sleeve with the hook and the one with the fist on the hip."""
    with canvas.placed(72, 504, 46):
        hook(canvas)
    for side in (-1, 1):
        sleeve_path = curve("94,396! 150,398 196,430 232,478! 224,512 188,530! 150,500 112,480")
        canvas.shadow(canvas.mask(sided(sleeve_path, side, 304, 10), 6), 0.4)
        canvas.form(sided(sleeve_path, side, 300), COAT, puff=20)
    fist = canvas.form(ellipse(510, 530, 38, 35), SKIN, puff=12, depth=0.75)
    for x in (494, 508, 522):
        canvas.ink(line((x, 534), (x + 1, 546), (x - 1, 558)), 4.4, clip=fist)
    for x, y, turn in ((92, 480, -34), (504, 492, 34)):
        cuff = moved(box(-48, -25, 48, 25, 12), x, y, turn)
        canvas.form(cuff, darker(COAT, 0.12), puff=11)
        gold_disc(canvas, *moved(np.array([[0.0, 0.0]]), x, y, turn)[0], 9)


def hook(canvas: Canvas) -> None:
    """Draw the steel hook that sits in a leather cup, pointing down from the sleeve."""
    bend = np.vstack([line((0, 30), (1, 52)), arc(-33, 62, 35, 36, 0, 232)])
    canvas.form(tapered(bend, 19, 8), STEEL, puff=5)
    canvas.shine(canvas.trace(arc(-33, 62, 39, 40, 40, 150), 3.4, 0.9), 0.9)
    canvas.form(curve("-30,-4! 30,-4! 20,36! 0,42 -20,36!"), LEATHER, puff=9)
    canvas.ink(line((-23, 24), (0, 30), (23, 24)), 4)


def pirate_head(canvas: Canvas) -> None:
    """Draw the face, eye patch, earring and big black beard."""
    hair: Color = (62, 48, 56)
    for side in (-1, 1):
        mane = curve("60,200 132,220 150,300 138,372 110,404! 96,360 70,300")
        canvas.form(sided(mane, side, 300), hair, puff=16)
    for side in (-1, 1):
        canvas.form(ellipse(300 + side * 122, 290, 23, 29), SKIN, puff=9)
    canvas.outline(ellipse(424, 330, 14), 11)
    canvas.paint(canvas.trace(ellipse(424, 330, 14), 5, closed=True), GOLD)
    face = canvas.form(ellipse(300, 280, 122, 110), SKIN, puff=32)
    canvas.shadow(canvas.mask(ellipse(300, 196, 150, 60), 10).within(face), 0.55)
    pirate_beard(canvas, hair)
    eye(canvas, 252, 268, 25, (110, 70, 40), look=0.15)
    brow = curve("208,236 250,222 286,246! 278,256 246,242 212,252")
    canvas.form(brow, hair, puff=5, ink=4)
    blush(canvas, 212, 312, 20, face)
    blush(canvas, 388, 312, 20, face)
    strap = line((176, 222), (250, 226), (330, 244), (424, 284))
    canvas.paint(canvas.trace(strap, 9).within(face), INK)
    patch = curve("312,244! 350,234 390,254! 388,290 360,308 324,292")
    canvas.form(patch, (58, 50, 62), puff=10, ink=6)
    canvas.shine(canvas.mask(ellipse(338, 256, 12, 6, 12), 2), 0.35)
    nose = canvas.form(ellipse(300, 312, 29, 24), mix(SKIN, (236, 110, 90), 0.4), puff=11)
    canvas.shine(canvas.mask(ellipse(290, 303, 9, 6, -20), 1).within(nose), 0.7)
    canvas.ink(line((206, 284), (222, 300), (228, 322)), 4, (196, 110, 90), 0.9, clip=face)


def pirate_beard(canvas: Canvas, hair: Color) -> None:
    """Draw the beard, the grin in it and the moustache."""
    beard = symmetric(
        "300,318 230,324 186,300 172,276! 170,352 186,408 200,446! 222,430 "
        "240,470! 260,450 280,492! 300,470!",
        300,
    )
    canvas.shadow(canvas.mask(shifted(beard, 4, 14), 6), 0.5)
    inside = canvas.form(beard, hair, puff=24, depth=1.1)
    locks = [
        line((300 + s * a, 390), (300 + s * b, 430), (300 + s * c, 464))
        for s in (-1, 1)
        for a, b, c in ((96, 98, 92), (62, 66, 58), (24, 28, 22))
    ]
    strands(canvas, inside, locks, (24, 14, 26), 6)
    strands(canvas, inside, [lock - (7, 2) for lock in locks], (112, 92, 106), 4)
    pirate_grin(canvas)
    for side in (-1, 1):
        whisker = curve("0,330 34,326 74,346 112,338 128,316! 122,362 84,378 38,362 0,346")
        lip = canvas.form(sided(whisker, side, 300), hair, puff=10)
        shine = sided(line((30, 340), (70, 358), (104, 352)), side, 300, -4)
        strands(canvas, lip, [shine], (118, 98, 112), 5)


def pirate_grin(canvas: Canvas) -> None:
    """Draw a mouth full of teeth, one of them gold."""
    mouth = curve("246,352! 300,364 354,346! 344,384 300,398 258,386")
    gap = canvas.form(mouth, (112, 28, 40), puff=6, ink=5)
    teeth = canvas.mask(curve("240,344 300,356 360,338 352,366 300,378 250,370")).within(gap)
    canvas.paint(teeth, (252, 248, 236))
    for x in (272, 291, 310, 329):
        canvas.ink(line((x, 350), (x, 380)), 2.6, clip=teeth, taper=0.1)
    canvas.paint(canvas.mask(box(311, 345, 328, 380)).within(teeth), GOLD)
    canvas.outline(mouth, 5)


def tricorne(canvas: Canvas) -> None:
    """Draw the three-cornered hat with skull, crossbones and golden edge."""
    felt: Color = (60, 56, 84)
    crown_path = curve("176,160 200,70 300,36 400,70 424,160 300,190")
    canvas.form(crown_path, felt, puff=24)
    feather(canvas)
    brim = curve(
        "28,192! 70,150 130,96 196,104 250,70 300,62 350,70 404,104 470,96 "
        "530,150 572,192! 500,216 400,238 300,246 200,238 100,216"
    )
    inside = canvas.form(brim, felt, puff=24)
    edge = line(
        *knots("28,192 70,150 130,96 196,104 250,70 300,62 350,70 404,104 470,96 530,150 572,192"),
    )
    canvas.paint(canvas.trace(shifted(edge, 0, 9), 13).within(inside), GOLD)
    canvas.ink(shifted(edge, 0, 18), 3.6, clip=inside, taper=0)
    canvas.outline(brim)
    skull(canvas, 300, 150)


def feather(canvas: Canvas) -> None:
    """Draw the feather stuck into the hat."""
    plume_path = curve(
        "392,120! 424,60 480,22 548,20 584,58! 560,62 572,92! 540,88 536,118! 500,106 452,130"
    )
    inside = canvas.form(plume_path, (240, 236, 228), puff=14)
    canvas.ink(
        line((400, 122), (450, 72), (520, 48), (574, 58)), 4.4, (150, 140, 150), 0.8, clip=inside
    )
    barbs = [
        line((440, 84), (448, 60), (470, 42)),
        line((480, 64), (494, 46), (518, 34)),
        line((470, 70), (500, 84), (526, 104)),
        line((510, 54), (536, 66), (560, 84)),
    ]
    strands(canvas, inside, barbs, (170, 160, 168), 3.4)


def skull(canvas: Canvas, x: float, y: float) -> None:
    """Draw the skull and crossbones."""
    bone: Color = (246, 240, 224)
    for turn in (24, -24):
        bar = moved(line((-60, 0), (60, 0)), x, y + 32, turn)
        for color, width, knob in ((INK, 20, 13), (bone, 11, 8.5)):
            canvas.paint(canvas.trace(bar, width), color)
            for end, off in ((-62, -7), (-62, 7), (62, -7), (62, 7)):
                canvas.paint(canvas.mask(moved(ellipse(end, off, knob), x, y + 32, turn)), color)
    head = symmetric("0,-38 -34,-30 -43,0 -36,22 -22,28! -22,46 0,50", 0)
    inside = canvas.form(shifted(head, x, y), bone, puff=12, ink=6)
    for side in (-1, 1):
        socket = moved(ellipse(0, 0, 12, 13), x + side * 17, y + 4, side * 12)
        canvas.paint(canvas.mask(socket), INK)
    canvas.paint(canvas.mask(polygon((x, y + 16), (x + 7, y + 27), (x - 7, y + 27))), INK)
    for dx in (-8, 0, 8):
        canvas.ink(line((x + dx, y + 36), (x + dx, y + 50)), 3, clip=inside, taper=0)
