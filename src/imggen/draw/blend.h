/* Blend one row of a sprite over one row of a canvas. */
#ifndef IMGGEN_BLEND_H
#define IMGGEN_BLEND_H

#include "kernels/base.h"

#define COEF_BITS 7 /* extra precision of a coefficient; Pillow, src/libImaging/AlphaComposite.c */

/* Copy `count` bytes of `colour` to `canvas`. */
INNER void copy_row(u8 *restrict canvas, const u8 *restrict colour, i64 count) {
    memcpy(canvas, colour, (size_t)count);
}

/* Blend `count` bytes of `colour` over `canvas` as Pillow's paste with a mask does.

   `alpha` holds each byte's own alpha. The division by 255 is exact and rounded:
   t = c * a + b * (255 - a) + 128, (t + t / 256) / 256, all in 16 bits, so that it vectorises. */
INNER void blend_paste(u8 *restrict canvas, const u8 *restrict colour, const u8 *restrict alpha,
                       i64 count) {
    for (i64 i = 0; i < count; i++) {
        u16 keep = (u16)(255 - alpha[i]);
        u16 t = (u16)((u16)(canvas[i] * keep) + (u16)(colour[i] * alpha[i]) + 128);
        canvas[i] = (u8)((u16)(t + (t >> 8)) >> 8);
    }
}

/* Blend `count` bytes of RGBA pixels over others, neither premultiplied (Porter-Duff source over).

   It rounds as Pillow's alpha_composite does. Source: Porter & Duff, "Compositing digital images",
   SIGGRAPH 1984; Pillow, src/libImaging/AlphaComposite.c. */
INNER void blend_over(u8 *restrict canvas, const u8 *restrict colour, i64 count) {
    for (i64 i = 0; i < count; i += 4) {
        u32 alpha = colour[i + 3];
        if (alpha == 0) continue;
        if (alpha == 255) {
            memcpy(canvas + i, colour + i, 4);
            continue;
        }
        u32 below = canvas[i + 3] * (255 - alpha);
        u32 both = alpha * 255 + below;
        u32 weight = alpha << COEF_BITS; /* on an opaque canvas the division comes out even */
        if (both != 255 * 255) weight = alpha * (255u * 255u << COEF_BITS) / both;
        u32 keep = (255u << COEF_BITS) - weight;
        for (i64 k = 0; k < 3; k++) {
            u32 t = colour[i + k] * weight + canvas[i + k] * keep + (0x80u << COEF_BITS);
            canvas[i + k] = (u8)(((t >> 8) + t) >> (8 + COEF_BITS));
        }
        u32 t = both + 0x80;
        canvas[i + 3] = (u8)(((t >> 8) + t) >> 8);
    }
}

#endif
