"""The toad king: a fat toad with a golden crown and an ermine cape."""

import numpy as np
from PIL import Image

from sample_art.canvas import INK, WHITE, Canvas, Color, darker, lighter
from sample_art.materials import GOLD, RED, gold_disc, strands
from sample_art.paths import (
    arc,
    curve,
    ellipse,
    knots,
    line,
    moved,
    polygon,
    ragged,
    shifted,
    sided,
    symmetric,
)

TOAD: Color = (112, 178, 62)
CAPE: Color = (198, 36, 58)


def toadking() -> Image.Image:
    """Draw a fat toad with a golden crown and an ermine cape."""
    canvas = Canvas(400, 450, ink=6)
    cape(canvas)
    toad_body(canvas)
    collar(canvas)
    toad_head(canvas)
    crown(canvas)
    canvas.rim(1.4)
    return canvas.image()


def cape(canvas: Canvas) -> None:
    """Draw the royal cape behind the body."""
    shape = symmetric(
        "200,230 120,236 74,290 44,366 26,424! 70,414 110,430 160,420 200,432",
        200,
    )
    inside = canvas.form(shape, CAPE, puff=22)
    folds = [
        line((200 + s * a, 290), (200 + s * b, 360), (200 + s * c, 420))
        for s in (-1, 1)
        for a, b, c in ((96, 112, 128), (110, 138, 156))
    ]
    strands(canvas, inside, folds, darker(CAPE, 0.6), 6)
    for side in (-1, 1):
        edge = line((74, 410), (120, 424), (174, 418)) * (1, 1)
        edge = np.stack([200 + side * (edge[:, 0]), edge[:, 1]], axis=1)
        canvas.paint(canvas.trace(edge, 12).within(inside), (250, 246, 236))
    canvas.outline(shape)


def toad_body(canvas: Canvas) -> None:
    """Draw belly, hind legs, front legs and webbed feet."""
    for side in (-1, 1):
        thigh = moved(ellipse(0, 0, 52, 44), 200 + side * 84, 372, side * 20)
        canvas.form(thigh, TOAD, puff=18)
        foot = curve("-16,-6 18,-12 52,2 62,14 50,19 38,16 28,22 12,18 -2,23 -18,14")
        canvas.form(sided(foot, side, 200 + side * 98, 410), TOAD, puff=8)
    body = ellipse(200, 334, 96, 94)
    canvas.form(body, TOAD, puff=28)
    belly = canvas.form(ellipse(200, 346, 66, 72), (232, 226, 150), puff=20, ink=4)
    for y in (356, 380, 402):
        canvas.ink(arc(200, y - 22, 50, 26, 35, 145), 3.4, (176, 168, 92), clip=belly)
    for side in (-1, 1):
        arm = curve("72,296! 92,312 92,350 74,384 66,410! 42,408! 46,374 54,336")
        canvas.form(sided(arm, side, 200), TOAD, puff=11)
        hand = curve("34,398 56,392 80,400 90,416 78,421 68,415 58,424 46,416 34,422 26,412")
        canvas.form(sided(hand, side, 200), TOAD, puff=7, ink=5)


def collar(canvas: Canvas) -> None:
    """Draw the ermine collar and its golden clasp."""
    shape = symmetric("200,262 130,254 84,262 78,292 110,312 160,316 200,326", 200)
    canvas.shadow(canvas.mask(shifted(shape, 0, 10), 5), 0.45)
    inside = canvas.form(ragged(shape, 26, 6, 2), (255, 252, 244), puff=10, depth=0.7)
    for x, y, turn in (
        (104, 292, 24),
        (136, 302, 12),
        (166, 308, 4),
        (234, 308, -4),
        (264, 302, -12),
        (296, 292, -24),
    ):
        spot = moved(curve("0,-9 4,0 5,9 0,6 -5,9 -4,0"), x, y, turn)
        canvas.paint(canvas.mask(spot).within(inside), INK)
    canvas.form(ellipse(200, 318, 18, 18), GOLD, puff=7, ink=5)
    canvas.form(ellipse(200, 318, 10, 10), (60, 150, 230), puff=5, ink=3.4)
    canvas.shine(canvas.mask(ellipse(197, 314, 3)), 0.9)


