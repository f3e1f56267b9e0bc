/* Code a band of flat art afresh with its rows unfiltered: matches repeat its pixels as they are. */
#ifndef IMGGEN_UNFILTERED_H
#define IMGGEN_UNFILTERED_H

#include "encode/png/rows.h"
#include "encode/png/spans.h"
#include "encode/png/sums.h"
#include "encode/png/thorough.h"

#define FILL_BYTES 1024 /* copied at once */

/* Return first and end column that sprites draw in a row, widened to the grid; 0, 0 if none do. */
INNER Range drawn_extent(const Scene *scene, i64 row, i64 width) {
    i64 low = width, high = 0;
    for (i64 k = 0; k < scene->count; k++) {
        Range here = outline(scene->sprites, scene->items[k], row);
        low = min_of(low, max_of(here.start, 0));
        high = max_of(high, min_of(here.end, width));
    }
    if (low >= high) return (Range){0, 0};
    return (Range){low / GRID * GRID, min_of(ceil_div(high, GRID) * GRID, width)};
}

/* Write `count` bytes of one colour, which those that begin at `pixels` have. */
INNER void fill(u8 *line, const u8 *pixels, i64 count, i64 channels) {
    i64 done = min_of(channels, count);
    memcpy(line, pixels, (size_t)done);
    for (i64 more; done < count; done += more) {
        more = min_of(min_of(done, FILL_BYTES / channels * channels), count - done);
        memcpy(line + done, line, (size_t)more);
    }
}

/* Copy bytes `start` to `stop` of a background's row, which are of one colour if `is_plain`. */
INNER void copy_plain(u8 *line, const u8 *pixels, i64 start, i64 stop, bool is_plain, i64 channels) {
    if (is_plain)
        fill(line + start, pixels + start, stop - start, channels);
    else
        memcpy(line + start, pixels + start, (size_t)(stop - start));
}

/* Draw a row whose columns `drawn` sprites draw in, at `line`. Return its sums, behind one byte.

   `known` gets the bytes that it begins and ends with that are of one colour. */
INNER Sums draw_unfiltered_row(const Image *image, i64 row, Range drawn, u8 *line, i64 known[2]) {
    const Prepared *background = image->background;
    i64 channels = image->scene.channels, row_bytes = background->row_bytes;
    i64 low = drawn.start * channels, high = drawn.end * channels;
    const u8 *pixels = background->pixels + row * row_bytes;
    const i32 *plain = background->zeros[row];
    const u16(*sums)[2] = sums_of(background, row);
    const u16 *start = sums[drawn.start / GRID], *stop = sums[ceil_div(drawn.end, GRID)];
    const u16 *whole = sums[background->columns];
    copy_plain(line, pixels, 0, low, low <= plain[0], channels);
    copy_plain(line, pixels, high, row_bytes, row_bytes - high <= plain[1], channels);
    bool is_drawn = low < high;
    known[0] = is_drawn ? min_of(plain[0], low) : plain[0];
    known[1] = is_drawn ? min_of(plain[1], row_bytes - high) : plain[1];
    if (!is_drawn) return (Sums){whole[0], whole[1]};
    draw_row_at(image, row, low, high, line);
    Sums span = sum_bytes(line + low, high - low);
    return (Sums){span.plain + start[0] + whole[0] - stop[0],
                  span.weighted + span.plain * (1 + low) + start[1] + whole[1] - stop[1]};
}

/* Draw the rows of a band, each behind its filter type, into the residuals of the scratch. Return
   their sums. The runs of the scratch get what is known of the rows: see `find_flat_matches`. */
static inline Sums draw_unfiltered(const Image *image, Band band) {
    const Prepared *background = image->background;
    i64 row_bytes = background->row_bytes, width = row_bytes / image->scene.channels, at = 0;
    u8 *data = image->scratch->residuals;
    i64(*plain)[2] = image->scratch->coder->runs;
    const u8 *unfiltered = NULL; /* the pixels of the nearest such row above */
    bool was_drawn = true;
    Sums sums = {0, 0};
    for (i64 row = band.start; row < band.stop; row++, at += 1 + row_bytes) {
        u8 *line = data + at + 1;
        Range drawn = drawn_extent(&image->scene, row, width);
        bool is_drawn = drawn.start < drawn.end;
        bool repeats = !is_drawn && !was_drawn && background->filters[row] == UP;
        Sums here = {UP, 0};
        if (!repeats) {
            here = draw_unfiltered_row(image, row, drawn, line, plain[row - band.start]);
            repeats = unfiltered && row_bytes >= LONGEST_MATCH &&
                      !memcmp(line, unfiltered, (size_t)row_bytes);
        }
        if (repeats) {
            memset(line, 0, (size_t)row_bytes);
            here = (Sums){UP, 0};
        } else {
            unfiltered = line;
        }
        line[-1] = repeats ? UP : NONE;
        sums.plain += here.plain;
        sums.weighted += here.weighted + here.plain * at;
        was_drawn = is_drawn;
    }
    return sums;
}

/* Draw and code one whole band, from bit `first` of `out` on. */
static inline Coded code_unfiltered(const Image *image, Band band, i64 first) {
    const Scratch *scratch = image->scratch;
    i64 rows = band.stop - band.start, row_bytes = image->background->row_bytes + 1;
    Sums sums = draw_unfiltered(image, band);
    i64 n = find_flat_matches(scratch->residuals, rows, row_bytes, image->scene.channels,
                              (const i64(*)[2])scratch->coder->runs, scratch->match);
    i64 count = rows * row_bytes, against = sums.plain * count - sums.weighted;
    if (scratch->thorough) {
        i64 end = code_thoroughly(scratch, rows, row_bytes, image->scene.channels, n, first);
        return (Coded){end, sums.plain, against};
    }
    BandData data = {scratch->residuals, NULL, (const i32(*)[3])scratch->match->matches,
                     rows,               row_bytes, 0, n};
    i64 end = code_matched(&data, scratch->coder->code, scratch->coder, scratch->out, first);
    return (Coded){end, sums.plain, against};
}

#endif
