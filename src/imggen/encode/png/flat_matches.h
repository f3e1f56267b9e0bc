/* Find the matches of a band of flat art whose rows are not filtered, for each image anew.

   A row of LONGEST_MATCH bytes or more that equals the one above is of filter type UP, and zero;
   matches reach over shorter ones anyway. In other rows few places are
   tried at each byte: the pixel to the left, the distance of the match before, the nearest
   unfiltered row above, there also some pixels to both sides, and where two pixels, or one, of the
   same hash were last seen. The longest match is taken, or a literal. */
#ifndef IMGGEN_FLAT_MATCHES_H
#define IMGGEN_FLAT_MATCHES_H

#include "encode/png/scratch.h"

#define SHIFTS 3        /* px to both sides of the pixel above */
#define NICE_MATCH 64   /* bytes; where a match is this long, only the likeliest others are tried */
#define SHORT_MATCH 16  /* bytes; where one is this long, a single pixel's last place is not */
#define LEAST_AT_ROW 4  /* bytes of a match at a distance that no hash found */
#define GAIN_AT_ROW 2   /* bytes that it is longer than one to the left: its distance takes more bits */
#define GAIN_AT_PLACE 3 /* likewise, of a match where the hash was last seen */
#define PLACE_BITS 12   /* of a hash */
#define MOST_MISSED 3   /* bytes without a match, after which fewer are tried within pixels */
#define NOWHERE 0x80    /* each byte of a place that is not known: far before the band */

/* A match; its length is 0 if there is none. */
typedef struct {
    i64 length, distance;
} Match;

/* A band in which matches are sought, the distances and places to try, and what is known of the
   row: it begins at byte `start`, is of one colour up to `left`, and from `right` on to `end`. */
typedef struct {
    const u8 *data;
    i64 count, channels, above, latest;
    i32 *pairs, *pixels; /* by hash, where two pixels or one were last seen */
    i64 start, left, right, end;
} Seeker;

/* Return how many bytes, `most` at most, are equal at two places, of which the first `known` are. */
INNER i64 equal_bytes(const u8 *one, const u8 *other, i64 known, i64 most) {
    i64 i = known;
    for (; i + 8 <= most; i += 8) {
        u64 differing = load_word(one + i) ^ load_word(other + i);
        if (differing) return i + (trailing_zeros(differing) >> 3);
    }
    while (i < most && one[i] == other[i]) i++;
    return i;
}

/* Tell if two blocks of 32 bytes differ. */
INNER bool differ(const u8 *one, const u8 *other) {
    u64 differing = 0;
    for (i64 k = 0; k < 32; k += 8) differing |= load_word(one + k) ^ load_word(other + k);
    return differing != 0;
}

/* Tell if four bytes are equal that are so if the first `length` (4 or more) are. */
INNER bool may_match(const u8 *one, const u8 *other, i64 length) {
    return (u32)load_word(one + length - 4) == (u32)load_word(other + length - 4);
}

/* Take the match at byte `i` that goes back `distance` bytes if its length is `least` or more. */
INNER void try_match(const Seeker *seeker, i64 i, i64 distance, i64 least, Match *best) {
    const u8 *here = seeker->data + i;
    if (!may_match(here, here - distance, least)) return;
    i64 most = min_of(seeker->count - i, LONGEST_MATCH);
    i64 length = equal_bytes(here, here - distance, 0, most);
    if (length >= least) *best = (Match){length, distance};
}

/* Try a distance that is likely. */
INNER void try_distance(const Seeker *seeker, i64 i, i64 distance, Match *best) {
    if (distance < 1 || distance > min_of(i, FARTHEST_MATCH)) return;
    try_match(seeker, i, distance, max_of(LEAST_AT_ROW, best->length + GAIN_AT_ROW), best);
}

/* Try up to SHIFTS pixels to both sides of the one above. */
INNER void try_beside(const Seeker *seeker, i64 i, Match *best) {
    i64 channels = seeker->channels, above = seeker->above, far = SHIFTS * channels;
    const u8 *here = seeker->data + i;
    if (above + far <= min_of(i, FARTHEST_MATCH) && above > far) {
        i64 least = max_of(LEAST_AT_ROW, best->length + GAIN_AT_ROW);
        bool found = false; /* one branch for all, which is foreseen: mostly there is none */
        for (i64 shift = channels; shift <= far; shift += channels) {
            found |= may_match(here, here - above - shift, least);
            found |= may_match(here, here - above + shift, least);
        }
        if (!found) return;
    }
    for (i64 shift = channels; shift <= far; shift += channels) {
        try_distance(seeker, i, above + shift, best);
        try_distance(seeker, i, above - shift, best);
    }
}

/* Try where `size` bytes (8 at most) of their hash were last seen, and note the place. */
INNER void try_place(const Seeker *seeker, i64 i, i64 size, i32 *places, Match *best) {
    const u8 *here = seeker->data + i;
    u64 word = load_word(here), unused = (u64)(64 - 8 * size);
    i32 *place = places + ((word << unused) * HASH_STEP >> (64 - PLACE_BITS));
    i64 distance = i - *place;
    *place = (i32)i;
    if (distance > FARTHEST_MATCH || (load_word(here - distance) ^ word) << unused) return;
    if (best->length == 0) {
        i64 most = min_of(seeker->count - i, LONGEST_MATCH);
        *best = (Match){equal_bytes(here, here - distance, size, most), distance};
    } else {
        try_match(seeker, i, distance, best->length + GAIN_AT_PLACE, best);
    }
}

