/* Scale and turn plane pictures: see imggen/draw/resample.py. */
#include "draw/draw.h"

#define PHASES 256       /* positions within a pixel that a turned picture is sampled at */
#define FRACTION_BITS 32 /* of a position */
#define TAPS 4           /* of the bicubic filter, each way, where nothing is made smaller */

/* Four planes of a pixel, or two and nothing; every sum is made in the order of the source. */
typedef float Four __attribute__((vector_size(16)));

INNER Four load_four(const float *from) {
    Four value;
    memcpy(&value, from, sizeof value);
    return value;
}

/* Scale the rows of `picture` with the taps: pixels `first[x]` on, weighted, make pixel x. */
EXPORT void resize_rows(const float *picture, i64 height, i64 width, i64 planes, const i64 *first,
                        const float *weights, i64 widest, i64 new_width, float *restrict out) {
    for (i64 y = 0; y < height; y++) {
        const float *row = picture + y * width * planes;
        float *target = out + y * new_width * planes;
        for (i64 x = 0; x < new_width; x++) {
            const float *from = row + first[x] * planes, *weight = weights + x * widest;
            if (planes == 4) {
                Four sum = {0};
                for (i64 k = 0; k < widest; k++) sum += weight[k] * load_four(from + k * 4);
                memcpy(target + x * 4, &sum, sizeof sum);
            } else {
                float a = 0.0f, b = 0.0f;
                for (i64 k = 0; k < widest; k++) {
                    a += weight[k] * from[k * 2];
                    b += weight[k] * from[k * 2 + 1];
                }
                target[x * 2] = a, target[x * 2 + 1] = b;
            }
        }
    }
}

/* Scale the columns of `picture`, whose rows hold `count` numbers, with the taps. */
EXPORT void resize_columns(const float *picture, i64 count, const i64 *first, const float *weights,
                           i64 widest, i64 new_height, float *restrict out) {
    for (i64 y = 0; y < new_height; y++) {
        float *restrict target = out + y * count;
        for (i64 i = 0; i < count; i++) target[i] = 0.0f;
        for (i64 k = 0; k < widest; k++) {
            float weight = weights[y * widest + k];
            const float *row = picture + (first[y] + k) * count;
            for (i64 i = 0; i < count; i++) target[i] += weight * row[i];
        }
    }
}

/* Find where the window of four rows from each row on holds something.

   extents[y] gets the first and the last column whose window of four, that begins one column before
   it, does. The last three rows have no windows. */
static void find_extents(const float *padded, i64 height, i64 width, i64 planes,
                         i64 (*extents)[2]) {
    for (i64 y = 0; y < height; y++) {
        i64 low = width, high = -1;
        for (i64 x = 0; x < width; x++) {
            if (padded[(y * width + x) * planes + planes - 1] != 0.0f) {
                low = min_of(low, x);
                high = x;
            }
        }
        extents[y][0] = low - 2, extents[y][1] = high + 1;
    }
    for (i64 y = 0; y + TAPS <= height; y++) {
        for (i64 k = 1; k < TAPS; k++) {
            extents[y][0] = min_of(extents[y][0], extents[y + k][0]);
            extents[y][1] = max_of(extents[y][1], extents[y + k][1]);
        }
    }
}

/* Mix the window of 4 x 4 pixels at `from` into the pixel `target`. */
INNER void mix_window(const float *from, i64 stride, i64 planes, const float *down,
                      const float *across, float *target) {
    if (planes == 4) {
        Four sum = {0};
        for (i64 j = 0; j < TAPS; j++) {
            Four weights = down[j] * load_four(across);
            for (i64 k = 0; k < TAPS; k++)
                sum += weights[k] * load_four(from + j * stride + k * 4);
        }
        memcpy(target, &sum, sizeof sum);
        return;
    }
    float a = 0.0f, b = 0.0f;
    for (i64 j = 0; j < TAPS; j++) {
        for (i64 k = 0; k < TAPS; k++) {
            float weight = down[j] * across[k];
            a += weight * from[j * stride + k * 2];
            b += weight * from[j * stride + k * 2 + 1];
        }
    }
    target[0] = a, target[1] = b;
}

/* Turn a picture with pixels of nothing around it; what it does not reach is nothing.

   `cosine` and `sine` of the angle have FRACTION_BITS after the point; `weights` are those of all
   phases; `extents`, one for each row of `padded`, is scratch. */
EXPORT void turn_picture(const float *padded, i64 height, i64 width, i64 planes, i64 cosine,
                         i64 sine, const float (*weights)[TAPS], i64 (*extents)[2], float *out,
                         i64 out_height, i64 out_width) {
    i64 half = (i64)1 << (FRACTION_BITS - 1), phase_half = half / PHASES;
    i64 stride = width * planes;
    find_extents(padded, height, width, planes, extents);
    for (i64 y = 0; y < out_height; y++) {
        /* Twice the offset from the middle, so that it is whole; then half of its turned image. */
        i64 across = 1 - out_width, down = 2 * y + 1 - out_height;
        i64 u = ((across * cosine - down * sine) >> 1) + (width - 1) * half + phase_half;
        i64 v = ((across * sine + down * cosine) >> 1) + (height - 1) * half + phase_half;
        for (i64 x = 0; x < out_width; x++, u += cosine, v += sine) {
            i64 column = u >> FRACTION_BITS, row = (v >> FRACTION_BITS) - 1;
            float *target = out + (y * out_width + x) * planes;
            if (row < 0 || row + TAPS > height || column < extents[row][0] ||
                column > extents[row][1]) {
                for (i64 k = 0; k < planes; k++) target[k] = 0.0f;
                continue;
            }
            mix_window(padded + row * stride + (column - 1) * planes, stride, planes,
                       weights[(v >> (FRACTION_BITS - 8)) & (PHASES - 1)],
                       weights[(u >> (FRACTION_BITS - 8)) & (PHASES - 1)], target);
        }
    }
}
