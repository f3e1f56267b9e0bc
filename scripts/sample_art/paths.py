"""Outlines as arrays of points: smooth curves, ellipses, and ways to copy and mirror them."""

import itertools
from collections.abc import Sequence

import numpy as np

Knot = Sequence[float]
Path = np.ndarray

SAMPLES_PER_SPAN = 14


def _span(before: Path, start: Path, end: Path, after: Path) -> Path:
    """Sample one centripetal Catmull-Rom span, leaving out its end point."""

    def gap(one: Path, other: Path) -> float:
        return max(float(np.hypot(*(other - one))) ** 0.5, 1e-4)

    first, middle, last = gap(before, start), gap(start, end), gap(end, after)
    leave = (start - before) / first - (end - before) / (first + middle) + (end - start) / middle
    enter = (end - start) / middle - (after - start) / (middle + last) + (after - end) / last
    leave, enter = leave * middle, enter * middle
    t = np.linspace(0, 1, SAMPLES_PER_SPAN, endpoint=False)[:, None]
    square, cube = t * t, t * t * t
    return (
        start * (2 * cube - 3 * square + 1)
        + leave * (cube - 2 * square + t)
        + end * (3 * square - 2 * cube)
        + enter * (cube - square)
    )


def _open_run(points: Path) -> Path:
    """Sample a smooth curve through points that begins and ends at the outer two."""
    first = 2 * points[0] - points[1]
    last = 2 * points[-1] - points[-2]
    padded = np.vstack([first, points, last])
    spans = [_span(*padded[i : i + 4]) for i in range(len(points) - 1)]
    return np.vstack([*spans, points[-1:]])


def _closed_run(points: Path) -> Path:
    """Sample a smooth closed curve without corners."""
    count = len(points)
    spans = [_span(*points[[(i + k) % count for k in (-1, 0, 1, 2)]]) for i in range(count)]
    return np.vstack(spans)


def knots(text: str) -> list[Knot]:
    """Read knots written as "x,y x,y! ...", where the mark stands for a sharp corner."""
    found: list[Knot] = []
    for word in text.split():
        x, y = (float(number) for number in word.rstrip("!").split(","))
        found.append((x, y, 1.0) if word.endswith("!") else (x, y))
    return found


def curve(shape: str | Sequence[Knot], *, closed: bool = True) -> Path:
    """Return a smooth path through knots; a knot with a third number is a sharp corner."""
    if isinstance(shape, str):
        shape = knots(shape)
    points = np.array([knot[:2] for knot in shape], dtype=float)
    corners = [i for i, knot in enumerate(shape) if len(knot) > 2]
    if closed and not corners:
        return _closed_run(points)
    if closed:
        order = list(range(corners[0], len(points))) + list(range(corners[0] + 1))
        points = points[order]
        corners = [i for i, index in enumerate(order) if index in set(corners)]
    breaks = sorted({0, len(points) - 1, *corners})
    runs = [_open_run(points[a : b + 1]) for a, b in itertools.pairwise(breaks)]
    return np.vstack(runs)


def line(*points: Knot) -> Path:
    """Return a smooth open path through the points."""
    return curve(points, closed=False)


def polygon(*points: Knot) -> Path:
    """Return a closed path with a sharp corner at every point."""
    return np.array(points, dtype=float)


def ellipse(x: float, y: float, rx: float, ry: float | None = None, turn: float = 0) -> Path:
    """Return an ellipse around a centre, turned by some degrees."""
    angle = np.linspace(0, 2 * np.pi, 96, endpoint=False)
    points = np.stack([rx * np.cos(angle), (rx if ry is None else ry) * np.sin(angle)], axis=1)
    return moved(points, x, y, turn)


def arc(x: float, y: float, rx: float, ry: float, start: float, stop: float) -> Path:
    """Return an open piece of an ellipse between two angles in degrees (0 right, 90 down)."""
    angle = np.radians(np.linspace(start, stop, 64))
    return np.stack([x + rx * np.cos(angle), y + ry * np.sin(angle)], axis=1)


def box(left: float, top: float, right: float, bottom: float, radius: float = 0) -> Path:
    """Return a rectangle, with rounded corners if a radius is given."""
    if radius <= 0:
        return polygon((left, top), (right, top), (right, bottom), (left, bottom))
    corners = [
        arc(right - radius, top + radius, radius, radius, -90, 0),
        arc(right - radius, bottom - radius, radius, radius, 0, 90),
        arc(left + radius, bottom - radius, radius, radius, 90, 180),
        arc(left + radius, top + radius, radius, radius, 180, 270),
    ]
    return np.vstack(corners)


