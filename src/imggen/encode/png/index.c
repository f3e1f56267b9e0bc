/* Code a band of a background: to be used whole, and to be spliced.

   Two codes are spliced. The *matched* code has all matches of a stripe (see matches.h), and its
   index has the position of each stripe of a row. In the *plain* code, matches only repeat the byte
   before them, so that it can be cut at the columns of a grid, wherever no match lies. Both are of
   one Huffman code: a stripe's plain code replaces its matched one where a sprite covers part of
   the stripe, or of what its matches repeat. Where matches save next to nothing, the plain code is
   the matched code too. */
#include "encode/png/matched.h"
#include "encode/png/matches.h"
#include "encode/png/png.h"
#include "encode/png/runs.h"
#include "encode/png/sums.h"

#define PRIOR_BYTES 1048576 /* of a band that `prior` is for */
#define MATCHED_WEIGHT 6    /* of the matched code's symbols; every symbol has 1 as well */
#define PLAIN_WEIGHT 2      /* of the plain code's symbols */
#define RUN_SHARE 8         /* at least one of so many matches counts as of distance 1 */

/* Sum a band's filtered rows, and find all runs in their stripes. Return the number of runs.

   `checksum` gets the band's row of `Prepared.checksums`. `filtered` has 8 bytes more. */
EXPORT i64 scan_band(const u8 *filtered, i64 rows, i64 row_bytes, i64 stripe_bytes,
                     i64 checksum[3], i64 (*runs)[2]) {
    i64 count = rows * row_bytes, n = 0;
    Sums sums = sum_bytes(filtered, count);
    checksum[0] = modulo(sums.plain);
    checksum[1] = modulo(sums.plain * count - sums.weighted);
    checksum[2] = count;
    for (i64 start = 0; start < count; start += row_bytes) {
        i64 end = start + row_bytes;
        for (i64 left = start + 1; left < end; left += stripe_bytes)
            n = find_all_runs(filtered, left, min_of(left + stripe_bytes, end), n, runs);
    }
    return n;
}

/* Code a band with its runs at the start of `out`. Return its bytes. `code` is filled in. */
EXPORT i64 code_plain(const BandData *band, const Code *code, const Scratch *scratch) {
    scratch->out[0] = 0;
    return code_runs(band->filtered, band->rows * band->row_bytes, band->runs, band->n_runs, code,
                     scratch->coder->weights, scratch->out, 0) >>
           3;
}

/* Write the header of a code at the start of `out`. Return the next position. */
static i64 start_code(const Code *code, u64 *out) {
    out[0] = 0;
    return put_header(code->lengths, code->distance_lengths, DISTANCES, out, 0);
}

/* Code a band with its matches at the start of `out`. Return its bytes.

   `code` and `prices`, of matches in it, are filled in. */
EXPORT i64 code_matches(const BandData *band, const Code *code, const Prices *prices,
                        const Scratch *scratch) {
    scratch->out[0] = 0;
    i64 end = code_matched(band, code, scratch->coder, scratch->out, 0);
    price_code(code->lengths, code->distance_lengths, prices);
    return end >> 3;
}

/* Choose the `code` that a band is spliced with.

   `prior` (SYMBOLS) are the symbols that sprites are expected to use in PRIOR_BYTES of a band. */
EXPORT void choose_code(const BandData *band, const i64 *prior, const Code *code,
                        const Scratch *scratch) {
    const CodeScratch *coder = scratch->coder;
    i64 count = band->rows * band->row_bytes, *weights = coder->weights, matches = 0;
    count_matched(band, coder);
    for (i64 symbol = 0; symbol < SYMBOLS; symbol++)
        weights[symbol] *= MATCHED_WEIGHT / PLAIN_WEIGHT;
    count_symbols(band->filtered, count, band->runs, band->n_runs, weights);
    for (i64 symbol = 0; symbol < SYMBOLS; symbol++) {
        i64 from_sprites = prior[symbol] * (MATCHED_WEIGHT + PLAIN_WEIGHT) * count / PRIOR_BYTES;
        weights[symbol] = weights[symbol] * PLAIN_WEIGHT + from_sprites + 1;
    }
    i64 *distances = coder->distance_weights;
    for (i64 symbol = 0; symbol < DISTANCES; symbol++) {
        distances[symbol] *= MATCHED_WEIGHT / PLAIN_WEIGHT;
        matches += distances[symbol];
    }
    distances[0] = max_of(distances[0], matches / (RUN_SHARE - 1) + 1);
    make_code(coder, code);
    add_runs(code->distance_table[0], code->table);
}

/* Write the matched code of a band, header first, at the start of `out`.

   `stripe_at`, the band's rows of `Prepared.stripe_at`, is filled in. Returns the position after
   the last row, bits. */
