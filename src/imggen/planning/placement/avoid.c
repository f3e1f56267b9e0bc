/* Boxes that cover too much of others: see avoid.py. */
#include "planning/placement/placement.h"

/* The least width (axis 0) or height (1) of what a box at one of its ends shares with another. */
INNER i64 least_side(const i64 (*ends)[2], i64 sides, i64 placed, i64 k, const i64 *box, i64 low,
                     i64 high, int axis) {
    i64 least = INT64_MAX;
    for (i64 side = 0; side < sides; side++) {
        i64 at = ends[side * placed + k][axis];
        least = min_of(least, min_of(at + box[axis], high) - max_of(at, low));
    }
    return least;
}

/* Mark boxes of which another of their image covers more px than `allowed`.

   `corners` and `sizes` (images, layers) are those of all sprites, `avoided` (count) the layers to
   keep clear of; `rows` (placed) the images of the `boxes` to place, and `ends` (sides, placed) one
   or two corners of each: of two, those with the smaller overlap along each axis count. */
EXPORT void mark_covered(const i64 (*corners)[2], const i64 (*sizes)[2], i64 layers,
                         const i64 *avoided, i64 count, const i64 *rows, i64 placed,
                         const i64 (*ends)[2], i64 sides, const i64 (*boxes)[2],
                         const i64 *allowed, u8 *covered) {
    for (i64 k = 0; k < placed; k++) {
        const i64(*low)[2] = corners + rows[k] * layers, (*size)[2] = sizes + rows[k] * layers;
        covered[k] = 0;
        for (i64 n = 0; n < count && !covered[k]; n++) {
            i64 j = avoided[n];
            i64 wide = least_side(ends, sides, placed, k, boxes[k], low[j][0],
                                  low[j][0] + size[j][0], 0);
            if (wide <= 0) continue;
            i64 high = least_side(ends, sides, placed, k, boxes[k], low[j][1],
                                  low[j][1] + size[j][1], 1);
            covered[k] = high > 0 && wide * high > allowed[k];
        }
    }
}
