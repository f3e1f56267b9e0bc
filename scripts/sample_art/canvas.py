"""A supersampled drawing surface for inked, softly lit cartoon sprites with clean alpha."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path as FilePath

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from sample_art.paths import Path, moved, signed_area

Color = tuple[int, int, int]

FINE = 4
INK: Color = (40, 25, 36)
WHITE: Color = (255, 255, 255)
SHADE: Color = (120, 88, 148)
LIGHT = np.array([-0.58, -0.81])


@dataclass
class Mask:
    """Coverage between 0 and 1 over a rectangle of fine pixels."""

    left: int
    top: int
    cover: np.ndarray

    @property
    def window(self) -> tuple[slice, slice]:
        """Return the slices of the canvas that the mask covers."""
        height, width = self.cover.shape
        return slice(self.top, self.top + height), slice(self.left, self.left + width)

    def over(self, other: "Mask") -> np.ndarray:
        """Return this mask's cover resampled onto the rectangle of another."""
        height, width = other.cover.shape
        out = np.zeros((height, width), np.float32)
        top, left = max(self.top, other.top), max(self.left, other.left)
        bottom = min(self.top + self.cover.shape[0], other.top + height)
        right = min(self.left + self.cover.shape[1], other.left + width)
        if top < bottom and left < right:
            out[top - other.top : bottom - other.top, left - other.left : right - other.left] = (
                self.cover[top - self.top : bottom - self.top, left - self.left : right - self.left]
            )
        return out

    def within(self, *others: "Mask") -> "Mask":
        """Return the part of this mask that lies inside all the others."""
        cover = self.cover
        for other in others:
            cover = cover * other.over(self)
        return Mask(self.left, self.top, cover)

    def without(self, other: "Mask") -> "Mask":
        """Return the part of this mask that lies outside another."""
        return Mask(self.left, self.top, self.cover * (1 - other.over(self)))


def mix(one: Color, other: Color, share: float) -> Color:
    """Return a colour on the way from one to another."""
    blend = [round(a + (b - a) * share) for a, b in zip(one, other, strict=True)]
    return blend[0], blend[1], blend[2]


def darker(color: Color, share: float = 0.3) -> Color:
    """Return the colour in shadow: darker, and leaning to violet."""
    return mix(color, (46, 18, 74), share)


def lighter(color: Color, share: float = 0.3) -> Color:
    """Return the colour in light: paler, and leaning to warm white."""
    return mix(color, (255, 250, 226), share)


def blurred(field: np.ndarray, radius: float) -> np.ndarray:
    """Blur a float field smoothly by three box filters, with zeros around it."""
    reach = max(round(radius * 0.58), 1)
    for axis in (0, 1) * 3:
        pad = [(0, 0), (0, 0)]
        pad[axis] = (reach + 1, reach)
        total = np.cumsum(np.pad(field, pad), axis=axis, dtype=np.float64)
        size = total.shape[axis]
        upper = np.take(total, range(2 * reach + 1, size), axis=axis)
        lower = np.take(total, range(size - 2 * reach - 1), axis=axis)
        field = (upper - lower) / (2 * reach + 1)
    return field


def _resized(field: np.ndarray, width: int, height: int, how: Image.Resampling) -> np.ndarray:
    """Resize a float field."""
    picture = Image.fromarray(np.ascontiguousarray(field, dtype=np.float32))
    return np.asarray(picture.resize((width, height), how))


