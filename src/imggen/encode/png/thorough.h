/* Find the matches that make a band of flat art shortest, for each image anew: `effort = "max"`.

   All ways through the band are priced byte by byte, as in matches.h, but over rows: a match may
   repeat whatever deflate allows. At each byte the likely distances are tried, then all places
   where the same bytes were seen, latest first, as far as CHAIN goes. */
#ifndef IMGGEN_THOROUGH_H
#define IMGGEN_THOROUGH_H

#include "encode/png/flat_matches.h"
#include "encode/png/matched.h"
#include "encode/png/matches.h"

#define CHAIN 48          /* places of one hash that are tried */
#define LONG_ENOUGH 130   /* bytes; within a match this long no other is sought */
#define THREE_BITS 15     /* of a hash of three bytes, of which the latest place is kept */
#define FOUR_BITS 16      /* of a hash of four bytes, of which all places within reach are kept */
#define PASSES 2          /* each with the prices of the code before */

/* Places by hash, of which `before` leads from each to the one before. */
typedef struct {
    i32 *threes, *fours, *before;
} Chains;

INNER Chains clear_chains(i32 *places) {
    Chains chains = {places, places + (1 << THREE_BITS), NULL};
    chains.before = chains.fours + (1 << FOUR_BITS);
    memset(places, NOWHERE, sizeof(i32) * ((1 << THREE_BITS) + (1 << FOUR_BITS)));
    return chains;
}

INNER u64 hash_bytes(u64 word, u64 bytes, u64 bits) {
    return (word << (64 - 8 * bytes)) * HASH_STEP >> (64 - bits);
}

/* Offer the match at byte `i` that goes back `distance` bytes, with each length beyond `shorter`.
   Return its length, or `shorter` if it is not longer. */
INNER i64 offer_distance(const Seeker *seeker, i64 i, i32 here, i64 last, i64 distance, i64 shorter,
                         const Ways *ways) {
    const u8 *data = seeker->data + i;
    i64 most = min_of(seeker->count - i, LONGEST_MATCH);
    if (distance < 1 || distance > min_of(i, FARTHEST_MATCH) || shorter >= most) return shorter;
    if (data[shorter] != data[shorter - distance]) return shorter;
    i64 length = equal_bytes(data, data - distance, 0, most);
    if (length <= shorter) return shorter;
    offer_match(i, here, length >= LONG_ENOUGH ? length : shorter + 1, length, distance, last,
                ways);
    return length;
}

/* Offer the matches at byte `i` and note the place. Return the longest length. */
INNER i64 offer_all(const Seeker *seeker, const Chains *chains, i64 i, i32 here, i64 last,
                    const Ways *ways) {
    i64 none = SHORTEST_MATCH - 1, above = seeker->above;
    i64 longest = offer_distance(seeker, i, here, last, seeker->channels, none, ways);
    if (longest >= LONG_ENOUGH || i + 4 > seeker->count) return longest;
    longest = max_of(longest, offer_distance(seeker, i, here, last, above, none, ways));
    for (i64 k = 1; k <= SHIFTS; k++) {
        i64 shift = k * seeker->channels;
        longest = offer_distance(seeker, i, here, last, above - shift, longest, ways);
        longest = offer_distance(seeker, i, here, last, above + shift, longest, ways);
    }
    u64 word = load_word(seeker->data + i);
    i32 *three = chains->threes + hash_bytes(word, 3, THREE_BITS);
    i32 *four = chains->fours + hash_bytes(word, 4, FOUR_BITS);
    i64 length = offer_distance(seeker, i, here, last, i - *three, none, ways);
    longest = max_of(length, longest);
    i64 place = *four;
    for (i64 k = 0; k < CHAIN && i - place <= FARTHEST_MATCH && longest < LONG_ENOUGH; k++) {
        length = offer_distance(seeker, i, here, last, i - place, length, ways);
        longest = max_of(length, longest);
        place = chains->before[place % FARTHEST_MATCH];
    }
    chains->before[i % FARTHEST_MATCH] = *four;
    *three = *four = (i32)i;
    return longest;
}

/* Find the cheapest way through a band. Return the end of its last match; 0 if it has none. */
static i64 price_band(const Seeker *band, i64 row_bytes, i32 *places, const Ways *ways) {
    Seeker seeker = *band;
    Chains chains = clear_chains(places);
    i64 last = 0, skip_to = 0, unfiltered = 0;
    i32 here = 0;
    for (i64 i = 0; i <= seeker.count; i++) ways->price[i] = FAR_OFF;
    for (i64 row = 0; row * row_bytes < seeker.count; row++) {
        i64 start = row * row_bytes;
        seeker.above = row_bytes;
        if (seeker.data[start] == NONE) {
            seeker.above = (row - unfiltered) * row_bytes;
            unfiltered = row;
        }
        for (i64 i = start; i < start + row_bytes; i++) {
            if (i >= skip_to) {
                i64 longest = offer_all(&seeker, &chains, i, here, last, ways);
                if (longest >= LONG_ENOUGH) skip_to = i + longest;
            }
            i32 literal = here + ways->literals[seeker.data[i]], match = ways->price[i + 1];
            if (match < literal) last = i + 1;
            here = min_of(match, literal);
        }
    }
    return last;
}

/* Code a band of `rows` rows in `residuals` as short as is known, from bit `position` of `out` on.
   Return the next position. `n` matches are known. */
static i64 code_thoroughly(const Scratch *scratch, i64 rows, i64 row_bytes, i64 channels, i64 n,
                           i64 position) {
    const MatchScratch *match = scratch->match;
    const CodeScratch *coder = scratch->coder;
    const Code *code = coder->code;
    i32 lengths[LONGEST_MATCH + 1], distances[DISTANCES];
    Prices prices = {lengths, distances};
    Seeker seeker = {.data = scratch->residuals, .count = rows * row_bytes, .channels = channels};
    Ways ways = {match->price,    match->length, match->distance, match->before,
                 match->literals, lengths,       distances};
    for (i64 pass = 0; pass < PASSES; pass++) {
        BandData known = {scratch->residuals, NULL, (const i32(*)[3])match->matches, rows,
                          row_bytes,          0,    n};
        count_matched(&known, coder);
        make_code(coder, code);
        price_code(code->lengths, code->distance_lengths, &prices);
        for (i64 symbol = 0; symbol < LITERALS; symbol++)
            match->literals[symbol] = bits_of(code->lengths[symbol], 0);
        i64 last = price_band(&seeker, row_bytes, match->places, &ways);
        n = keep_way(0, last, 0, match);
    }
    BandData band = {scratch->residuals, NULL, (const i32(*)[3])match->matches, rows,
                     row_bytes,          0,    n};
    return code_matched(&band, code, coder, scratch->out, position);
}

#endif
