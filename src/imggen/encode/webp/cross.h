/* The colour transform of VP8L: red and blue residuals, less what green's (and red's) foretells.

   Source: RFC 9649, 4.2. */
#ifndef IMGGEN_WEBP_CROSS_H
#define IMGGEN_WEBP_CROSS_H

#include "encode/webp/pixels.h"

/* The multipliers of a tile, in 32nds; stored as a pixel: red_to_blue, green_to_blue, green_to_red
   from the lowest byte on. */
typedef struct {
    i32 green_to_red, green_to_blue, red_to_blue;
} Cross;

INNER Cross cross_of(u32 stored) {
    return (Cross){(i8)(stored >> 16), (i8)(stored >> 8), (i8)stored};
}

INNER u32 store_cross(Cross cross) {
    return (u32)(cross.red_to_blue & 0xFF) | (u32)(cross.green_to_blue & 0xFF) << 8 |
           (u32)(cross.green_to_red & 0xFF) << 16;
}

/* Transform `count` residuals in place. */
static inline void cross_pixels(u32 stored, i64 count, u32 *pixels) {
    if (stored == 0) return;
    Cross cross = cross_of(stored);
    for (i64 i = 0; i < count; i++) {
        u32 pixel = pixels[i];
        i32 green = (i8)(pixel >> 8), red = (i8)pixel;
        i32 new_red = red - (cross.green_to_red * green >> 5);
        i32 new_blue = (i32)(pixel >> 16 & 0xFF) - (cross.green_to_blue * green >> 5) -
                       (cross.red_to_blue * red >> 5);
        pixels[i] = (pixel & 0xFF00FF00u) | (u32)(new_red & 0xFF) | (u32)(new_blue & 0xFF) << 16;
    }
}

/* Transform residuals of columns `start` to `stop` of a row; `crosses` are its tiles', of 2**bits
   px. */
static inline void cross_row(const u32 *crosses, i64 bits, i64 start, i64 stop, u32 *pixels) {
    for (i64 x = start; x < stop;) {
        i64 end = min_of(((x >> bits) + 1) << bits, stop);
        cross_pixels(crosses[x >> bits], end - x, pixels + (x - start));
        x = end;
    }
}

#endif
