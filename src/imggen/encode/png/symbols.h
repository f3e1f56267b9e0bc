/* Deflate's symbols for the lengths and distances of matches. Source: RFC 1951, section 3.2.5. */
#ifndef IMGGEN_SYMBOLS_H
#define IMGGEN_SYMBOLS_H

#include "encode/png/huffman.h"

#define SHORTEST_MATCH 3 /* bytes */
#define LONGEST_MATCH 258
#define FARTHEST_MATCH 32768 /* bytes back */

/* A symbol, and the number and value of the extra bits behind its code. */
typedef struct {
    i64 symbol, extra_bits, extra;
} MatchSymbol;

/* Return the symbol of a length, SHORTEST_MATCH to LONGEST_MATCH. */
INNER MatchSymbol length_symbol(i64 length) {
    if (length == LONGEST_MATCH) return (MatchSymbol){SYMBOLS - 1, 0, 0};
    i64 more = length - SHORTEST_MATCH, bits = more < 8 ? 0 : highest_bit((u64)more) - 2;
    return (MatchSymbol){END_OF_BLOCK + 1 + 4 * bits + (more >> bits), bits,
                         more & ((1 << bits) - 1)};
}

/* Return the symbol of a distance, 1 to FARTHEST_MATCH. */
INNER MatchSymbol distance_symbol(i64 distance) {
    i64 more = distance - 1, bits = more < 4 ? 0 : highest_bit((u64)more) - 1;
    return (MatchSymbol){2 * bits + (more >> bits), bits, more & ((1 << bits) - 1)};
}

/* Return the number of extra bits of a distance's symbol. */
INNER i64 distance_extra_bits(i64 symbol) { return symbol < 4 ? 0 : symbol / 2 - 1; }

#endif