EXPORT i64 code_stripes(const BandData *band, i64 stripe_bytes, const Code *code, u32 *stripe_at,
                        i64 stripes, u64 *out) {
    i64 row_bytes = band->row_bytes;
    Written written = {0, start_code(code, out)};
    for (i64 row = 0; row < band->rows; row++) {
        i64 start = row * row_bytes;
        put_matched(band, start, start + 1, code, out, &written);
        *stripe_at++ = (u32)written.at;
        for (i64 stripe = 0; stripe < stripes; stripe++) {
            i64 left = start + 1 + stripe * stripe_bytes;
            i64 stop = min_of(left + stripe_bytes, start + row_bytes);
            put_matched(band, left, stop, code, out, &written);
            *stripe_at++ = (u32)written.at;
        }
    }
    return written.at;
}

/* Code the row at bytes `start` to `stop`, and note the positions of its columns, `step` bytes
   apart.

   The next run is the first of this row. Columns where a run begins, and columns within
   a run, get NO_CUT. */
static void index_row(const BandData *band, i64 start, i64 stop, i64 step, const u32 *table,
                      u32 *column_at, i64 columns, u64 *out, Written *written) {
    const u8 *data = band->filtered;
    i64 column = 0, i = start, at = written->at;
    while (i < stop || column <= columns) {
        const i64 *run = band->runs[written->k];
        i64 literals_end = written->k < band->n_runs ? min_of(run[0], stop) : stop;
        for (; column <= columns; column++) {
            i64 first = min_of(start + 1 + column * step, stop);
            if (first > literals_end || (first == literals_end && first < stop)) break;
            at = put_literals(data, i, first, table, out, at);
            column_at[column] = (u32)at;
            i = first;
        }
        at = put_literals(data, i, literals_end, table, out, at);
        i = literals_end;
        if (i < stop) {
            at = put_run(run[1], data[i], table, out, at);
            i += run[1];
            written->k++;
            for (; column <= columns && min_of(start + 1 + column * step, stop) < i; column++)
                column_at[column] = NO_CUT;
        }
    }
    written->at = at;
}

/* Fill in a row of `Prepared.sums`; columns are `step` bytes apart. */
static void sum_columns(const u8 *row, i64 row_bytes, i64 step, u16 (*sums)[2], i64 columns) {
    i64 total = 0, weighted = 0, i = 0;
    for (i64 column = 0; column <= columns; column++) {
        for (i64 stop = min_of(1 + column * step, row_bytes); i < stop; i++) {
            total += row[i];
            weighted += i * row[i];
        }
        sums[column][0] = (u16)(total % MODULUS);
        sums[column][1] = (u16)(weighted % MODULUS);
    }
}

/* Fill in rows of `Prepared.sums`. */
EXPORT void sum_rows(const u8 *filtered, i64 rows, i64 row_bytes, i64 channels, u16 (*sums)[2],
                     i64 columns) {
    for (i64 row = 0; row < rows; row++)
        sum_columns(filtered + row * row_bytes, row_bytes, GRID * channels,
                    sums + row * (columns + 1), columns);
}

/* Write the plain code of a band, header first, at the start of `out`.

   `column_at` and `sums`, the band's rows of those in `Prepared`, are filled in. Returns the
   position after the last row, bits. */
EXPORT i64 code_columns(const BandData *band, i64 channels, const Code *code, u32 *column_at,
                        u16 (*sums)[2], i64 columns, u64 *out) {
    i64 row_bytes = band->row_bytes, step = GRID * channels;
    Written written = {0, start_code(code, out)};
    for (i64 row = 0; row < band->rows; row++) {
        i64 start = row * row_bytes, first = row * (columns + 1);
        index_row(band, start, start + row_bytes, step, code->table, column_at + first, columns,
                  out, &written);
        sum_columns(band->filtered + start, row_bytes, step, sums + first, columns);
    }
    return written.at;
}

/* Count the symbols of all sprites' rows, filtered with Paeth, between their outlines.

   Every `step`-th row of each sprite is read. `counts` (SYMBOLS) is added to. */
EXPORT void count_sprites(const Sprites *sprites, i64 channels, i64 step, i64 *counts,
                          const Scratch *scratch) {
    i64 width = (scratch->line_bytes - MARGIN) / channels;
    u8 *above = line_of(scratch, 0), *line = line_of(scratch, 1), *data = scratch->residuals;
    for (i64 k = 0; k < sprites->count; k++) {
        const i64 *sprite = sprites->table[k];
        i64 row_bytes = sprite[2] * channels;
        for (i64 row = 1; row < sprite[3]; row += step) {
            const i64 *rows = sprites->rows + sprite[1] + row;
            if (rows[0] == rows[1]) continue;
            i64 start = sprites->runs[rows[0]][0];
            i64 stop = min_of(sprites->runs[rows[1] - 1][1], start + width);
            i64 count = (stop - start) * channels;
            const u8 *colour = sprites->colour + sprite[0] + row * row_bytes + start * channels;
            copy_row(above + MARGIN, colour - row_bytes, count);
            copy_row(line + MARGIN, colour, count);
            filter_row(PAETH, line, above, 0, count, channels, data);
            i64 n = find_runs(data, 1, count, 0, scratch->coder->runs);
            count_symbols(data, count, (const i64(*)[2])scratch->coder->runs, n, counts);
        }
    }
}
