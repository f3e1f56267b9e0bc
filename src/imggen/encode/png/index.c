/* A band's codes: one to be used whole, and two that are spliced.

   Of these, the *matched* code has all matches of a stripe (see matches.h), and its index tells
   where each stripe of a row begins. In the *plain* code, matches only repeat the byte before them,
   so that it can be cut at the columns of a grid, wherever no match lies. Both are of one Huffman
   code: a stripe's plain code takes the place of its matched one where a sprite covers some of the
   stripe, or of what its matches repeat. Where matches save next to nothing, the plain code is also
   the matched.

   A band is loaded first: its bytes lie in `residuals`, and `loaded` tells how many they are and
   how many there are in a row. */
#include "encode/png/matches.h"
#include "encode/png/png.h"
#include "encode/png/runs.h"
#include "encode/png/sums.h"

#define PRIOR_BYTES 1048576 /* of a band, for which sprites' symbols are counted */
#define MATCHED_WEIGHT 6           /* in the code of a splice, against 1 for every symbol */
#define PLAIN_WEIGHT 2             /* likewise */
#define RUN_SHARE 8 /* matches of distance 1 count as one of so many: their code is short */

/* Load a band's filtered rows and find all runs in their stripes; how many.

   `checksum` gets the band's row of `Prepared.checksums`. */
EXPORT i64 load_band(const u8 *filtered, i64 rows, i64 row_bytes, i64 stripe_bytes, i64 checksum[3],
                     const Scratch *scratch) {
    i64 count = rows * row_bytes, n = 0;
    u8 *data = scratch->residuals;
    memcpy(data, filtered, (size_t)count);
    Sums sums = sum_bytes(data, count);
    checksum[0] = modulo(sums.plain);
    checksum[1] = modulo(sums.plain * count - sums.weighted);
    checksum[2] = count;
    for (i64 start = 0; start < count; start += row_bytes) {
        i64 end = start + row_bytes;
        for (i64 left = start + 1; left < end; left += stripe_bytes)
            n = find_all_runs(data, left, min_of(left + stripe_bytes, end), n,
                              scratch->coder->runs);
    }
    scratch->loaded[0] = count, scratch->loaded[1] = row_bytes;
    return n;
}

/* Code the loaded band, which has `n` runs, at the start of `out`; its bytes. */
EXPORT i64 code_loaded(i64 n, const Scratch *scratch) {
    scratch->out[0] = 0;
    return code_runs(scratch->residuals, scratch->loaded[0], n, scratch->out, 0, scratch->coder) >>
           3;
}

/* Begin with another background: what matches cost is learnt from band to band. */
EXPORT void forget_prices(const Scratch *scratch) { expect_prices(scratch->match); }

/* Find the matches of the loaded band; how many there are. */
EXPORT i64 seek_loaded(i64 stripe_bytes, i64 ways, i64 hash_bits, const Scratch *scratch) {
    Search search = {stripe_bytes, ways, hash_bits};
    i64 row_bytes = scratch->loaded[1];
    price_bytes(scratch->coder->lengths, scratch->match);
    return find_matches(scratch->residuals, scratch->loaded[0] / row_bytes, row_bytes, &search,
                        scratch->match);
}

/* Count how often the loaded band with `m` matches uses each symbol: into the coder's weights. */
static void count_matched(i64 m, const Scratch *scratch) {
    const Coder *coder = scratch->coder;
    Counts counts = {{0}};
    i64 i = 0;
    memset(coder->weights, 0, SYMBOLS * sizeof *coder->weights);
    memset(coder->distance_weights, 0, DISTANCES * sizeof *coder->distance_weights);
    for (i64 k = 0; k < m; k++) {
        const i32 *match = scratch->match->matches[k];
        count_literals(scratch->residuals, i, match[0], counts);
        coder->weights[length_symbol(match[1]).symbol]++;
        coder->distance_weights[distance_symbol(match[2]).symbol]++;
        i = match[0] + match[1];
    }
    count_literals(scratch->residuals, i, scratch->loaded[0], counts);
    add_literals((const u32(*)[LITERALS])counts, coder->weights);
}

/* Make the best code for the coder's weights; `table` is of TABLE_SIZE. */
static void make_code(u32 *table, const Coder *coder) {
    code_lengths(coder->weights, SYMBOLS, LONGEST_CODE, coder->lengths);
    coder->distance_weights[0]++; /* a block has at least one distance code */
    code_lengths(coder->distance_weights, DISTANCES, LONGEST_CODE, coder->distance_lengths);
    make_table(coder->lengths, SYMBOLS, table);
    make_table(coder->distance_lengths, DISTANCES, coder->distance_table);
}

/* Write a match; the next position (RFC 1951, 3.2.5). */
INNER i64 put_match(i64 length, i64 distance, const u32 *table, const u32 *distance_table, u64 *out,
                    i64 position) {
    MatchSymbol match = length_symbol(length);
    position = put_entry(table[match.symbol], out, position);
    position = put_bits(out, position, (u64)match.extra, match.extra_bits);
    match = distance_symbol(distance);
    position = put_entry(distance_table[match.symbol], out, position);
    return put_bits(out, position, (u64)match.extra, match.extra_bits);
}

/* A band being written: the next match, and the next position. */
typedef struct {
    i64 k, at;
} Written;

