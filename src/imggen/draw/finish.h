/* Finish a row of premultiplied pixels: round them to levels, with straight or changed colours. */
#ifndef IMGGEN_FINISH_H
#define IMGGEN_FINISH_H

#include "draw/lanes.h"

#define LINE_BITS 5 /* two products of mulhrs, each of which halves, after LEVEL_BITS */
#define LINE_HALF (1 << (LINE_BITS - 1))
#define LINE_FULL (255 << LINE_BITS)
#define GROUP 8 /* px that are finished at once */

typedef float Four __attribute__((vector_size(16)));
typedef i32 FourInts __attribute__((vector_size(16)));

/* --- changed colours ---------------------------------------------------------------------------*/

INNER Four cut(Four values) {
    const Four zero = {0}, full = {255.0f, 255.0f, 255.0f, 255.0f};
    FourInts more = (FourInts)values & (values > zero);
    FourInts over = (Four)more > full;
    return (Four)((more & ~over) | ((FourInts)full & over));
}

/* The same of one number. */
INNER float cut_level(float value) {
    float more = value > 0.0f ? value : 0.0f;
    return more > 255.0f ? 255.0f : more;
}

/* How colours and alpha change: straight colours times a matrix, alpha times `opacity`. */
typedef struct {
    Four columns[3];
    float opacity;
} Recolour;

/* Write one pixel from straight colours and an alpha, each rounded once, a half up. */
INNER void recolour_pixel(Four colours, float alpha, const Recolour *recolour, u8 *to) {
    const Four *by = recolour->columns;
    colours = cut(by[0] * colours[0] + by[1] * colours[1] + by[2] * colours[2]) + 0.5f;
    FourInts whole = __builtin_convertvector(colours, FourInts);
    u8 level = (u8)(i32)(alpha * recolour->opacity + 0.5f);
    for (i64 k = 0; k < 3; k++) to[k] = level ? (u8)whole[k] : 0;
    to[3] = level;
}

/* The lower of two numbers of 16 bits, with its sign. */
INNER i32 low_half(i32 word) { return (i32)((u32)word << 16) >> 16; }

/* Straighten and recolour GROUP pixels, of two words each, side by side. */
INNER void recolour_group(const i32 *restrict words, const Recolour *recolour,
                          u32 *restrict levels) {
    float by[3][3], opacity = recolour->opacity;
    for (i64 k = 0; k < 9; k++) by[k / 3][k % 3] = recolour->columns[k / 3][k % 3];
    for (i64 i = 0; i < GROUP; i++) {
        i32 low = words[2 * i], high = words[2 * i + 1], number = high >> 16;
        i32 some = -(number >= LINE_HALF); /* a mask: as a condition, it would be no vector */
        float seen = (float)((number & some) | (LINE_FULL & ~some)), whole = 255.0f / seen;
        float alpha = cut_level(seen * (1.0f / (1 << LINE_BITS)));
        float r = cut_level((float)low_half(low) * whole), g = cut_level((float)(low >> 16) * whole);
        float b = cut_level((float)low_half(high) * whole);
        u32 red = (u32)(i32)(cut_level(by[0][0] * r + by[1][0] * g + by[2][0] * b) + 0.5f);
        u32 green = (u32)(i32)(cut_level(by[0][1] * r + by[1][1] * g + by[2][1] * b) + 0.5f);
        u32 blue = (u32)(i32)(cut_level(by[0][2] * r + by[1][2] * g + by[2][2] * b) + 0.5f);
        u32 level = (u32)((i32)(alpha * opacity + 0.5f) & some);
        levels[i] = (red | green << 8 | blue << 16 | level << 24) & -(u32)(level > 0);
    }
}

/* Straighten and recolour `count` pixels of `line`. */
static void recolour_line(const i16 *line, i64 count, const Recolour *recolour, u8 *levels) {
    i32 words[2 * GROUP] = {0};
    u32 made[GROUP];
    i64 x = 0;
    for (; x + GROUP <= count; x += GROUP) {
        memcpy(words, line + x * PIXEL, sizeof words);
        recolour_group(words, recolour, made);
        memcpy(levels + x * PIXEL, made, sizeof made);
    }
    if (x < count) {
        size_t some = (size_t)(count - x);
        memcpy(words, line + x * PIXEL, some * PIXEL * sizeof *line);
        recolour_group(words, recolour, made);
        memcpy(levels + x * PIXEL, made, some * PIXEL);
    }
}

/* --- straight colours --------------------------------------------------------------------------*/

#ifdef __AVX2__

/* Straighten two pixels: 8 numbers of 32 bits. */
INNER __m256i straighten_pair(const i16 *line) {
    const __m256 full = _mm256_set1_ps(255.0f);
    __m256i numbers = _mm256_cvtepi16_epi32(_mm_loadu_si128((const __m128i *)line));
    __m256 pixels = _mm256_cvtepi32_ps(numbers), alphas = _mm256_permute_ps(pixels, 0xFF);
    pixels = _mm256_mul_ps(pixels, _mm256_div_ps(full, alphas));
    pixels = _mm256_min_ps(_mm256_max_ps(pixels, _mm256_setzero_ps()), full); /* 0 of NaN */
    return _mm256_cvttps_epi32(_mm256_add_ps(pixels, _mm256_set1_ps(0.5f)));
}

