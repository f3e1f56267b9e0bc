"""The slow twins: the same results as the fast code, by plain NumPy, Pillow and loops."""

import heapq
import itertools
import math
from fnmatch import fnmatchcase
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from PIL import Image

# --- drawing ----------------------------------------------------------------


def paste(canvas, sprite, x, y):
    """Pillow's paste of an RGBA sprite on an RGB or L canvas, both arrays; returns a new canvas."""
    image = Image.fromarray(canvas)
    art = Image.fromarray(sprite)
    image.paste(art.convert(image.mode), (x, y), art.getchannel("A"))
    return np.asarray(image)


def composite(canvas, sprite, x, y):
    """An RGBA sprite over an RGBA canvas by the formula of stock Pillow's alpha_composite."""
    canvas = canvas.copy()
    height, width = canvas.shape[:2]
    for row, column in itertools.product(range(sprite.shape[0]), range(sprite.shape[1])):
        if 0 <= y + row < height and 0 <= x + column < width:
            below = canvas[y + row, x + column]
            canvas[y + row, x + column] = composite_pixel(below, sprite[row, column])
    return canvas


def composite_pixel(below, above):
    """One pixel over another, integers as in Pillow's src/libImaging/AlphaComposite.c."""
    *above_rgb, above_alpha = map(int, above)
    *below_rgb, below_alpha = map(int, below)
    if above_alpha == 0:
        return (*below_rgb, below_alpha)
    blend = below_alpha * (255 - above_alpha)
    alpha_255 = above_alpha * 255 + blend
    above_weight = above_alpha * 255 * 255 * 128 // alpha_255
    below_weight = 255 * 128 - above_weight

    def by_255(value):
        return ((value >> 8) + value) >> 8

    mixed = (
        by_255(a * above_weight + b * below_weight + 0x80 * 128) >> 7
        for a, b in zip(above_rgb, below_rgb, strict=True)
    )
    return (*mixed, by_255(alpha_255 + 0x80))


def article_image(background, character, thing, ground=1000, gap=30):
    """The article's algorithm, on opened images: `thing` is the object, or None."""
    image = background.convert("RGB")
    width = image.size[0]
    image.paste(
        character,
        (int(width / 2 - character.width / 2), int(ground - character.height)),
        character,
    )
    if thing is not None:
        corner = (int(width / 2 + character.width / 2 + gap), int(ground - thing.height))
        image.paste(thing, corner, thing)
    return image


# --- blend modes, in exact colours from 0 to 1: Compositing and Blending (W3C) ----------------


def w3c_composite(below, above, mode):
    """`above` blended with and laid over `below`, (.., 4) of 0 to 1: section 9.1.4."""
    below_alpha, alpha = below[..., 3:], above[..., 3:]
    blended = w3c_blend(below[..., :3], above[..., :3], mode)
    source = (1 - below_alpha) * above[..., :3] + below_alpha * blended
    whole = alpha + below_alpha * (1 - alpha)
    premultiplied = alpha * source + (1 - alpha) * below_alpha * below[..., :3]
    straight = np.divide(premultiplied, whole, out=np.zeros_like(source), where=whole > 0)
    return np.concatenate([straight, whole], axis=-1)


def w3c_blend(b, s, mode):
    """B(b, s) of section 10, of colours (.., 3), pixel by pixel and case by case."""
    if mode == "normal":
        return s
    if mode in ("hue", "saturation", "color", "luminosity"):
        pixels = zip(b.reshape(-1, 3), s.reshape(-1, 3), strict=True)
        return np.array([w3c_whole(*pair, mode) for pair in pixels]).reshape(s.shape)
    return np.vectorize(lambda x, y: w3c_channel(float(x), float(y), mode), otypes=[float])(b, s)


def w3c_channel(b, s, mode):
    """One channel of a separable mode: section 10.1."""
    if mode in CURVES:
        return CURVES[mode](b, s)
    if mode == "overlay":
        return w3c_channel(s, b, "hard-light")
    if mode == "hard-light":
        return b * 2 * s if s <= 0.5 else CURVES["screen"](b, 2 * s - 1)
    if mode == "soft-light" and s > 0.5:
        d = ((16 * b - 12) * b + 4) * b if b <= 0.25 else math.sqrt(b)
        return b + (2 * s - 1) * (d - b)
    return b - (1 - 2 * s) * b * (1 - b)


