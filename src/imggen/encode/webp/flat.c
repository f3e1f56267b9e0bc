/* Flat art, coded whole: runs that repeat pixels nearby, and a cache of colours.

   One group of codes, no predictors: soft edges between plain areas are dearer with them. */
#include "encode/webp/webp.h"

#define CACHE_BITS 10 /* of 5 to 11, the smallest files, or nearly */
#define CACHE_SIZE (1 << CACHE_BITS)
#define CACHE_STEP 0x1E35A7BDu /* 5.2.3 */
#define FLAT_SYMBOLS (GREEN_SYMBOLS + CACHE_SIZE)
#define SHORTEST_RUN 2
#define LONGEST_RUN 4096
#define GOOD_RUN 64 /* one that is as long is taken at once */
#define NEIGHBOURS 5

/* Where runs are looked for, by their distance codes from 1 on: columns left, rows up (5.2.2). */
static const i8 PLACES[NEIGHBOURS][2] = {{0, 1}, {1, 0}, {1, 1}, {-1, 1}, {0, 2}};
static const i64 TRIED_FIRST[NEIGHBOURS] = {1, 0, 2, 3, 4};

/* The number of a length or distance code: its symbol, and bits that follow it (5.2.2). */
typedef struct {
    i64 symbol, extra_bits, extra;
} PrefixSymbol;

INNER PrefixSymbol prefix_symbol(i64 number) {
    if (number <= 4) return (PrefixSymbol){number - 1, 0, 0};
    i64 rest = number - 1, high = highest_bit((u64)rest), half = rest >> (high - 1) & 1;
    return (PrefixSymbol){2 * high + half, high - 1, rest & (((i64)1 << (high - 1)) - 1)};
}

/* How often each symbol comes, by code. */
typedef struct {
    i64 green[FLAT_SYMBOLS], red[LEVELS], blue[LEVELS], alpha[LEVELS], distance[DISTANCE_SYMBOLS];
} FlatCounts;

typedef struct {
    u32 green[FLAT_SYMBOLS], red[LEVELS], blue[LEVELS], alpha[LEVELS], distance[DISTANCE_SYMBOLS];
} FlatTables;

/* Where a colour is cached; the hash is of red above blue. */
INNER u32 cache_slot(u32 pixel) {
    u32 argb = (pixel & 0xFF00FF00u) | (pixel & 0xFF) << 16 | (pixel >> 16 & 0xFF);
    return CACHE_STEP * argb >> (32 - CACHE_BITS);
}

/* Return what differs between two pixels and two others; the first is in the low half. */
INNER u64 differing(const u32 *one, const u32 *other) {
    return load_word((const u8 *)one) ^ load_word((const u8 *)other);
}

/* How many of `most` pixels are equal in both. */
INNER i64 equal_pixels(const u32 *one, const u32 *other, i64 most) {
    i64 i = 0;
    while (i + 8 <= most &&
           !(differing(one + i, other + i) | differing(one + i + 2, other + i + 2) |
             differing(one + i + 4, other + i + 4) | differing(one + i + 6, other + i + 6)))
        i += 8;
    for (; i + 2 <= most; i += 2) {
        u64 bits = differing(one + i, other + i);
        if (bits) return i + (trailing_zeros(bits) >> 5);
    }
    return i < most && one[i] == other[i] ? i + 1 : i;
}

/* The longest run at pixel `i`: its length, and the place that it repeats. */
static i64 find_run(const u32 *pixels, i64 i, i64 count, const i64 *offsets, i64 *place) {
    i64 best = 0, most = min_of(count - i, LONGEST_RUN);
    for (i64 k = 0; k < NEIGHBOURS; k++) {
        i64 tried = TRIED_FIRST[k], offset = offsets[tried];
        if (offset < 1 || offset > i || pixels[i] != pixels[i - offset]) continue;
        i64 length = equal_pixels(pixels + i, pixels + i - offset, most);
        if (length > best) best = length, *place = tried;
        if (best >= GOOD_RUN) break;
    }
    return best;
}

/* Enter the colours of `count` pixels, as decoders do; that before the first is there. */
static void cache_pixels(const u32 *pixels, i64 count, u32 *cache) {
    for (i64 i = 0; i < count;) {
        if (pixels[i] != pixels[i - 1]) {
            cache[cache_slot(pixels[i])] = pixels[i];
            i++;
        } else {
            i += equal_pixels(pixels + i, pixels + i - 1, count - i);
        }
    }
}