/* Write loaded bytes `start` to `stop`; of `m` matches the next is the first that may lie there. */
INNER void put_matched(i64 start, i64 stop, i64 m, const u32 *table, const Scratch *scratch,
                       Written *written) {
    const i32(*matches)[3] = (const i32(*)[3])scratch->match->matches;
    const u8 *data = scratch->residuals;
    i64 i = start, at = written->at, k = written->k;
    for (; k < m && matches[k][0] < stop; k++) {
        at = put_literals(data, i, matches[k][0], table, scratch->out, at);
        at = put_match(matches[k][1], matches[k][2], table, scratch->coder->distance_table,
                       scratch->out, at);
        i = matches[k][0] + matches[k][1];
    }
    written->at = put_literals(data, i, stop, table, scratch->out, at);
    written->k = k;
}

/* Write the header of the code chosen at the start of `out`; the next position. */
static i64 start_code(const Scratch *scratch) {
    scratch->out[0] = 0;
    return put_header(scratch->coder->lengths, scratch->coder->distance_lengths, DISTANCES,
                      scratch->out, 0);
}

/* Code the loaded band with its `m` matches at the start of `out`; its bytes. */
EXPORT i64 code_found(i64 m, const Scratch *scratch) {
    const Coder *coder = scratch->coder;
    count_matched(m, scratch);
    make_code(coder->table, coder);
    price_code(coder->lengths, coder->distance_lengths, scratch->match);
    Written written = {0, start_code(scratch)};
    put_matched(0, scratch->loaded[0], m, coder->table, scratch, &written);
    i64 at = put_entry(coder->table[END_OF_BLOCK], scratch->out, written.at);
    return end_piece(scratch->out, at) >> 3;
}

/* Choose the code that the loaded band, of `n` runs and `m` matches, is spliced with.

   `prior` (SYMBOLS) is expected from sprites in PRIOR_BYTES of a band; `table` is filled in. */
EXPORT void choose_code(i64 n, i64 m, const i64 *prior, u32 *table, const Scratch *scratch) {
    const Coder *coder = scratch->coder;
    i64 count = scratch->loaded[0], *weights = coder->weights, matches = 0;
    count_matched(m, scratch);
    for (i64 symbol = 0; symbol < SYMBOLS; symbol++)
        weights[symbol] *= MATCHED_WEIGHT / PLAIN_WEIGHT;
    count_symbols(scratch->residuals, count, (const i64(*)[2])coder->runs, n, weights);
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
    make_code(table, coder);
    add_runs(coder->distance_table[0], table);
}

/* Write the matched code of the loaded band, of `m` matches, header first, at the start of `out`.

   `stripe_at`, the band's rows of `Prepared.stripe_at`, is filled in. Returns the position after
   the last row, bits. */
EXPORT i64 code_stripes(i64 m, i64 stripe_bytes, const u32 *table, u32 *stripe_at, i64 rows,
                        i64 stripes, const Scratch *scratch) {
    i64 row_bytes = scratch->loaded[1];
    Written written = {0, start_code(scratch)};
    for (i64 row = 0; row < rows; row++) {
        i64 start = row * row_bytes;
        put_matched(start, start + 1, m, table, scratch, &written);
        *stripe_at++ = (u32)written.at;
        for (i64 stripe = 0; stripe < stripes; stripe++) {
            i64 left = start + 1 + stripe * stripe_bytes;
            i64 stop = min_of(left + stripe_bytes, start + row_bytes);
            put_matched(left, stop, m, table, scratch, &written);
            *stripe_at++ = (u32)written.at;
        }
    }
    return written.at;
}

/* Code the row at bytes `start` to `stop` and note where its columns, `step` bytes apart, are.

   The next of the `n` runs is the first of this row. A column within a run, or where one begins, is
   no place to cut: NO_CUT. */
static void index_row(i64 start, i64 stop, i64 step, i64 n, const u32 *table, u32 *column_at,
                      i64 columns, const Scratch *scratch, Written *written) {
    const u8 *data = scratch->residuals;
    u64 *out = scratch->out;
    i64 column = 0, i = start, at = written->at;
    while (i < stop || column <= columns) {
        const i64 *run = scratch->coder->runs[written->k];
        i64 literals_end = written->k < n ? min_of(run[0], stop) : stop;
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

/* Write the plain code of the loaded band, of `n` runs, header first, at the start of `out`.

   `column_at` and `sums`, the band's rows of those in `Prepared`, are filled in. Returns the
   position after the last row, bits. */
EXPORT i64 code_columns(i64 n, i64 channels, const u32 *table, u32 *column_at, u16 (*sums)[2],
                        i64 rows, i64 columns, const Scratch *scratch) {
    i64 row_bytes = scratch->loaded[1], step = GRID * channels;
    Written written = {0, start_code(scratch)};
    for (i64 row = 0; row < rows; row++) {
        i64 start = row * row_bytes, first = row * (columns + 1);
        index_row(start, start + row_bytes, step, n, table, column_at + first, columns, scratch,
                  &written);
        sum_columns(scratch->residuals + start, row_bytes, step, sums + first, columns);
    }
    return written.at;
}

/* Count the symbols of all sprites' rows, filtered with Paeth, between their outlines.

   Of each sprite, every `step`-th row is looked at. `counts` (SYMBOLS) is added to. */
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
