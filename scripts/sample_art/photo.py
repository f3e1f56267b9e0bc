"""Colour work shared by the landscapes: sky, haze, tone and film grain."""

import numpy as np
from PIL import Image, ImageFilter

from sample_art.noise import Field

Tint = tuple[float, float, float]


def paint_color(picture: Field, color: Tint | Field, cover: Field) -> Field:
    """Lay a colour over a picture by a cover between 0 and 1."""
    cover = np.asarray(cover, np.float32)[..., None]
    return picture * (1 - cover) + np.asarray(color, np.float32) * cover


def sky_gradient(share: Field, stops: list[tuple[float, Tint]]) -> Field:
    """Return colours blended along a list of places and tints."""
    places = [stop[0] for stop in stops]
    bands = [np.interp(share, places, [stop[1][i] for stop in stops]) for i in range(3)]
    return np.stack(bands, axis=-1).astype(np.float32)


def haze(picture: Field, depth: Field, color: Tint, distance: float, most: float = 1.0) -> Field:
    """Fade a picture into air of some colour with growing depth."""
    return paint_color(picture, color, (1 - np.exp(-depth / distance)) * most)


def softened(picture: Field, radius: float) -> Field:
    """Return a picture, or one channel between 0 and 1, blurred."""
    image = Image.fromarray(to_bytes(picture))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(radius)), np.float32) / 255


def develop(picture: Field, seed: int, grain: float, vivid: float = 0.84) -> Field:
    """Finish a picture as a camera would: soft highlights, vignette, contrast and grain."""
    bright = np.clip(picture, 0, 1.6)
    bright = bright / (1 + np.maximum(bright - 0.8, 0) * 0.55)
    picture = bright + 0.12 * (softened(np.clip(bright - 0.35, 0, 1), 14) - 0.10)
    height, width = picture.shape[:2]
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    picture = picture * (1 - 0.16 * (x * x + y * y * 0.7) ** 1.3)[..., None]
    picture = np.clip(picture, 0, 1)
    picture = picture * 0.75 + (picture * picture * (3 - 2 * picture)) * 0.25
    gray = picture @ np.array([0.30, 0.59, 0.11], np.float32)
    picture = gray[..., None] + (picture - gray[..., None]) * vivid
    rng = np.random.default_rng(seed)
    speck = rng.standard_normal((height, width, 1), np.float32)
    speck = speck + 0.35 * rng.standard_normal((height, width, 3), np.float32)
    return picture + speck * grain * (0.55 + 0.9 * np.sqrt(picture.mean(axis=2, keepdims=True)))


def to_bytes(picture: Field) -> Field:
    """Return float colours as bytes."""
    return np.round(np.clip(picture, 0, 1) * 255).astype(np.uint8)
