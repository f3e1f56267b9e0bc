"""An old beech wood on a misty morning: mossy trunks, ferns and slanting light."""

import numpy as np

from sample_art.noise import Field, Noise, grid, smoothstep
from sample_art.photo import develop, haze, paint_color
from sample_art.plants import Meadow
from sample_art.terrain import HEIGHT, WIDTH, Camera, View, look

CAMERA = Camera(eye=1.9, horizon=560, near=2.6, far=220, focal=1300, steps=700)
SUN = (-0.35, 0.8, 0.55)
MIST = (0.66, 0.76, 0.55)
GLOW = (800.0, 150.0)


def floor_height(noise: Noise, x: Field, z: Field, size: Field) -> Field:
    """Return the forest floor: hollows, mounds and fallen leaves."""
    mound = 0.9 * noise.fractal(x / 15 + 3, z / 15, 3) * smoothstep(6, 22, z)
    litter = 0.05 * noise.fractal(x / 0.5, z / 0.5, 5, 0.6, size / 0.5)
    return mound + litter + 0.16 * noise.fractal(x / 2.6, z / 2.6, 2)


def floor_color(noise: Noise, view: View) -> Field:
    """Return the leaf litter and moss with flecks of sun."""
    x, z = view.x, view.depth
    _heart, edge, name = noise.cells(x / 0.085, z / 0.085)
    leafy = np.clip(1.3 - view.size / 0.03, 0, 1)
    patch = noise.fractal(x / 2.4, z / 2.4, 5, 0.55, view.size / 2.4)
    grit = noise.fractal(x / 0.3, z / 0.3, 5, 0.7, view.size / 0.3)
    brown = np.array([0.27, 0.185, 0.095]) * (1 + 0.35 * grit[..., None])
    hue = ((name - 0.5) * leafy)[..., None] * np.array([0.26, 0.15, 0.05])
    brown = brown + hue * smoothstep(0.02, 0.16, edge)[..., None]
    moss = np.array([0.15, 0.235, 0.055]) * (1 + 0.5 * grit[..., None])
    color = paint_color(brown, moss, smoothstep(-0.1, 0.35, patch + 0.25 * grit))
    fleck = noise.fractal(x / 2.2 + z / 6, z / 5.5, 4, 0.55, view.size / 2.2)
    sun = smoothstep(0.0, 0.42, fleck)
    light = view.light(SUN, (0.10 * grit, 0.10 * grit))
    warm = np.array([1.7, 1.5, 0.95]) * (light * sun)[..., None] * 0.85
    return color * (warm + np.array([0.80, 0.92, 0.72]) * (0.6 + 0.6 * light[..., None]))


def paint_trunk(
    noise: Noise, picture: Field, tree: tuple[float, float, float], ground: float
) -> None:
    """Paint one trunk, given by its place across, its depth and its width, into the picture."""
    place, depth, wide = tree
    pixel = CAMERA.focal / depth
    root = CAMERA.row(np.float32(ground), np.float32(depth)) + 0.02 * pixel
    half, middle = wide * pixel / 2, WIDTH / 2 + place * pixel
    left, right = int(max(middle - half * 3, 0)), int(min(middle + half * 3 + 2, WIDTH))
    bottom = int(min(root + half * 0.5, HEIGHT))
    if left >= right:
        return
    y, x = np.mgrid[0:bottom, left:right].astype(np.float32)
    up = (root - y) / pixel
    sway = noise.at(up / 3.2 + place, up * 0 + depth) * wide * 0.55 + 0.02 * up * np.sin(place * 9)
    flare = 1 + 1.1 * np.exp(-np.maximum(up, 0) / (wide * 0.9)) - 0.018 * np.maximum(up, 0)
    ribs = 1 + 0.10 * noise.at(x / (half * 0.7) + place * 3, up / 2 + depth)
    turn = (x - middle - sway * pixel) / (half * flare * ribs)
    buttress = 0.3 * half * np.abs(noise.at(x / (half * 0.55), up * 0 + place))
    cover = np.clip((1 - np.abs(turn)) * half + 0.5, 0, 1) * np.clip(root + buttress - y, 0, 1)
    color = bark(noise, np.clip(turn, -1, 1), up, tree, pixel)
    part = picture[:bottom, left:right]
    picture[:bottom, left:right] = paint_color(part, color, cover)


