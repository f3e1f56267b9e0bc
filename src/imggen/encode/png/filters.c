/* Choose the filter of each row: see filters.py. */
#include "encode/png/filters.h"
#include "encode/png/png.h"

#define BLOCK 256 /* bytes; the sum of their sizes fits 16 bits, which vectorises */

/* Sum the residuals' absolute values as signed bytes: a rough cost of a row. */
EXPORT i64 sum_of_sizes(const u8 *residuals, i64 count) {
    i64 total = 0;
    for (i64 first = 0; first < count; first += BLOCK) {
        const u8 *part = residuals + first;
        i64 size = min_of(BLOCK, count - first);
        u16 small = 0;
        for (i64 i = 0; i < size; i++) {
            u8 negative = (u8)-part[i];
            small = (u16)(small + (part[i] < negative ? part[i] : negative));
        }
        total += small;
    }
    return total;
}

/* Filter every row with the type whose residuals are smallest in sum (section 12.7).

   `pixels` is (height, row_bytes); `lines` are two, scratch whose margins are zero; `tried`
   (row_bytes) is scratch; `filtered` (height, 1 + row_bytes) gets type, then residuals. */
EXPORT void filter_rows(const u8 *pixels, i64 height, i64 row_bytes, i64 channels, u8 *lines,
                        u8 *tried, u8 *filtered) {
    /* The first of equals is taken: UP suits flat art. */
    static const u8 KINDS[] = {UP, PAETH, AVERAGE, SUB};
    i64 line_bytes = MARGIN + row_bytes;
    memset(lines + line_bytes, 0, (size_t)line_bytes); /* the row above the first */
    for (i64 row = 0; row < height; row++) {
        u8 *here = lines + (row & 1) * line_bytes, *above = lines + (1 - (row & 1)) * line_bytes;
        u8 *best = filtered + row * (1 + row_bytes);
        memcpy(here + MARGIN, pixels + row * row_bytes, (size_t)row_bytes);
        i64 least = -1;
        for (i64 k = 0; k < 4; k++) {
            filter_row(KINDS[k], here, above, 0, row_bytes, channels, tried);
            i64 size = sum_of_sizes(tried, row_bytes);
            if (least < 0 || size < least) {
                least = size;
                best[0] = KINDS[k];
                memcpy(best + 1, tried, (size_t)row_bytes);
            }
        }
    }
}
