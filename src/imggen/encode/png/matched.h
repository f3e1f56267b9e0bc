/* Deflate bytes with their matches. Source: RFC 1951, section 3.2. */
#ifndef IMGGEN_MATCHED_H
#define IMGGEN_MATCHED_H

#include "encode/png/scratch.h"

/* Count the symbols of a band with its matches into the weights of `coder`.

   A match may be longer than LONGEST_MATCH: then it is several, as long as can be. */
static inline void count_matched(const BandData *band, const CodeScratch *coder) {
    Counts counts = {{0}};
    i64 i = 0;
    memset(coder->weights, 0, SYMBOLS * sizeof *coder->weights);
    memset(coder->distance_weights, 0, DISTANCES * sizeof *coder->distance_weights);
    for (i64 k = 0; k < band->n_matches; k++) {
        const i32 *match = band->matches[k];
        i64 whole = match[1] / LONGEST_MATCH, rest = match[1] % LONGEST_MATCH;
        count_literals(band->filtered, i, match[0], counts);
        coder->weights[SYMBOLS - 1] += whole;
        if (rest) coder->weights[length_symbol(rest).symbol]++;
        coder->distance_weights[distance_symbol(match[2]).symbol] += whole + (rest > 0);
        i = match[0] + match[1];
    }
    count_literals(band->filtered, i, band->rows * band->row_bytes, counts);
    add_literals((const u32(*)[LITERALS])counts, coder->weights);
}

/* Make the best code for the weights of `coder`. */
static inline void make_code(const CodeScratch *coder, const Code *code) {
    code_lengths(coder->weights, SYMBOLS, LONGEST_CODE, code->lengths);
    coder->distance_weights[0]++; /* a block has at least one distance code */
    code_lengths(coder->distance_weights, DISTANCES, LONGEST_CODE, code->distance_lengths);
    make_table(code->lengths, SYMBOLS, code->table);
    make_table(code->distance_lengths, DISTANCES, code->distance_table);
}

/* Write a match (RFC 1951, 3.2.5), 48 bits at most. Return the next position. */
INNER i64 put_match(i64 length, i64 distance, const Code *code, u64 *out, i64 position) {
    MatchSymbol match = length_symbol(length), back = distance_symbol(distance);
    u32 entry = code->table[match.symbol], back_entry = code->distance_table[back.symbol];
    u64 bits = entry >> LENGTH_BITS;
    i64 count = entry & LENGTH_MASK;
    bits |= (u64)match.extra << count;
    count += match.extra_bits;
    bits |= (u64)(back_entry >> LENGTH_BITS) << count;
    count += back_entry & LENGTH_MASK;
    bits |= (u64)back.extra << count;
    return put_bits(out, position, bits, count + back.extra_bits);
}

/* A band being written: the next match, and the next position. */
typedef struct {
    i64 k, at;
} Written;

/* Write bytes `start` to `stop` of a band; the next match is the first that may lie there. */
INNER void put_matched(const BandData *band, i64 start, i64 stop, const Code *code, u64 *out,
                       Written *written) {
    const i32(*matches)[3] = band->matches;
    i64 i = start, at = written->at, k = written->k;
    for (; k < band->n_matches && matches[k][0] < stop; k++) {
        at = put_literals(band->filtered, i, matches[k][0], code->table, out, at);
        i64 rest = matches[k][1];
        for (; rest >= LONGEST_MATCH; rest -= LONGEST_MATCH)
            at = put_match(LONGEST_MATCH, matches[k][2], code, out, at);
        if (rest) at = put_match(rest, matches[k][2], code, out, at);
        i = matches[k][0] + matches[k][1];
    }
    written->at = put_literals(band->filtered, i, stop, code->table, out, at);
    written->k = k;
}

/* Write a band with its matches as one dynamic block with the best code for them, ended on a byte's
   edge. `code` is filled in. Return the next position, bits. */
static inline i64 code_matched(const BandData *band, const Code *code, const CodeScratch *coder,
                               u64 *out, i64 position) {
    count_matched(band, coder);
    make_code(coder, code);
    Written written = {
        0, put_header(code->lengths, code->distance_lengths, DISTANCES, out, position)};
    put_matched(band, 0, band->rows * band->row_bytes, code, out, &written);
    return end_piece(out, put_entry(code->table[END_OF_BLOCK], out, written.at));
}

#endif