def bark(
    noise: Noise, turn: Field, up: Field, tree: tuple[float, float, float], pixel: float
) -> Field:
    """Return the lit, mossy, misty colour of a trunk around its girth and up its height."""
    place, depth, wide = tree
    angle = np.arcsin(turn * 0.98) * wide / 2
    size = 1 / pixel
    plate = noise.fractal(angle / 0.055 + place * 7, up / 0.34, 5, 0.6, size / 0.055, ridged=True)
    coarse = noise.fractal(angle / 0.3 + place * 5, up / 0.8, 4, 0.6)
    base = np.array([0.215, 0.17, 0.125]) * (1 + 0.42 * plate + 0.25 * coarse)[..., None]
    mossy = smoothstep(0.0, 0.9, coarse + 0.75 - up * 0.22 - turn * 0.45 + 0.25 * plate)
    moss = np.array([0.16, 0.24, 0.06]) * (1 + 0.45 * plate[..., None])
    base = paint_color(base, moss, mossy * 0.85)
    lit = np.clip(0.42 - 0.62 * turn + 0.10 * plate, 0.05, 1.2) * np.sqrt(1.02 - turn * turn)
    toward = np.clip((GLOW[0] - WIDTH / 2) / pixel - place, -6, 6)
    back = np.clip(turn * np.sign(toward), 0, 1) ** 4 * 0.9
    light = lit[..., None] * np.array([1.15, 1.1, 0.85]) + back[..., None] * np.array(
        [1.1, 0.95, 0.5]
    )
    color = base * (light + np.array([0.30, 0.36, 0.32]))
    share = np.full(turn.shape, 1 - np.exp(-max(depth - 5, 0) / 34), np.float32)
    return paint_color(color, MIST, share)


def paint_leaves(noise: Noise, picture: Field, depth: float, seed: float) -> None:
    """Paint the crowns and bushes that stand at one depth."""
    pixel = CAMERA.focal / depth
    bottom = min(HEIGHT, int(CAMERA.horizon + (CAMERA.eye + 0.75) * pixel))
    x, y = grid(WIDTH, bottom)
    across, up = (x - WIDTH / 2) / pixel + seed * 31, (CAMERA.horizon - y) / pixel + CAMERA.eye
    clump = noise.fractal(across / 3.4, up / 2.6, 4, 0.55)
    twig = noise.fractal(across / 0.55, up / 0.45, 5, 0.72, 1 / pixel / 0.5)
    high = smoothstep(2.2, 8.5, up) * 1.15 - 0.95
    low = smoothstep(1.5, 0.2, up) * 0.9 - 0.95 if depth > 14 else np.float32(-2)
    thick = clump * 0.75 + twig * 0.5 + np.maximum(high, low)
    cover = smoothstep(-0.02, 0.12, thick) * smoothstep(-0.25, 0.1, up + 0.35 * twig)
    light = np.clip(0.55 + 0.55 * twig - 0.5 * thick + 0.25 * clump, 0.12, 1.5)
    shade = np.array([0.12, 0.22, 0.045]) * (0.35 + 1.25 * light[..., None])
    away = np.hypot((x - GLOW[0]) / 700, (y - GLOW[1]) / 480)
    through = np.exp(-away * away)[..., None] * light[..., None]
    color = shade + through * np.array([0.42, 0.46, 0.10])
    share = np.full(x.shape, 1 - np.exp(-max(depth - 6, 0) / 34), np.float32)
    picture[:bottom] = paint_color(picture[:bottom], paint_color(color, MIST, share), cover)


def sun_rays(noise: Noise, picture: Field) -> Field:
    """Lay slanting shafts of light over the picture."""
    x, y = grid(WIDTH, HEIGHT)
    dx, dy = x - GLOW[0], y - (GLOW[1] - 420)
    angle, away = np.arctan2(dx, dy), np.hypot(dx, dy)
    shaft = noise.fractal(angle * 13, away * 0 + 2.2, 4, 0.6)
    beam = (
        smoothstep(0.05, 0.7, shaft)
        * smoothstep(1250, 420, away)
        * smoothstep(0.95, 0.1, np.abs(angle))
    )
    smoke = 0.7 + 0.5 * noise.fractal(x / 300, y / 200, 4)
    glow = np.exp(-(((x - GLOW[0]) / 520) ** 2) - ((y - GLOW[1] - 60) / 380) ** 2)
    added = (0.26 * beam * smoke + 0.22 * glow)[..., None] * np.array([1.0, 0.93, 0.62])
    return picture + added * (1 - np.clip(picture, 0, 1) * 0.6)


