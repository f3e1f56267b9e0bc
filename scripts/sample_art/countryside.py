"""Rolling farmland under summer clouds: fields, hedges, woods and a flowering meadow."""

import numpy as np

from sample_art.noise import Field, Noise, grid, smoothstep
from sample_art.photo import develop, haze, paint_color, sky_gradient
from sample_art.plants import Meadow
from sample_art.terrain import HEIGHT, WIDTH, Camera, View, look

SUN = (-0.62, 0.68, -0.35)
CAMERA = Camera(eye=11, horizon=430, near=7, far=9000, focal=1450, steps=1000)
AIR = (0.72, 0.80, 0.88)
CROPS = np.array(
    [
        (0.30, 0.40, 0.12),
        (0.66, 0.55, 0.22),
        (0.40, 0.47, 0.15),
        (0.22, 0.34, 0.11),
        (0.72, 0.62, 0.12),
        (0.46, 0.36, 0.21),
        (0.36, 0.46, 0.17),
        (0.58, 0.56, 0.24),
    ],
    np.float32,
)


def hills(noise: Noise, x: Field, z: Field) -> Field:
    """Return the bare ground: soft hills that grow with distance."""
    roll = noise.fractal(x / 520 + 2.2, z / 420, 3, 0.42)
    far = noise.fractal(x / 2600 + 7, z / 2200, 4, 0.5)
    near = 0.5 * noise.fractal(x / 22, z / 16, 3)
    lift = smoothstep(70, 420, z)
    knoll = 2.0 * np.exp(-((x / 60) ** 2) - (z / 34) ** 2)
    return (
        lift * (26 * roll - 9) + 260 * smoothstep(1500, 7000, z) * (far + 0.28) + near + knoll - 4
    )


def field_cells(noise: Noise, x: Field, z: Field) -> tuple[Field, Field, Field]:
    """Return distance to a field's heart and edge in metres, and its number."""
    bend = noise.fractal(x / 300, z / 300, 2) * 0.3
    heart, edge, name = noise.cells(x / 150 + bend + 0.3, z / 190 + bend)
    return heart * 160, edge * 85, name


def tree_cover(noise: Noise, x: Field, z: Field, edge: Field, name: Field) -> Field:
    """Return how thick trees stand: along hedges, and all over the wooded fields."""
    gaps = noise.fractal(x / 60 + 9, z / 60, 3)
    hedge = (1 - smoothstep(2.0, 6.5, edge)) * smoothstep(-0.5, 0.1, gaps)
    wood = (name > 0.80) * smoothstep(2, 8, edge)
    far = smoothstep(0.02, 0.2, noise.fractal(x / 700, z / 500, 3)) * smoothstep(1400, 2400, z)
    return np.maximum(np.maximum(hedge, wood), far) * smoothstep(230, 250, z)


def crowns(noise: Noise, x: Field, z: Field, size: Field) -> Field:
    """Return the height of a closed canopy of round tree crowns."""
    heart, _, name = noise.cells(x / 10.5, z / 10.5)
    dome = np.sqrt(np.clip(1 - (heart / 0.72) ** 2, 0, 1))
    leaf = noise.fractal(x / 2.5, z / 2.5, 4, 0.6, size / 2.5)
    return dome * (6.5 + 6 * name) + leaf * 0.9 * (dome > 0)


def land(noise: Noise, x: Field, z: Field, size: Field) -> Field:
    """Return the ground with its hedges and woods."""
    height = hills(noise, x, z)
    start = int((z[:, 0] < 80).sum())
    x, z, size = x[start:], z[start:], size[start:]
    _, edge, name = field_cells(noise, x, z)
    cover = tree_cover(noise, x, z, edge, name)
    height[start:] += cover * crowns(noise, x, z, size) + 0.8 * cover
    return height


