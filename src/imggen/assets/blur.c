/* Blur a whole picture. */
#include "assets/blur.h"

/* Fill `out`, (height, row), with the blurred `levels`; `line` is row + 2 * radius * step. */
EXPORT void blur_levels(const u16 *levels, i64 height, i64 row, i64 step, const float *weights,
                        i64 radius, float *line, float *out) {
    Levels from = {levels, height, row, step};
    Gaussian by = {weights, radius};
    for (i64 y = 0; y < height; y++) blur_row(&from, y, &by, line, out + y * row);
}
