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

#ifndef __AVX2__

#define AT_ONCE 1 /* blocks */

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

INNER void transpose(const i32 in[SIDE][SIDE], i32 out[SIDE][SIDE]) {
    for (i64 k = 0; k < SIDE; k++)
        for (i64 i = 0; i < SIDE; i++) out[i][k] = in[k][i];
}

/* Turn a block of samples into coefficients: number v * 8 + u has frequency u along rows. */
INNER void transform_blocks(const u8 *const samples[AT_ONCE], const i64 strides[AT_ONCE],
                            i16 (*coefficients)[LEVELS]) {
    i32 a[SIDE][SIDE], b[SIDE][SIDE];
    for (i64 y = 0; y < SIDE; y++)
        for (i64 x = 0; x < SIDE; x++) a[y][x] = samples[0][y * strides[0] + x] - 128;
    transpose((const i32(*)[SIDE])a, b);
    transform_lines((const i32(*)[SIDE])b, a, false);
    transpose((const i32(*)[SIDE])a, b);
    transform_lines((const i32(*)[SIDE])b, a, true);
    for (i64 k = 0; k < LEVELS; k++) coefficients[0][k] = (i16)a[k / SIDE][k % SIDE];
}

#else

/* Several blocks side by side: of each, a row of eight i16 in 128 bits. The same sums and products
   as above, in i16 and, where two products are added, i32: none is larger. */
#ifdef __AVX512BW__
#define AT_ONCE 4
#define SIMD(name) _mm512_##name
typedef __m512i Row;
#else
#define AT_ONCE 2
#define SIMD(name) _mm256_##name
typedef __m256i Row;
#endif

/* Load row `y` of all blocks. */
INNER Row load_row(const u8 *const samples[AT_ONCE], const i64 strides[AT_ONCE], i64 y) {
    u64 words[AT_ONCE];
    for (i64 k = 0; k < AT_ONCE; k++) words[k] = load_word(samples[k] + y * strides[k]);
#ifdef __AVX512BW__
    __m256i bytes = _mm256_set_epi64x((i64)words[3], (i64)words[2], (i64)words[1], (i64)words[0]);
#else
    __m128i bytes = _mm_set_epi64x((i64)words[1], (i64)words[0]);
#endif
    return SIMD(sub_epi16)(SIMD(cvtepu8_epi16)(bytes), SIMD(set1_epi16)(128));
}

/* Transpose each block. */
INNER void transpose(Row rows[SIDE]) {
    Row pairs[SIDE], fours[SIDE];
    for (i64 k = 0; k < SIDE; k += 2) {
        pairs[k] = SIMD(unpacklo_epi16)(rows[k], rows[k + 1]);
        pairs[k + 1] = SIMD(unpackhi_epi16)(rows[k], rows[k + 1]);
    }
    for (i64 k = 0; k < SIDE; k += 4)
        for (i64 i = 0; i < 2; i++) {
            fours[k + 2 * i] = SIMD(unpacklo_epi32)(pairs[k + i], pairs[k + 2 + i]);
            fours[k + 2 * i + 1] = SIMD(unpackhi_epi32)(pairs[k + i], pairs[k + 2 + i]);
        }
    for (i64 k = 0; k < SIDE / 2; k++) {
        rows[2 * k] = SIMD(unpacklo_epi64)(fours[k], fours[k + 4]);
        rows[2 * k + 1] = SIMD(unpackhi_epi64)(fours[k], fours[k + 4]);
    }
}

/* Numbers of two rows, by turns. */
typedef struct {
    Row low, high;
} Pairs;

INNER Pairs pair_up(Row a, Row b) {
    return (Pairs){SIMD(unpacklo_epi16)(a, b), SIMD(unpackhi_epi16)(a, b)};
}

/* a * x + b * y of each pair, 32 bits. */
INNER Pairs multiply(Pairs of, i32 x, i32 y) {
    Row by = SIMD(set1_epi32)((i32)((u32)y << 16 | (u16)x));
    return (Pairs){SIMD(madd_epi16)(of.low, by), SIMD(madd_epi16)(of.high, by)};
}

INNER Pairs add(Pairs a, Pairs b) {
    return (Pairs){SIMD(add_epi32)(a.low, b.low), SIMD(add_epi32)(a.high, b.high)};
}

INNER Row descale(Pairs sums, i32 bits) {
    Row half = SIMD(set1_epi32)(1 << (bits - 1));
    Row low = SIMD(srai_epi32)(SIMD(add_epi32)(sums.low, half), bits);
    return SIMD(packs_epi32)(low, SIMD(srai_epi32)(SIMD(add_epi32)(sums.high, half), bits));
}

