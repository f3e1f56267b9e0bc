/* Splice a band: copy the background's bits up to a sprite, code the pixels that it covers with the
   same code, copy the bits after it, and so on. */
#ifndef IMGGEN_SPLICE_H
#define IMGGEN_SPLICE_H

#include "encode/png/rows.h"
#include "encode/png/runs.h"
#include "encode/png/spans.h"
#include "encode/png/sums.h"

#define CACHE_LINE 64    /* bytes */
#define MOST_FETCHED 128 /* words; a stripe has about 100, and NO_CUT is millions away */

/* A band being spliced: `copied` is how far the matched code has been copied or replaced, bits;
   `position` is where `out` goes on; `changed` is what the row's sums grow by. */
typedef struct {
    const Image *image;
    Band band;
    i64 step, copied, position;
    Sums changed;
} Splice;

/* Prefetch bits `start` to `stop` of a band's plain code; they may lie outside of it. */
INNER void fetch_code(const Splice *splice, i64 start, i64 stop) {
    const Prepared *background = splice->image->background;
    i64 first = (background->plain_at[splice->band.number] + start) >> 6;
    i64 most = min_of((stop - start) >> 6, MOST_FETCHED);
    for (i64 word = 0; word < most; word += CACHE_LINE / 8)
        __builtin_prefetch(background->codes + first + word);
}

/* Prefetch data of the next two rows, whose spans are likely to be near this row's: `low` to
   `high`.

   A row's data is too short for the CPU to foresee the next row's: waiting took a tenth. */
INNER void fetch_ahead(const Splice *splice, i64 row, i64 low, i64 high) {
    const Prepared *background = splice->image->background;
    i64 channels = splice->image->scene.channels, step = splice->step;
    const u8 *pixels = background->pixels + (row + 1) * background->row_bytes;
    for (i64 i = low * channels; i < high * channels; i += CACHE_LINE)
        __builtin_prefetch(pixels + i);
    i64 left = low / GRID, right = ceil_div(high, GRID), first = left / step * step;
    i64 last = min_of(ceil_div(right, step) * step, background->columns);
    const u32 *next_row = columns_of(background, row + 1);
    fetch_code(splice, next_row[first], next_row[left]);
    fetch_code(splice, next_row[right], next_row[last]);
    const u32 *columns = columns_of(background, row + 2);
    const u16(*sums)[2] = sums_of(background, row + 2);
    __builtin_prefetch(columns + first);
    __builtin_prefetch(columns + left);
    __builtin_prefetch(columns + right);
    __builtin_prefetch(columns + last);
    __builtin_prefetch(sums[left]);
    __builtin_prefetch(sums[right]);
}

/* Note the stripes that the `n` spans of a row spoil: their own, down to REACH rows below. */
INNER void mark_spoilt(const Splice *splice, const i64 (*spans)[2], i64 n, i64 row) {
    i64 stripe = splice->step * GRID; /* px */
    for (i64 k = 0; k < n; k++)
        for (i64 touched = spans[k][0] / stripe; touched <= (spans[k][1] - 1) / stripe; touched++)
            splice->image->scratch->spoilt[touched] = row + REACH;
}

/* Copy the matched code up to bit `end` of it. */
INNER void copy_matched(Splice *splice, i64 end) {
    const Prepared *background = splice->image->background;
    i64 start = background->matched_at[splice->band.number] + splice->copied;
    splice->position = copy_bits(background->codes, start, end - splice->copied,
                                 splice->image->scratch->out, splice->position);
}

/* Copy the plain code of columns `first` to `end` of a row. */
INNER void copy_columns(Splice *splice, i64 row, i64 first, i64 end) {
    const Prepared *background = splice->image->background;
    const u32 *column_at = columns_of(background, row);
    i64 old = column_at[first], size = (i64)column_at[end] - old;
    splice->position =
        copy_bits(background->codes, background->plain_at[splice->band.number] + old, size,
                  splice->image->scratch->out, splice->position);
}

