/* Compute the two sums of Adler-32, linear in the bytes. Source: RFC 1950, sections 2.2 and 9.

   Of n bytes d[0..n), Adler-32 is (1 + sum d) and (n + sum (n - i) d[i]), both modulo 65521. */
#ifndef IMGGEN_SUMS_H
#define IMGGEN_SUMS_H

#include "kernels/base.h"

#define MODULUS 65521 /* RFC 1950, section 9 */
#define BLOCK 256     /* bytes; sums of a block fit 32 bits */

typedef struct {
    i64 plain, weighted;
} Sums;

/* Return `number`, which may be negative, modulo MODULUS. */
INNER i64 modulo(i64 number) {
    number %= MODULUS;
    return number < 0 ? number + MODULUS : number;
}

/* Sum `count` bytes, and their products with their indices. */
static inline Sums sum_bytes(const u8 *data, i64 count) {
    Sums sums = {0, 0};
    for (i64 first = 0; first < count; first += BLOCK) {
        const u8 *part = data + first;
        u32 size = (u32)min_of(BLOCK, count - first), small = 0, small_weighted = 0;
        for (u32 k = 0; k < size; k++) {
            small += part[k];
            small_weighted += part[k] * k;
        }
        sums.plain += small;
        sums.weighted += (i64)small * first + small_weighted;
    }
    return sums;
}

/* Do the same for bytes with `n` runs of equal bytes: faster where runs are long. */
static inline Sums sum_runs(const u8 *data, i64 count, const i64 (*runs)[2], i64 n) {
    Sums sums = {0, 0};
    i64 i = 0;
    for (i64 k = 0; k <= n; k++) {
        i64 stop = k < n ? runs[k][0] : count;
        if (stop - i < BLOCK) {
            for (i64 j = i; j < stop; j++) {
                sums.plain += data[j];
                sums.weighted += j * data[j];
            }
        } else {
            Sums stretch = sum_bytes(data + i, stop - i);
            sums.plain += stretch.plain;
            sums.weighted += stretch.weighted + i * stretch.plain;
        }
        if (k < n) {
            i = stop + runs[k][1];
            i64 value = data[stop] * runs[k][1];
            sums.plain += value;
            sums.weighted += value * (stop + i - 1) / 2;
        }
    }
    return sums;
}

#endif
