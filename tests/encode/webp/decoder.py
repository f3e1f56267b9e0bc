"""A plain decoder of lossless WebP. Source: RFC 9649, "WebP Image Format", sections 2 to 6."""

import struct

import numpy as np

LENGTH_ORDER = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]  # 6.2.2
# fmt: off
DISTANCES = [  # 5.2.2, columns left and rows up
    (0, 1), (1, 0), (1, 1), (-1, 1), (0, 2), (2, 0), (1, 2), (-1, 2), (2, 1), (-2, 1), (2, 2),
    (-2, 2), (0, 3), (3, 0), (1, 3), (-1, 3), (3, 1), (-3, 1), (2, 3), (-2, 3), (3, 2), (-3, 2),
]
# fmt: on


class Bits:
    """Bits of bytes, least significant first."""

    def __init__(self, data):
        self._size, self.at = 8 * len(data), 0
        self._words = data + bytes(16)

    def read(self, count):
        assert self.at + count <= self._size, "the data ends too early"
        word = int.from_bytes(self._words[self.at >> 3 : (self.at >> 3) + 8], "little")
        value = (word >> (self.at & 7)) & ((1 << count) - 1)
        self.at += count
        return value


class Code:
    """A canonical prefix code of `lengths`; one symbol alone takes no bits."""

    def __init__(self, lengths):
        used = [symbol for symbol, length in enumerate(lengths) if length]
        self._only = used[0] if len(used) == 1 else None
        if self._only is None:
            assert sum(2.0**-length for length in lengths if length) == 1, "no whole code"
        self._symbols, code = {}, 0
        for length in range(1, 16):
            for symbol in used:
                if lengths[symbol] == length:
                    self._symbols[length, code] = symbol
                    code += 1
            code <<= 1

    def read(self, bits):
        if self._only is not None:
            return self._only
        code, length = 0, 0
        while (length, code) not in self._symbols:
            code, length = code << 1 | bits.read(1), length + 1
        return self._symbols[length, code]


def read_code(bits, count):
    lengths = [0] * count
    if bits.read(1):  # 6.2.1
        two, wide = bits.read(1), bits.read(1)
        lengths[bits.read(8 if wide else 1)] = 1
        if two:
            lengths[bits.read(8)] = 1
        return Code(lengths)
    own = [0] * 19
    for symbol in LENGTH_ORDER[: 4 + bits.read(4)]:
        own[symbol] = bits.read(3)
    code = Code(own)
    assert bits.read(1) == 0, "this decoder knows whole lists of lengths only"
    at, before = 0, 8
    while at < count:
        symbol = code.read(bits)
        if symbol < 16:
            lengths[at], at = symbol, at + 1
            before = symbol or before
            continue
        repeats = {16: (2, 3), 17: (3, 3), 18: (7, 11)}[symbol]
        times = bits.read(repeats[0]) + repeats[1]
        assert at + times <= count, "too many lengths"
        lengths[at : at + times] = [before if symbol == 16 else 0] * times
        at += times
    return Code(lengths)


def read_number(bits, symbol):
    """A length or a distance (5.2.2)."""
    if symbol < 4:
        return symbol + 1
    extra = (symbol - 2) >> 1
    return ((2 + (symbol & 1)) << extra) + bits.read(extra) + 1


