/* Shared by all kernels: short type names, and integer arithmetic. */
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

/* Python passes structs as arrays of 8-byte members: see module.c. */
_Static_assert(sizeof(void *) == 8 && sizeof(i64) == 8, "imggen needs a 64-bit machine");
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "imggen needs a little-endian machine"
#endif

/* EXPORT: a function that Python calls. INNER: one that is always inlined. */
#define EXPORT __attribute__((visibility("default")))
#define INNER static inline __attribute__((always_inline, unused))

INNER i64 min_of(i64 a, i64 b) { return a < b ? a : b; }
INNER i64 max_of(i64 a, i64 b) { return a > b ? a : b; }

/* Return a / b, rounded up, for a >= 0 and b > 0. */
INNER i64 ceil_div(i64 a, i64 b) { return (a + b - 1) / b; }

/* Return the eight bytes at `data`, little-endian; it need not be aligned. */
INNER u64 load_word(const u8 *data) {
    u64 word;
    memcpy(&word, data, sizeof word);
    return word;
}

/* Return the number of trailing zero bits of `word`; undefined for 0. */
INNER i64 trailing_zeros(u64 word) { return __builtin_ctzll(word); }

/* Return the index of the highest set bit of `word`; undefined for 0. */
INNER i64 highest_bit(u64 word) { return 63 - __builtin_clzll(word); }

#endif
