"""The monster: a round furry creature with horns, one huge eye and fangs."""

import numpy as np
from PIL import Image

from sample_art.canvas import INK, WHITE, Canvas, Color, Mask, darker
from sample_art.paths import arc, curve, ellipse, line, moved, ragged, shifted, sided

FUR: Color = (150, 92, 206)


def monster() -> Image.Image:
    """Draw a round furry monster with horns, one huge eye and fangs."""
    canvas = Canvas(400, 390, ink=6)
    for side in (-1, 1):
        foot = curve("-46,10 -30,-22 20,-24 46,4 30,20 0,22 -34,20")
        canvas.form(sided(foot, side, 200 + side * 62, 348), darker(FUR, 0.18), puff=12)
        for toe in (-22, 0, 22):
            claw = curve("-9,-6! 0,-10 9,-6! 0,14!")
            canvas.form(shifted(claw, 200 + side * 62 + toe, 362), (246, 232, 204), puff=4, ink=3.6)
        horn(canvas, side)
    body = ragged(ellipse(200, 216, 138, 130), 30, 12, 6)
    inside = canvas.form(body, FUR, puff=36)
    belly = ragged(ellipse(200, 300, 82, 62), 24, 8, 3)
    canvas.shine(canvas.mask(belly, 2).within(inside), 0.30, (236, 190, 255))
    monster_fur(canvas, inside)
    monster_face(canvas, inside)
    for side in (-1, 1):
        monster_arm(canvas, side)
    canvas.rim(1.4)
    return canvas.image()


def monster_arm(canvas: Canvas, side: int) -> None:
    """Draw one hanging arm with three claws."""
    with canvas.placed(200 + side * 140, 246, side * -22):
        arm = ragged(ellipse(0, 0, 31, 50), 21, 9, 9)
        canvas.shadow(canvas.mask(shifted(arm, 4, 8), 5), 0.4)
        canvas.form(arm, FUR, puff=13)
        for x in (-17, 0, 17):
            claw = curve([(-9, 40, 1), (0, 34), (9, 40, 1), (0, 68 - abs(x) * 0.3, 1)])
            canvas.form(shifted(claw, x, 0), (246, 232, 204), puff=4, ink=4)


def horn(canvas: Canvas, side: int) -> None:
    """Draw one curved ringed horn."""
    shape = curve("48,128! 76,84 96,58 98,14! 128,44 134,84 104,142!")
    shape = sided(shape, side, 200)
    inside = canvas.form(shape, (250, 214, 138), puff=12)
    for k in range(4):
        y = 116 - 22 * k
        ring = line((52 + 12 * k, y - 16 + 2 * k), (84 + 9 * k, y + 2), (132, y + 2 - 6 * k))
        canvas.ink(sided(ring, side, 200), 3.8, (150, 92, 60), 0.5, clip=inside)


def monster_fur(canvas: Canvas, inside: Mask) -> None:
    """Draw tufts of fur over the body."""
    rng = np.random.default_rng(5)
    for number in range(9, 58):
        angle, reach = number * 2.4 + rng.uniform(-0.2, 0.2), np.sqrt(number / 58) * 0.93
        x, y = 200 + 134 * reach * np.cos(angle), 218 + 126 * reach * np.sin(angle)
        size = rng.uniform(8, 14)
        tuft = line(
            (x - size, y - size * 0.3), (x - size * 0.1, y + size * 0.6), (x + size, y - size * 0.1)
        )
        canvas.ink(tuft, 3, darker(FUR, 0.45), 0.95, clip=inside)
        canvas.shine(
            canvas.trace(shifted(tuft, 1, -3.4), 2, 0.95).within(inside), 0.35, (240, 200, 255)
        )


def monster_face(canvas: Canvas, body: Mask) -> None:
    """Draw the eye, the wide fanged mouth and the tongue."""
    for side in (-1, 1):
        canvas.paint(
            canvas.mask(ellipse(200 + side * 96, 252, 20, 14), 7).within(body), (255, 120, 170), 0.6
        )
    mouth = curve(
        "112,244! 156,264 200,268 244,264 288,244! 278,296 240,326 200,332 160,326 122,296"
    )
    inside = canvas.form(mouth, (92, 20, 48), puff=12)
    tongue = canvas.form(ellipse(206, 328, 52, 34), (244, 96, 120), puff=12, clip=inside, ink=4)
    canvas.ink(line((206, 302), (207, 318), (206, 336)), 3.4, (170, 44, 80), clip=tongue)
    fangs(canvas, inside)
    canvas.outline(mouth)
    big_eye(canvas, 200, 168, 62)


def fangs(canvas: Canvas, mouth: Mask) -> None:
    """Draw the teeth, hanging from above or standing up from below."""
    for x, wide, tall, up in (
        (136, 17, 34, 1),
        (174, 12, 20, 1),
        (226, 12, 20, 1),
        (264, 17, 34, 1),
        (160, 13, 24, -1),
        (244, 13, 24, -1),
    ):
        base = 263 - abs(x - 200) * 0.16 if up > 0 else 334 - abs(x - 200) * 0.25
        tooth = curve(
            [
                (-wide, -6 * up, 1),
                (0, -2 * up),
                (wide, -6 * up, 1),
                (wide * 0.6, tall * 0.5 * up),
                (0, tall * up, 1),
                (-wide * 0.6, tall * 0.5 * up),
            ]
        )
        canvas.form(shifted(tooth, x, base), (255, 250, 234), puff=5, clip=mouth, ink=4)


def big_eye(canvas: Canvas, x: float, y: float, size: float) -> None:
    """Draw the monster's single eye with a patterned iris and a heavy lid."""
    canvas.shadow(canvas.mask(ellipse(x + 3, y + 8, size + 5), 5), 0.5)
    ball = canvas.form(ellipse(x, y, size), (255, 253, 244), puff=20, depth=0.6)
    iris = canvas.form(ellipse(x, y + 4, size * 0.58), (96, 196, 60), puff=10, ink=4)
    for angle in np.arange(0, 360, 20):
        ray = moved(line((size * 0.28, 0), (size * 0.54, 0)), x, y + 4, angle)
        canvas.ink(ray, 3, (44, 120, 44), 0.9, clip=iris)
    canvas.shine(
        canvas.mask(ellipse(x, y + size * 0.42, size * 0.4, size * 0.2), 3).within(iris),
        0.6,
        (240, 255, 150),
    )
    canvas.paint(canvas.mask(ellipse(x, y + 4, size * 0.29)), INK)
    canvas.paint(canvas.mask(ellipse(x - size * 0.22, y - size * 0.2, size * 0.16)), WHITE)
    canvas.paint(canvas.mask(ellipse(x + size * 0.2, y + size * 0.32, size * 0.08)), WHITE)
    lid = np.vstack(
        [
            arc(x, y, size, size, 196, 344),
            line(
                (x + size * 0.96, y - size * 0.28),
                (x, y - size * 0.52),
                (x - size * 0.96, y - size * 0.28),
            ),
        ]
    )
    canvas.shadow(canvas.mask(shifted(lid, 0, 7), 3).within(ball), 0.45)
    canvas.form(lid, darker(FUR, 0.12), puff=9, ink=5)