CURVES = {
    "multiply": lambda b, s: b * s,
    "screen": lambda b, s: 1 - (1 - b) * (1 - s),
    "darken": min,
    "lighten": max,
    "color-dodge": lambda b, s: 0 if b == 0 else 1 if s == 1 else min(1, b / (1 - s)),
    "color-burn": lambda b, s: 1 if b == 1 else 0 if s == 0 else 1 - min(1, (1 - b) / s),
    "difference": lambda b, s: abs(b - s),
    "exclusion": lambda b, s: b + s - 2 * b * s,
}


def w3c_whole(b, s, mode):
    """One pixel of a mode of all channels: section 10.2."""
    if mode == "hue":
        return set_lum(set_sat(s, sat(b)), lum(b))
    if mode == "saturation":
        return set_lum(set_sat(b, sat(s)), lum(b))
    return set_lum(s, lum(b)) if mode == "color" else set_lum(b, lum(s))


def lum(c):
    return 0.3 * c[0] + 0.59 * c[1] + 0.11 * c[2]


def sat(c):
    return max(c) - min(c)


def clip_color(c):
    middle, low, high = lum(c), min(c), max(c)
    if low < 0:
        c = [middle + (x - middle) * middle / (middle - low) for x in c]
    if high > 1:
        c = [middle + (x - middle) * (1 - middle) / (high - middle) for x in c]
    return c


def set_lum(c, wanted):
    more = wanted - lum(c)
    return clip_color([x + more for x in c])


def set_sat(c, wanted):
    low, middle, high = np.argsort(c, kind="stable")
    result = [0.0, 0.0, 0.0]
    if c[high] > c[low]:
        result[middle] = (c[middle] - c[low]) * wanted / (c[high] - c[low])
        result[high] = wanted
    return result


# --- scaling and turning ----------------------------------------------------------------


def keys(distance):
    """The bicubic kernel with a = -1/2. Source: Keys, 1981, equation 15."""
    x = abs(distance)
    if x < 1:
        return 1.5 * x**3 - 2.5 * x**2 + 1
    return -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2 if x < 2 else 0.0


def transform(pixels, scaled, angle, size):
    """RGBA scaled to `scaled` and turned counter-clockwise on `size`, (w, h): premultiplied floats.

    Each pixel is the bicubic mean around its place in the sprite, which goes on as at its edges and
    which is halved first where it shrinks below half; at the edges it is cut.
    """
    values = pixels.astype(float)
    values[..., :3] *= values[..., 3:] / 255
    units = [old / new for old, new in zip(pixels.shape[1::-1], scaled, strict=True)]
    halved = [max(0, math.ceil(math.log2(unit / 2))) for unit in units]
    for _ in range(halved[0]):
        values = halve_axis(values.transpose(1, 0, 2)).transpose(1, 0, 2)
    for _ in range(halved[1]):
        values = halve_axis(values)
    steps = [unit / 2**times for unit, times in zip(units, halved, strict=True)]
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    result = np.zeros((size[1], size[0], 4))
    for y, x in itertools.product(range(size[1]), range(size[0])):
        right, down = x + 0.5 - size[0] / 2, y + 0.5 - size[1] / 2
        u, v = (
            right * cosine - down * sine + scaled[0] / 2,
            right * sine + down * cosine + scaled[1] / 2,
        )
        columns, across = bicubic_means(u * steps[0] - 0.5, max(1, steps[0]), values.shape[1])
        rows, along = bicubic_means(v * steps[1] - 0.5, max(1, steps[1]), values.shape[0])
        share = covered(u, scaled[0]) * covered(v, scaled[1])
        result[y, x] = share * np.einsum("j,i,jik", along, across, values[rows][:, columns])
    return result


