/* PNG's row filters. Source: PNG Specification, 3rd edition, section 9.

   A row lies in a line with MARGIN zero bytes before it, so that its first pixel has a left
   neighbour. */
#ifndef IMGGEN_FILTERS_H
#define IMGGEN_FILTERS_H

#include "kernels/base.h"

enum { NONE, SUB, UP, AVERAGE, PAETH };
#define MARGIN 16 /* bytes */

INNER i16 absolute(i16 number) { return number < 0 ? (i16)-number : number; }

/* Compute the residuals of `count` bytes of the row in `line`, from byte `start` on.

   `above` is the line of the row above; `channels` is the number of bytes of a pixel. */
static inline void filter_row(i64 kind, const u8 *line, const u8 *above, i64 start, i64 count,
                              i64 channels, u8 *restrict out) {
    const u8 *here = line + MARGIN + start, *left = here - channels;
    const u8 *up = above + MARGIN + start, *corner = up - channels;
    if (kind == PAETH) {
        for (i64 i = 0; i < count; i++) {
            i16 a = left[i], b = up[i], c = corner[i];
            i16 from_left = (i16)(b - c), from_up = (i16)(a - c); /* a + b - c less a, less b */
            i16 far_left = absolute(from_left), far_up = absolute(from_up);
            i16 far_corner = absolute((i16)(from_left + from_up));
            i16 nearest = far_up <= far_corner ? b : c;
            nearest = (far_left <= far_up) & (far_left <= far_corner) ? a : nearest;
            out[i] = (u8)(here[i] - nearest);
        }
    } else if (kind == AVERAGE) {
        for (i64 i = 0; i < count; i++) out[i] = (u8)(here[i] - ((left[i] + up[i]) >> 1));
    } else if (kind == UP) {
        for (i64 i = 0; i < count; i++) out[i] = (u8)(here[i] - up[i]);
    } else if (kind == SUB) {
        for (i64 i = 0; i < count; i++) out[i] = (u8)(here[i] - left[i]);
    } else {
        memcpy(out, here, (size_t)count);
    }
}

#endif
