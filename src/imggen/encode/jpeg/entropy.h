/* Huffman codes of quantised blocks, as bits of a JPEG file, and bits copied from another. */
#ifndef IMGGEN_ENTROPY_H
#define IMGGEN_ENTROPY_H

#include "encode/jpeg/dct.h"

#define WORD 64          /* bits */
#define MOST_COPIED 56   /* bits at once: a word is read from any bit on */
#define CODE_BITS 5      /* of a code's length, below the code: `Codes` */
#define ZRL 0xF0    /* the symbol of 16 zeros; T.81, F.1.2.2 */
#define EOB 0x00

/* The codes of one kind of component, each code << CODE_BITS | its length; `codes` of tables.py. */
typedef struct Codes {
    u32 dc[16];   /* by the size of the difference */
    u32 ac[256];  /* by zeros before it << 4 | size */
} Codes;

/* Bits that are being written; with `stuffs`, a zero byte follows each byte that is 0xFF. */
typedef struct {
    u64 held; /* the last ones, not written yet; above them there are others */
    i64 free; /* how many more would fit */
    u8 *out;
    bool stuffs;
} Bits;

INNER void write_bytes(Bits *bits, u64 word) {
    u64 whole = __builtin_bswap64(word), full = ~whole;
    if (bits->stuffs && (full - 0x0101010101010101) & ~full & 0x8080808080808080) {
        for (i64 k = 0; k < 8; k++) {
            u8 byte = (u8)(whole >> 8 * k);
            *bits->out++ = byte;
            if (byte == 0xFF) *bits->out++ = 0;
        }
        return;
    }
    memcpy(bits->out, &whole, sizeof whole);
    bits->out += sizeof whole;
}

/* Add the lowest `count` bits of `value`, which has no others; at most MOST_COPIED. */
INNER void put(Bits *bits, u64 value, i64 count) {
    bits->free -= count;
    if (bits->free >= 0) {
        bits->held = bits->held << count | value;
        return;
    }
    write_bytes(bits, bits->held << (count + bits->free) | value >> -bits->free);
    bits->held = value;
    bits->free += WORD;
}

/* Fill the last byte with ones, and write all bytes: T.81, F.1.2.3. */
INNER void fill_up(Bits *bits) {
    i64 more = bits->free & 7;
    put(bits, ((u64)1 << more) - 1, more);
    i64 held = WORD - bits->free;
    for (i64 k = held - 8; k >= 0; k -= 8) {
        u8 byte = (u8)(bits->held >> k);
        *bits->out++ = byte;
        if (byte == 0xFF && bits->stuffs) *bits->out++ = 0;
    }
    bits->held = 0, bits->free = WORD;
}

/* Copy bits `from` to `to` of `source`, which has a word more. */
INNER void copy_bits_of(Bits *bits, const u8 *source, i64 from, i64 to) {
    Bits here = *bits;
    while (from < to) {
        i64 count = min_of(MOST_COPIED, to - from);
        u64 word = __builtin_bswap64(load_word(source + (from >> 3))) << (from & 7);
        put(&here, word >> (WORD - count), count);
        from += count;
    }
    *bits = here;
}

/* How many bits a number has, without its sign. */
INNER i64 size_of(i64 value) { return 64 - __builtin_clzll((u64)(value < 0 ? -value : value) << 1 | 1) - 1; }

/* The code and the bits of a number of `size` bits: T.81, F.1.2.1. */
INNER void put_number(Bits *bits, u32 code, i64 value, i64 size) {
    u64 low = (u64)(value + (value >> 63)) & ((1u << size) - 1);
    put(bits, (u64)(code >> CODE_BITS) << size | low, (code & 31) + size);
}

INNER void put_symbol(Bits *bits, u32 code) { put(bits, code >> CODE_BITS, code & 31); }

INNER void put_difference(Bits *bits, i64 difference, const Codes *codes) {
    i64 size = size_of(difference);
    put_number(bits, codes->dc[size], difference, size);
}

/* How many bits that takes. */
INNER i64 difference_bits(i64 difference, const Codes *codes) {
    i64 size = size_of(difference);
    return (codes->dc[size] & 31) + size;
}

/* Where the levels of a block are, in the order of T.81, figure A.6, and the other way round. */
static const u8 ZIGZAG[LEVELS] = {
    0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,  12, 19, 26, 33, 40, 48,
    41, 34, 27, 20, 13, 6,  7,  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23,
    30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63};
