/* Numbers side by side, of several pixels at once: what the compiler does not find by itself.

   All builds compute the same; where one has no instruction for it, it takes a few others. */
#ifndef IMGGEN_LANES_H
#define IMGGEN_LANES_H

#include "kernels/base.h"

#ifdef __SSE2__
#include <immintrin.h>
#endif

#ifdef __AVX2__
#define LANES 16
#else
#define LANES 8
#endif

#define PIXEL 4 /* numbers of a pixel: red, green, blue, alpha */
#define LEVEL_BITS 7 /* of a premultiplied level, after the point */

typedef i16 Lanes __attribute__((vector_size(2 * LANES)));
typedef i16 Pixel __attribute__((vector_size(2 * PIXEL)));

INNER Lanes load_lanes(const i16 *from) {
    Lanes lanes;
    memcpy(&lanes, from, sizeof lanes);
    return lanes;
}

/* a * b / 2^15, the nearest, a half up. */
INNER Lanes scale_lanes(Lanes a, Lanes b) {
#if defined __AVX2__
    return (Lanes)_mm256_mulhrs_epi16((__m256i)a, (__m256i)b);
#elif defined __SSE2__
    Lanes high = (Lanes)_mm_mulhi_epi16((__m128i)a, (__m128i)b);
    Lanes low = (Lanes)_mm_srli_epi16(_mm_mullo_epi16((__m128i)a, (__m128i)b), 14);
    return high + high + ((low + 1) >> 1);
#else
    typedef i32 Products __attribute__((vector_size(4 * LANES)));
    Products products = __builtin_convertvector(a, Products) * __builtin_convertvector(b, Products);
    return __builtin_convertvector(((products >> 14) + 1) >> 1, Lanes);
#endif
}

/* Weight `k` of MOST_TAPS, in all lanes. */
INNER Lanes repeat_weight(const i16 *weights, i64 k) {
#ifdef __AVX2__
    __m256i all = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)weights));
    return (Lanes)_mm256_shuffle_epi8(all, _mm256_set1_epi16((i16)(0x0100 + 0x0202 * k)));
#else
    return (Lanes){0} + weights[k];
#endif
}

/* The first weights, each for all numbers of a pixel. */
INNER Lanes spread_weights(const i16 *weights) {
#ifdef __AVX2__
    const __m256i spread = _mm256_setr_epi8(0, 1, 0, 1, 0, 1, 0, 1, 2, 3, 2, 3, 2, 3, 2, 3, 4, 5, 4, 5,
                                            4, 5, 4, 5, 6, 7, 6, 7, 6, 7, 6, 7);
    return (Lanes)_mm256_shuffle_epi8(_mm256_set1_epi64x((i64)load_word((const u8 *)weights)), spread);
#else
    Lanes lanes;
    for (i64 k = 0; k < LANES; k++) lanes[k] = weights[k / PIXEL];
    return lanes;
#endif
}

/* The sum of the pixels in `lanes`. */
INNER Pixel add_pixels(Lanes lanes) {
    Pixel pixels[LANES / PIXEL];
    memcpy(pixels, &lanes, sizeof lanes);
    Pixel sum = pixels[0] + pixels[1];
    if (LANES > 8) sum += pixels[LANES / PIXEL - 2] + pixels[LANES / PIXEL - 1];
    return sum;
}

/* Write two pixels, each the sum of those in its lanes. */
INNER void write_sums(Lanes one, Lanes other, i16 *to) {
#ifdef __AVX2__
    __m256i a = (__m256i)one, b = (__m256i)other;
    __m256i sums = _mm256_add_epi16(_mm256_unpacklo_epi64(a, b), _mm256_unpackhi_epi64(a, b));
    __m128i high = _mm256_extracti128_si256(sums, 1);
    _mm_storeu_si128((__m128i *)to, _mm_add_epi16(_mm256_castsi256_si128(sums), high));
#else
    Pixel pixels[2] = {add_pixels(one), add_pixels(other)};
    memcpy(to, pixels, sizeof pixels);
#endif
}

/* level * alpha / 255, with LEVEL_BITS, cut. */
INNER i16 premultiplied(u8 level, u8 alpha) {
    u16 product = (u16)(level * alpha);
    return (i16)((u32)product * 32897u >> 16); /* 2^23 / 255, rounded up */
}

/* Premultiply `count` pixels of so many channels. */
INNER void premultiply_row(const u8 *colour, const u8 *alpha, i64 count, i64 channels,
                           i16 *restrict out) {
    i64 x = 0;
#ifdef __AVX2__
    const __m128i full = _mm_set1_epi32((int)0xff000000);
    const __m128i spread = channels == 4 ? _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) : _mm_setr_epi8(0, 1, 2, 2, 3, 4, 5, 5, 6, 7, 8, 8, 9, 10, 11, 11);
    const __m128i repeat = channels == 4 ? _mm_setr_epi8(3, 3, 3, 3, 7, 7, 7, 7, 11, 11, 11, 11, 15, 15, 15, 15) : spread;
    for (; channels >= 3 && x + 6 <= count; x += 4) { /* of RGB, 16 bytes are read, 12 used */
        const u8 *opacity = channels == 4 ? colour + x * channels : alpha + x * channels;
        __m128i levels = _mm_loadu_si128((const __m128i *)(colour + x * channels));
        __m128i alphas = _mm_loadu_si128((const __m128i *)opacity);
        __m256i a = _mm256_cvtepu8_epi16(_mm_or_si128(_mm_shuffle_epi8(levels, spread), full));
        __m256i b = _mm256_cvtepu8_epi16(_mm_shuffle_epi8(alphas, repeat));
        a = _mm256_mulhi_epu16(_mm256_mullo_epi16(a, b), _mm256_set1_epi16((short)32897));
        _mm256_storeu_si256((__m256i *)(out + x * PIXEL), a);
    }
#endif
    for (; x < count; x++) {
        u8 opacity = channels == 4 ? colour[x * 4 + 3] : alpha[x * channels];
        for (i64 k = 0; k < 3; k++)
            out[x * PIXEL + k] =
                premultiplied(colour[x * channels + (channels == 1 ? 0 : k)], opacity);
        out[x * PIXEL + 3] = (i16)(opacity << LEVEL_BITS);
    }
}

/* Write `count` pixels of `levels` as sprites have them: see `Sprites`. */
INNER void write_pixels(const u8 *levels, i64 count, i64 channels, u8 *restrict colour,
                        u8 *restrict alpha) {
    i64 x = 0;
    if (channels == 4) {
        memcpy(colour, levels, (size_t)(count * PIXEL));
        return;
    }
#ifdef __AVX2__
    const __m128i colours = _mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1);
    const __m128i alphas = _mm_setr_epi8(3, 3, 3, 7, 7, 7, 11, 11, 11, 15, 15, 15, -1, -1, -1, -1);
    for (; channels == 3 && x + 6 <= count; x += 4) { /* 16 bytes are written, 12 for good */
        __m128i four = _mm_loadu_si128((const __m128i *)(levels + x * PIXEL));
        _mm_storeu_si128((__m128i *)(colour + x * 3), _mm_shuffle_epi8(four, colours));
        _mm_storeu_si128((__m128i *)(alpha + x * 3), _mm_shuffle_epi8(four, alphas));
    }
#endif
    for (; x < count; x++)
        for (i64 k = 0; k < channels; k++) {
            colour[x * channels + k] = levels[x * PIXEL + k];
            alpha[x * channels + k] = levels[x * PIXEL + 3];
        }
}

#endif
