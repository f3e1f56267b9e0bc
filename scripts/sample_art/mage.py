"""The mage: an old wizard with a pointed hat, a long beard and a glowing staff."""

import numpy as np
from PIL import Image

from sample_art.canvas import Canvas, Color, Mask, darker, lighter, mix
from sample_art.materials import GOLD, LEATHER, SKIN, TRIM, WOOD, blush, eye, strands
from sample_art.paths import (
    box,
    curve,
    ellipse,
    line,
    moved,
    shifted,
    sided,
    star,
    symmetric,
)

ROBE: Color = (74, 84, 186)
BEARD: Color = (236, 238, 246)


def mage() -> Image.Image:
    """Draw an old wizard with a star-sprinkled hat, a long beard and a glowing staff."""
    canvas = Canvas(520, 680, ink=6)
    with canvas.placed(34, 26):
        canvas.halo(392, 142, 88, (120, 220, 255), 0.75)
        mage_cloak(canvas)
        mage_robe(canvas)
        staff(canvas)
        mage_arms(canvas)
        mage_head(canvas)
        with canvas.placed(0, -16):
            mage_hat(canvas)
    canvas.rim(1.4)
    with canvas.placed(34, 26):
        canvas.halo(392, 142, 62, (170, 240, 255), 0.35)
        for x, y, size in ((26, 336, 17), (58, 352, 10), (50, 308, 9)):
            spark = star(x, y, size, 4, 0.36)
            canvas.form(spark, (150, 236, 255), puff=3, depth=0.4, ink=3)
    return canvas.image()


def mage_cloak(canvas: Canvas) -> None:
    """Draw the dark inside of the cloak and the shoes below it."""
    back = curve("150,360! 300,360! 348,480 362,596! 225,608 88,596! 104,480")
    canvas.form(back, darker(ROBE, 0.45), puff=14)
    for x, turn in ((178, 6), (272, -6)):
        shoe = curve(
            [(-44, 14), (-40, -14), (0, -26), (38, -12), (42, 14, 1), (0, 18), (-44, 14, 1)][:6]
        )
        canvas.form(moved(shoe, x, 602, turn), LEATHER, puff=10)


def mage_robe(canvas: Canvas) -> None:
    """Draw the robe with its golden hem and belt."""
    robe = symmetric("225,350 170,362 146,430 124,520 106,596! 160,606 225,610", 225)
    inside = canvas.form(robe, ROBE, puff=24)
    hem = curve("90,570 160,582 225,586 290,582 360,570 360,640! 90,640!")
    band = canvas.mask(hem).within(inside)
    canvas.paint(band, TRIM)
    canvas.shadow(canvas.mask(box(250, 560, 380, 630), 14).within(band), 0.5, (200, 120, 60))
    canvas.shine(canvas.mask(ellipse(150, 596, 34, 12), 6).within(band), 0.5)
    edge = line((90, 570), (160, 582), (225, 586), (290, 582), (360, 570))
    canvas.ink(edge, 3.6, clip=inside, taper=0)
    folds = [line((160, 470), (150, 530), (136, 578)), line((290, 470), (304, 530), (316, 576))]
    folds += [line((196, 500), (190, 540), (186, 580)), line((258, 500), (262, 540), (266, 580))]
    strands(canvas, inside, folds, darker(ROBE, 0.6), 5)
    for x, y, size in ((146, 548, 9), (308, 542, 8), (225, 560, 10), (178, 520, 6), (270, 516, 6)):
        canvas.paint(canvas.mask(star(x, y, size)).within(inside), TRIM)
    canvas.outline(robe)


def staff(canvas: Canvas) -> None:
    """Draw the wizard's staff with a crystal ball held by its gnarled head."""
    shaft = line((372, 606), (380, 460), (384, 320), (390, 206))
    canvas.outline(np.vstack([shaft, shaft[::-1]]), 24)
    canvas.paint(canvas.trace(shaft, 16), WOOD)
    canvas.shadow(canvas.trace(shifted(shaft, 4, 0), 8), 0.55)
    canvas.shine(canvas.trace(shaft - (5, 0), 3, 0.6), 0.5, (255, 224, 170))
    for y in (560, 490, 300, 250):
        canvas.ink(line((374, y), (384, y + 9), (380, y + 26)), 2.6)
    for knob in (
        "0,66! 34,48 56,8 42,-38! 37,2 8,30 0,32!",
        "0,66! -34,48 -56,8 -42,-38! -37,2 -8,30 0,32!",
    ):
        canvas.form(moved(curve(knob), 392, 146), WOOD, puff=7)
    crystal(canvas)
    collar = canvas.form(box(374, 196, 406, 220, 7), GOLD, puff=6, ink=4.5)
    canvas.shine(canvas.mask(box(379, 199, 387, 217, 3), 1).within(collar), 0.5)


def crystal(canvas: Canvas) -> None:
    """Draw the glowing ball on the staff."""
    orb = ellipse(392, 142, 34)
    inside = canvas.form(orb, (70, 178, 244), puff=14)
    canvas.shine(canvas.mask(ellipse(392, 148, 22), 9).within(inside), 0.85, (190, 255, 255))
    swirl = line((376, 154), (386, 164), (404, 158), (408, 142), (394, 136), (386, 146))
    canvas.shine(canvas.trace(swirl, 4, 0.95, blur=0.6).within(inside), 0.8)
    canvas.shine(canvas.mask(ellipse(380, 127, 9, 6, -38), 0.6), 0.95)


def sleeve(canvas: Canvas, shape: str, cuff: str) -> None:
    """Draw one wide sleeve of the robe with its golden cuff."""
    path = curve(shape)
    canvas.shadow(canvas.mask(shifted(path, 4, 10), 5), 0.45)
    canvas.form(path, ROBE, puff=17)
    canvas.form(curve(cuff), TRIM, puff=6, ink=4.5)