/* Transform eight lines of each block at once, as above. */
INNER void transform_lines(Row r[SIDE], bool second) {
    const i32 bits = second ? CONST_BITS + PASS_BITS : CONST_BITS - PASS_BITS;
    Row t0 = SIMD(add_epi16)(r[0], r[7]), t7 = SIMD(sub_epi16)(r[0], r[7]);
    Row t1 = SIMD(add_epi16)(r[1], r[6]), t6 = SIMD(sub_epi16)(r[1], r[6]);
    Row t2 = SIMD(add_epi16)(r[2], r[5]), t5 = SIMD(sub_epi16)(r[2], r[5]);
    Row t3 = SIMD(add_epi16)(r[3], r[4]), t4 = SIMD(sub_epi16)(r[3], r[4]);
    Row t10 = SIMD(add_epi16)(t0, t3), t13 = SIMD(sub_epi16)(t0, t3);
    Row t11 = SIMD(add_epi16)(t1, t2), t12 = SIMD(sub_epi16)(t1, t2);
    Row sum = SIMD(add_epi16)(t10, t11), difference = SIMD(sub_epi16)(t10, t11);
    Row half = SIMD(set1_epi16)(1 << (PASS_BITS - 1));
    r[0] = second ? SIMD(srai_epi16)(SIMD(add_epi16)(sum, half), PASS_BITS) : SIMD(slli_epi16)(sum, PASS_BITS);
    r[4] = second ? SIMD(srai_epi16)(SIMD(add_epi16)(difference, half), PASS_BITS)
                  : SIMD(slli_epi16)(difference, PASS_BITS);
    Pairs even = pair_up(t12, t13);
    r[2] = descale(multiply(even, FIX(0.541196100), FIX(0.541196100) + FIX(0.765366865)), bits);
    r[6] = descale(multiply(even, FIX(0.541196100) - FIX(1.847759065), FIX(0.541196100)), bits);
    Pairs odd = pair_up(SIMD(add_epi16)(t4, t6), SIMD(add_epi16)(t5, t7));
    Pairs z3 = multiply(odd, FIX(1.175875602) - FIX(1.961570560), FIX(1.175875602));
    Pairs z4 = multiply(odd, FIX(1.175875602), FIX(1.175875602) - FIX(0.390180644));
    Pairs outer = pair_up(t4, t7), inner = pair_up(t5, t6);
    r[7] = descale(add(multiply(outer, FIX(0.298631336) - FIX(0.899976223), -FIX(0.899976223)), z3), bits);
    r[5] = descale(add(multiply(inner, FIX(2.053119869) - FIX(2.562915447), -FIX(2.562915447)), z4), bits);
    r[3] = descale(add(multiply(inner, -FIX(2.562915447), FIX(3.072711026) - FIX(2.562915447)), z3), bits);
    r[1] = descale(add(multiply(outer, -FIX(0.899976223), FIX(1.501321110) - FIX(0.899976223)), z4), bits);
}

/* Turn blocks of samples into coefficients, as above. */
INNER void transform_blocks(const u8 *const samples[AT_ONCE], const i64 strides[AT_ONCE],
                            i16 (*coefficients)[LEVELS]) {
    Row rows[SIDE];
    for (i64 y = 0; y < SIDE; y++) rows[y] = load_row(samples, strides, y);
    transpose(rows);
    transform_lines(rows, false);
    transpose(rows);
    transform_lines(rows, true);
    for (i64 v = 0; v < SIDE; v++) {
        i16 row[AT_ONCE][SIDE];
        memcpy(row, &rows[v], sizeof row);
        for (i64 k = 0; k < AT_ONCE; k++) memcpy(coefficients[k] + v * SIDE, row[k], sizeof *row);
    }
}
#endif

/* How the coefficients of a component are quantised, row by row: `quantiser` of tables.py. */
typedef struct Quantiser {
    u16 twice[LEVELS];   /* of the divisor */
    u16 inverse[LEVELS]; /* of the divisor, and */
    u16 scale[LEVELS];   /* of the product with that */
} Quantiser;

/* Divide coefficients, which are 8 times too large, in place: the nearest, a half away from zero. */
INNER void quantise(i16 *restrict levels, const Quantiser *by) {
    for (i64 k = 0; k < LEVELS; k++) {
        i16 value = levels[k], sign = (i16)(value >> 15);
        u16 size = (u16)((value ^ sign) - sign);
        u16 raised = (u16)((size >> 1 & ~1) + by->twice[k]);
        u16 level = (u16)((u32)raised * by->inverse[k] >> 16);
        level = (u16)((u32)level * by->scale[k] >> 16);
        levels[k] = (i16)((level ^ sign) - sign);
    }
}

#endif
