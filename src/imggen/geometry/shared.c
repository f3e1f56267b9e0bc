/* What two masks share, and if a mask has a pixel: see overlaps.py. A mask is its first canvas row,
   `rows` (count + 1) and `runs`, as `Mask` of mask.py. */
#include "geometry/geometry.h"

/* How many pixels the runs of two rows share. */
INNER i64 share_row(const i32 (*one)[2], i64 n, const i32 (*other)[2], i64 count) {
    i64 shared = 0;
    for (i64 i = 0, j = 0; i < n && j < count;) {
        i64 start = max_of(one[i][0], other[j][0]), end = min_of(one[i][1], other[j][1]);
        if (start < end) shared += end - start;
        if (one[i][1] < other[j][1])
            i++;
        else
            j++;
    }
    return shared;
}

/* How many pixels two masks share. */
EXPORT i64 count_shared(i64 y, const i32 *rows, i64 count, const i32 (*runs)[2], i64 other_y,
                        const i32 *other_rows, i64 other_count, const i32 (*other_runs)[2]) {
    i64 shared = 0, bottom = min_of(y + count, other_y + other_count);
    for (i64 row = max_of(y, other_y); row < bottom; row++) {
        const i32 *own = rows + row - y, *others = other_rows + row - other_y;
        shared += share_row(runs + own[0], own[1] - own[0], other_runs + others[0],
                            others[1] - others[0]);
    }
    return shared;
}

/* Whether a mask has the pixel in this column and row of the canvas: 1 or 0. */
EXPORT i64 has_pixel(i64 y, const i32 *rows, i64 count, const i32 (*runs)[2], i64 column, i64 row) {
    if (row < y || row >= y + count) return 0;
    for (i64 k = rows[row - y]; k < rows[row - y + 1]; k++)
        if (runs[k][0] <= column && column < runs[k][1]) return 1;
    return 0;
}