def halve_axis(values):
    """The means of the first axis's entries, two and two; the last of an odd number as it is."""
    if len(values) % 2:
        values = np.concatenate([values, values[-1:]])
    return (values[::2] + values[1::2]) / 2


def bicubic_means(position, stretch, count):
    """Which of `count` pixels make the one at `position`, and with which weights."""
    first = math.floor(position) - math.ceil(2 * stretch)
    pixels = range(first, first + 2 * math.ceil(2 * stretch) + 2)
    weights = np.array([keys((pixel - position) / stretch) for pixel in pixels])
    return np.clip(pixels, 0, count - 1), weights / weights.sum()


def covered(at, length):
    """How much of a pixel around `at` lies between 0 and `length`."""
    return np.clip(at + 0.5, 0, 1) * np.clip(length - at + 0.5, 0, 1)


# --- assets ----------------------------------------------------------------


def runs_of_row(alpha, shortest_copy, shortest_gap):
    """Runs of one row: (start, end, is opaque), by a walk over its pixels."""
    kind = ["nothing" if a == 0 else "copy" if a == 255 else "blend" for a in alpha]
    for start, end, value in stretches(kind):
        if value == "copy" and end - start < shortest_copy:
            kind[start:end] = ["blend"] * (end - start)
    for start, end, value in stretches(kind):
        inside = start > 0 and end < len(kind)
        if value == "nothing" and inside and end - start < shortest_gap:
            kind[start:end] = ["blend"] * (end - start)
    return [(a, b, value == "copy") for a, b, value in stretches(kind) if value != "nothing"]


def stretches(values):
    """Start, end and value of each stretch of equal values."""
    found, start = [], 0
    for value, group in itertools.groupby(values):
        end = start + len(list(group))
        found.append((start, end, value))
        start = end
    return found


# --- masks ----------------------------------------------------------------


def rle_of(pixels):
    """COCO's counts of a (height, width) bool array: runs column by column, of 0 first."""
    flat = pixels.ravel(order="F").tolist()
    counts = [end - start for start, end, _ in stretches(flat)]
    return [0, *counts] if flat[0] else counts


def fill(polygons, size):
    """(height, width) bool: the even-odd rule at the centre of each pixel, polygons of (x, y)."""
    width, height = size
    pixels = np.zeros((height, width), bool)
    for polygon in polygons:
        for (x1, y1), (x2, y2) in itertools.pairwise([*polygon, polygon[0]]):
            for row in range(height):
                if (y1 <= row + 0.5) != (y2 <= row + 0.5):
                    crossing = x1 + (x2 - x1) * (row + 0.5 - y1) / (y2 - y1)
                    pixels[row] ^= np.arange(width) + 0.5 > crossing
    return pixels


def parts_of(pixels, *, corners):
    """The connected parts of a bool array, each one too; over corners as well, or edges only."""
    left, parts = pixels.copy(), []
    while left.any():
        part, to_visit = np.zeros_like(pixels), [tuple(np.argwhere(left)[0])]
        while to_visit:
            y, x = to_visit.pop()
            if 0 <= y < left.shape[0] and 0 <= x < left.shape[1] and left[y, x]:
                left[y, x], part[y, x] = False, True
                steps = itertools.product((-1, 0, 1), repeat=2)
                to_visit += [(y + i, x + j) for i, j in steps if corners or i * j == 0]
        parts.append(part)
    return parts


def holes_of(pixels, *, corners):
    """The parts of the background from which no path leads out of the canvas."""
    around = np.pad(~pixels, 1, constant_values=True)
    return [part[1:-1, 1:-1] for part in parts_of(around, corners=corners)[1:]]


def simplified_outline(points, tolerance):
    """Douglas & Peucker's way with a closed polygon, cut at its first point and the farthest."""
    middle = max(range(len(points)), key=lambda k: math.dist(points[k], points[0]))
    halves = points[: middle + 1], [*points[middle:], points[0]]
    return [point for half in halves for point in simplified_line(half, tolerance, must=True)]