/* Code a dirty span of a row that is drawn. */
static inline void splice_span(Splice *splice, i64 row, const i64 span[2]) {
    const Prepared *background = splice->image->background;
    const Scratch *scratch = splice->image->scratch;
    i64 channels = splice->image->scene.channels;
    i64 left = span[0] * channels, size = (span[1] - span[0]) * channels;
    u8 *data = scratch->residuals;
    const i64(*runs)[2] = (const i64(*)[2])scratch->coder->runs;
    filter_row(background->filters[row], line_of(scratch, row), line_of(scratch, row + 1), left,
               size, channels, data);
    i64 n = find_runs(data, 1, size, 0, scratch->coder->runs);
    splice->position =
        put_coded(data, size, runs, n, background->tables + splice->band.number * TABLE_SIZE,
                  scratch->out, splice->position);
    const u16 *old = sums_of(background, row)[span[0] / GRID];
    const u16 *old_end = sums_of(background, row)[ceil_div(span[1], GRID)];
    Sums sums = sum_bytes(data, size);
    splice->changed.plain += sums.plain - (old_end[0] - old[0]);
    splice->changed.weighted +=
        sums.weighted + sums.plain * (1 + left) - ((i64)old_end[1] - (i64)old[1]);
}

/* Code the stripes of a row whose matched code is spoilt, and copy the code before each. */
INNER void splice_row(Splice *splice, i64 row, const i64 (*spans)[2], i64 n) {
    const Prepared *background = splice->image->background;
    const i64 *spoilt = splice->image->scratch->spoilt;
    const u32 *stripe_at = stripes_of(background, row);
    i64 stripe = 0, k = 0;
    while (stripe < background->stripes) {
        if (spoilt[stripe] < row) {
            stripe++;
            continue;
        }
        copy_matched(splice, stripe_at[stripe]);
        i64 column = stripe * splice->step;
        while (stripe < background->stripes && spoilt[stripe] >= row) stripe++;
        splice->copied = stripe_at[stripe];
        i64 column_end = min_of(stripe * splice->step, background->columns);
        for (; k < n && spans[k][0] < column_end * GRID; k++) {
            copy_columns(splice, row, column, spans[k][0] / GRID);
            column = ceil_div(spans[k][1], GRID);
            splice_span(splice, row, spans[k]);
        }
        copy_columns(splice, row, column, column_end);
    }
}

/* Find the dirty spans of a row, widened to where its code may be cut. Return their number; 0 if
   there is no such row. */
INNER i64 find_cut_spans(const Image *image, i64 row, i64 (*spans)[2]) {
    const Prepared *background = image->background;
    if (row >= background->height) return 0;
    i64 width = background->row_bytes / image->scene.channels;
    i64 n = find_spans(&image->scene, row, width, spans);
    return widen_spans(columns_of(background, row), width, spans, n);
}

/* Code one band by splicing, from bit `first` of `out` on. Its end is `first` if it is clean. */
static inline Coded splice_band(const Image *image, Band band, i64 first) {
    const Prepared *background = image->background;
    const Scratch *scratch = image->scratch;
    i64 channels = image->scene.channels, count = background->checksums[band.number][2];
    Splice splice = {image, band, stripe_columns(background), 0, first, {0, 0}};
    Sums more = {0, 0};
    i64(*here)[2] = scratch->spans, (*below)[2] = scratch->spans + scratch->most_spans;
    i64 n = find_cut_spans(image, band.start, here);
    if (n > 0) draw_above(image, band.start);
    for (i64 stripe = 0; stripe < background->stripes; stripe++) scratch->spoilt[stripe] = -1;
    for (i64 row = band.start; row < band.stop; row++) {
        i64 n_below = find_cut_spans(image, row + 1, below);
        if (n + n_below > 0) {
            Range all =
                extent((const i64(*)[2])here, n, (const i64(*)[2])below, n_below);
            draw_row(image, row, max_of(all.start - 1, 0) * channels, all.end * channels);
        }
        if (n > 0 && row + 2 < band.stop) fetch_ahead(&splice, row, here[0][0], here[n - 1][1]);
        mark_spoilt(&splice, (const i64(*)[2])here, n, row);
        splice.changed = (Sums){0, 0};
        splice_row(&splice, row, (const i64(*)[2])here, n);
        i64 from_row = count - (row - band.start) * (background->row_bytes + 1);
        more.plain += splice.changed.plain;
        more.weighted += splice.changed.plain * from_row - splice.changed.weighted;
        i64(*swapped)[2] = here;
        here = below, below = swapped, n = n_below;
    }
    if (splice.position > first) {
        copy_matched(&splice, stripes_of(background, band.stop - 1)[background->stripes]);
        u32 end = background->tables[band.number * TABLE_SIZE + END_OF_BLOCK];
        splice.position = put_entry(end, scratch->out, splice.position);
        splice.position = end_piece(scratch->out, splice.position);
    }
    const i64 *sums = background->checksums[band.number];
    return (Coded){splice.position, sums[0] + more.plain, sums[1] + more.weighted};
}

#endif