/* Put 8 pixels into their order whose numbers were narrowed from two registers. */
INNER __m256i in_order(__m256i packed) { return _mm256_permute4x64_epi64(packed, 0xD8); }

/* Straighten GROUP pixels, their alphas aside. */
INNER __m256i straighten_all(const i16 *line) {
    __m256i pairs[GROUP / 2];
    for (i64 k = 0; k < GROUP / 2; k++) pairs[k] = straighten_pair(line + 2 * k * PIXEL);
    __m256i low = in_order(_mm256_packs_epi32(pairs[0], pairs[1]));
    __m256i high = in_order(_mm256_packs_epi32(pairs[2], pairs[3]));
    return in_order(_mm256_packus_epi16(low, high));
}

/* Finish GROUP pixels: each level is rounded by itself, but those that are neither opaque nor
   nothing get straight colours; nothing is left where alpha is rounded to 0. */
INNER void straighten_group(const i16 *line, u8 *levels, u8 *alphas) {
    const __m256i half = _mm256_set1_epi16(LINE_HALF), full = _mm256_set1_epi16(255);
    const __m256i zero = _mm256_setzero_si256();
    const __m256i repeat = _mm256_setr_epi8(3, 3, 3, -1, 7, 7, 7, -1, 11, 11, 11, -1, 15, 15, 15, -1, 3, 3, 3,
                                            -1, 7, 7, 7, -1, 11, 11, 11, -1, 15, 15, 15, -1);
    const __m256i take = _mm256_setr_epi8(3, 7, 11, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 3, 7,
                                          11, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
    __m256i low = _mm256_loadu_si256((const __m256i *)line);
    __m256i high = _mm256_loadu_si256((const __m256i *)(line + LANES));
    low = _mm256_srai_epi16(_mm256_add_epi16(low, half), LINE_BITS);
    high = _mm256_srai_epi16(_mm256_add_epi16(high, half), LINE_BITS);
    __m256i made = in_order(_mm256_packus_epi16(low, high));
    low = _mm256_andnot_si256(_mm256_cmpeq_epi16(low, full), _mm256_cmpgt_epi16(low, zero));
    high = _mm256_andnot_si256(_mm256_cmpeq_epi16(high, full), _mm256_cmpgt_epi16(high, zero));
    __m256i partial = in_order(_mm256_packs_epi16(low, high));
    if (_mm256_movemask_epi8(partial) & 0x88888888)
        made = _mm256_blendv_epi8(made, straighten_all(line), _mm256_shuffle_epi8(partial, repeat));
    __m256i nothing = _mm256_cmpeq_epi32(_mm256_srli_epi32(made, 24), zero);
    made = _mm256_andnot_si256(nothing, made);
    _mm256_storeu_si256((__m256i *)levels, made);
    __m256i taken = _mm256_shuffle_epi8(made, take);
    __m128i both = _mm_unpacklo_epi32(_mm256_castsi256_si128(taken), _mm256_extracti128_si256(taken, 1));
    _mm_storel_epi64((__m128i *)alphas, both);
}

#else

INNER u8 rounded(i16 number) {
    i16 level = (i16)((i16)(number + LINE_HALF) >> LINE_BITS);
    level = level > 0 ? level : 0;
    return (u8)(level < 255 ? level : 255);
}

INNER void straighten_group(const i16 *line, u8 *levels, u8 *alphas) {
    for (i64 i = 0; i < GROUP; i++, line += PIXEL, levels += PIXEL) {
        i16 alpha = line[PIXEL - 1];
        bool opaque = alpha >= LINE_FULL - LINE_HALF && alpha < LINE_FULL + LINE_HALF;
        bool straightens = alpha >= LINE_HALF && !opaque;
        float whole = straightens ? 255.0f / (float)alpha : 0.0f;
        alphas[i] = levels[PIXEL - 1] = rounded(alpha);
        for (i64 k = 0; k < PIXEL - 1; k++) {
            u8 level = straightens ? (u8)(i32)(cut_level((float)line[k] * whole) + 0.5f) : rounded(line[k]);
            levels[k] = alphas[i] ? level : 0;
        }
    }
}

#endif

/* Finish `count` pixels of `line`, which, as `levels` and `alphas`, has room for GROUP more. */
INNER void straighten_line(i16 *line, i64 count, u8 *levels, u8 *alphas) {
    memset(line + count * PIXEL, 0, GROUP * PIXEL * sizeof *line);
    for (i64 x = 0; x < count; x += GROUP)
        straighten_group(line + x * PIXEL, levels + x * PIXEL, alphas + x);
}

/* Take the alphas of `count` pixels. */
INNER void take_alphas(const u8 *levels, i64 count, u8 *restrict alphas) {
    for (i64 x = 0; x < count; x++) alphas[x] = levels[x * PIXEL + PIXEL - 1];
}

#endif
