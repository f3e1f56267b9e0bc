/* What all kernels share: short names of types, and arithmetic of whole numbers. */
#ifndef IMGGEN_BASE_H
#define IMGGEN_BASE_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef int8_t i8;
typedef int16_t i16;
typedef int32_t i32;
typedef int64_t i64;
typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;

/* Python hands structs over as arrays of 8-byte members: see module.c. */
_Static_assert(sizeof(void *) == 8 && sizeof(i64) == 8, "imggen needs a 64-bit machine");
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "imggen needs a little-endian machine"
#endif

/* A function that Python calls; and one that is compiled into each function that calls it. */
#define EXPORT __attribute__((visibility("default")))
#define INNER static inline __attribute__((always_inline, unused))

INNER i64 min_of(i64 a, i64 b) { return a < b ? a : b; }
INNER i64 max_of(i64 a, i64 b) { return a > b ? a : b; }

/* The quotient of a >= 0 and b > 0, rounded up. */
INNER i64 ceil_div(i64 a, i64 b) { return (a + b - 1) / b; }

/* Eight bytes from any address on, little-endian. */
INNER u64 load_word(const u8 *data) {
    u64 word;
    memcpy(&word, data, sizeof word);
    return word;
}

/* How many low bits of `word` are zero; undefined for 0. */
INNER i64 trailing_zeros(u64 word) { return __builtin_ctzll(word); }

/* The place of the highest bit of `word` that is set; undefined for 0. */
INNER i64 highest_bit(u64 word) { return 63 - __builtin_clzll(word); }

#endif
