/* Find the matches that make a band's code shortest, once for a background.

   A row is cut into stripes. A match lies in one stripe of one row, and what it repeats lies in the
   same stripe, of the same row or of one of the REACH rows above it. So what a sprite covers is
   repeated in the stripes that it touches, and a few rows below: all other code stays good.

   The way through a stripe that takes the fewest bits is found byte by byte from the left: a
   literal leads to each byte, or a match that ends there. Source: Katajainen & Raita, "An analysis
   of the longest match and the greedy heuristics in text encoding", JACM 39(2), 1992. */
#ifndef IMGGEN_MATCHES_H
#define IMGGEN_MATCHES_H

#include "encode/png/scratch.h"

#define LEAST_MATCH 4 /* bytes; shorter ones save little, and are slow to seek */
#define LEAST_MATCH_MASK (((u64)1 << 8 * LEAST_MATCH) - 1)

#define NICE_LENGTH 64                /* bytes; within a match this long no other is sought */
#define UNUSED_BITS 12                /* expected of a symbol that the last code did not have */
#define FAR_OFF ((i32)1 << 30)        /* bits, more than any way takes */

/* `Search` of imggen/encode/png/matches.py: how matches are sought. */
typedef struct {
    i64 stripe_bytes, ways, hash_bits;
} Search;

/* A stripe of a row: the row's first byte and length; the stripe's first byte in it and length; the
   first byte of the band that may be repeated. */
typedef struct {
    i64 row, row_bytes, left, width, above;
} Stripe;

/* The arrays of `MatchScratch` and `Prices` that one search uses. */
typedef struct {
    i32 *price, *length, *distance, *before;
    const i32 *literals, *lengths, *distances;
} Ways;

/* Return how many bytes, `most` at most, are equal at two places; `differing` is the exclusive or
   of their first 8. */
INNER i64 common_length(const u8 *data, i64 one, i64 other, u64 differing, i64 most) {
    if (differing) return min_of(trailing_zeros(differing) >> 3, most);
    i64 length = 8;
    while (length < most && data[one + length] == data[other + length]) length++;
    return min_of(length, most);
}

/* Take the match at byte `i`, with each length from `shortest` to `longest`, where it is cheaper.

   The way to it takes `here` bits, and its last match ends at `last`. */
INNER void offer_match(i64 i, i32 here, i64 shortest, i64 longest, i64 distance, i64 last,
                       const Ways *ways) {
    i32 beginning = here + ways->distances[distance_symbol(distance).symbol];
    for (i64 length = shortest; length <= longest; length++) {
        i32 price = beginning + ways->lengths[length];
        if (price < ways->price[i + length]) {
            ways->price[i + length] = price;
            ways->length[i + length] = (i32)length;
            ways->distance[i + length] = (i32)distance;
            ways->before[i + length] = (i32)last;
        }
    }
}

/* Offer all matches at byte `i` of a stripe, and note the place. Return the longest length.

   `places` are where bytes of the same hash were last seen, latest first. */
INNER i64 offer_matches(const u8 *data, const Stripe *stripe, i64 i, i32 here, i64 last, i64 tries,
                        i64 hash_bits, i32 *places, const Ways *ways) {
    i64 at = stripe->row + stripe->left + i, longest = LEAST_MATCH - 1;
    u64 word = load_word(data + at);
    places += (i64)(((word & LEAST_MATCH_MASK) * HASH_STEP) >> (64 - hash_bits)) * tries;
    for (i64 k = 0; k < tries; k++) {
        i64 place = places[k];
        u64 differing = load_word(data + place) ^ word;
        if (differing & LEAST_MATCH_MASK || place < stripe->above) continue;
        i64 most = min_of(stripe->width - i, LONGEST_MATCH);
        if (place < stripe->row)
            most = min_of(most, stripe->left + stripe->width - place % stripe->row_bytes);
        i64 length = common_length(data, place, at, differing, most), distance = at - place;
        if (length > longest && distance <= FARTHEST_MATCH) {
            offer_match(i, here, longest + 1, length, distance, last, ways);
            longest = length;
        }
    }
    for (i64 k = tries - 1; k > 0; k--) places[k] = places[k - 1];
    places[0] = (i32)at;
    return longest;
}

/* Find the cheapest way through a stripe of a row. Return the end of its last match; 0 if none.

   It is not compiled into its caller, as that takes a fourth longer. */
