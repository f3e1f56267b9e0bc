/* Where a row of a sprite is opaque, where it blends, and where there is nothing to draw. */
#ifndef IMGGEN_RUNS_H
#define IMGGEN_RUNS_H

#include "draw/sprites.h"

#define FULL_ALPHA 255
#define SHORTEST_COPY 16 /* px; see imggen/assets/runs.py */
#define SHORTEST_GAP 8   /* px; likewise */

/* Add a run that blends, or lengthen the last of a row's runs from `first` on; how many then. */
INNER i64 add_run(i32 (*runs)[3], i64 first, i64 n, i64 start, i64 end, i64 kind) {
    if (n > first && runs[n - 1][1] == start && runs[n - 1][2] == kind) {
        runs[n - 1][1] = (i32)end;
        return n;
    }
    runs[n][0] = (i32)start, runs[n][1] = (i32)end, runs[n][2] = (i32)kind;
    return n + 1;
}

/* Find the first of a row's pixels from `x` on whose alpha is not `value`, 0 or FULL_ALPHA. */
INNER i64 skip_alpha(const u8 *row, i64 x, i64 width, u8 value) {
    u64 same = value ? ~(u64)0 : 0;
    for (; x + 8 <= width; x += 8) {
        u64 differs = load_word(row + x) ^ same;
        if (differs) return x + trailing_zeros(differs) / 8;
    }
    while (x < width && row[x] == value) x++;
    return x;
}

/* Pixels of a row, from `from` to below `to`. */
typedef struct {
    i64 from, to;
} Span;

/* Cut the pixels `span` of a row of a sprite into runs, the first of which has the number `first`; how many then.

   As `imggen.assets.runs.find_runs` does; nothing is seen beside the span. `kind` is 0, or of the blend mode that all runs get; then
   opaque pixels are as others. */
static inline i64 find_row_runs(const u8 *row, Span span, i64 kind, i64 first,
                                i32 (*runs)[3]) {
    i64 n = first, x = span.from, width = span.to;
    while (x < width) {
        i64 start = x;
        if (row[x] == 0) {
            x = skip_alpha(row, x, width, 0);
            if (n > first && x < width && x - start < SHORTEST_GAP)
                n = add_run(runs, first, n, start, x, kind);
            continue;
        }
        if (row[x] == FULL_ALPHA) {
            x = skip_alpha(row, x, width, FULL_ALPHA);
            if (kind == 0 && x - start >= SHORTEST_COPY) {
                runs[n][0] = (i32)start, runs[n][1] = (i32)x, runs[n][2] = OPAQUE;
                n++;
                continue;
            }
        }
        while (x < width && row[x] != 0 && row[x] != FULL_ALPHA) x++;
        n = add_run(runs, first, n, start, x, kind);
    }
    return n;
}

#endif
