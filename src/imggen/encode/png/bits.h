/* Bits in arrays of 64-bit words, least significant first, as deflate packs them (RFC 1951, 3.1.1).

   A word is written whole, so bits above the last one written are undefined until the next
   write. */
#ifndef IMGGEN_BITS_H
#define IMGGEN_BITS_H

#include "kernels/base.h"

#define ONE ((u64)1)
#define WORD_BITS 64

/* Return the bits that a left shift by `shift` (0 to 63) pushes out of the word. */
INNER u64 shift_over(u64 value, u64 shift) { return value >> 1 >> (63 - shift); }

/* Return 64 bits from bit `position` on. It reads one word more than it may need. */
INNER u64 get_bits(const u64 *source, i64 position) {
    const u64 *word = source + (position >> 6);
    u64 shift = position & 63;
    return word[0] >> shift | word[1] << 1 << (63 - shift);
}

/* Write the low `count` bits (0 to 63) of `value`, which has none above. Return the next
   position. */
INNER i64 put_bits(u64 *out, i64 position, u64 value, i64 count) {
    u64 *word = out + (position >> 6);
    u64 used = position & 63;
    word[0] = (word[0] & ((ONE << used) - 1)) | value << used;
    if ((i64)used + count >= WORD_BITS) word[1] = shift_over(value, used);
    return position + count;
}

/* Copy `count` bits of `source` from bit `start` on to bit `position` of `out`.

   `source` has two words after that of the last bit copied. Returns the next position. */
static inline i64 copy_bits(const u64 *restrict source, i64 start, i64 count, u64 *restrict out,
                            i64 position) {
    u64 *restrict target = out + (position >> 6);
    u64 used = position & 63;
    u64 held = target[0] & ((ONE << used) - 1);
    i64 whole = count >> 6;
    if (whole > 0) {
        u64 shift = start & 63;
        target[0] = held | get_bits(source, start) << used;
        u64 across = (shift - used) & 63; /* the one shift between words of source and of out */
        const u64 *restrict behind = source + (start >> 6) - (shift < used);
        for (i64 k = 1; k < whole; k++)
            target[k] = behind[k] >> across | behind[k + 1] << 1 << (63 - across);
        held = shift_over(get_bits(source, start + ((whole - 1) << 6)), used);
        target += whole;
    }
    u64 rest = count & 63;
    u64 value = get_bits(source, start + (whole << 6)) & ((ONE << rest) - 1);
    target[0] = held | value << used;
    if (used + rest >= WORD_BITS) target[1] = shift_over(value, used);
    return position + count;
}

/* Write an empty stored block, which ends on a byte's edge (RFC 1951, 3.2.4). Return the next
   position. */
INNER i64 end_piece(u64 *out, i64 position) {
    i64 aligned = (position + 3 + 7) & ~(i64)7;
    position = put_bits(out, position, 0, aligned - position);
    return put_bits(out, position, 0xFFFF0000, 32);
}

#endif
