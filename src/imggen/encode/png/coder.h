/* Deflate residuals fast: as literals, and runs of one byte.

   Matches are not sought: in flat art nearly all matches worth having are runs of zeros, and in
   photographs literals cost little more than matches. Source: RFC 1951, section 3.2. */
#ifndef IMGGEN_CODER_H
#define IMGGEN_CODER_H

#include "encode/png/symbols.h"

#define ONLY_DISTANCE 1 /* an entry of a table: a code of one bit, a 0 */
#define TABLE_SIZE (SYMBOLS + LONGEST_MATCH + 1) /* symbols, then a whole run by its length */

/* Counts of bytes, in four lanes, so that counting equal bytes does not wait. */
typedef u32 Counts[4][LITERALS];

/* `Code` of imggen/encode/png/scratch.py. */
typedef struct {
    i64 *lengths, *distance_lengths;
    u32 *table, *distance_table;
} Code;

/* `CodeScratch` of imggen/encode/png/scratch.py. */
typedef struct {
    i64 (*runs)[2];
    i64 *weights, *distance_weights;
    const Code *code;
} CodeScratch;

/* Count bytes `start` to `stop`. */
static inline void count_literals(const u8 *data, i64 start, i64 stop, Counts counts) {
    i64 i = start;
    for (; i + 4 <= stop; i += 4) {
        counts[0][data[i]]++;
        counts[1][data[i + 1]]++;
        counts[2][data[i + 2]]++;
        counts[3][data[i + 3]]++;
    }
    for (; i < stop; i++) counts[0][data[i]]++;
}

/* Add the counts to `weights` (SYMBOLS), and the end of the block. */
static inline void add_literals(const Counts counts, i64 *weights) {
    for (i64 symbol = 0; symbol < LITERALS; symbol++)
        for (i64 lane = 0; lane < 4; lane++) weights[symbol] += counts[lane][symbol];
    weights[END_OF_BLOCK]++;
}

/* Add the symbols that `put_run` writes to `weights` (SYMBOLS). */
INNER void count_run(i64 length, i64 value, i64 *weights) {
    weights[SYMBOLS - 1] += length / LONGEST_MATCH;
    i64 rest = length % LONGEST_MATCH;
    if (rest >= SHORTEST_MATCH)
        weights[length_symbol(rest).symbol]++;
    else
        weights[value] += rest;
}

/* Add the symbols of `count` bytes, of which `n` runs are part, to `weights` (SYMBOLS). */
static inline void count_symbols(const u8 *data, i64 count, const i64 (*runs)[2], i64 n,
                                 i64 *weights) {
    Counts counts = {{0}};
    i64 i = 0;
    for (i64 k = 0; k < n; k++) {
        count_literals(data, i, runs[k][0], counts);
        count_run(runs[k][1], data[runs[k][0]], weights);
        i = runs[k][0] + runs[k][1];
    }
    count_literals(data, i, count, counts);
    add_literals((const u32(*)[LITERALS])counts, weights);
}

/* Add the codes of whole runs by length to those of symbols; `table` is of TABLE_SIZE.

   A run is length code, extra bits, and `distance`: the entry of distance 1 in a table, a code of
   at most 4 bits. */
static inline void add_runs(u32 distance, u32 *table) {
    for (i64 length = SHORTEST_MATCH; length <= LONGEST_MATCH; length++) {
        MatchSymbol match = length_symbol(length);
        u32 bits = table[match.symbol] & LENGTH_MASK, code = table[match.symbol] >> LENGTH_BITS;
        code |= (u32)match.extra << bits;
        bits += (u32)match.extra_bits;
        code |= (distance >> LENGTH_BITS) << bits;
        bits += distance & LENGTH_MASK;
        table[SYMBOLS + length] = code << LENGTH_BITS | bits;
    }
}

/* Write `length` repeats of `value`, the byte before. Return the next position. */
INNER i64 put_run(i64 length, i64 value, const u32 *table, u64 *out, i64 position) {
    for (; length >= LONGEST_MATCH; length -= LONGEST_MATCH)
        position = put_entry(table[SYMBOLS + LONGEST_MATCH], out, position);
    if (length >= SHORTEST_MATCH) return put_entry(table[SYMBOLS + length], out, position);
    for (; length > 0; length--) position = put_entry(table[value], out, position);
    return position;
}

/* Write bytes `start` to `stop` as literals, four at a time: at most 60 bits. Return the next
   position. */
static inline i64 put_literals(const u8 *restrict data, i64 start, i64 stop,
                               const u32 *restrict table, u64 *restrict out, i64 position) {
    u64 *word = out + (position >> 6);
    u64 used = position & 63, held = *word & ((ONE << used) - 1);
    i64 i = start;
    for (; i + 4 <= stop; i += 4) {
        u64 a = table[data[i]], b = table[data[i + 1]];
        u64 c = table[data[i + 2]], d = table[data[i + 3]];
        u64 bits_two = (a & LENGTH_MASK) + (b & LENGTH_MASK);
        u64 code = a >> LENGTH_BITS | b >> LENGTH_BITS << (a & LENGTH_MASK);
        code |= (c >> LENGTH_BITS | d >> LENGTH_BITS << (c & LENGTH_MASK)) << bits_two;
        u64 low = held | code << used, high = shift_over(code, used);
        *word = low;
        used += bits_two + (c & LENGTH_MASK) + (d & LENGTH_MASK);
        u64 full = used >> 6;
        word += full;
        held = low ^ ((low ^ high) & (0 - full)); /* high if full else low; gcc would branch */
        used &= 63;
    }
    *word = held;
    position = ((word - out) << 6) + (i64)used;
    for (; i < stop; i++) position = put_entry(table[data[i]], out, position);
    return position;
}

/* Write `count` bytes, of which `n` runs are part. Return the next position. */
static inline i64 put_coded(const u8 *data, i64 count, const i64 (*runs)[2], i64 n,
                            const u32 *table, u64 *out, i64 position) {
    i64 i = 0;
    for (i64 k = 0; k < n; k++) {
        position = put_literals(data, i, runs[k][0], table, out, position);
        position = put_run(runs[k][1], data[runs[k][0]], table, out, position);
        i = runs[k][0] + runs[k][1];
    }
    return put_literals(data, i, count, table, out, position);
}

/* Write `count` bytes as one dynamic block with the best code for them, ended on a byte's edge.

   Of the bytes, `n` runs are part. `code` is filled in, but for its distances; `weights` (SYMBOLS)
   is scratch. Returns the next position, bits. */
static inline i64 code_runs(const u8 *data, i64 count, const i64 (*runs)[2], i64 n,
                            const Code *code, i64 *weights, u64 *out, i64 position) {
    static const i64 ONLY_DISTANCE_LENGTHS[1] = {1};
    memset(weights, 0, SYMBOLS * sizeof *weights);
    count_symbols(data, count, runs, n, weights);
    code_lengths(weights, SYMBOLS, LONGEST_CODE, code->lengths);
    make_table(code->lengths, SYMBOLS, code->table);
    add_runs(ONLY_DISTANCE, code->table);
    position = put_header(code->lengths, ONLY_DISTANCE_LENGTHS, 1, out, position);
    position = put_coded(data, count, runs, n, code->table, out, position);
    return end_piece(out, put_entry(code->table[END_OF_BLOCK], out, position));
}

#endif