def stand_of_trees(seed: int) -> list[tuple[float, float, float]]:
    """Return all trunks from the farthest to the nearest."""
    rng = np.random.default_rng(seed)
    trees = [(-3.6, 7.4, 0.95), (4.15, 8.6, 0.8), (-5.7, 12, 0.7), (5.0, 14, 0.62), (7.5, 11, 0.75)]
    for _ in range(150):
        depth = 15 + 115 * rng.uniform() ** 1.25
        place = rng.uniform(-0.8, 0.8) * depth
        clear = 1.6 + 0.05 * depth
        if abs(place + 0.02 * depth) > clear:
            trees.append((place, depth, rng.uniform(0.28, 0.75)))
    return sorted(trees, key=lambda tree: -tree[1])


def fern(meadow: Meadow, x: float, y: float, size: float, tint: Field) -> None:
    """Draw a fern: a rosette of arching fronds with paired leaflets."""
    rng = meadow.rng
    for lean in rng.permutation(np.linspace(-1.25, 1.25, 9)):
        length = size * rng.uniform(0.75, 1.1)
        shade = tint * rng.uniform(0.65, 1.35)
        t = np.linspace(0.08, 1, 18)
        stem_x = x + lean * length * t**1.25 * 0.9
        stem_y = y - length * (t - 0.52 * abs(lean) ** 0.8 * t * t * 1.1) * 0.85
        for i in range(len(t) - 1):
            leaf = length * 0.20 * (1 - t[i]) ** 0.75 + 1
            dx, dy = stem_x[i + 1] - stem_x[i], stem_y[i + 1] - stem_y[i]
            norm = max(float(np.hypot(dx, dy)), 1e-3)
            dx, dy = dx / norm, dy / norm
            root = (stem_x[i], stem_y[i])
            forth = (stem_x[i + 1], stem_y[i + 1])
            for side, gain in ((-1, 1.25), (1, 0.8)):
                tip = (
                    root[0] + (dx * 0.55 - dy * side) * leaf,
                    root[1] + (dy * 0.55 + dx * side) * leaf,
                )
                meadow.leaf([root, tip, forth], tuple(shade * gain))


def undergrowth(picture: Field, seed: int) -> Field:
    """Draw ferns and tufts of grass over the near forest floor."""
    meadow = Meadow(picture, 560, seed)
    rng = meadow.rng
    for y in np.sort(640 + 460 * rng.uniform(0, 1, 9000)):
        x = rng.uniform(0, WIDTH)
        scale = (y - 575) / 450
        side = abs(x - WIDTH / 2) / 960
        if rng.uniform() < 0.0035 + 0.045 * side**2.5 and (side > 0.35 or y < 760):
            tint = np.array([0.20, 0.33, 0.07]) * rng.uniform(0.55, 1.25)
            fern(
                meadow,
                x,
                y,
                scale * rng.uniform(100, 190),
                paint_color(tint, MIST, np.float32(max(0.5 - scale, 0))),
            )
        under = picture[min(int(y), HEIGHT - 1), int(x)]
        tint = under * np.array([0.88, 1.16, 0.66]) * rng.uniform(0.7, 1.5)
        meadow.blade(x, y, scale * rng.uniform(8, 30), rng.normal(0, 0.6), scale * 2.6, tuple(tint))
    return meadow.result()


def forest() -> Field:
    """Return the finished picture as float colours."""
    noise = Noise(91)
    view = look(CAMERA, lambda x, z, size: floor_height(noise, x, z, size), sun_rise=1.2)
    x, y = grid(WIDTH, HEIGHT)
    far = np.hypot((x - GLOW[0]) / 1000, (y - GLOW[1]) / 620)[..., None]
    air = np.array(MIST) * (1.28 - 0.42 * np.clip(far, 0, 1.2)) + 0.16 * np.exp(-far * far * 3)
    ground = haze(floor_color(noise, view), np.maximum(view.depth - 5, 0), MIST, 34)
    picture = np.where(view.hit[..., None], ground, air).astype(np.float32)
    layers = [110, 78, 55, 38, 27, 17, 9.5]
    for tree in stand_of_trees(12):
        while layers and layers[0] > tree[1]:
            paint_leaves(noise, picture, layers.pop(0), len(layers))
        spot = np.array([[tree[0]]], np.float32), np.array([[tree[1]]], np.float32)
        ground = float(floor_height(noise, *spot, np.float32(0.02))[0, 0])
        paint_trunk(noise, picture, tree, ground)
    picture = undergrowth(sun_rays(noise, picture), 4)
    return develop(picture * 0.96, seed=8, grain=0.014)