def toad_head(canvas: Canvas) -> None:
    """Draw the broad head, the bulging eyes and the long mouth."""
    for side in (-1, 1):
        canvas.form(ellipse(200 + side * 82, 150, 50, 50), TOAD, puff=16)
    head = symmetric(
        "200,136 140,136 84,150 42,196 36,240 76,280 140,294 200,297",
        200,
    )
    canvas.shadow(canvas.mask(shifted(head, 2, 8), 5), 0.28)
    inside = canvas.form(head, TOAD, puff=28)
    for side in (-1, 1):
        canvas.paint(canvas.mask(ellipse(200 + side * 82, 152, 42, 34)), TOAD)
    jaw = canvas.mask(
        curve("30,236 110,254 200,258 290,254 370,236 330,310 200,320 70,310"),
        2,
    )
    canvas.paint(jaw.within(inside), (214, 218, 130), 0.75)
    canvas.shadow(canvas.mask(ellipse(290, 280, 110, 40), 16).within(inside), 0.4)
    canvas.outline(head)
    toad_features(canvas)


def toad_features(canvas: Canvas) -> None:
    """Draw mouth, nostrils, eyes and warts."""
    mouth = line((44, 216), (62, 238), (110, 252), (200, 257), (290, 252), (338, 238), (356, 216))
    canvas.ink(mouth, 7, taper=0.5)
    for side in (-1, 1):
        canvas.ink(
            line((200 + side * 146, 208), (200 + side * 160, 214), (200 + side * 164, 226)), 5
        )
        canvas.form(ellipse(200 + side * 18, 216, 5.5, 4), darker(TOAD, 0.75), puff=2, ink=0)
        toad_eye(canvas, 200 + side * 84, 148, side)
    for x, y, size in (
        (70, 214, 8),
        (92, 226, 5),
        (326, 212, 8),
        (306, 226, 5.5),
        (140, 214, 5),
        (262, 208, 5),
    ):
        canvas.form(ellipse(x, y, size, size * 0.85), lighter(TOAD, 0.2), puff=4, ink=2.6)


def toad_eye(canvas: Canvas, x: float, y: float, side: int) -> None:
    """Draw one bulging golden eye with a flat pupil and a sleepy lid."""
    ball = canvas.form(ellipse(x, y, 37), (252, 214, 74), puff=13, ink=5)
    canvas.shine(canvas.mask(ellipse(x, y + 18, 24, 12), 5).within(ball), 0.5)
    canvas.paint(canvas.mask(ellipse(x - side * 5, y + 6, 21, 15)), INK)
    canvas.paint(canvas.mask(ellipse(x - side * 5 - 8, y, 6.5)), WHITE)
    canvas.paint(canvas.mask(ellipse(x - side * 5 + 9, y + 11, 3)), WHITE)
    lid = np.vstack(
        [arc(x, y, 37, 37, 188, 352), line((x + 36, y - 5), (x, y - 11), (x - 36, y - 5))]
    )
    canvas.shadow(canvas.mask(shifted(lid, 0, 6), 2).within(ball), 0.5)
    canvas.form(lid, TOAD, puff=8, ink=5)


def crown(canvas: Canvas) -> None:
    """Draw the golden crown between the eyes."""
    with canvas.placed(200, 128, -3):
        back = curve("-52,-36 0,-50 52,-36 52,-10! -52,-10!")
        canvas.form(back, darker(GOLD, 0.35), puff=6)
        front = polygon(
            *knots("54,12 28,20 0,22 -28,20 -54,12"),
            *knots("-62,-72 -36,-34 -31,-92 -10,-42 0,-104 10,-42 31,-92 36,-34 62,-72"),
        )
        canvas.shadow(canvas.mask(shifted(front, 3, 10), 5), 0.5)
        inside = canvas.form(front, GOLD, puff=12)
        canvas.shine(
            canvas.mask(polygon((-50, 8), (-56, -58), (-38, -26), (-34, 14)), 2).within(inside), 0.4
        )
        for x, y in ((-62, -76), (-31, -96), (0, -110), (31, -96), (62, -76)):
            gold_disc(canvas, x, y, 9)
        band = curve("-56,-10! 0,0 56,-10! 55,14! 0,25 -55,14!")
        canvas.form(band, lighter(GOLD, 0.12), puff=6, ink=4.5)
        for x, y, color in ((-34, 6, (70, 170, 236)), (0, 12, RED), (34, 6, (70, 170, 236))):
            canvas.form(ellipse(x, y, 9, 9.5), color, puff=4, ink=3.6)
            canvas.shine(canvas.mask(ellipse(x - 3, y - 3, 2.6)), 0.9)