/* Return a match of any length that LONGEST_MATCH divides into matches, `length` at most. */
INNER Match whole_match(i64 length, i64 distance) {
    i64 rest = length > LONGEST_MATCH ? length % LONGEST_MATCH : length;
    return (Match){rest < SHORTEST_MATCH ? length - rest : length, distance};
}

/* Return the match with the pixel to the left, of any length. What is known to be of one colour is
   not looked at. */
INNER Match find_run(const Seeker *seeker, i64 i) {
    i64 channels = seeker->channels, most = seeker->count - i, length = 0;
    const u8 *here = seeker->data + i, *left = here - channels;
    if (i < channels || (u32)(load_word(here) ^ load_word(left)) << 8) return (Match){0, 0};
    if (i - channels >= seeker->start && i < seeker->left) length = seeker->left - i;
    i64 unknown = min_of(most, seeker->right + channels - i);
    while (length + 32 <= unknown && !differ(here + length, left + length)) length += 32;
    if (length + 32 > unknown) {
        length = equal_bytes(here, left, length, max_of(length, unknown));
        if (length >= unknown) length = max_of(length, seeker->end - i);
    }
    return whole_match(equal_bytes(here, left, length, most), channels);
}

/* Return the best match at byte `i`, of all that are tried if `thorough`. */
INNER Match find_match(const Seeker *seeker, i64 i, bool thorough) {
    i64 channels = seeker->channels;
    Match best = find_run(seeker, i);
    if (best.length >= LONGEST_MATCH) return best;
    try_distance(seeker, i, seeker->above, &best);
    if (seeker->latest != seeker->above) try_distance(seeker, i, seeker->latest, &best);
    if (best.length >= NICE_MATCH || i + 8 > seeker->count || !thorough) return best;
    try_beside(seeker, i, &best);
    try_place(seeker, i, channels == 1 ? 6 : 2 * channels, seeker->pairs, &best);
    if (best.length < SHORT_MATCH)
        try_place(seeker, i, max_of(channels, SHORTEST_MATCH), seeker->pixels, &best);
    return best;
}

INNER i64 add_match(i64 i, Match match, i64 n, i32 (*matches)[3]) {
    matches[n][0] = (i32)i, matches[n][1] = (i32)match.length, matches[n][2] = (i32)match.distance;
    return n + 1;
}

/* Add the matches of a row of zeros that ends at byte `end`, from byte `i` of it on. Return their
   number. */
INNER i64 repeat_row(const Seeker *seeker, i64 i, i64 row_bytes, i64 end, i64 n,
                     i32 (*matches)[3]) {
    i64 start = end - row_bytes, zeros = start + 1 + seeker->channels;
    bool follows = start >= row_bytes && seeker->data[start - row_bytes] == UP;
    if (i == start && follows && row_bytes <= FARTHEST_MATCH) {
        Match match = {min_of(row_bytes, LONGEST_MATCH), row_bytes};
        n = add_match(i, match, n, matches);
        i += match.length;
    }
    i = max_of(i, zeros);
    if (i >= end) return n;
    Match run = whole_match(end - i, seeker->channels);
    return run.length ? add_match(i, run, n, matches) : n;
}

/* Find the matches of a band of unfiltered rows: see `find_flat_matches`. */
INNER i64 find_in_rows(const u8 *data, i64 rows, i64 row_bytes, i64 channels,
                       const i64 (*plain)[2], const MatchScratch *scratch) {
    i64 places = (i64)1 << PLACE_BITS, n = 0, i = 0, unfiltered = -1, missed = 0;
    i32(*matches)[3] = scratch->matches;
    Seeker seeker = {.data = data, .count = rows * row_bytes, .channels = channels};
    seeker.latest = row_bytes;
    seeker.pairs = scratch->places, seeker.pixels = scratch->places + places;
    memset(scratch->places, NOWHERE, (size_t)(2 * places) * sizeof(i32));
    for (i64 row = 0; row < rows; row++) {
        i64 start = row * row_bytes, end = start + row_bytes;
        if (data[start] == UP) {
            n = repeat_row(&seeker, i, row_bytes, end, n, matches);
            i = end;
            continue;
        }
        seeker.above = (row - unfiltered) * row_bytes;
        unfiltered = row;
        seeker.start = start + 1, seeker.end = end;
        seeker.left = seeker.start + plain[row][0], seeker.right = end - plain[row][1];
        while (i < end) {
            bool thorough = missed < MOST_MISSED || (i - start - 1) % channels == 0;
            Match match = find_match(&seeker, i, thorough);
            if (match.length < SHORTEST_MATCH) {
                i++;
                missed++;
                continue;
            }
            n = add_match(i, match, n, matches);
            i += match.length;
            missed = 0;
            if (match.distance != channels) seeker.latest = match.distance;
        }
    }
    return n;
}

/* Find the matches of a band of unfiltered rows, in order. Return their number.

   `plain` are the bytes that each row is known to begin and end with that are of one colour. */
static inline i64 find_flat_matches(const u8 *data, i64 rows, i64 row_bytes, i64 channels,
                                    const i64 (*plain)[2], const MatchScratch *scratch) {
    if (channels == 1) return find_in_rows(data, rows, row_bytes, 1, plain, scratch);
    if (channels == 3) return find_in_rows(data, rows, row_bytes, 3, plain, scratch);
    return find_in_rows(data, rows, row_bytes, 4, plain, scratch);
}

#endif