static const u8 PLACE[LEVELS] = {
    0,  1,  5,  6,  14, 15, 27, 28, 2,  4,  7,  13, 16, 26, 29, 42, 3,  8,  12, 17, 25, 30,
    41, 43, 9,  11, 18, 24, 31, 40, 44, 53, 10, 19, 23, 32, 39, 45, 52, 54, 20, 22, 33, 38,
    46, 51, 55, 60, 21, 34, 37, 47, 50, 56, 59, 61, 35, 36, 48, 49, 57, 58, 62, 63};

/* Mark 32 levels that are not 0. */
INNER u64 find_levels(const i16 *levels) {
#ifdef __AVX2__
    __m256i low = _mm256_loadu_si256((const __m256i *)levels);
    __m256i high = _mm256_loadu_si256((const __m256i *)(levels + 16));
    __m256i packed = _mm256_permute4x64_epi64(_mm256_packs_epi16(low, high), 0xD8);
    __m256i none = _mm256_cmpeq_epi8(packed, _mm256_setzero_si256());
    return (u32)~_mm256_movemask_epi8(none);
#else
    u64 found = 0;
    for (i64 k = 0; k < 32; k++) found |= (u64)(levels[k] != 0) << k;
    return found;
#endif
}

/* What follows the code of a level: its bits, which are SIZE_BITS up, and how many they are. */
#define SIZE_BITS 4
typedef u32 Suffix;

INNER Suffix suffix_of(i64 level) {
    i64 size = size_of(level);
    return (Suffix)(((u32)(level + (level >> 63)) & ((1u << size) - 1)) << SIZE_BITS | (u32)size);
}

#ifdef __AVX512BW__
/* Likewise of 16 levels; of 0 there is none. */
INNER __m512i suffixes_of(__m256i levels) {
    __m512i wide = _mm512_cvtepi16_epi32(levels), one = _mm512_set1_epi32(1);
    __m512i size = _mm512_sub_epi32(_mm512_set1_epi32(32), _mm512_lzcnt_epi32(_mm512_abs_epi32(wide)));
    __m512i bits = _mm512_add_epi32(wide, _mm512_srai_epi32(wide, 31));
    bits = _mm512_and_si512(bits, _mm512_sub_epi32(_mm512_sllv_epi32(one, size), one));
    return _mm512_or_si512(_mm512_slli_epi32(bits, SIZE_BITS), size);
}
#endif

/* Put the suffixes of the levels of a block in the order of their codes; mark those that are not 0. */
INNER u64 sort_levels(const i16 *levels, Suffix *sorted) {
#ifdef __AVX512BW__
    u64 found = 0;
    __m512i low = _mm512_loadu_si512(levels), high = _mm512_loadu_si512(levels + LEVELS / 2);
    for (i64 k = 0; k < LEVELS; k += 32) {
        __m512i places = _mm512_cvtepu8_epi16(_mm256_loadu_si256((const __m256i *)(ZIGZAG + k)));
        __m512i part = _mm512_permutex2var_epi16(low, places, high);
        _mm512_storeu_si512(sorted + k, suffixes_of(_mm512_castsi512_si256(part)));
        _mm512_storeu_si512(sorted + k + 16, suffixes_of(_mm512_extracti64x4_epi64(part, 1)));
        found |= (u64)_mm512_test_epi16_mask(part, part) << k;
    }
    return found;
#else
    u64 found = 0, seen = 0;
    for (i64 k = 0; k < LEVELS; k += 32) seen |= find_levels(levels + k) << k;
    for (; seen; seen &= seen - 1) {
        i64 place = trailing_zeros(seen), k = PLACE[place];
        sorted[k] = suffix_of(levels[place]), found |= (u64)1 << k;
    }
    return found;
#endif
}

/* Code a block whose DC differs by `difference` from the one before. */
INNER void put_block(Bits *bits, const i16 *levels, i64 difference, const Codes *codes) {
    Suffix sorted[LEVELS];
    u64 left = sort_levels(levels, sorted) >> 1;
    Bits here = *bits; /* in registers: bytes that are written could be those of `bits` */
    put_difference(&here, difference, codes);
    const Suffix *next = sorted + 1, *end = sorted + LEVELS;
    while (left) {
        i64 zeros = trailing_zeros(left);
        next += zeros, left = left >> zeros >> 1;
        u32 suffix = *next++, size = suffix & ((1 << SIZE_BITS) - 1);
        for (; zeros > 15; zeros -= 16) put_symbol(&here, codes->ac[ZRL]);
        u32 code = codes->ac[zeros << 4 | size];
        put(&here, (u64)(code >> CODE_BITS) << size | suffix >> SIZE_BITS, (code & 31) + size);
    }
    if (next < end) put_symbol(&here, codes->ac[EOB]);
    *bits = here;
}

#endif
