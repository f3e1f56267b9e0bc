/* Code a band of flat art afresh: its runs stay whole, and the code is made for its new pixels. */
#ifndef IMGGEN_AFRESH_H
#define IMGGEN_AFRESH_H

#include "encode/png/rows.h"
#include "encode/png/runs.h"
#include "encode/png/spans.h"
#include "encode/png/sums.h"
#include "encode/png/thorough.h"

/* Return first and end column of a row's residuals that may not be zero; 0, 0 if all are zero. */
INNER Range coded_extent(const Image *image, i64 row) {
    i64 channels = image->scene.channels, row_bytes = image->background->row_bytes;
    i64 width = row_bytes / channels, (*spans)[2] = image->scratch->spans;
    const i32 *zeros = image->background->zeros[row];
    i64 n = find_spans(&image->scene, row, width, spans);
    if (n == 0) return (Range){0, zeros[0] == row_bytes ? 0 : width};
    i64 low = spans[0][0], high = spans[n - 1][1];
    return (Range){low * channels <= zeros[0] ? low : 0,
                   row_bytes - high * channels <= zeros[1] ? high : width};
}

/* Return the least range that holds two ranges, each of which may be empty. */
INNER Range unite(Range one, Range other) {
    if (one.start == one.end) return other;
    if (other.start == other.end) return one;
    return (Range){min_of(one.start, other.start), max_of(one.end, other.end)};
}

/* Add a run of zeros, bytes `start` to `stop`. Return the number of runs.

   Only the zeros that others read are written: the first two and the last. */
INNER i64 put_zeros(u8 *data, i64 start, i64 stop, i64 n, i64 (*runs)[2]) {
    data[start] = 0;
    data[start + 1] = 0;
    data[stop - 1] = 0;
    i64 first = data[start - 1] == 0 ? start : start + 1;
    return first < stop ? add_run(first, stop, n, runs) : n;
}

/* Filter bytes `low` to `high` of a row that is drawn; all residuals before and after are zero.

   The row's filter type goes to data[offset]. Its runs are added to the first `n`. Returns the
   number of runs. */
INNER i64 filter_some(const Image *image, i64 row, i64 low, i64 high, i64 offset, i64 n) {
    const Scratch *scratch = image->scratch;
    i64 row_bytes = image->background->row_bytes, (*runs)[2] = scratch->coder->runs;
    i64 start = offset + 1;
    u8 *data = scratch->residuals, kind = image->background->filters[row];
    data[offset] = kind;
    if (low > 0) n = put_zeros(data, start, start + low, n, runs);
    if (high > low) {
        filter_row(kind, line_of(scratch, row), line_of(scratch, row + 1), low, high - low,
                   image->scene.channels, data + start + low);
        n = find_runs(data, start + max_of(low, 1), start + high, n, runs);
    }
    if (high < row_bytes) n = put_zeros(data, start + high, start + row_bytes, n, runs);
    return n;
}

/* Write the bytes of `n` runs, and make them matches. Return the number of those. */
static inline i64 runs_as_matches(const Scratch *scratch, i64 n) {
    const i64(*runs)[2] = (const i64(*)[2])scratch->coder->runs;
    u8 *data = scratch->residuals;
    i64 matches = 0;
    for (i64 k = 0; k < n; k++) {
        i64 start = runs[k][0], length = runs[k][1];
        memset(data + start, data[start], (size_t)length);
        if (length % LONGEST_MATCH < SHORTEST_MATCH) length -= length % LONGEST_MATCH;
        if (length > 0)
            matches = add_match(start, (Match){length, 1}, matches, scratch->match->matches);
    }
    return matches;
}

/* Draw, filter and code one whole band, from bit `first` of `out` on.

   A row's ends that no sprite touches are not drawn if their residuals are zero: they are runs. */
static inline Coded code_afresh(const Image *image, Band band, i64 first) {
    const Scratch *scratch = image->scratch;
    i64 channels = image->scene.channels, row_bytes = image->background->row_bytes;
    i64 count = image->background->checksums[band.number][2], n = 0;
    draw_above(image, band.start);
    Range here = coded_extent(image, band.start);
    for (i64 row = band.start; row < band.stop; row++) {
        Range below = {0, 0};
        if (row + 1 < band.stop) below = coded_extent(image, row + 1);
        Range drawn = unite(here, below);
        draw_row(image, row, max_of(drawn.start - 1, 0) * channels, drawn.end * channels);
        i64 offset = (row - band.start) * (row_bytes + 1);
        n = filter_some(image, row, here.start * channels, here.end * channels, offset, n);
        here = below;
    }
    const CodeScratch *coder = scratch->coder;
    const i64(*runs)[2] = (const i64(*)[2])coder->runs;
    Sums sums = sum_runs(scratch->residuals, count, runs, n);
    if (scratch->thorough) {
        i64 rows = band.stop - band.start, known = runs_as_matches(scratch, n);
        i64 end = code_thoroughly(scratch, rows, row_bytes + 1, 1, known, first);
        return (Coded){end, sums.plain, sums.plain * count - sums.weighted};
    }
    i64 end = code_runs(scratch->residuals, count, runs, n, coder->code, coder->weights,
                        scratch->out, first);
    return (Coded){end, sums.plain, sums.plain * count - sums.weighted};
}

#endif
