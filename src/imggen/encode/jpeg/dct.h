/* The forward DCT of a block and its quantisation, with the very results of libjpeg's "islow".

   Source: libjpeg, jfdctint.c and jcdctmgr.c; Loeffler, Ligtenberg and Moschytz, "Practical fast 1-D
   DCT algorithms with 11 multiplications", 1989. */
#ifndef IMGGEN_DCT_H
#define IMGGEN_DCT_H

#include "kernels/base.h"

#ifdef __AVX2__
#include <immintrin.h>
#endif

#define SIDE 8 /* of a block, samples */
#define LEVELS 64 /* of a block */
#define CONST_BITS 13
#define PASS_BITS 2 /* kept after the point between the passes */
#define FIX(x) ((i32)((x) * (1 << CONST_BITS) + 0.5))

INNER i32 descale(i32 value, i64 bits) { return (value + (1 << (bits - 1))) >> bits; }

/* Transform eight lines at once: number k of line i is in[k][i]. The second pass takes off PASS_BITS,
   which the first one adds. */
INNER void transform_lines(const i32 in[SIDE][SIDE], i32 out[SIDE][SIDE], bool second) {
    const i64 bits = second ? CONST_BITS + PASS_BITS : CONST_BITS - PASS_BITS;
    for (i64 i = 0; i < SIDE; i++) {
        i32 t0 = in[0][i] + in[7][i], t7 = in[0][i] - in[7][i];
        i32 t1 = in[1][i] + in[6][i], t6 = in[1][i] - in[6][i];
        i32 t2 = in[2][i] + in[5][i], t5 = in[2][i] - in[5][i];
        i32 t3 = in[3][i] + in[4][i], t4 = in[3][i] - in[4][i];
        i32 t10 = t0 + t3, t13 = t0 - t3, t11 = t1 + t2, t12 = t1 - t2;
        out[0][i] = second ? descale(t10 + t11, PASS_BITS) : (t10 + t11) * (1 << PASS_BITS);
        out[4][i] = second ? descale(t10 - t11, PASS_BITS) : (t10 - t11) * (1 << PASS_BITS);
        i32 z1 = (t12 + t13) * FIX(0.541196100);
        out[2][i] = descale(z1 + t13 * FIX(0.765366865), bits);
        out[6][i] = descale(z1 - t12 * FIX(1.847759065), bits);
        z1 = (t4 + t7) * -FIX(0.899976223);
        i32 z2 = (t5 + t6) * -FIX(2.562915447);
        i32 z3 = t4 + t6, z4 = t5 + t7, z5 = (z3 + z4) * FIX(1.175875602);
        z3 = z3 * -FIX(1.961570560) + z5, z4 = z4 * -FIX(0.390180644) + z5;
        out[7][i] = descale(t4 * FIX(0.298631336) + z1 + z3, bits);
        out[5][i] = descale(t5 * FIX(2.053119869) + z2 + z4, bits);
        out[3][i] = descale(t6 * FIX(3.072711026) + z2 + z3, bits);
        out[1][i] = descale(t7 * FIX(1.501321110) + z1 + z4, bits);
    }
}

#ifdef __AVX2__
INNER void transpose(const i32 in[SIDE][SIDE], i32 out[SIDE][SIDE]) {
    __m256i row[SIDE], pair[SIDE], four[SIDE];
    for (i64 k = 0; k < SIDE; k++) row[k] = _mm256_loadu_si256((const __m256i *)in[k]);
    for (i64 k = 0; k < SIDE; k += 2) {
        pair[k] = _mm256_unpacklo_epi32(row[k], row[k + 1]);
        pair[k + 1] = _mm256_unpackhi_epi32(row[k], row[k + 1]);
    }
    for (i64 k = 0; k < SIDE; k += 4)
        for (i64 i = 0; i < 2; i++) {
            four[k + 2 * i] = _mm256_unpacklo_epi64(pair[k + i], pair[k + 2 + i]);
            four[k + 2 * i + 1] = _mm256_unpackhi_epi64(pair[k + i], pair[k + 2 + i]);
        }
    for (i64 k = 0; k < 4; k++) {
        __m256i low = _mm256_permute2x128_si256(four[k], four[k + 4], 0x20);
        __m256i high = _mm256_permute2x128_si256(four[k], four[k + 4], 0x31);
        _mm256_storeu_si256((__m256i *)out[k], low);
        _mm256_storeu_si256((__m256i *)out[k + 4], high);
    }
}
#else
INNER void transpose(const i32 in[SIDE][SIDE], i32 out[SIDE][SIDE]) {
    for (i64 k = 0; k < SIDE; k++)
        for (i64 i = 0; i < SIDE; i++) out[i][k] = in[k][i];
}
#endif

/* How the coefficients of a component are quantised, row by row. */
typedef struct Quantiser {
    float half[LEVELS];    /* of the divisor, rounded down, and a half more */
    float inverse[LEVELS]; /* of the divisor, which is 8 times that of the file */
} Quantiser;

/* Divide coefficients, the nearest, a half away from zero: floats are exact enough by far. */
INNER void quantise(const i32 *coefficients, const Quantiser *by, i16 *levels) {
    for (i64 k = 0; k < LEVELS; k++) {
        i32 value = coefficients[k], size = value < 0 ? -value : value;
        i32 level = (i32)(((float)size + by->half[k]) * by->inverse[k]);
        levels[k] = (i16)(value < 0 ? -level : level);
    }
}

/* Turn a block of samples into levels: level v * 8 + u has frequency u along rows. */
INNER void transform_block(const u8 *samples, i64 stride, const Quantiser *by, i16 *levels) {
    i32 a[SIDE][SIDE], b[SIDE][SIDE];
    for (i64 y = 0; y < SIDE; y++)
        for (i64 x = 0; x < SIDE; x++) a[y][x] = samples[y * stride + x] - 128;
    transpose((const i32(*)[SIDE])a, b);
    transform_lines((const i32(*)[SIDE])b, a, false);
    transpose((const i32(*)[SIDE])a, b);
    transform_lines((const i32(*)[SIDE])b, a, true);
    quantise(a[0], by, levels);
}

#endif
