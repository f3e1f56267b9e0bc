"""A small perspective renderer for landscapes given as a height over a plane."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sample_art.noise import Field, smoothstep

WIDTH, HEIGHT = 1920, 1078

Heights = Callable[[Field, Field, Field], Field]


@dataclass
class Camera:
    """Where the viewer stands: eye height, horizon row, focal length and depth range."""

    eye: float
    horizon: float
    focal: float = 1500.0
    near: float = 2.0
    far: float = 6000.0
    steps: int = 900
    columns: int = 960

    def row(self, height: Field, depth: Field) -> Field:
        """Return the picture row at which a height appears at some depth."""
        return self.horizon + self.focal * (self.eye - height) / depth

    def across(self, column: Field, depth: Field) -> Field:
        """Return the sideways position seen in a picture column at some depth."""
        return (column - WIDTH / 2) * depth / self.focal


@dataclass
class View:
    """What every pixel sees of the land; `hit` is False where it sees the sky."""

    hit: Field
    depth: Field
    x: Field
    height: Field
    slope_x: Field
    slope_z: Field
    shade: Field
    size: Field

    def light(
        self, sun: tuple[float, float, float], bump: tuple[Field, Field] | None = None
    ) -> Field:
        """Return the share of sunlight by surface slope, before cast shadows."""
        dx, dz = self.slope_x, self.slope_z
        if bump is not None:
            dx, dz = dx + bump[0], dz + bump[1]
        length = np.sqrt(1 + dx * dx + dz * dz)
        sx, sy, sz = np.asarray(sun) / np.linalg.norm(sun)
        return np.clip((-dx * sx + sy - dz * sz) / length, 0, 1)


def look(camera: Camera, heights: Heights, sun_rise: float = 0.4, sun_left: bool = True) -> View:
    """Find what each pixel sees of the land, lit from the side at a given rise."""
    spread = np.geomspace(camera.near, camera.far, camera.steps).astype(np.float32)
    pixel = WIDTH / camera.columns
    margin = camera.columns // 3
    columns = (np.arange(-margin, camera.columns + margin) + 0.5) * pixel
    x = ((columns[None, :] - WIDTH / 2) * spread[:, None] / camera.focal).astype(np.float32)
    z = np.broadcast_to(spread[:, None], x.shape)
    height = heights(x, z, z * pixel / camera.focal)
    shade = _cast_shadow(x, height, sun_rise, sun_left)
    slope_x, slope_z = _slopes(x, z, height, columns, camera)
    keep = slice(margin, margin + camera.columns)
    layers = np.stack([height, slope_x, slope_z, shade])[:, :, keep]
    return _resolve(camera, spread, layers)


def _cast_shadow(x: Field, height: Field, rise: float, from_left: bool) -> Field:
    """Return 1 in sunlight and 0 in shadow, for light that comes from one side."""
    sign = 1 if from_left else -1
    reach = (height + rise * sign * x)[:, ::sign]
    above = np.maximum.accumulate(reach, axis=1) - reach
    span = np.abs(x[:, -1:] - x[:, :1]) * 0.004 * rise + 1e-3
    shade = (1 - smoothstep(0.0, 1.0, above / span))[:, ::sign]
    for _ in range(2):
        shade[1:-1] = (shade[:-2] + 2 * shade[1:-1] + shade[2:]) / 4
    return shade


def _slopes(x: Field, z: Field, height: Field, columns: Field, camera: Camera) -> tuple:
    """Return how fast the land rises to the right and away from the viewer."""
    slope_x = np.gradient(height, axis=1) / np.gradient(x, axis=1)
    along = np.gradient(height, axis=0) / np.gradient(z, axis=0)
    slope_z = along - slope_x * (columns[None, :] - WIDTH / 2) / camera.focal
    return slope_x, slope_z


def _resolve(camera: Camera, spread: Field, layers: Field) -> View:
    """Turn the land sampled by depth and column into what each pixel sees."""
    rows = camera.row(layers[0], spread[:, None])
    top = np.minimum.accumulate(rows, axis=0)
    count = camera.columns
    index = np.empty((HEIGHT, count), np.float32)
    wanted = np.arange(HEIGHT) + 0.5
    for column in range(count):
        rising = -top[:, column]
        after = np.searchsorted(rising, -wanted)
        safe = np.clip(after, 1, len(spread) - 1)
        gap = rising[safe] - rising[safe - 1]
        share = np.where(gap > 0, (-wanted - rising[safe - 1]) / np.maximum(gap, 1e-9), 0)
        index[:, column] = np.where(after >= len(spread), np.inf, safe - 1 + np.clip(share, 0, 1))
    return _gather(camera, spread, layers, index)


def _gather(camera: Camera, spread: Field, layers: Field, index: Field) -> View:
    """Read the layers at fractional depth indices and spread them to full width."""
    hit = np.isfinite(index)
    place = np.where(hit, index, len(spread) - 1)
    low = np.clip(np.floor(place).astype(int), 0, len(spread) - 2)
    share = (place - low).astype(np.float32)
    column = np.arange(index.shape[1])[None, :]
    found = layers[:, low, column] * (1 - share) + layers[:, low + 1, column] * share
    depth = spread[low] * (1 - share) + spread[low + 1] * share
    wide = [_widen(layer) for layer in (*found, depth)]
    height, slope_x, slope_z, shade, depth = wide
    x = camera.across(np.arange(WIDTH)[None, :] + 0.5, depth)
    hit = np.repeat(hit, WIDTH // index.shape[1], axis=1)
    return View(hit, depth, x, height, slope_x, slope_z, shade, depth / camera.focal)


def _widen(layer: Field) -> Field:
    """Stretch a layer of fewer columns to the full picture width."""
    count = layer.shape[1]
    if count == WIDTH:
        return layer
    where = (np.arange(WIDTH) + 0.5) * count / WIDTH - 0.5
    low = np.clip(np.floor(where).astype(int), 0, count - 2)
    share = np.clip(where - low, 0, 1).astype(np.float32)
    return layer[:, low] * (1 - share) + layer[:, low + 1] * share