def read_pixels(bits, width, height, *, is_main=False):
    """An image of the stream: (height, width, 4) int, alpha, red, green, blue."""
    cache_bits = bits.read(4) if bits.read(1) else 0
    groups = np.zeros((height, width), int)
    if is_main and bits.read(1):
        side = 1 << (bits.read(3) + 2)
        tiles = read_pixels(bits, -(-width // side), -(-height // side))
        numbers = tiles[..., 1] << 8 | tiles[..., 2]
        groups = np.kron(numbers, np.ones((side, side), int))[:height, :width]
    sizes = 256 + 24 + (1 << cache_bits if cache_bits else 0), 256, 256, 256, 40
    codes = [[read_code(bits, size) for size in sizes] for _ in range(groups.max() + 1)]
    pixels, cache = [], {}
    while len(pixels) < width * height:
        own = codes[groups.flat[len(pixels)]]
        symbol, new = own[0].read(bits), []
        if symbol < 256:
            red, blue, alpha = (own[k].read(bits) for k in (1, 2, 3))
            new = [alpha << 24 | red << 16 | symbol << 8 | blue]
        elif symbol < 280:
            length = read_number(bits, symbol - 256)
            number = read_number(bits, own[4].read(bits))
            if number > 120:
                distance = number - 120
            else:
                left, up = DISTANCES[number - 1]
                distance = max(1, left + up * width)
            for _ in range(length):
                pixels.append(pixels[-distance])
            enter(cache, pixels[-length:], cache_bits)
        else:
            new = [cache.get(symbol - 280, 0)]
        enter(cache, new, cache_bits)
        pixels += new
    assert len(pixels) == width * height, "a run goes beyond the image"
    flat = np.array(pixels, np.int64).reshape(height, width)
    return np.stack([flat >> shift & 255 for shift in (24, 16, 8, 0)], axis=-1)


def enter(cache, pixels, cache_bits):
    """Enter colours in the cache (5.2.3)."""
    if cache_bits:
        for pixel in pixels:
            cache[(0x1E35A7BD * pixel & 0xFFFFFFFF) >> (32 - cache_bits)] = pixel


def predicted(mode, left, top, corner, right):
    """A predictor's guess of one pixel, of four numbers (4.1)."""

    def average(a, b):
        return (a + b) >> 1

    if mode == 11:
        guess = left + top - corner
        return left if abs(guess - left).sum() < abs(guess - top).sum() else top
    if mode == 13:
        middle = average(left, top)
        return np.clip(middle + np.fix((middle - corner) / 2).astype(int), 0, 255)
    return {
        0: lambda: np.array([255, 0, 0, 0]), 1: lambda: left, 2: lambda: top, 3: lambda: right,
        4: lambda: corner, 5: lambda: average(average(left, right), top),
        6: lambda: average(left, corner), 7: lambda: average(left, top),
        8: lambda: average(corner, top), 9: lambda: average(top, right),
        10: lambda: average(average(left, corner), average(top, right)),
        12: lambda: np.clip(left + top - corner, 0, 255),
    }[mode]()  # fmt: skip


def add_predictions(pixels, modes, bits):
    height, width = pixels.shape[:2]
    for y in range(height):
        for x in range(width):
            if y == 0:
                guess = pixels[y, x - 1] if x else np.array([255, 0, 0, 0])
            elif x == 0:
                guess = pixels[y - 1, x]
            else:
                mode = modes[y >> bits, x >> bits, 2] & 15
                beside = pixels[y - 1, x + 1] if x + 1 < width else pixels[y, 0]
                corner = pixels[y - 1, x - 1]
                guess = predicted(mode, pixels[y, x - 1], pixels[y - 1, x], corner, beside)
            pixels[y, x] = (pixels[y, x] + guess) & 255


def signed(levels):
    return levels.astype(np.uint8).astype(np.int8).astype(int)


def add_crosses(pixels, crosses, bits):
    """Undo the colour transform (4.2)."""
    height, width = pixels.shape[:2]
    side = np.ones((1 << bits, 1 << bits, 1), int)
    _, red_to_blue, green_to_blue, green_to_red = np.moveaxis(
        signed(np.kron(crosses, side)[:height, :width]), -1, 0
    )
    green = signed(pixels[..., 2])
    pixels[..., 1] = (pixels[..., 1] + (green_to_red * green >> 5)) & 255
    red = signed(pixels[..., 1])
    blue = pixels[..., 3] + (green_to_blue * green >> 5) + (red_to_blue * red >> 5)
    pixels[..., 3] = blue & 255


def decode(file):
    """The pixels of a file: (height, width, 4) uint8 RGBA, and whether it says it has alpha."""
    riff, size, kind, length = struct.unpack_from("<4sI8sI", file)
    assert (riff, kind) == (b"RIFF", b"WEBPVP8L")
    assert size == len(file) - 8, "the file's size is wrong"
    assert len(file) == 20 + length + length % 2, "the data's size is wrong"
    assert file[20 + length :] in (b"", b"\0"), "padding is not zero"
    bits = Bits(file[20 : 20 + length])
    assert bits.read(8) == 0x2F
    width, height = bits.read(14) + 1, bits.read(14) + 1
    has_alpha = bits.read(1)
    assert bits.read(3) == 0
    undo = []
    while bits.read(1):
        kind = bits.read(2)
        assert kind not in [known for known, *_ in undo], "a transform comes twice"
        if kind == 2:
            undo.append((kind, None, 0))
            continue
        assert kind < 2, "this decoder knows no palettes"
        side_bits = bits.read(3) + 2
        tiles = -(-width >> side_bits), -(-height >> side_bits)
        undo.append((kind, read_pixels(bits, *tiles), side_bits))
    pixels = read_pixels(bits, width, height, is_main=True)
    assert (bits.at + 7) // 8 == length, "there is more than the image"
    for kind, image, side_bits in reversed(undo):
        if kind == 2:
            pixels[..., [1, 3]] = (pixels[..., [1, 3]] + pixels[..., [2]]) & 255
        else:
            (add_predictions if kind == 0 else add_crosses)(pixels, image, side_bits)
    return pixels[..., [1, 2, 3, 0]].astype(np.uint8), bool(has_alpha)