def farmland(noise: Noise, view: View) -> tuple[Field, Field]:
    """Return the colour of the ground and how much of it is trees."""
    x, z = view.x, view.depth
    _, edge, name = field_cells(noise, x, z)
    cover = smoothstep(0.15, 0.4, tree_cover(noise, x, z, edge, name))
    crop = CROPS[np.clip(name * 10, 0, len(CROPS) - 1).astype(int)]
    angle = name * 37
    rows = np.sin((x * np.cos(angle) + z * np.sin(angle)) * 1.5)
    rows = rows * np.clip(1.2 - view.size * 3.2, 0, 1)
    patch = noise.fractal(x / 40, z / 40, 5, 0.6, view.size / 40)
    grit = noise.fractal(x / 1.6, z / 1.6, 5, 0.7, view.size / 1.6)
    ground = crop * (1 + 0.09 * rows + 0.17 * patch + 0.13 * grit)[..., None]
    meadow = np.array([0.26, 0.345, 0.10]) * (1 + 0.3 * grit + 0.3 * patch)[..., None]
    ground = paint_color(ground, meadow, 1 - smoothstep(75, 110, z + 8 * patch))
    tone = noise.fractal(x / 11, z / 11, 3)[..., None]
    leaf = np.array([0.105, 0.19, 0.052]) * (1 + 0.45 * tone + 0.5 * grit[..., None])
    return paint_color(ground, leaf, cover), cover


def lit_land(noise: Noise, view: View) -> Field:
    """Return the land in sunlight and the shade of drifting clouds."""
    ground, cover = farmland(noise, view)
    rough = noise.fractal(
        view.x / 2.2, view.depth / 2.2 + view.height / 1.6, 5, 0.65, view.size / 2.2
    )
    bump = rough * (0.12 + 0.9 * cover)
    drift = noise.fractal(view.x / 900 + 1, view.depth / 700 + 4.5, 3)
    cloud = 1 - 0.55 * smoothstep(0.05, 0.4, drift) * smoothstep(120, 400, view.depth)
    light = view.light(SUN, (bump, bump)) * (0.12 + 0.88 * view.shade) * cloud
    sun = np.array([1.55, 1.38, 1.05]) * light[..., None] * 1.22
    return ground * (sun + np.array([0.36, 0.44, 0.55]))


def cloud_bank(rng: np.random.Generator, x: Field, y: Field, where: tuple[float, ...]) -> Field:
    """Return the thickness of one heap of cloud with a flat base."""
    cx, base, wide, tall = where
    body = np.full(x.shape, -2, np.float32)
    for _ in range(26):
        side = np.clip(rng.normal(0, 0.42), -1.1, 1.1)
        rise = rng.uniform(0, 1) ** 1.3 * max(1 - abs(side) * 1.1, 0.05)
        radius = tall * rng.uniform(0.22, 0.42) * (1.15 - 0.5 * rise)
        away = np.hypot((x - cx - side * wide) / 1.35, y - base + rise * tall) / radius
        body = np.maximum(body, 1 - away)
    return body - np.clip((y - base) / (0.16 * tall), 0, 3)


def summer_sky(noise: Noise) -> Field:
    """Return a blue sky with heaped clouds, lit from the upper left."""
    x, y = grid(WIDTH, HEIGHT)
    stops = [(0, (0.22, 0.44, 0.74)), (0.6, (0.47, 0.67, 0.87)), (1, (0.80, 0.87, 0.92))]
    sky = sky_gradient(y / CAMERA.horizon, stops)
    wisp = noise.fractal(x / 700, y / 190, 7, 0.55)
    sky = paint_color(sky, (0.95, 0.97, 1.0), smoothstep(0.1, 0.9, wisp) * 0.4)
    rng = np.random.default_rng(77)
    banks = [(330, 215, 400, 190), (1460, 175, 470, 200), (900, 120, 250, 90)]
    banks += [(1010, 322, 300, 80), (1750, 335, 260, 74), (120, 345, 240, 62), (620, 350, 220, 48)]
    for bank in sorted(banks, key=lambda item: -item[1]):
        sky = paint_cloud(noise, rng, sky, bank)
    return sky


