"""A sea of sand dunes in low evening light, with rock towers on the horizon."""

import numpy as np

from sample_art.noise import Field, Noise, grid, smoothstep
from sample_art.photo import develop, haze, paint_color, sky_gradient
from sample_art.terrain import HEIGHT, WIDTH, Camera, View, look

SUN = (-0.8, 0.42, 0.25)
CAMERA = Camera(eye=9, horizon=405, near=4, far=9000, focal=1450, steps=1100)

# Crest at the viewer, its drift and sway, width to the wind and behind it, height, beginning.
DUNES = (
    (-38.0, 0.16, 15.0, 62.0, 26.0, 15.0, 24.0),
    (96.0, 0.34, 24.0, 90.0, 34.0, 19.0, 70.0),
    (-150.0, -0.30, 26.0, 110.0, 40.0, 24.0, 110.0),
)


def dune_height(noise: Noise, x: Field, z: Field, size: Field) -> Field:
    """Return the dunes: long crests, gentle to the wind and steep behind it."""
    bend = noise.fractal(x / 160, z / 160, 3, 0.45)
    across = x / 88 + z / 120 + bend * 0.95 + 0.35
    phase = across - np.floor(across)
    steep = np.where(phase < 0.72, phase / 0.72, (1 - phase) / 0.28)
    crest = np.sin(steep * np.pi / 2) ** 1.5
    tall = 1.1 + 0.9 * noise.at(x / 260 + 5, z / 300)
    swell = 14 * noise.fractal(x / 900, z / 900, 2)
    fine = 0.25 * noise.fractal(x / 14, z / 14, 4, 0.5, size / 14)
    far = smoothstep(18, 90, z) * (0.42 + 0.58 * smoothstep(120, 420, z))
    ground = crest * tall * (6 * far) + swell * smoothstep(40, 600, z)
    great = [long_dune(noise, x, z, dune) for dune in DUNES]
    return np.maximum.reduce([ground, *great]) + fine * (0.4 + far) - 1.0


def long_dune(noise: Noise, x: Field, z: Field, dune: tuple[float, ...]) -> Field:
    """Return one great dune whose sharp winding crest runs away from the viewer."""
    middle, drift, sway, wind, lee, tall, start = dune
    bend = sway * np.sin(z / 62 + middle) + 0.35 * sway * noise.fractal(z / 55, z * 0 + middle, 3)
    away = x - (middle + drift * z + bend)
    rise = np.where(away < 0, 1 + away / (wind + 0.12 * z), 1 - away / (lee + 0.06 * z))
    body = np.clip(rise, 0, 1) ** 1.25
    saddle = 0.82 + 0.18 * np.sin(z / 41 + middle) + 0.1 * noise.at(z / 30, z * 0 + middle)
    return body * saddle * tall * smoothstep(start, start + 110, z) * (1 + z / 1500)


def mesas(noise: Noise, x: Field, z: Field) -> Field:
    """Return flat-topped rock towers far away."""
    lump = noise.fractal(x / 900 + 3.3, z / 1500 + 1.2, 5, 0.5)
    rise = smoothstep(0.28, 0.4, lump) * 0.7 + smoothstep(0.5, 0.56, lump) * 0.3
    return rise * 420 * smoothstep(3200, 4200, z)


def ripples(noise: Noise, view: View) -> Field:
    """Return the slope of small wind ripples in the sand."""
    bend = noise.fractal(view.x / 2.7, view.depth / 3.6, 3, 0.5)
    wave = np.sin(view.x * 10 + view.depth * 4.6 + bend * 4.2)
    return wave * 0.30 * np.clip(1.25 - view.size * 55, 0, 1)


def sand(noise: Noise, view: View) -> Field:
    """Return the lit colour of the dunes."""
    ripple = ripples(noise, view)
    grit = noise.fractal(view.x * 9, view.depth * 9, 5, 0.72, view.size * 9)
    light = view.light(SUN, (ripple + grit * 0.07, ripple * 0.4)) * (0.06 + 0.94 * view.shade)
    tone = noise.fractal(view.x / 18, view.depth / 18, 4, 0.5, view.size / 18)[..., None]
    base = np.array([0.82, 0.60, 0.38]) + tone * np.array([0.05, 0.055, 0.05])
    base = base * (1 + 0.09 * grit[..., None])
    glow = np.array([1.5, 1.12, 0.74]) * light[..., None] * 1.18
    ambient = np.array([0.31, 0.31, 0.43]) * (0.7 + 0.3 / (1 + np.abs(view.slope_x[..., None])))
    return base * (glow + ambient)


def rock(noise: Noise, view: View) -> Field:
    """Return the lit colour of the far towers, banded by their strata."""
    band = noise.fractal(view.height / 26, view.x / 900, 4, 0.6)
    crack = noise.fractal(view.x / 60, view.height / 240, 5, 0.6)
    base = np.array([0.62, 0.31, 0.2]) * (1 + 0.3 * band + 0.25 * crack)[..., None]
    light = view.light(SUN) * view.shade * (0.8 + 0.4 * crack)
    return base * (light[..., None] * np.array([1.5, 1.1, 0.75]) + np.array([0.3, 0.28, 0.38]))


def desert_sky(noise: Noise) -> Field:
    """Return the evening sky with streaks of high cloud."""
    x, y = grid(WIDTH, HEIGHT)
    sky = sky_gradient(
        y / CAMERA.horizon,
        [(0, (0.30, 0.47, 0.68)), (0.55, (0.60, 0.70, 0.78)), (1, (0.97, 0.85, 0.70))],
    )
    sun = np.hypot((x + 120) / 1500, (y - 300) / 700)
    sky = paint_color(sky, (1.0, 0.88, 0.70), np.exp(-sun * sun * 2.2) * 0.8)
    depth = 300 / (CAMERA.horizon + 60 - np.minimum(y, CAMERA.horizon))
    streak = noise.fractal(x / 420 * depth, depth * 7 + x / 2600, 7, 0.58)
    cover = smoothstep(0.02, 0.9, streak) * smoothstep(20, 200, CAMERA.horizon - y + 60)
    return paint_color(sky, (1.0, 0.93, 0.84), cover * 0.72)


def desert() -> Field:
    """Return the finished picture as float colours."""
    noise = Noise(21)
    view = look(
        CAMERA,
        lambda x, z, size: np.maximum(dune_height(noise, x, z, size), mesas(noise, x, z)),
        sun_rise=0.46,
    )
    far = smoothstep(3000, 3400, view.depth)[..., None]
    land = sand(noise, view) * (1 - far) + rock(noise, view) * far
    land = haze(land, view.depth, (0.93, 0.79, 0.63), 3400)
    picture = np.where(view.hit[..., None], land, desert_sky(noise))
    return develop(picture, seed=5, grain=0.015)
