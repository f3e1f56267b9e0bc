"""The warrior: a knight with a plumed helmet, a round shield and a raised sword."""

import numpy as np
from PIL import Image

from sample_art.canvas import WHITE, Canvas, darker
from sample_art.materials import GOLD, LEATHER, RED, SKIN, STEEL, TRIM, blush, eye, strands
from sample_art.paths import (
    arc,
    box,
    curve,
    ellipse,
    line,
    moved,
    polygon,
    shifted,
    sided,
    symmetric,
)


def warrior() -> Image.Image:
    """Draw a knight with a plumed helmet, a round shield and a raised sword."""
    canvas = Canvas(500, 610, ink=6)
    with canvas.placed(24, 16):
        warrior_legs(canvas)
        sword(canvas)
        warrior_body(canvas)
        plume(canvas)
        warrior_head(canvas)
        helmet(canvas)
        sword_arm(canvas)
        shield(canvas)
    canvas.rim(1.4)
    return canvas.image()


def warrior_legs(canvas: Canvas) -> None:
    """Draw legs in mail and the steel boots."""
    for side in (-1, 1):
        leg = shifted(box(-26, 440, 26, 520, 8), 225 + side * 42, 0)
        canvas.form(leg, (96, 84, 96), puff=12)
        boot = curve(
            [
                (-30, 478, 1),
                (30, 478, 1),
                (34, 516),
                (52 if side > 0 else 34, 552, 1),
                (0, 560),
                (-34 if side > 0 else -52, 552, 1),
                (-34, 516),
            ]
        )
        inside = canvas.form(shifted(boot, 225 + side * 44, 0), STEEL, puff=12)
        canvas.ink(
            shifted(line((-50, 528), (0, 520), (50, 528)), 225 + side * 44, 0),
            4,
            clip=inside,
            taper=0,
        )
        knee = ellipse(225 + side * 43, 476, 30, 21)
        canvas.form(knee, STEEL, puff=9)
        canvas.shine(canvas.mask(ellipse(225 + side * 43 - 10, 469, 8, 5, -20), 1), 0.8)


def warrior_body(canvas: Canvas) -> None:
    """Draw the breastplate over a red tunic, and the belt."""
    tunic = symmetric("225,400 150,404 132,470! 168,484! 190,474 225,490!", 225)
    inside = canvas.form(tunic, RED, puff=14)
    folds = [line((225 + s * a, 420), (225 + s * (a + 5), 482)) for s in (-1, 1) for a in (16, 48)]
    strands(canvas, inside, folds, darker(RED, 0.6), 5)
    hem = [
        line((225 + s * 96, 462), (225 + s * 56, 476), (225 + s * 34, 466), (225, 480))
        for s in (-1, 1)
    ]
    for path in hem:
        canvas.paint(canvas.trace(path, 6).within(inside), TRIM)
    canvas.outline(tunic)
    plate = symmetric("225,300 160,304 138,346 146,400 164,424! 225,432", 225)
    chest = canvas.form(plate, STEEL, puff=24)
    canvas.ink(line((225, 340), (226, 390), (225, 430)), 4, clip=chest)
    canvas.shine(canvas.mask(ellipse(186, 368, 12, 24, 14), 3).within(chest), 0.7)
    canvas.ink(arc(180, 372, 44, 40, 20, 120), 3.6, clip=chest)
    canvas.ink(arc(270, 372, 44, 40, 60, 160), 3.6, clip=chest)
    belt = curve("146,408! 225,420 304,408! 306,434! 225,447 144,434!")
    canvas.form(belt, LEATHER, puff=7)
    canvas.form(box(204, 410, 246, 452, 7), GOLD, puff=7, ink=5)
    canvas.form(box(215, 421, 235, 441, 4), LEATHER, puff=4, ink=4)


def plume(canvas: Canvas) -> None:
    """Draw the red crest of feathers on the helmet."""
    crest = curve(
        "214,78! 204,40 226,8 272,2 322,22 350,64 356,116! 334,102 338,142! "
        "312,118 306,150! 286,108 250,84!"
    )
    inside = canvas.form(crest, RED, puff=18)
    barbs = [
        line((236, 70), (252, 36), (282, 20)),
        line((246, 74), (276, 52), (316, 52)),
        line((258, 80), (296, 78), (334, 98)),
        line((262, 86), (290, 96), (312, 118)),
    ]
    strands(canvas, inside, barbs, darker(RED, 0.6), 5)


def warrior_head(canvas: Canvas) -> None:
    """Draw the face: firm brows, a stubbled jaw and a bold smile."""
    face = canvas.form(ellipse(225, 222, 96, 98), SKIN, puff=26)
    stubble = canvas.mask(
        curve("120,250 170,262 225,256 280,262 330,250 310,330 225,350 140,330"),
        5,
    )
    canvas.paint(stubble.within(face), (150, 112, 104), 0.45)
    canvas.shadow(canvas.mask(ellipse(225, 150, 120, 50), 8).within(face), 0.55)
    for side in (-1, 1):
        eye(canvas, 225 + side * 40, 220, 20, (70, 130, 70), look=-0.1)
        brow = curve("12,206! 40,188 72,186! 66,200 40,204 14,218!")
        canvas.form(sided(brow, side, 225), (104, 58, 36), puff=4, ink=3)
        blush(canvas, 225 + side * 64, 258, 15, face)
    canvas.ink(line((222, 236), (214, 254), (226, 260), (236, 255)), 4.4)
    mouth = curve("190,278! 224,286 262,274! 250,298 220,304 198,294")
    inside = canvas.form(mouth, (120, 34, 44), puff=5, ink=4.5)
    canvas.paint(
        canvas.mask(curve("186,272 224,280 266,268 260,282 224,293 192,288")).within(inside),
        WHITE,
    )
    canvas.outline(mouth, 4.5)
    canvas.ink(line((212, 316), (224, 319), (236, 316)), 3.6)