def mage_arms(canvas: Canvas) -> None:
    """Draw both sleeves, the hand on the staff and the open casting hand."""
    canvas.form(ellipse(384, 412, 25, 23), SKIN, puff=9)
    for y in (400, 412, 424):
        canvas.ink(line((366, y), (374, y - 2), (386, y)), 3.6)
    sleeve(
        canvas,
        "282,356! 318,368 352,384 372,392! 378,424 366,462! 322,452 286,426",
        "366,388! 382,396 380,440 368,466! 356,462 366,424",
    )
    with canvas.placed(-24, -76, 0, 1.18):
        casting_hand(canvas)
    sleeve(
        canvas,
        "168,356! 130,372 90,390 66,398! 58,432 72,470! 122,458 164,428",
        "72,394! 54,402 52,446 66,474! 80,470 68,430",
    )


def casting_hand(canvas: Canvas) -> None:
    """Draw the raised open hand."""
    for x, y, turn in ((24, 408, -40), (36, 396, -16), (54, 394, 10)):
        finger = moved(box(-8, -24, 8, 12, 8), x, y, turn)
        canvas.form(finger, SKIN, puff=5, ink=4.5)
    canvas.form(ellipse(48, 426, 26, 24), SKIN, puff=9)
    canvas.form(moved(box(-8, -20, 8, 12, 8), 70, 408, 42), SKIN, puff=5, ink=4.5)
    canvas.paint(canvas.mask(ellipse(56, 424, 20, 18)), SKIN)


def mage_head(canvas: Canvas) -> None:
    """Draw the face with its bushy brows and long beard."""
    for side in (-1, 1):
        ear = ellipse(225 + side * 92, 272, 19, 24)
        canvas.form(ear, SKIN, puff=8)
    face = canvas.form(ellipse(225, 262, 92, 82), SKIN, puff=26)
    canvas.shadow(canvas.mask(ellipse(225, 196, 120, 44), 8).within(face), 0.5)
    beard = symmetric(
        "225,322! 186,320 150,304 137,270 129,228! 122,296 138,352 140,398! "
        "160,392 168,440! 186,430 200,484! 212,474 225,512!",
        225,
    )
    canvas.shadow(canvas.mask(shifted(beard, 4, 12), 5), 0.5)
    inside = canvas.form(beard, BEARD, puff=22)
    locks = [
        line((225 + s * a, 330 + b), (225 + s * c, 400), (225 + s * d, 470))
        for s in (-1, 1)
        for a, b, c, d in ((62, -30, 62, 40), (34, 0, 36, 20), (88, -50, 78, 62))
    ]
    strands(canvas, inside, [*locks, line((225, 360), (228, 420), (225, 490))], (150, 156, 190), 5)
    mage_features(canvas, face)


def mage_features(canvas: Canvas, face: Mask) -> None:
    """Draw eyes, brows, moustache and nose."""
    for side in (-1, 1):
        eye(canvas, 225 + side * 36, 258, 19, (64, 120, 200), look=0.1)
        blush(canvas, 225 + side * 66, 292, 17, face)
        brow = curve("9,226 28,216 58,219 82,241! 56,239 32,236 12,239")
        brow = sided(brow, side, 225)
        canvas.form(brow, BEARD, puff=6, ink=4.5)
    for side in (-1, 1):
        whisker = curve("0,308 26,298 56,310 84,342! 48,340 16,334 0,326")
        canvas.form(sided(whisker, side, 225), lighter(BEARD, 0.5), puff=9)
    canvas.form(ellipse(225, 292, 23, 20), mix(SKIN, (238, 120, 100), 0.35), puff=9)
    canvas.shine(canvas.mask(ellipse(217, 285, 7, 5, -20), 1), 0.7)


def mage_hat(canvas: Canvas) -> None:
    """Draw the bent pointed hat, its brim and its stars."""
    cone = curve(
        "110,206! 140,140 168,84 214,40 280,30 316,62 318,92! 294,78 282,92 "
        "298,140 338,206! 225,226"
    )
    inside = canvas.form(cone, ROBE, puff=24)
    folds = [
        line((216, 92), (244, 80), (276, 92)),
        line((176, 128), (206, 132), (226, 120)),
        line((300, 150), (276, 150), (262, 142)),
    ]
    strands(canvas, inside, folds, darker(ROBE, 0.65), 5)
    for x, y, size, turn in (
        (196, 100, 15, -14),
        (250, 126, 11, 8),
        (160, 160, 9, 10),
        (240, 58, 8, 0),
        (292, 172, 8, 0),
    ):
        canvas.paint(canvas.mask(moved(star(0, 0, size), x, y, turn)).within(inside), TRIM)
    hat_brim(canvas, inside)


def hat_brim(canvas: Canvas, cone: Mask) -> None:
    """Draw the hat's band, brim and buckle."""
    band = curve("112,176 170,192 225,196 280,192 330,176 344,208 225,232 104,208")
    canvas.form(band, TRIM, puff=8, clip=cone, ink=4.5)
    brim = curve(
        "64,218 110,194! 168,212 225,216 284,212 340,194! 386,218 352,238 290,236 "
        "225,240 160,236 98,238"
    )
    canvas.form(brim, ROBE, puff=10)
    buckle = box(206, 180, 244, 216, 5)
    canvas.form(buckle, lighter(GOLD, 0.2), puff=5, ink=4)
    canvas.form(box(216, 189, 234, 207, 3), darker(ROBE, 0.4), puff=3, ink=3)
