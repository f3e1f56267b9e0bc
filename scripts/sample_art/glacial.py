"""A glacier that ends in a fjord of drifting ice, seen from a snowy shore."""

import numpy as np

from sample_art.noise import Field, Noise, grid, smoothstep
from sample_art.photo import develop, haze, paint_color, sky_gradient
from sample_art.terrain import HEIGHT, WIDTH, Camera, View, look

SUN = (-0.72, 0.5, -0.28)
CAMERA = Camera(eye=9, horizon=455, near=4, far=9000, focal=1450, steps=1400)
AIR = (0.70, 0.80, 0.90)
SHORE = 34.0
FRONT = 620.0


def peaks(noise: Noise, x: Field, z: Field, size: Field) -> Field:
    """Return the mountains on both sides of the glacier's valley."""
    warp = noise.fractal(x / 900, z / 900, 3) * 260
    ridge = noise.fractal(
        (x + warp) / 1150 + 4.4, (z - warp) / 1150, 9, 0.47, size / 1150, ridged=True
    )
    mass = np.clip(0.42 + 0.34 * ridge, 0, 2)
    middle = 120 + 0.1 * z
    valley = smoothstep(180, 1500, np.abs(x - middle) + 0.16 * np.maximum(z - 3000, 0))
    grow = smoothstep(700, 3400, z + 0.5 * np.abs(x - middle))
    return mass * 1050 * grow * (0.1 + 0.9 * valley) * smoothstep(FRONT - 60, FRONT + 420, z) - 8


def glacier(noise: Noise, x: Field, z: Field, size: Field) -> Field:
    """Return the tongue of ice: a broken cliff at the water and a crevassed slope behind."""
    front = FRONT + 70 * noise.fractal(x / 160, z * 0 + 2.5, 5, 0.55)
    behind = z - front
    wall = smoothstep(0, 14, behind) * (33 + 9 * noise.fractal(x / 60, z / 90, 3))
    split = noise.fractal(
        x / 38 + noise.at(x / 90, z / 90), z / 22, 5, 0.55, size / 22, ridged=True
    )
    sides = 1 - smoothstep(430, 700, np.abs(x - 110))
    return (
        wall + np.maximum(behind, 0) * 0.085 + 5 * split * smoothstep(2, 30, behind)
    ) * sides - 4


def floes(noise: Noise, x: Field, z: Field, size: Field) -> Field:
    """Return the height of flat drifting ice, 0 on open water."""
    bend = noise.fractal(x / 14, z / 14, 3) * 0.28
    _, edge, name = noise.cells(x / 13 + bend, z / 17 - bend)
    lead = noise.fractal(x / 90 + 8, z / 130, 3)
    kept = smoothstep(0.03, 0.09, lead + 0.9 * (name - 0.62))
    rough = 0.05 * noise.fractal(x / 1.4, z / 1.4, 4, 0.6, size / 1.4)
    return smoothstep(0.07, 0.20, edge) * kept * (0.3 + 0.4 * name + rough)


def bergs(noise: Noise, x: Field, z: Field, size: Field) -> Field:
    """Return a few tall icebergs."""
    total = np.full(x.shape, -5, np.float32)
    places = ((-150, 330, 36, 22), (128, 400, 46, 24), (-34, 480, 30, 13), (62, 190, 13, 7))
    for cx, cz, wide, tall in places:
        rough = noise.fractal(
            (x + cx) / wide * 2, z / wide * 2, 6, 0.5, size / wide * 2, ridged=True
        )
        away = np.hypot(x - cx, (z - cz) * 1.2) / wide
        total = np.maximum(total, tall * ((1 - away) * 1.5 + 0.28 * rough - 0.25))
    return total


def shore(noise: Noise, x: Field, z: Field, size: Field) -> Field:
    """Return the snow bank under the viewer's feet."""
    edge = SHORE + 7 * noise.fractal(x / 16, z / 40, 4)
    bank = smoothstep(0, 9, edge - z)
    drift = 0.8 * noise.fractal(x / 15, z / 9, 3, 0.4)
    scour = noise.fractal(x / 5 + z / 9, z / 2.4, 6, 0.5, size / 2.4, ridged=True)
    wind = 0.11 * scour * smoothstep(-0.5, 0.5, noise.fractal(x / 9 + 4, z / 8, 2))
    return bank * (2.9 + drift + wind) - 1.2 * (1 - bank)


def land(noise: Noise, x: Field, z: Field, size: Field) -> Field:
    """Return the whole landscape, with the water's surface at height 0."""
    height = np.zeros(x.shape, np.float32)
    parts = (
        (shore, 0, SHORE + 12),
        (floes, SHORE - 8, FRONT),
        (bergs, 150, FRONT),
        (glacier, FRONT - 80, 3600),
        (peaks, FRONT - 60, CAMERA.far + 1),
    )
    for part, start, stop in parts:
        span = slice(*np.searchsorted(z[:, 0], (start, stop)))
        height[span] = np.maximum(height[span], part(noise, x[span], z[span], size[span]))
    return height


