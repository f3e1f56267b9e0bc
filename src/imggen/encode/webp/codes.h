/* Prefix codes of VP8L as they are written, and pixels by them. Source: RFC 9649, section 6.2. */
#ifndef IMGGEN_WEBP_CODES_H
#define IMGGEN_WEBP_CODES_H

#include "encode/png/huffman.h"
#include "encode/webp/pixels.h"

#define LENGTH_SYMBOLS 24 /* of the green code, behind its levels */
#define GREEN_SYMBOLS (LEVELS + LENGTH_SYMBOLS)
#define DISTANCE_SYMBOLS 40
#define SHORT_TRIVIAL_BITS 4  /* of a code whose one symbol is 0 */
#define TRIVIAL_PADDING 7     /* bits more, if that is written with 8 bits */
#define MOST_WRITTEN 56 /* bits at once: a word, less those that may be held back */
#define GROUP_TABLE (CHANNELS * LEVELS) /* entries of a group: by channel and level */

/* Write the code of `count` symbols: `lengths` as `code_lengths` finds them, `table` as `make_table`
   does. The only symbol of a code takes no bits: its entry becomes 0. */
i64 put_prefix_code(const i64 *lengths, i64 count, u32 *table, u64 *out, i64 position);

/* Find the best code for `weights`, make its table and write it. */
i64 put_best_code(const i64 *weights, i64 count, u32 *table, u64 *out, i64 position);

/* Write the code whose only symbol is 0, longer by TRIVIAL_PADDING if `is_padded`. */
INNER i64 put_trivial_code(bool is_padded, u64 *out, i64 position) {
    return is_padded ? put_bits(out, position, 5, SHORT_TRIVIAL_BITS + TRIVIAL_PADDING)
                     : put_bits(out, position, 1, SHORT_TRIVIAL_BITS);
}

/* The bits that come next, least significant first: fewer than 8 are held back from `next`. */
typedef struct {
    u8 *next;
    u64 held, bits;
} Writer;

INNER Writer open_writer(u64 *out, i64 position) {
    u8 *next = (u8 *)out + (position >> 3);
    u64 bits = position & 7;
    return (Writer){next, *next & ((ONE << bits) - 1), bits};
}

INNER i64 writer_position(const Writer *writer, const u64 *out) {
    return ((writer->next - (const u8 *)out) << 3) + (i64)writer->bits;
}

/* Write what is held back, and 8 zero bytes; the next position. */
INNER i64 close_writer(const Writer *writer, const u64 *out) {
    memcpy(writer->next, &writer->held, sizeof writer->held);
    return writer_position(writer, out);
}

/* Write `bits` bits, MOST_WRITTEN at most. */
INNER void write_code(Writer *writer, u64 code, u64 bits) {
    writer->held |= code << writer->bits;
    memcpy(writer->next, &writer->held, sizeof writer->held);
    writer->bits += bits;
    writer->next += writer->bits >> 3;
    writer->held >>= writer->bits & ~(u64)7;
    writer->bits &= 7;
}

INNER void write_entry(Writer *writer, u32 entry) {
    write_code(writer, entry >> LENGTH_BITS, entry & LENGTH_MASK);
}

/* The code of a pixel's red, green and blue, and its bits, 45 at most. */
typedef struct {
    u64 code, bits;
} PixelCode;

/* An entry's low bits are its length, so that it shifts as it is, and lengths add up in sums. */
INNER PixelCode code_pixel(u32 pixel, const u32 *table) {
    u64 green = table[GREEN * LEVELS + (pixel >> 8 & 0xFF)];
    u64 red = table[RED * LEVELS + (pixel & 0xFF)];
    u64 blue = table[BLUE * LEVELS + (pixel >> 16 & 0xFF)];
    u64 code = green >> LENGTH_BITS | red >> LENGTH_BITS << (green & 63);
    code |= blue >> LENGTH_BITS << ((green + red) & 63);
    return (PixelCode){code, (green + red + blue) & LENGTH_MASK};
}

/* Write `count` pixels by the table of a group, two at a time where their codes are short. */
static inline void write_pixels(const u32 *pixels, i64 count, const u32 *table, bool has_alpha,
                                Writer *writer) {
    Writer own = *writer;
    i64 i = 0;
    for (; !has_alpha && i + 2 <= count; i += 2) {
        PixelCode one = code_pixel(pixels[i], table), two = code_pixel(pixels[i + 1], table);
        if (one.bits + two.bits <= MOST_WRITTEN) {
            write_code(&own, one.code | two.code << (one.bits & 63), one.bits + two.bits);
        } else {
            write_code(&own, one.code, one.bits);
            write_code(&own, two.code, two.bits);
        }
    }
    for (; i < count; i++) {
        PixelCode one = code_pixel(pixels[i], table);
        write_code(&own, one.code, one.bits);
        if (has_alpha) write_entry(&own, table[ALPHA * LEVELS + (pixels[i] >> 24)]);
    }
    *writer = own;
}

#endif