class Canvas:
    """A transparent sheet measured in final pixels and painted in finer ones."""

    def __init__(self, width: int, height: int, ink: float = 5.0) -> None:
        self.width, self.height, self.ink_width = width, height, ink
        self.color = np.zeros((height * FINE, width * FINE, 3), np.float32)
        self.alpha = np.zeros((height * FINE, width * FINE), np.float32)
        self._placing: list[tuple[float, float, float, float]] = []

    @contextmanager
    def placed(self, dx: float, dy: float, turn: float = 0, scale: float = 1) -> Iterator[None]:
        """Draw everything inside the block turned, scaled and shifted."""
        self._placing.append((dx, dy, turn, scale))
        try:
            yield
        finally:
            self._placing.pop()

    def _fine(self, path: Path) -> Path:
        """Return the path in fine pixels, with the current placing applied."""
        for placing in reversed(self._placing):
            path = moved(path, *placing)
        return np.asarray(path, dtype=float) * FINE

    def _blank(self, points: Path, margin: float) -> tuple[int, int, Image.Image]:
        """Return an empty mask picture around the points, cut to the canvas, with its corner."""
        low = np.floor(points.min(axis=0) - margin).astype(int)
        high = np.ceil(points.max(axis=0) + margin).astype(int) + 1
        left, top = (int(v) for v in np.maximum(low, 0))
        right = max(min(int(high[0]), self.width * FINE), left + 1)
        bottom = max(min(int(high[1]), self.height * FINE), top + 1)
        return left, top, Image.new("L", (right - left, bottom - top))

    def _mask(self, left: int, top: int, picture: Image.Image, blur: float) -> Mask:
        """Turn a mask picture into a mask, blurred by some final pixels."""
        if blur:
            picture = picture.filter(ImageFilter.GaussianBlur(blur * FINE))
        cover = np.asarray(picture, np.float32) / 255
        room = self.alpha[top : top + cover.shape[0], left : left + cover.shape[1]].shape
        return Mask(left, top, cover[: room[0], : room[1]])

    def mask(self, path: Path, blur: float = 0) -> Mask:
        """Return the inside of a closed path."""
        points = self._fine(path)
        left, top, picture = self._blank(points, blur * FINE * 3)
        flat = [(float(x) - left, float(y) - top) for x, y in points]
        ImageDraw.Draw(picture).polygon(flat, fill=255)
        return self._mask(left, top, picture, blur)

    def trace(
        self, path: Path, width: float, taper: float = 0, closed: bool = False, blur: float = 0
    ) -> Mask:
        """Return a brush stroke along a path; taper thins both its ends."""
        points = self._fine(np.vstack([path, path[:1]]) if closed else path)
        width *= FINE * np.prod([placing[3] for placing in self._placing])
        steps = np.hypot(*np.diff(points, axis=0).T)
        along = np.concatenate([[0], np.cumsum(steps)])
        count = int(along[-1] / max(width / 10, 0.7)) + 2
        where = np.linspace(0, along[-1], count)
        dots = np.stack([np.interp(where, along, points[:, i]) for i in (0, 1)], axis=1)
        radius = 0.5 * width * self._pressure(dots, taper, closed)
        left, top, picture = self._blank(points, width + blur * FINE * 3)
        draw = ImageDraw.Draw(picture)
        for (x, y), r in zip(dots - (left, top), radius, strict=True):
            draw.ellipse((x - r, y - r, x + r, y + r), fill=255)
        return self._mask(left, top, picture, blur)

    @staticmethod
    def _pressure(dots: Path, taper: float, closed: bool) -> np.ndarray:
        """Return relative brush widths: thinner at tapered ends, heavier away from the light."""
        share = np.linspace(0, 1, len(dots))
        if not closed:
            ends = np.minimum(np.sin(np.pi * share) ** 0.7 * 1.1, 1)
            return 1 - taper + taper * ends
        ahead = np.gradient(dots, axis=0)
        ahead /= np.maximum(np.hypot(*ahead.T), 1e-6)[:, None]
        outward = np.stack([ahead[:, 1], -ahead[:, 0]], axis=1) * np.sign(signed_area(dots))
        return 1 - 0.2 * (outward @ LIGHT)

    def paint(self, mask: Mask, color: Color | np.ndarray, opacity: float = 1) -> None:
        """Lay a colour, or a field of colours, over the canvas through a mask."""
        rows, columns = mask.window
        cover = mask.cover * np.float32(opacity)
        source = np.asarray(color, np.float32) / 255
        self.color[rows, columns] *= (1 - cover)[..., None]
        self.color[rows, columns] += source * cover[..., None]
        self.alpha[rows, columns] *= 1 - cover
        self.alpha[rows, columns] += cover

    def erase(self, mask: Mask) -> None:
        """Clear what lies under a mask."""
        rows, columns = mask.window
        self.color[rows, columns] *= (1 - mask.cover)[..., None]
        self.alpha[rows, columns] *= 1 - mask.cover

    def shadow(self, mask: Mask, opacity: float = 0.5, tint: Color = SHADE) -> None:
        """Darken what is already painted under a mask."""
        rows, columns = mask.window
        cover = (mask.cover * np.float32(opacity))[..., None]
        self.color[rows, columns] *= 1 - cover * (1 - np.asarray(tint, np.float32) / 255)

    def shine(self, mask: Mask, opacity: float = 0.5, tint: Color = WHITE) -> None:
        """Brighten what is already painted under a mask."""
        rows, columns = mask.window
        cover = (mask.cover * np.float32(opacity))[..., None]
        gap = self.alpha[rows, columns][..., None] - self.color[rows, columns]
        self.color[rows, columns] += np.maximum(gap, 0) * cover * np.asarray(tint, np.float32) / 255

    def ink(
        self,
        path: Path,
        width: float | None = None,
        color: Color = INK,
        taper: float = 0.75,
        clip: Mask | None = None,
    ) -> None:
        """Draw a line with a brush pen."""
        mask = self.trace(path, self.ink_width * 0.7 if width is None else width, taper)
        self.paint(mask.within(clip) if clip else mask, color)

    def outline(self, path: Path, width: float | None = None, clip: Mask | None = None) -> None:
        """Draw the dark contour of a closed path."""
        mask = self.trace(path, self.ink_width if width is None else width, closed=True)
        self.paint(mask.within(clip) if clip else mask, INK)

    def form(
        self,
        path: Path,
        color: Color,
        puff: float = 16,
        depth: float = 1.0,
        ink: float | None = None,
        clip: Mask | None = None,
    ) -> Mask:
        """Fill, model and outline a shape as if it were softly rounded; return its inside."""
        mask = self.mask(path)
        inside = mask.within(clip) if clip else mask
        self.paint(inside, self._modelled(mask, color, puff, depth))
        if ink != 0:
            self.outline(path, ink, clip)
        return inside

    def _modelled(self, mask: Mask, color: Color, puff: float, depth: float) -> np.ndarray:
        """Return the colours of a rounded body lit from the upper left."""
        lit = self._relief(mask, puff) * depth
        height, width = mask.cover.shape
        lit = _resized(lit, width, height, Image.Resampling.BILINEAR)[..., None]
        base, light, dark = (
            np.asarray(c, np.float32) for c in (color, lighter(color, 0.55), darker(color, 0.62))
        )
        toward = np.where(lit > 0, light - base, dark - base)
        return base + toward * np.abs(lit)

    @staticmethod
    def _relief(mask: Mask, puff: float) -> np.ndarray:
        """Return light (above 0) and shade (below 0) of an inflated mask, in final pixels."""
        height, width = mask.cover.shape
        small = _resized(
            mask.cover, -(-width // FINE) or 1, -(-height // FINE) or 1, Image.Resampling.BOX
        )
        room = int(puff * 3) + 2
        solid = np.pad(small, room)
        lit = np.zeros_like(solid, dtype=np.float64)
        for reach, weight in ((puff, 0.55), (puff * 2.2, 0.45)):
            down, right = np.gradient(blurred(solid, reach))
            slope = -(right * LIGHT[0] + down * LIGHT[1]) * reach * 2.2
            lit += weight * slope
        lit = lit[room : room + small.shape[0], room : room + small.shape[1]]
        return np.tanh(lit * 1.15)

    def rim(self, width: float) -> None:
        """Thicken the dark contour around everything drawn so far."""
        solid = Image.fromarray((self.alpha > 0.5).astype(np.uint8) * 255)
        soft = np.asarray(solid.filter(ImageFilter.GaussianBlur(width * FINE)), np.float32) / 255
        self._under(np.asarray(soft > 0.16, np.float32), INK)

    def _under(self, cover: np.ndarray, color: Color) -> None:
        """Paint behind everything drawn so far."""
        free = (cover > 0) & (self.alpha < 1)
        gap = cover[free] * (1 - self.alpha[free])
        self.color[free] += gap[:, None] * np.asarray(color, np.float32) / 255
        self.alpha[free] += gap

    def halo(self, x: float, y: float, radius: float, color: Color, opacity: float) -> None:
        """Add a round glow, over what is there and out into the empty canvas."""
        (cx, cy) = self._fine(np.array([[x, y]], dtype=float))[0]
        rows, columns = np.ogrid[: self.height * FINE, : self.width * FINE]
        reach = np.hypot(columns - cx, rows - cy) / (radius * FINE)
        cover = (np.clip(1 - reach, 0, 1) ** 2 * opacity).astype(np.float32)
        self.paint(Mask(0, 0, cover), color)

    def image(self, trim: bool = True) -> Image.Image:
        """Return the finished sprite at its final size."""
        color = self.color.reshape(self.height, FINE, self.width, FINE, 3).mean(axis=(1, 3))
        alpha = self.alpha.reshape(self.height, FINE, self.width, FINE).mean(axis=(1, 3))
        color = color / np.maximum(alpha, 1e-4)[..., None]
        alpha = np.where(alpha < 0.012, 0, alpha)
        pixels = np.dstack([np.where(alpha[..., None] > 0, color, 0), alpha])
        picture = Image.fromarray(np.round(np.clip(pixels, 0, 1) * 255).astype(np.uint8), "RGBA")
        return picture.crop(picture.getchannel("A").getbbox()) if trim else picture


def save_sprite(picture: Image.Image, target: FilePath) -> None:
    """Write a sprite as a small PNG."""
    target.parent.mkdir(parents=True, exist_ok=True)
    picture.save(target, optimize=True)