def ice_color(noise: Noise, view: View) -> Field:
    """Return the lit colour of snow, rock and ice on solid ground."""
    grit = noise.fractal(view.x / 0.5, view.depth / 0.5, 5, 0.7, view.size / 0.5)
    coarse = noise.fractal(view.x / 60, view.height / 30 + view.depth / 60, 6, 0.6, view.size / 30)
    light = view.light(SUN, (0.09 * grit, 0.06 * grit)) * view.shade
    steep = np.hypot(view.slope_x, view.slope_z)
    far = view.depth > FRONT - 60
    bare = smoothstep(0.75, 1.05, steep + 0.5 * coarse - view.height / 2600) * far
    low = (view.depth < FRONT + 260) & (np.abs(view.x - 110) < 620)
    bare = bare * np.where(low, 0, 1)
    color = np.broadcast_to(np.array([0.93, 0.95, 0.98], np.float32), (*bare.shape, 3))
    stone = np.array([0.30, 0.28, 0.29]) * (1 + 0.45 * coarse[..., None])
    color = paint_color(color, stone, bare)
    blue = smoothstep(0.7, 2.2, steep) * np.where(low, 0.85, 0.0) * (view.depth > SHORE + 10)
    streak = noise.fractal(view.x / 5, view.height / 30, 5, 0.6, view.size / 5)
    color = paint_color(color, np.array([0.42, 0.72, 0.86]) * (1 + 0.3 * streak[..., None]), blue)
    sun = np.array([1.0, 0.92, 0.8]) * light[..., None] * 0.98
    shade = np.array([0.30, 0.42, 0.60]) * (0.78 + 0.12 * coarse[..., None])
    sparkle = (grit > 1.25) * (view.size < 0.02) * light
    return color * (sun + shade) + 0.25 * sparkle[..., None]


def water_color(noise: Noise, view: View, scene: Field) -> Field:
    """Return the fjord: the scene above mirrored in ripples over deep green water."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    ripple = noise.fractal(view.x / 3.2, view.depth / 1.6, 6, 0.6, view.size / 1.2)
    calm = noise.fractal(view.x / 90, view.depth / 160, 3)
    shake = ripple * (6 + 14 * smoothstep(-0.1, 0.5, calm))
    up = np.clip(2 * CAMERA.horizon - rows + shake * 2.0, 0, CAMERA.horizon - 2).astype(int)
    side = np.clip(columns + shake * 0.4, 0, WIDTH - 1).astype(int)
    mirror = scene[up, side]
    toward = CAMERA.eye / np.maximum(view.depth, 1)
    share = np.clip(1.02 - toward * 2.6, 0.2, 0.9)
    deep = np.array([0.06, 0.19, 0.25]) + 0.03 * ripple[..., None]
    return paint_color(np.broadcast_to(deep, scene.shape), mirror, share)


def glacial_sky(noise: Noise) -> Field:
    """Return a cold clear sky with soft broken cloud."""
    x, y = grid(WIDTH, HEIGHT)
    share = y / CAMERA.horizon
    sky = sky_gradient(
        share, [(0, (0.20, 0.42, 0.70)), (0.6, (0.50, 0.68, 0.84)), (1, (0.84, 0.89, 0.93))]
    )
    depth = 260 / (CAMERA.horizon + 40 - np.minimum(y, CAMERA.horizon))
    puff = noise.fractal(x / 520 * depth + 3, depth * 3.4, 8, 0.55)
    below = noise.fractal(x / 520 * depth + 3.1, depth * 3.4 + 0.16, 5, 0.55)
    cover = smoothstep(0.05, 0.75, puff)
    bright = np.clip(0.93 - 0.35 * np.clip(puff - below, -0.6, 0.6), 0.6, 1.05)[..., None]
    return paint_color(sky, bright * np.array([1.0, 0.985, 0.97]), cover * 0.85)


def glacial() -> Field:
    """Return the finished picture as float colours."""
    noise = Noise(33)
    view = look(CAMERA, lambda x, z, size: land(noise, x, z, size), sun_rise=0.55)
    solid = haze(ice_color(noise, view), view.depth, AIR, 9500)
    sky = glacial_sky(noise)
    wet = view.hit & (view.height < 0.06)
    scene = np.where(view.hit[..., None], solid, sky)
    water = haze(water_color(noise, view, scene), view.depth, AIR, 9500)
    picture = np.where(wet[..., None], water, scene)
    return develop(picture, seed=6, grain=0.013)