def paint_cloud(
    noise: Noise, rng: np.random.Generator, sky: Field, bank: tuple[float, ...]
) -> Field:
    """Paint one lit cloud into the sky."""
    cx, base, wide, tall = bank
    left, right = int(max(cx - wide * 2.2, 0)), int(min(cx + wide * 2.2, WIDTH))
    top, bottom = int(max(base - tall * 2.2, 0)), int(base + tall * 0.7)
    y, x = np.mgrid[top:bottom, left:right].astype(np.float32)
    grain = 2.1 / tall
    puff = noise.fractal(x * grain, y * grain * 1.15, 8, 0.56)
    body = cloud_bank(rng, x, y, bank)
    thick = body + 0.42 * puff
    cover = smoothstep(0.0, 0.26, thick)
    shift = np.clip(thick, -0.6, 1.9)
    step = max(int(tall * 0.08), 3)
    toward = np.pad(shift, ((step, 0), (step, 0)), "edge")[:-step, :-step]
    relief = np.clip((shift - toward) * 0.75, -0.5, 0.6)
    sink = smoothstep(base - tall * 0.55, base + tall * 0.1, y)
    light = np.clip(1.02 + relief * 0.42 - 0.36 * sink, 0.5, 1.2)[..., None]
    color = light * np.array([1.0, 0.99, 0.965]) + (1 - light) * np.array([0.1, 0.2, 0.36])
    part = sky[top:bottom, left:right]
    fade = 0.97 - 0.35 * smoothstep(240, 430, np.float32(base))
    sky[top:bottom, left:right] = paint_color(part, color, cover * fade)
    return sky


def plant_meadow(picture: Field, seed: int) -> Field:
    """Draw grass and flowers over the near slope."""
    meadow = Meadow(picture, 640, seed)
    rng = meadow.rng
    rows = np.sort(640 + 460 * rng.uniform(0, 1, 52000) ** 0.8)
    for y in rows:
        x = rng.uniform(-20, WIDTH + 20)
        scale = (y - 560) / 500
        row, column = min(int(y), HEIGHT - 1), int(np.clip(x, 0, WIDTH - 1))
        under = picture[row, column] * rng.uniform(0.7, 1.55)
        tint = under * (rng.uniform(0.9, 1.2), 1.0, rng.uniform(0.6, 1.0))
        length = scale * rng.uniform(12, 40)
        lean = rng.normal(0.15, 0.4)
        meadow.blade(x, y, length, lean, scale * rng.uniform(1.5, 3.2), tuple(tint))
        if rng.uniform() < 0.022:
            flower(meadow, x, y - length * 0.9, scale)
    return meadow.result()


def stand_of_trees(noise: Noise, view: View, picture: Field) -> Field:
    """Place single trees along the nearer hedges, the farthest first."""
    rng = np.random.default_rng(19)
    trees = [(-52, 96, 12.5), (60, 108, 11), (-70, 124, 10), (33, 190, 11), (-24, 205, 10)]
    trees += [(rng.uniform(-1, 1) * z * 0.7, z, rng.uniform(6, 11)) for z in np.arange(140, 228, 8)]
    for place, depth, tall in sorted(trees, key=lambda tree: -tree[1]):
        column = int(WIDTH / 2 + place * CAMERA.focal / depth)
        if 0 <= column < WIDTH:
            seen = view.hit[:, column] & (view.depth[:, column] < depth)
            row = int(np.argmax(seen)) if seen.any() else HEIGHT
            pixels = tall * CAMERA.focal / depth
            picture = paint_tree(noise, rng, picture, (column, row, pixels, depth))
    return picture