def simplified_line(points, tolerance, *, must=False):
    """The points of a line that stay, but for its last; with `must` one within stays anyway."""
    inner = range(1, len(points) - 1)
    if not inner:
        return points[:1]
    off = [segment_distance(points[k], points[0], points[-1]) for k in inner]
    if max(off) <= tolerance and not must:
        return points[:1]
    at = 1 + off.index(max(off))
    return simplified_line(points[: at + 1], tolerance) + simplified_line(points[at:], tolerance)


def segment_distance(point, start, end):
    """How far a point is from a segment, px."""
    along, off = np.subtract(end, start), np.subtract(point, start)
    length = along @ along
    share = Fraction(int(np.clip(along @ off, 0, length)), int(length)) if length else Fraction(0)
    nearest = [a + share * int(step) for a, step in zip(start, along, strict=True)]
    return math.sqrt(sum((a - b) ** 2 for a, b in zip(point, nearest, strict=True)))


# --- deflate and PNG ----------------------------------------------------------------


def bits_of(words, start, count):
    """`count` bits of an array of 64-bit words from bit `start` on, as one number."""
    number = int.from_bytes(words.astype("<u8").tobytes(), "little")
    return number >> start & (1 << count) - 1


def huffman_cost(weights):
    """Bits that Huffman's code takes for symbols of these weights, two or more."""
    heap = list(weights)
    heapq.heapify(heap)
    cost = 0
    while len(heap) > 1:
        pair = heapq.heappop(heap) + heapq.heappop(heap)
        cost += pair
        heapq.heappush(heap, pair)
    return cost


def limited_cost(weights, longest):
    """Bits that the best prefix code with codes of at most `longest` bits takes, by trying all."""
    return min(
        sum(weight * length for weight, length in zip(weights, lengths, strict=True))
        for lengths in itertools.product(range(1, longest + 1), repeat=len(weights))
        if sum(Fraction(1, 2**length) for length in lengths) <= 1
    )