def moved(path: Path, dx: float, dy: float, turn: float = 0, scale: float = 1) -> Path:
    """Return the path scaled and turned about the origin, then shifted."""
    angle = np.radians(turn)
    spin = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return np.asarray(path, dtype=float) @ spin * scale + (dx, dy)


def shifted(path: Path, dx: float, dy: float) -> Path:
    """Return the path moved right and down."""
    return np.add(path, (dx, dy))


def sided(path: Path, side: int, axis: float, down: float = 0) -> Path:
    """Place a path, drawn right of x = 0, on the left (-1) or right (1) of a vertical line."""
    return np.asarray(path, dtype=float) * (side, 1) + (axis, down)


def mirrored(path: Path, axis: float) -> Path:
    """Return the path reflected in a vertical line."""
    return np.asarray(path, dtype=float) * (-1, 1) + (2 * axis, 0)


def symmetric(half: str | Sequence[Knot], axis: float) -> Path:
    """Close one half outline, given from top to bottom, with its mirror image."""
    if isinstance(half, str):
        half = knots(half)
    other = [(2 * axis - knot[0], *knot[1:]) for knot in reversed(half)]
    return curve([*half, *(knot for knot in other if abs(knot[0] - axis) > 1e-6)])


def tapered(path: Path, wide: float, thin: float) -> Path:
    """Return the outline of a rod along an open path whose width runs from wide to thin."""
    ahead = np.gradient(path, axis=0)
    ahead /= np.maximum(np.hypot(*ahead.T), 1e-6)[:, None]
    half = np.linspace(wide, thin, len(path))[:, None] / 2
    side = np.stack([-ahead[:, 1], ahead[:, 0]], axis=1) * half
    return np.vstack([path + side, (path - side)[::-1]])


def star(x: float, y: float, radius: float, points: int = 5, inner: float = 0.45) -> Path:
    """Return a star standing on two of its points."""
    angle = np.arange(2 * points) * np.pi / points - np.pi / 2
    reach = np.where(np.arange(2 * points) % 2, radius * inner, radius)
    return np.stack([x + reach * np.cos(angle), y + reach * np.sin(angle)], axis=1)


def ragged(path: Path, tuft: float, height: float, seed: int) -> Path:
    """Return the closed path with its edge drawn out into fur tufts that lean along it."""
    rng = np.random.default_rng(seed)
    loop = np.vstack([path, path[:1]])
    steps = np.hypot(*np.diff(loop, axis=0).T)
    along = np.concatenate([[0], np.cumsum(steps)])
    count = max(int(along[-1] / tuft), 3)
    marks = (np.arange(count) + rng.uniform(-0.25, 0.25, count)) * along[-1] / count
    tips = marks + along[-1] / count * 0.62
    base, tip = _at(loop, along, marks), _at(loop, along, tips)
    outward = _outward(loop, along, tips)
    reach = outward * (height * rng.uniform(0.6, 1.25, count))[:, None]
    tip = tip + reach
    bulge = (base + tip) / 2 + reach * 0.30
    hollow = tip * 0.35 + np.roll(base, -1, axis=0) * 0.65
    edge: list[Knot] = []
    for number in range(count):
        edge += [(*base[number], 1), tuple(bulge[number])]
        edge += [(*tip[number], 1), tuple(hollow[number])]
    return curve(edge)


def _at(loop: Path, along: Path, where: Path) -> Path:
    """Return the points at given distances along a closed loop."""
    wrapped = np.mod(where, along[-1])
    return np.stack([np.interp(wrapped, along, loop[:, i]) for i in (0, 1)], axis=1)


def _outward(loop: Path, along: Path, where: Path) -> Path:
    """Return unit vectors pointing out of a closed loop at given distances along it."""
    ahead = _at(loop, along, where + 1) - _at(loop, along, where - 1)
    ahead /= np.maximum(np.hypot(*ahead.T), 1e-6)[:, None]
    normal = np.stack([ahead[:, 1], -ahead[:, 0]], axis=1)
    return normal * np.sign(signed_area(loop))


def signed_area(path: Path) -> float:
    """Return the area a closed path encloses, positive when it runs clockwise on screen."""
    x, y = path[:, 0], path[:, 1]
    return 0.5 * float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))