def paint_tree(
    noise: Noise, rng: np.random.Generator, picture: Field, tree: tuple[float, ...]
) -> Field:
    """Paint one leafy tree, given by column, root row, height in pixels and depth."""
    column, root, tall, depth = tree
    left, right = int(max(column - tall * 0.75, 0)), int(min(column + tall * 1.6, WIDTH))
    top, bottom = int(max(root - tall * 1.15, 0)), int(min(root + tall * 0.12, HEIGHT))
    y, x = np.mgrid[top:bottom, left:right].astype(np.float32)
    u, v = (x - column) / tall, (root - y) / tall
    part = paint_stem(noise, picture[top:bottom, left:right], u, v, column)
    shift = float(column % 97)
    leaf = noise.fractal(u * 9 + shift, v * 9, 6, 0.68)
    body = crown_shape(rng, u, v) + 0.17 * leaf
    cover = smoothstep(0.0, 0.05, body)
    step = max(int(tall * 0.05), 1)
    toward = np.pad(body, ((step, 0), (step, 0)), "edge")[:-step, :-step]
    light = np.clip(0.92 + (body - toward) * 2.0 + 0.8 * (v - 0.6) - 0.7 * u, 0.2, 1.9)
    light = light * (1 + 0.35 * noise.fractal(u * 46 + shift, v * 46, 3, 0.7))
    hue = np.array([0.235, 0.33, 0.088]) * rng.uniform(0.8, 1.15)
    color = hue * light[..., None] * np.array([1.32, 1.22, 0.9]) + np.array([0.02, 0.035, 0.03])
    picture[top:bottom, left:right] = paint_color(
        part, haze(color, np.float32(depth), AIR, 5200), cover
    )
    return picture


def paint_stem(noise: Noise, part: Field, u: Field, v: Field, column: float) -> Field:
    """Paint a tree's trunk and the shadow it throws on the grass."""
    fall = np.hypot((u - 0.22) / 0.55, v / 0.06)
    shadow = smoothstep(1.1, 0.5, fall + 0.4 * noise.at(u * 20, v * 40))
    part = part * (1 - 0.62 * shadow)[..., None]
    stem = np.abs(u + 0.015 * np.sin(v * 9 + column)) - 0.028 * (1.25 - v)
    trunk = smoothstep(0.006, -0.006, stem) * (v > -0.01) * (v < 0.6)
    return paint_color(part, np.array([0.16, 0.12, 0.08]) * (1 - u[..., None] * 9), trunk)


def crown_shape(rng: np.random.Generator, u: Field, v: Field) -> Field:
    """Return how deep each place lies inside a crown made of round clumps."""
    body = np.full(u.shape, -1, np.float32)
    for _ in range(22):
        angle, reach = rng.uniform(0, 2 * np.pi), np.sqrt(rng.uniform())
        cu, cv = 0.37 * reach * np.cos(angle), 0.56 + 0.30 * reach * np.sin(angle)
        radius = rng.uniform(0.11, 0.19)
        body = np.maximum(body, 1 - np.hypot(u - cu, (v - cv) * 1.1) / radius)
    return body * 0.5


def flower(meadow: Meadow, x: float, y: float, scale: float) -> None:
    """Draw one small meadow flower: daisy, poppy, buttercup or cornflower."""
    rng = meadow.rng
    kinds = ((0.95, 0.94, 0.9), (0.85, 0.16, 0.1), (0.98, 0.82, 0.12), (0.36, 0.4, 0.85))
    petal = np.array(kinds[rng.choice(4, p=(0.4, 0.2, 0.28, 0.12))]) * rng.uniform(0.8, 1.02)
    size = scale * rng.uniform(2.8, 6.2)
    meadow.dot(x, y + size * 0.2, size, size * 0.62, tuple(petal * 0.72))
    meadow.dot(x, y, size * 0.9, size * 0.52, tuple(petal))
    meadow.dot(x, y, size * 0.34, size * 0.22, (0.85, 0.62, 0.1))


def countryside() -> Field:
    """Return the finished picture as float colours."""
    noise = Noise(58)
    view = look(CAMERA, lambda x, z, size: land(noise, x, z, size), sun_rise=0.75)
    solid = haze(lit_land(noise, view), view.depth, AIR, 5200)
    picture = np.where(view.hit[..., None], solid, summer_sky(noise))
    picture = stand_of_trees(noise, view, picture.astype(np.float32))
    picture = plant_meadow(picture.astype(np.float32), 3)
    return develop(picture, seed=7, grain=0.011)
