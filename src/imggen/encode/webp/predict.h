/* The predictors of VP8L: what is left of pixels after each is predicted from its neighbours.

   Source: RFC 9649, 4.1. */
#ifndef IMGGEN_WEBP_PREDICT_H
#define IMGGEN_WEBP_PREDICT_H

#include "encode/webp/pixels.h"

#define MODES 14
#define LEFT_MODE 1   /* of the first row */
#define TOP_MODE 2    /* of the first column */
#define SAFE_MODE 12  /* in place of one that is barred */
#define BLOCK_PX 64   /* that are predicted at once by distances */

/* Modes that look at the pixel above to the right. That of a row's last pixel is the row's own
   first pixel: they are barred in the last column of tiles. */
#define TOP_RIGHT_MODES (1 << 3 | 1 << 5 | 1 << 9 | 1 << 10)

INNER bool is_barred(i64 mode) { return TOP_RIGHT_MODES >> mode & 1; }

/* Sum the four bytes of a pixel. */
INNER u32 sum_channels(u32 pixel) {
    pixel = (pixel & 0x00FF00FFu) + (pixel >> 8 & 0x00FF00FFu);
    return (pixel + (pixel >> 16)) & 0xFFFF;
}

/* Mode 11: the one of left and top that is nearer to left + top - top-left. */
static inline void predict_select(const u32 *here, const u32 *above, i64 count,
                                  u32 *restrict out) {
    u32 from_left[BLOCK_PX], from_top[BLOCK_PX];
    for (i64 first = 0; first < count; first += BLOCK_PX) {
        i64 size = min_of(BLOCK_PX, count - first);
        const u8 *left = (const u8 *)(here + first - 1), *top = (const u8 *)(above + first);
        const u8 *corner = (const u8 *)(above + first - 1);
        u8 *of_left = (u8 *)from_left, *of_top = (u8 *)from_top;
        for (i64 i = 0; i < size * CHANNELS; i++) {
            of_left[i] = top[i] > corner[i] ? (u8)(top[i] - corner[i]) : (u8)(corner[i] - top[i]);
            of_top[i] =
                left[i] > corner[i] ? (u8)(left[i] - corner[i]) : (u8)(corner[i] - left[i]);
        }
        for (i64 i = 0; i < size; i++) {
            bool is_left = sum_channels(from_left[i]) < sum_channels(from_top[i]);
            u32 predicted = is_left ? here[first + i - 1] : above[first + i];
            out[first + i] = subtract_bytes(here[first + i], predicted);
        }
    }
}

INNER i16 clamp_level(i16 level) {
    level = level < 0 ? 0 : level;
    return level > 255 ? 255 : level;
}

/* Modes 12 and 13: left + top - top-left; or the average of left and top, and half of what it
   differs from top-left. */
INNER void predict_gradient(const u32 *here, const u32 *above, i64 count, bool is_half,
                            u32 *restrict out) {
    const u8 *level = (const u8 *)here, *left = (const u8 *)(here - 1);
    const u8 *top = (const u8 *)above, *corner = (const u8 *)(above - 1);
    u8 *residual = (u8 *)out;
    for (i64 i = 0; i < count * CHANNELS; i++) {
        i16 predicted = (i16)(left[i] + top[i] - corner[i]);
        if (is_half) {
            i16 average = (i16)((left[i] + top[i]) >> 1), off = (i16)(average - corner[i]);
            predicted = (i16)(average + ((i16)(off + (off < 0)) >> 1)); /* halved towards 0 */
        }
        residual[i] = (u8)(level[i] - clamp_level(predicted));
    }
}

/* Find the residuals of `count` pixels by one mode; their neighbours in both lines can be read. */
static inline void predict(i64 mode, const u32 *here, const u32 *above, i64 count,
                           u32 *restrict out) {
#define PREDICT(number, expression)                               \
    case number:                                                  \
        for (i64 i = 0; i < count; i++) {                         \
            u32 left = here[i - 1], top = above[i];               \
            u32 corner = above[i - 1], right = above[i + 1];      \
            (void)left, (void)top, (void)corner, (void)right;     \
            out[i] = subtract_bytes(here[i], expression);         \
        }                                                         \
        break;
    switch (mode) {
        PREDICT(0, BLACK)
        PREDICT(1, left)
        PREDICT(2, top)
        PREDICT(3, right)
        PREDICT(4, corner)
        PREDICT(5, average_bytes(average_bytes(left, right), top))
        PREDICT(6, average_bytes(left, corner))
        PREDICT(7, average_bytes(left, top))
        PREDICT(8, average_bytes(corner, top))
        PREDICT(9, average_bytes(top, right))
        PREDICT(10, average_bytes(average_bytes(left, corner), average_bytes(top, right)))
    case 11:
        predict_select(here, above, count, out);
        break;
    case 12:
        predict_gradient(here, above, count, false, out);
        break;
    default:
        predict_gradient(here, above, count, true, out);
    }
#undef PREDICT
}

/* Find the residuals of columns `start` to `stop` of a row; `modes` are its tiles', of 2**bits px.

   Both lines begin with column 0; `out` gets column `start` first. */
static inline void predict_row(const u8 *modes, i64 bits, const u32 *here, const u32 *above,
                               i64 row, i64 start, i64 stop, u32 *restrict out) {
    if (row == 0) {
        predict(LEFT_MODE, here + start, above + start, stop - start, out);
    } else {
        for (i64 x = start; x < stop;) {
            i64 tile = x >> bits, mode = modes[tile++];
            while (tile << bits < stop && modes[tile] == mode) tile++;
            i64 end = min_of(tile << bits, stop);
            predict(mode, here + x, above + x, end - x, out + (x - start));
            x = end;
        }
    }
    if (start == 0 && stop > 0) out[0] = subtract_bytes(here[0], row > 0 ? above[0] : BLACK);
}

#endif
