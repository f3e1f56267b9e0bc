"""A camera, step by step in NumPy: the slow twin of draw/camera.c and draw/artefacts.c.

All is float32, and summed in the order of the kernels, so that both give the same bytes.
"""

import numpy as np

F = np.float32


def shifted(levels, down, right):
    """`levels` (height, width, channels), moved; they go on as at their edges."""
    rows = np.clip(np.arange(levels.shape[0]) + down, 0, levels.shape[0] - 1)
    columns = np.clip(np.arange(levels.shape[1]) + right, 0, levels.shape[1] - 1)
    return levels[rows][:, columns]


def blurred(levels, weights):
    """`levels` (height, width, channels), blurred down, then across."""
    down = weights[0] * levels.astype(F)
    for k in range(1, len(weights)):
        down += weights[k] * (shifted(levels, -k, 0) + shifted(levels, k, 0)).astype(F)
    across = weights[0] * down
    for k in range(1, len(weights)):
        across += weights[k] * (shifted(down, 0, -k) + shifted(down, 0, k))
    return across


def exposed(pixels, weights, across, down, tone, deviates):
    """`pixels` (height, width, channels) uint8 as a camera takes them; `deviates` are its noise."""
    levels = pixels.astype(np.int64)
    if pixels.shape[2] == 4:
        levels = np.dstack([levels[..., :3] * levels[..., 3:], levels[..., 3] * 255])
    row = blurred(levels, weights)
    alpha = None
    if pixels.shape[2] == 4:
        alpha = row[..., 3] / F(255)
        scale = np.divide(F(255), row[..., 3], where=row[..., 3] > 0, out=np.zeros_like(alpha))
        row[..., :3] *= scale[..., None]
    brightness, contrast, deviation = map(F, tone)
    light = brightness * (F(1) - (across[None, :, None] + down[:, None, None]))
    level = (row * light - F(127.5)) * contrast + F(127.5)
    if deviation > 0:
        level += deviation * deviates
    out = np.floor(np.clip(level, 0, 255) + F(0.5)).astype(np.uint8)
    if alpha is not None:
        out[..., 3] = np.floor(alpha + F(0.5))
        out[out[..., 3] == 0] = 0
    return out


# --- JPEG -----------------------------------------------------------------------------------------


def multiplied(matrix, blocks):
    """The product of `matrix` and each of `blocks` (n, 8, 8), from the left."""
    result = np.zeros_like(blocks)
    for u in range(8):
        result[:, u] = matrix[u, 0] * blocks[:, 0]
        for k in range(1, 8):
            result[:, u] += matrix[u, k] * blocks[:, k]
    return result


def coded(plane, cosines, steps):
    """`plane` (height, width) once its blocks were rounded to `steps`, by vertical frequency."""
    height, width = plane.shape
    blocks = plane.reshape(height // 8, 8, width // 8, 8).swapaxes(1, 2).reshape(-1, 8, 8)
    across = multiplied(cosines, blocks).swapaxes(1, 2)
    shares = multiplied(cosines, across).swapaxes(1, 2) / steps
    blocks = np.trunc(shares + np.copysign(F(0.5), shares)) * steps
    back = multiplied(cosines.T, blocks.swapaxes(1, 2)).swapaxes(1, 2)
    blocks = multiplied(cosines.T, back)
    return blocks.reshape(height // 8, width // 8, 8, 8).swapaxes(1, 2).reshape(height, width)


def doubled(plane, height, width):
    """`plane` at twice the size: three quarters of the nearest sample, one of the next."""
    rows, half = -(-height // 2), -(-width // 2)
    plane = plane[:rows, :half]
    sums = np.repeat(plane, 2, axis=0)[:height] * F(3)
    sums += shifted_alternately(plane, height)
    out = np.repeat(sums, 2, axis=1)[:, :width] * F(3)
    return (out + shifted_alternately(sums.T, width).T) * F(0.0625)


def shifted_alternately(plane, count):
    """The neighbour of each doubled row: of even ones above, of odd ones below."""
    at = np.arange(count)
    return plane[np.clip(at // 2 + np.where(at % 2, 1, -1), 0, len(plane) - 1)]


def with_artefacts(pixels, cosines, tables):
    """`pixels` (height, width, channels) uint8 as JPEG leaves them, alphas as they are.

    `tables` are by horizontal, then by vertical frequency.
    """
    height, width, channels = pixels.shape
    padded = np.pad(pixels, ((0, -height % 16), (0, -width % 16), (0, 0)), "edge")
    if channels == 1:
        plane = coded(padded[..., 0].astype(F) - F(128), cosines, tables[0].T)
        return rounded(plane[:height, :width] + F(128))[..., None]
    r, g, b = np.moveaxis(padded[..., :3].astype(F), 2, 0)
    luma = coded(F(0.299) * r + F(0.587) * g + F(0.114) * b - F(128), cosines, tables[0].T)
    quads = padded[..., :3].astype(np.int64).reshape(len(padded) // 2, 2, -1, 2, 3)
    r, g, b = np.moveaxis(quads.sum(axis=(1, 3)).astype(F), 2, 0)
    blue = (F(0.5) * b - F(0.168736) * r - F(0.331264) * g) * F(0.25)
    red = (F(0.5) * r - F(0.418688) * g - F(0.081312) * b) * F(0.25)
    blue, red = (doubled(coded(one, cosines, tables[1].T), height, width) for one in (blue, red))
    level = luma[:height, :width] + F(128)
    out = pixels.copy()
    out[..., 0] = rounded(level + F(1.402) * red)
    out[..., 1] = rounded(level - F(0.344136) * blue - F(0.714136) * red)
    out[..., 2] = rounded(level + F(1.772) * blue)
    return out


def rounded(levels):
    return np.floor(np.clip(levels, 0, 255) + F(0.5)).astype(np.uint8)
