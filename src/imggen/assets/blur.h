/* A Gaussian blur along columns and rows: see blur.py. */
#ifndef IMGGEN_BLUR_H
#define IMGGEN_BLUR_H

#include "kernels/base.h"

/* Levels to be blurred: `height` rows of `row` numbers; pixels are `step` numbers. */
typedef struct {
    const u16 *levels;
    i64 height, row, step;
} Levels;

/* Weights of pixels from 0 to `radius` px away, on both sides. */
typedef struct {
    const float *weights;
    i64 radius;
} Gaussian;

INNER const u16 *row_near(const Levels *from, i64 y) {
    return from->levels + max_of(0, min_of(y, from->height - 1)) * from->row;
}

/* Blur row `y` along its columns; rows beyond the edges are as those at them. */
INNER void blur_down(const Levels *from, i64 y, const Gaussian *by, float *restrict out) {
    const u16 *middle = row_near(from, y);
    for (i64 i = 0; i < from->row; i++) out[i] = by->weights[0] * (float)middle[i];
    for (i64 k = 1; k <= by->radius; k++) {
        const u16 *above = row_near(from, y - k), *below = row_near(from, y + k);
        for (i64 i = 0; i < from->row; i++)
            out[i] += by->weights[k] * (float)((i32)above[i] + (i32)below[i]);
    }
}

/* Blur a row along itself; `line` has room for `radius` pixels before and after it. */
INNER void blur_across(float *restrict line, const Levels *from, const Gaussian *by,
                       float *restrict out) {
    i64 margin = by->radius * from->step, row = from->row, step = from->step;
    for (i64 i = 0; i < margin; i++) {
        line[i] = line[margin + i % step];
        line[margin + row + i] = line[margin + row - step + i % step];
    }
    const float *middle = line + margin;
    for (i64 i = 0; i < row; i++) out[i] = by->weights[0] * middle[i];
    for (i64 k = 1; k <= by->radius; k++)
        for (i64 i = 0; i < row; i++)
            out[i] += by->weights[k] * (middle[i - k * step] + middle[i + k * step]);
}

/* Blur row `y` both ways. */
INNER void blur_row(const Levels *from, i64 y, const Gaussian *by, float *line, float *out) {
    blur_down(from, y, by, line + by->radius * from->step);
    blur_across(line, from, by, out);
}

void blur_levels(const u16 *levels, i64 height, i64 row, i64 step, const float *weights, i64 radius,
                 float *line, float *out);

#define BLUR_KERNELS(KERNEL)                                                                       \
    KERNEL(blur_levels, "u2 n n n f4 n f4! f4!",                                                   \
           (blur_levels(v[0].at, v[1].n, v[2].n, v[3].n, v[4].at, v[5].n, v[6].at, v[7].at), 0))

#endif
