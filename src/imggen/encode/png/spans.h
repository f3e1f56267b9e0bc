/* Find the dirty spans of a row: the residuals that sprites change.

   A changed pixel changes its own residual, its right neighbour's, and those of the next row under
   both; so spans come from the sprites' outlines in a row and in the row above it, are one pixel
   wider to the right, and are aligned to where the background's code may be cut. */
#ifndef IMGGEN_SPANS_H
#define IMGGEN_SPANS_H

#include "encode/png/scratch.h"

#define MERGE_GAP (2 * GRID) /* px; closer spans are one: a splice costs more than these pixels */
#define FAR ((i64)1 << 40)   /* px, beyond any canvas */

/* Return first and end column that `item` draws in `row`; FAR, -FAR if it draws nothing there. */
INNER Range outline(const Sprites *sprites, const i64 item[3], i64 row) {
    const i64 *sprite = sprites->table[item[0]];
    i64 x = item[1], y = item[2];
    if (row < y || row >= y + sprite[3]) return (Range){FAR, -FAR};
    const i64 *rows = sprites->rows + sprite[1] + row - y;
    if (rows[0] == rows[1]) return (Range){FAR, -FAR};
    return (Range){x + sprites->runs[rows[0]][0], x + sprites->runs[rows[1] - 1][1]};
}

/* Add columns `left` to `right` to `n` sorted spans, widened to the grid or `width`.
   Return the number of spans. */
INNER i64 add_span(i64 left, i64 right, i64 width, i64 n, i64 (*spans)[2]) {
    if (left >= right) return n;
    left = left / GRID * GRID;
    right = min_of(ceil_div(right, GRID) * GRID, width);
    i64 i = n;
    for (; i > 0 && spans[i - 1][0] > left; i--)
        spans[i][0] = spans[i - 1][0], spans[i][1] = spans[i - 1][1];
    spans[i][0] = left, spans[i][1] = right;
    return n + 1;
}

/* Merge sorted spans that are close to each other. Return the number of spans. */
INNER i64 merge_spans(i64 n, i64 (*spans)[2]) {
    i64 merged = 0;
    for (i64 i = 1; i < n; i++) {
        if (spans[i][0] <= spans[merged][1] + MERGE_GAP) {
            spans[merged][1] = max_of(spans[merged][1], spans[i][1]);
        } else {
            merged++;
            spans[merged][0] = spans[i][0], spans[merged][1] = spans[i][1];
        }
    }
    return n > 0 ? merged + 1 : 0;
}

/* Find what each sprite changes in `row`: sorted spans, which may overlap. Return their number.

   A pixel changes residuals of the row below from `leftwards` pixels left of it on. */
INNER i64 find_outlines(const Scene *scene, i64 row, i64 width, i64 leftwards, i64 (*spans)[2]) {
    i64 n = 0;
    for (i64 k = 0; k < scene->count; k++) {
        Range here = outline(scene->sprites, scene->items[k], row);
        Range above = outline(scene->sprites, scene->items[k], row - 1);
        i64 left = max_of(min_of(here.start, above.start - leftwards), 0);
        n = add_span(left, min_of(max_of(here.end, above.end) + 1, width), width, n, spans);
    }
    return n;
}

/* Find the dirty spans of `row`, sorted and apart. Return their number.

   `spans` gets first column and end column of each, multiples of GRID or `width`. */
static inline i64 find_spans(const Scene *scene, i64 row, i64 width, i64 (*spans)[2]) {
    return merge_spans(find_outlines(scene, row, width, 0, spans), spans);
}

/* Widen the `n` spans of a row to columns where its code may be cut. Return their number.

   `column_at` is the row's; its first and last column may be cut. */
INNER i64 widen_spans(const u32 *column_at, i64 width, i64 (*spans)[2], i64 n) {
    i64 kept = 0;
    for (i64 k = 0; k < n; k++) {
        i64 column = spans[k][0] / GRID, end = ceil_div(spans[k][1], GRID);
        while (column_at[column] == NO_CUT) column--;
        while (column_at[end] == NO_CUT) end++;
        i64 left = column * GRID, right = min_of(end * GRID, width);
        if (kept > 0 && left <= spans[kept - 1][1]) {
            spans[kept - 1][1] = max_of(right, spans[kept - 1][1]);
        } else {
            spans[kept][0] = left, spans[kept][1] = right;
            kept++;
        }
    }
    return kept;
}

/* Return first and end column of two lists of spans. */
INNER Range extent(const i64 (*spans)[2], i64 n, const i64 (*others)[2], i64 n_others) {
    Range all = {FAR, -FAR};
    if (n > 0) all = (Range){spans[0][0], spans[n - 1][1]};
    if (n_others > 0) {
        all.start = min_of(all.start, others[0][0]);
        all.end = max_of(all.end, others[n_others - 1][1]);
    }
    return all;
}

#endif