static __attribute__((noinline, unused)) i64 price_ways(const u8 *data, const Stripe *stripe,
                                                        const Search *search, i32 *places,
                                                        const Ways *ways) {
    i32 *price = ways->price, here = 0;
    i64 last = 0, skip_to = 0;
    for (i64 i = 0; i <= stripe->width; i++) price[i] = FAR_OFF;
    for (i64 i = 0; i < stripe->width; i++) {
        if (i >= skip_to && i + LEAST_MATCH <= stripe->width) {
            i64 longest = offer_matches(data, stripe, i, here, last, search->ways,
                                        search->hash_bits, places, ways);
            if (longest >= NICE_LENGTH) skip_to = i + longest;
        }
        i32 literal = here + ways->literals[data[stripe->row + stripe->left + i]];
        i32 match = price[i + 1];
        if (match < literal) last = i + 1;
        here = match < literal ? match : literal;
    }
    return last;
}

/* Add the matches of a way, the last of which ends at `last`, to the first `n`. Return their
   number. */
static inline i64 keep_way(i64 start, i64 last, i64 n, const MatchScratch *scratch) {
    i64 total = n;
    for (i64 end = last; end > 0; end = scratch->before[end]) total++;
    i64 k = total;
    for (i64 end = last; end > 0; end = scratch->before[end]) {
        i32 *match = scratch->matches[--k];
        match[0] = (i32)(start + end - scratch->length[end]);
        match[1] = scratch->length[end];
        match[2] = scratch->distance[end];
    }
    return total;
}

/* Find the matches of a band of filtered rows, in order. Return their number.

   `data` has 8 bytes more. Literals are priced by code `lengths` (SYMBOLS). The `matches` of
   `scratch` are filled in. */
static inline i64 find_matches(const u8 *data, i64 rows, i64 row_bytes, const Search *search,
                               const i64 *lengths, const Prices *prices,
                               const MatchScratch *scratch) {
    for (i64 symbol = 0; symbol < LITERALS; symbol++)
        scratch->literals[symbol] = (i32)lengths[symbol];
    Ways ways = {scratch->price,    scratch->length, scratch->distance, scratch->before,
                 scratch->literals, prices->lengths, prices->distances};
    i64 stripes = ceil_div(row_bytes - 1, search->stripe_bytes);
    i64 table = search->ways << search->hash_bits, n = 0;
    memset(scratch->places, 0, (size_t)(stripes * table) * sizeof(i32)); /* before any stripe */
    for (i64 row = 0; row < rows; row++) {
        for (i64 k = 0; k < stripes; k++) {
            i64 left = 1 + k * search->stripe_bytes;
            Stripe stripe = {row * row_bytes, row_bytes, left,
                             min_of(search->stripe_bytes, row_bytes - left),
                             max_of(0, row - REACH) * row_bytes + left};
            i64 last = price_ways(data, &stripe, search, scratch->places + k * table, &ways);
            n = keep_way(stripe.row + left, last, n, scratch);
        }
    }
    return n;
}

/* Price matches before any band was coded: about as in photographs. */
static inline void expect_prices(const Prices *prices) {
    for (i64 length = SHORTEST_MATCH; length <= LONGEST_MATCH; length++)
        prices->lengths[length] =
            (i32)(4 + min_of(length - 3, 6) / 2 + length_symbol(length).extra_bits);
    for (i64 symbol = 0; symbol < DISTANCES; symbol++)
        prices->distances[symbol] = (i32)(4 + distance_extra_bits(symbol));
}

INNER i32 bits_of(i64 length, i64 extra_bits) {
    return (i32)((length > 0 ? length : UNUSED_BITS) + extra_bits);
}

/* Price matches by a code: `lengths` of SYMBOLS and of DISTANCES codes, 0 where there is none. */
static inline void price_code(const i64 *lengths, const i64 *distances, const Prices *prices) {
    for (i64 length = SHORTEST_MATCH; length <= LONGEST_MATCH; length++) {
        MatchSymbol match = length_symbol(length);
        prices->lengths[length] = bits_of(lengths[match.symbol], match.extra_bits);
    }
    for (i64 symbol = 0; symbol < DISTANCES; symbol++)
        prices->distances[symbol] = bits_of(distances[symbol], distance_extra_bits(symbol));
}

#endif