def helmet(canvas: Canvas) -> None:
    """Draw the open steel helmet with its nose guard and golden rim."""
    for side in (-1, 1):
        cheek = curve("104,160! 108,240 92,300! 66,310 60,286 76,240 82,190!")
        canvas.form(sided(cheek, side, 225), STEEL, puff=11)
    dome = symmetric(
        "225,62 160,78 122,126 112,192! 160,178 206,176! 225,176",
        225,
    )
    inside = canvas.form(dome, STEEL, puff=28)
    canvas.shine(canvas.mask(ellipse(168, 116, 16, 34, 32), 3).within(inside), 0.75)
    ridge = curve("216,58! 234,58! 238,120 238,180! 212,180! 212,120")
    canvas.form(ridge, STEEL, puff=7, ink=4.5)
    rim = symmetric(
        "225,160 160,164 106,180! 108,208! 164,192 208,190! 214,246! 225,252",
        225,
    )
    canvas.shadow(canvas.mask(shifted(rim, 2, 9), 4), 0.5)
    canvas.form(rim, GOLD, puff=7, ink=5.5)
    for x, y in ((130, 188), (172, 179), (278, 179), (320, 188)):
        canvas.form(ellipse(x, y, 5), STEEL, puff=3, ink=3)
    canvas.form(ellipse(225, 174, 10), RED, puff=5, ink=4)
    canvas.shine(canvas.mask(ellipse(222, 170, 3)), 0.9)


def sword(canvas: Canvas) -> None:
    """Draw the raised sword."""
    with canvas.placed(62, 352, -10):
        blade = polygon((-19, -30), (-17, -236), (0, -268), (17, -236), (19, -30))
        inside = canvas.form(blade, (206, 218, 230), puff=8)
        canvas.shadow(canvas.mask(box(0, -270, 24, -20)).within(inside), 0.36)
        canvas.ink(line((0, -50), (0, -150), (0, -228)), 4, clip=inside)
        canvas.shine(
            canvas.mask(polygon((-13, -160), (-4, -170), (-4, -110), (-13, -100))).within(inside),
            0.85,
        )
        guard = curve("-54,-38 0,-30 54,-38 58,-22 0,-12 -58,-22")
        canvas.form(guard, GOLD, puff=7)
        canvas.form(box(-10, -18, 10, 40, 5), LEATHER, puff=5)
        canvas.form(ellipse(0, 48, 16), GOLD, puff=7)
        canvas.form(ellipse(0, -25, 9), RED, puff=4, ink=4)


def sword_arm(canvas: Canvas) -> None:
    """Draw the arm, shoulder plate and gauntlet that hold the sword."""
    arm = curve("150,318! 112,328 78,346 66,372 84,392 126,384 162,366!")
    canvas.form(arm, (170, 60, 60), puff=12)
    fist = ellipse(66, 364, 33, 29)
    canvas.form(fist, STEEL, puff=12)
    for y in (350, 363, 376):
        canvas.ink(line((40, y), (54, y - 3), (70, y)), 4)
    shoulder = curve("172,304! 136,296 104,316 96,352! 132,346 170,352!")
    canvas.form(shoulder, STEEL, puff=14)
    canvas.ink(line((104, 334), (136, 326), (170, 332)), 4, taper=0.3)
    canvas.shine(canvas.mask(ellipse(128, 314, 12, 6, -24), 1.4), 0.8)


def shield(canvas: Canvas) -> None:
    """Draw the round shield on the other arm."""
    shoulder = curve("278,304! 314,296 346,316 354,352! 318,346 280,352!")
    canvas.form(shoulder, STEEL, puff=14)
    x, y = 342, 420
    disc = ellipse(x, y, 98, 100)
    canvas.shadow(canvas.mask(shifted(disc, -4, 8), 6), 0.5)
    canvas.form(disc, STEEL, puff=12)
    field = canvas.form(ellipse(x, y, 79, 81), (54, 110, 196), puff=16, ink=5)
    for angle in (0, 90):
        bar = moved(box(-15, -84, 15, 84), x, y, angle)
        canvas.paint(canvas.mask(bar).within(field), (240, 236, 226))
        for edge in (-15, 15):
            canvas.ink(moved(line((edge, -84), (edge, 84)), x, y, angle), 3.6, clip=field, taper=0)
    canvas.shadow(canvas.mask(ellipse(x + 26, y + 30, 70, 66), 14).within(field), 0.4)
    canvas.outline(ellipse(x, y, 79, 81), 5)
    boss = canvas.form(ellipse(x, y, 30), GOLD, puff=13)
    canvas.shine(canvas.mask(ellipse(x - 9, y - 11, 9, 6, -38), 1).within(boss), 0.9)
    for turn in range(0, 360, 45):
        angle = np.radians(turn + 22)
        canvas.form(ellipse(x + 89 * np.cos(angle), y + 91 * np.sin(angle), 5), GOLD, puff=3, ink=3)
    canvas.shine(canvas.trace(arc(x, y, 90, 92, 196, 258), 7, 0.95, blur=1), 0.8)
