"""Kernels that lay one row of a sprite over one row of a canvas."""

from __future__ import annotations

from typing import Any

from numba import uint8, uint16, uint32

from imggen.kernels import inner_kernel

COEF_BITS = 7  # extra precision of a coefficient; Pillow, src/libImaging/AlphaComposite.c


@inner_kernel
def copy_row(canvas: Any, colour: Any) -> None:
    """Copy `colour` to `canvas`, both (bytes,) uint8.

    A loop, as Numba's assignment to a slice goes byte by byte (10x slower).
    """
    for i in range(canvas.shape[0]):
        canvas[i] = colour[i]


@inner_kernel
def blend_paste(canvas: Any, colour: Any, alpha: Any) -> None:
    """Lay `colour` over `canvas` as Pillow's paste with a mask does, byte by byte.

    The division by 255 is exact and rounded: t = c * a + b * (255 - a) + 128, (t + t / 256) / 256,
    all in 16 bits, so that it vectorises.

    Parameters
    ----------
    canvas, colour, alpha : (bytes,) uint8; `alpha` holds each byte's own alpha
    """
    for i in range(canvas.shape[0]):
        keep = uint16(255) - uint16(alpha[i])
        t = uint16(uint16(canvas[i]) * keep + uint16(colour[i]) * uint16(alpha[i]) + uint16(128))
        canvas[i] = uint8(uint16(t + (t >> uint16(8))) >> uint16(8))


@inner_kernel
def blend_over(canvas: Any, colour: Any) -> None:
    """Lay `colour` over `canvas`, both RGBA and not premultiplied (Porter-Duff source over).

    Rounds as Pillow's alpha_composite does. Source: Porter & Duff, "Compositing digital images",
    SIGGRAPH 1984; Pillow, src/libImaging/AlphaComposite.c.

    Parameters
    ----------
    canvas, colour : (pixels * 4,) uint8
    """
    for i in range(0, canvas.shape[0], 4):
        alpha = uint32(colour[i + 3])
        if alpha == 0:
            continue
        if alpha == 255:
            for k in range(4):
                canvas[i + k] = colour[i + k]
            continue
        below = uint32(canvas[i + 3]) * (uint32(255) - alpha)
        both = alpha * uint32(255) + below
        if both == uint32(255 * 255):  # on an opaque canvas the division comes out even
            weight = alpha << uint32(COEF_BITS)
        else:
            weight = alpha * uint32(255 * 255 << COEF_BITS) // both
        keep = uint32(255 << COEF_BITS) - weight
        for k in range(3):
            t = uint32(colour[i + k]) * weight + uint32(canvas[i + k]) * keep
            t += uint32(0x80 << COEF_BITS)
            canvas[i + k] = uint8(((t >> uint32(8)) + t) >> uint32(8 + COEF_BITS))
        t = both + uint32(0x80)
        canvas[i + 3] = uint8(((t >> uint32(8)) + t) >> uint32(8))