def length_symbols():
    """Symbol, first length and number of extra bits of each length of match, from the table of
    RFC 1951, 3.2.5: four symbols a number of bits from 265 on, and 285 for the longest."""
    rows = {}
    first = 3
    for symbol in range(257, 285):
        extra = max(0, (symbol - 261) // 4)
        for length in range(first, first + (1 << extra)):
            rows[length] = symbol, first, extra
        first += 1 << extra
    return rows | {258: (285, 258, 0)}


LENGTH_EXTRA_BITS = {length: extra for length, (_, _, extra) in length_symbols().items()}
FIRST_OF_SYMBOL = {symbol: first for symbol, first, _ in length_symbols().values()}


def canonical_code(lengths):
    """Symbol to its code as a text of 0 and 1. Source: RFC 1951, section 3.2.2."""
    codes, code, before = {}, 0, 0
    for length, symbol in sorted((n, symbol) for symbol, n in enumerate(lengths) if n > 0):
        code <<= length - before
        codes[symbol] = f"{code:0{length}b}"
        code, before = code + 1, length
    return codes


class FlatMatches:
    """Finds matches as encode/png/flat_matches.h does, one comparison after another."""

    def __init__(self, data, row_bytes, channels):
        self.data, self.row_bytes, self.channels = data, row_bytes, channels
        self.pairs, self.pixels = {}, {}
        self.above = self.latest = row_bytes
        self.found = []

    def find(self):
        """Return every match: where it begins, its length, its distance."""
        i = missed = 0
        unfiltered = -1
        for row, start in enumerate(range(0, len(self.data), self.row_bytes)):
            end = start + self.row_bytes
            if self.data[start] == 2:  # the filter type Up
                i = self.repeat(i, start, end)
                continue
            self.above, unfiltered = (row - unfiltered) * self.row_bytes, row
            while i < end:
                length, distance = self.best(i, missed < 3 or (i - start - 1) % self.channels == 0)
                if length:
                    self.found.append((i, length, distance))
                    if distance != self.channels:
                        self.latest = distance
                missed = 0 if length else missed + 1
                i += length or 1
        return self.found

    def repeat(self, i, start, end):
        """Add the matches of a row of zeros: with the row above if that is one too, and a run."""
        follows = start > 0 and self.data[start - self.row_bytes] == 2
        if i == start and follows and self.row_bytes <= 2**15:
            self.found.append((i, min(258, self.row_bytes), self.row_bytes))
            i += min(258, self.row_bytes)
        i = max(i, start + 1 + self.channels)
        length = self.run(i, end)
        if length:
            self.found.append((i, length, self.channels))
        return end

    def best(self, i, thorough):
        """Return length and distance of the match at byte i; 0, 0 if there is none."""
        best = (self.run(i, len(self.data)), self.channels)
        if best[0] >= 258:
            return best
        if best[0] == 0:
            best = (0, 0)
        for distance in (self.above, self.latest):
            best = self.try_distance(i, distance, best)
        if best[0] >= 64 or not thorough or i + 8 > len(self.data):
            return best
        for k in range(1, 4):
            for distance in (self.above + k * self.channels, self.above - k * self.channels):
                best = self.try_distance(i, distance, best)
        best = self.try_place(i, {1: 6, 3: 6, 4: 8}[self.channels], self.pairs, best)
        if best[0] < 16:
            best = self.try_place(i, max(3, self.channels), self.pixels, best)
        return best

    def run(self, i, end):
        """Return the length of the match with the pixel to the left."""
        length = self.common(i, self.channels, end - i) if i >= self.channels else 0
        if length > 258 and length % 258 < 3:
            return length - length % 258
        return length if length >= 3 else 0

    def try_distance(self, i, distance, best):
        if not 1 <= distance <= min(i, 2**15):
            return best
        length = self.common(i, distance, min(258, len(self.data) - i))
        return (length, distance) if length >= max(4, best[0] + 2) else best

    def try_place(self, i, size, places, best):
        word = int.from_bytes(self.data[i : i + size], "little") << (64 - 8 * size)
        hashed = (word * 0x9E3779B97F4A7C15 & 2**64 - 1) >> 52
        place, places[hashed] = places.get(hashed), i
        if place is None or i - place > 2**15:
            return best
        length = self.common(i, i - place, min(258, len(self.data) - i))
        return (length, i - place) if length >= max(size, best[0] and best[0] + 3) else best

    def common(self, i, distance, most):
        length = 0
        while length < most and self.data[i + length] == self.data[i + length - distance]:
            length += 1
        return length


def filter_row(kind, row, above, channels):
    """Residuals of a whole row of bytes. Source: PNG Specification, section 9.2."""
    residuals = []
    for i, value in enumerate(row):
        left = row[i - channels] if i >= channels else 0
        corner = above[i - channels] if i >= channels else 0
        predicted = (0, left, above[i], (left + above[i]) // 2, paeth(left, above[i], corner))
        residuals.append((value - predicted[kind]) % 256)
    return residuals


def paeth(a, b, c):
    """The one of left, above and upper left nearest to a + b - c. Source: section 9.4."""
    p = a + b - c
    pa, pb, pc = abs(p - a), abs(p - b), abs(p - c)
    if pa <= pb and pa <= pc:
        return a
    return b if pb <= pc else c


# --- planning ----------------------------------------------------------------


def largest_remainder(probabilities, count):
    """Hamilton's method in exact arithmetic, ties to the first."""
    exact = [Fraction(p) * count for p in probabilities]
    counts = [math.floor(share) for share in exact]
    by_remainder = sorted(range(len(exact)), key=lambda k: (counts[k] - exact[k], k))
    for k in by_remainder[: count - sum(counts)]:
        counts[k] += 1
    return counts


def webster(shares, count):
    """Who gets each of `count` seats: always whose next one is due first, by exact fractions."""
    got = [0] * len(shares)
    owners = []
    for _ in range(count):
        due = {k: (got[k] + Fraction(1, 2)) / share for k, share in enumerate(shares) if share}
        owners.append(min(due, key=lambda k: (due[k], k)))
        got[owners[-1]] += 1
    return owners


def without_replacement(probabilities, count):
    """Probability of each ordered draw of `count` different items, one after the other."""
    result = {}
    for order in itertools.permutations(range(len(probabilities)), count):
        chance, left = 1.0, 1.0
        for item in order:
            chance *= probabilities[item] / left
            left -= probabilities[item]
        result[order] = chance
    return result


class ContradictionError(Exception):
    """No scene, or none in some case, does what the rules say."""


def scene_chances(own, rules, held_out=(), *, dead_ends=False):
    """Probability of each scene, a tuple of variants, by trying all, layer after layer.

    `own` is a map from variant to probability per layer's name, `rules` are as in the TOML file but
    for patterns. No scene shows one of the variants that an item of `held_out` has for each of its
    layers. With `dead_ends`, what leaves a layer no variant is left out, and the chances are of the
    others.
    """
    scenes = [({}, 1.0)]
    for layer in drawing_order(list(own), rules):
        scenes = [
            ({**scene, layer: variant}, chance * p)
            for scene, chance in scenes
            if not (dead_ends and is_dead_end(layer, own[layer], rules, scene, held_out))
            for variant, p in variant_chances(layer, own[layer], rules, scene, held_out).items()
        ]
    total = math.fsum(chance for _, chance in scenes) if dead_ends else 1
    return {tuple(scene[layer] for layer in own): chance / total for scene, chance in scenes}


def is_dead_end(*case):
    """Whether a layer is left without a variant."""
    try:
        variant_chances(*case)
    except ContradictionError:
        return True
    return False


def drawing_order(layers, rules):
    """The layers, each as early as can be after those that its probabilities depend on."""
    order = []
    while len(order) < len(layers):
        for layer in layers:
            needs = {
                name for r in rules if layer in r.get("probabilities", ()) for name in r["when"]
            }
            if layer not in order and needs <= set(order):
                order.append(layer)
                break
        else:
            raise ContradictionError("circle")
    return order


def variant_chances(layer, own, rules, scene, held_out=()):
    """Probability of each variant that `layer` can show beside those of `scene`."""
    chances = own
    for rule in rules:
        if layer in rule.get("probabilities", ()) and shows(scene, rule["when"]):
            chances = rule["probabilities"][layer]
    left = {
        variant: p
        for variant, p in chances.items()
        if p > 0
        and not any(breaks(rule, {**scene, layer: variant}) for rule in rules)
        and not any(shows({**scene, layer: variant}, held) for held in held_out)
    }
    if not left:
        raise ContradictionError("dead end")
    return {variant: p / sum(left.values()) for variant, p in left.items()}


def breaks(rule, scene):
    """Whether a scene, perhaps of some layers only, has what the rule does not allow."""
    different = [scene.get(layer, "none") for layer in rule.get("all_different", ())]
    shown = [variant for variant in different if variant != "none"]
    return shows(scene, rule.get("when", {})) and (
        len(set(shown)) < len(shown)
        or any(scene.get(layer) in out for layer, out in rule.get("forbid", {}).items())
        or any(
            scene.get(layer, ins[0]) not in ins for layer, ins in rule.get("require", {}).items()
        )
    )


def shows(scene, when):
    """Whether the scene shows one of the variants in `when` of each of its layers."""
    return all(scene.get(layer) in variants for layer, variants in when.items())


def spot_number(layer, shown):
    """Which place an image has that shows the variants `shown`: layer name to variant."""
    for number, special in enumerate(layer.place_when, 1):
        matched = (
            any(fnmatchcase(shown[name], pattern) for pattern in patterns)
            for name, patterns in special.when.items()
        )
        if all(matched):
            return number
    return 0


def half_steps(point):
    """Half widths and half heights from the top left corner of a box to one of its points."""
    column = 1 + ("right" in point) - ("left" in point)
    return column, 1 + ("bottom" in point) - ("top" in point)


def corner_by_hand(place, depths, boxes, corners, box, size):
    """Top left corner of one sprite of size `box` at a fixed `place`, in exact arithmetic."""

    def pixels(point):
        return [
            math.floor(Fraction(length[:-1]) / 100 * side) if isinstance(length, str) else length
            for length, side in zip(point, size, strict=True)
        ]

    column, row = half_steps(place.anchor)
    offset = pixels(place.offset)
    if place.of is None:
        x, y = (a + b for a, b in zip(pixels(place.at), offset, strict=True))
    elif 0 in boxes[depths[place.of]] and place.otherwise is not None:
        x, y = pixels(place.otherwise)
    else:
        other = depths[place.of]
        halves = half_steps(place.at)
        x, y = (
            corners[other][axis] + boxes[other][axis] * halves[axis] // 2 + offset[axis]
            for axis in (0, 1)
        )
    return [math.floor(x - Fraction(box[0] * column, 2)), math.floor(y - Fraction(box[1] * row, 2))]


def corners_allowed(place, box, size):
    """All corners that a random place allows a sprite of size `box`, by trying each: a set."""
    lowest, highest = zip(*(axis.range for axis in place.axes), strict=True)
    column, row = half_steps(place.anchor)
    shift = [(box[0] * column + 1) // 2, (box[1] * row + 1) // 2]
    needed = Fraction(str(float(place.inside))) * math.prod(box)
    found = set()
    for x in range(lowest[0], highest[0] + 1):
        for y in range(lowest[1], highest[1] + 1):
            corner = (x + place.offset[0] - shift[0], y + place.offset[1] - shift[1])
            if common_area(corner, box, (0, 0), size) >= needed:
                found.add(corner)
    return found


def common_area(corner, box, other_corner, other_box):
    """How many px two boxes have in common."""
    return math.prod(
        max(0, min(a + w, b + v) - max(a, b))
        for a, w, b, v in zip(corner, box, other_corner, other_box, strict=True)
    )


# --- statistics ----------------------------------------------------------------


def chi_square(observed, expected):
    """Pearson's statistic and its p-value, for counts and expected counts > 0."""
    observed, expected = np.asarray(observed, float), np.asarray(expected, float)
    statistic = float(((observed - expected) ** 2 / expected).sum())
    return statistic, chi_square_tail(statistic, len(expected) - 1)


def chi_square_tail(statistic, freedom):
    """Probability of a larger statistic: the incomplete gamma function Q(freedom / 2, x / 2).

    Source: Abramowitz & Stegun, 6.5.29 (series) and 6.5.31 (continued fraction).
    """
    a, x = freedom / 2, statistic / 2
    if x <= 0:
        return 1.0
    scale = math.exp(-x + a * math.log(x) - math.lgamma(a))
    if x < a + 1:
        term = total = 1 / a
        for n in range(1, 10_000):
            term *= x / (a + n)
            total += term
        return 1 - scale * total
    fraction = 0.0
    for n in range(10_000, 0, -1):
        fraction = n * (n - a) / (x + 2 * n + 1 - a - fraction)
    return scale / (x + 1 - a - fraction)


# --- labels -------------------------------------------------------------------------------------


class Whole(NamedTuple):
    """All of a thing, hidden or not: its box (x, y, width, height) and number of pixels."""

    box: tuple
    pixels: int


def visible_masks(alphas, size, threshold):
    """Of things (alpha, x, y) from back to front: the whole, and the pixels seen on the canvas."""
    width, height = size
    owner = np.full((height, width), -1)
    wholes = []
    for k, (alpha, x, y) in enumerate(alphas):
        belongs = alpha >= threshold
        left, top, *sides = box_of(belongs)
        box = (x + left, y + top, *sides) if belongs.any() else (0, 0, 0, 0)
        wholes.append(Whole(box, int(np.count_nonzero(belongs))))
        for row, column in np.argwhere(belongs):
            if 0 <= y + row < height and 0 <= x + column < width:
                owner[y + row, x + column] = k
    return [(whole, owner == k) for k, whole in enumerate(wholes)]


def box_of(mask):
    """x, y, width and height of the box around what is true in `mask`; zeros if nothing is."""
    if not mask.any():
        return 0, 0, 0, 0
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    x, y = int(columns[0]), int(rows[0])
    return x, y, int(columns[-1]) + 1 - x, int(rows[-1]) + 1 - y