/* Turn `count` pixels into tokens, and count their symbols; how many tokens.

   A token is a run's length and its place, or 0 and a literal, or -1 and a slot of the cache. */
static i64 find_flat_tokens(const u32 *pixels, i64 width, i64 count, i32 (*tokens)[2],
                            FlatCounts *counts) {
    u32 cache[CACHE_SIZE] = {0};
    i64 offsets[NEIGHBOURS], n = 0;
    for (i64 k = 0; k < NEIGHBOURS; k++) offsets[k] = PLACES[k][1] * width + PLACES[k][0];
    for (i64 i = 0; i < count; n++) {
        i64 place = 0, length = find_run(pixels, i, count, offsets, &place);
        u32 pixel = pixels[i];
        if (length >= SHORTEST_RUN) {
            tokens[n][0] = (i32)length, tokens[n][1] = (i32)place;
            counts->green[LEVELS + prefix_symbol(length).symbol]++;
            counts->distance[prefix_symbol(place + 1).symbol]++;
            if (offsets[place] > 1) cache_pixels(pixels + i, length, cache);
            i += length;
            continue;
        }
        u32 slot = cache_slot(pixel);
        if (cache[slot] == pixel) {
            tokens[n][0] = -1, tokens[n][1] = (i32)slot;
            counts->green[GREEN_SYMBOLS + slot]++;
        } else {
            tokens[n][0] = 0, tokens[n][1] = (i32)pixel;
            cache[slot] = pixel;
            counts->green[channel_of(pixel, GREEN)]++;
            counts->red[channel_of(pixel, RED)]++;
            counts->blue[channel_of(pixel, BLUE)]++;
            counts->alpha[channel_of(pixel, ALPHA)]++;
        }
        i++;
    }
    return n;
}

INNER void write_prefix(Writer *writer, i64 number, i64 first, const u32 *table) {
    PrefixSymbol prefix = prefix_symbol(number);
    write_entry(writer, table[first + prefix.symbol]);
    write_code(writer, (u64)prefix.extra, (u64)prefix.extra_bits);
}

static i64 write_tokens(const i32 (*tokens)[2], i64 n, const FlatTables *tables, u64 *out,
                        i64 position) {
    Writer writer = open_writer(out, position);
    for (i64 k = 0; k < n; k++) {
        u32 value = (u32)tokens[k][1];
        if (tokens[k][0] > 0) {
            write_prefix(&writer, tokens[k][0], LEVELS, tables->green);
            write_prefix(&writer, value + 1, 0, tables->distance);
        } else if (tokens[k][0] < 0) {
            write_entry(&writer, tables->green[GREEN_SYMBOLS + value]);
        } else {
            write_entry(&writer, tables->green[channel_of(value, GREEN)]);
            write_entry(&writer, tables->red[channel_of(value, RED)]);
            write_entry(&writer, tables->blue[channel_of(value, BLUE)]);
            write_entry(&writer, tables->alpha[channel_of(value, ALPHA)]);
        }
    }
    return close_writer(&writer, out);
}

/* Code a whole canvas; `pixels` (LINE_MARGIN + height * width) and `tokens` are scratch.

   Returns the bits in `out`. */
EXPORT i64 code_flat(const u8 *canvas, i64 height, i64 width, i64 channels, u32 *pixels,
                     i32 (*tokens)[2], u64 *out) {
    FlatCounts counts = {{0}, {0}, {0}, {0}, {0}};
    FlatTables tables;
    i64 count = height * width;
    load_pixels(canvas, count, channels, pixels + LINE_MARGIN);
    i64 n = find_flat_tokens(pixels + LINE_MARGIN, width, count, tokens, &counts);
    i64 position = put_image_start(width, height, channels, out);
    position = put_bits(out, position, 1 << 1, 2); /* no more transforms; a colour cache */
    position = put_bits(out, position, CACHE_BITS, 4);
    position = put_bits(out, position, 0, 1); /* one group */
    position = put_best_code(counts.green, FLAT_SYMBOLS, tables.green, out, position);
    position = put_best_code(counts.red, LEVELS, tables.red, out, position);
    position = put_best_code(counts.blue, LEVELS, tables.blue, out, position);
    position = put_best_code(counts.alpha, LEVELS, tables.alpha, out, position);
    position = put_best_code(counts.distance, DISTANCE_SYMBOLS, tables.distance, out, position);
    position = write_tokens((const i32(*)[2])tokens, n, &tables, out, position);
    put_bits(out, position, 0, 16);
    return position;
}
