/* The samples of a row of MCUs, with the very results of libjpeg's colour conversion, its plain
   downsampling, and its padding at the right and lower edge of an image.

   Source: libjpeg, jccolor.c, jcsample.c and jcprepct.c. */
#ifndef IMGGEN_PLANES_H
#define IMGGEN_PLANES_H

#include "kernels/base.h"

#ifdef __AVX2__
#include <immintrin.h>
#endif

#define SCALE_BITS 16
#define SCALED(x) ((i32)((x) * (1 << SCALE_BITS) + 0.5))
#define HALF_LEVEL (1 << (SCALE_BITS - 1))
#define CENTRE (128 << SCALE_BITS)
#define MOST_COMPONENTS 3
#define SPARE_BYTES 16 /* behind a strip: read, and not used */

/* Spread `count` pixels of RGB, a multiple of 8, to one in 32 bits; the highest 8 are undefined. */
INNER void widen_pixels(const u8 *rgb, i64 count, u32 *restrict pixels) {
#ifdef __AVX2__
    const __m256i spread = _mm256_setr_epi8(0, 1, 2, -1, 3, 4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1, 0, 1, 2, -1, 3,
                                            4, 5, -1, 6, 7, 8, -1, 9, 10, 11, -1);
    for (i64 x = 0; x < count; x += 8) {
        __m128i low = _mm_loadu_si128((const __m128i *)(rgb + 3 * x));
        __m128i high = _mm_loadu_si128((const __m128i *)(rgb + 3 * x + 12));
        __m256i both = _mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1);
        _mm256_storeu_si256((__m256i *)(pixels + x), _mm256_shuffle_epi8(both, spread));
    }
#else
    for (i64 x = 0; x < count; x += 4) {
        u32 from[3];
        memcpy(from, rgb + 3 * x, sizeof from);
        pixels[x] = from[0];
        pixels[x + 1] = from[0] >> 24 | from[1] << 8;
        pixels[x + 2] = from[1] >> 16 | from[2] << 16;
        pixels[x + 3] = from[2] >> 8;
    }
#endif
}

#ifdef __AVX2__

/* Return the weighted sums of the colours of 8 pixels, whose greens are there twice: a weight of
   17 bits is cut into two. */
INNER __m256i weigh_colours(__m256i ends, __m256i greens, i32 red, i32 green, i32 blue) {
    __m256i by = _mm256_set1_epi32((i32)((u32)blue << 16 | (u16)red));
    __m256i by_green = _mm256_set1_epi32((i32)((u32)(green - green / 2) << 16 | (u16)(green / 2)));
    return _mm256_add_epi32(_mm256_madd_epi16(ends, by), _mm256_madd_epi16(greens, by_green));
}

/* Write the third byte of each of 8 sums. */
INNER void write_samples(__m256i sums, u8 *to) {
    const __m256i take = _mm256_setr_epi8(2, 6, 10, 14, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 2, 6,
                                          10, 14, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
    __m256i taken = _mm256_shuffle_epi8(sums, take);
    __m128i both = _mm_unpacklo_epi32(_mm256_castsi256_si128(taken), _mm256_extracti128_si256(taken, 1));
    _mm_storel_epi64((__m128i *)to, both);
}

/* Turn `count` pixels, a multiple of 8, into Y, Cb and Cr: the same sums as below. Those of Cb and
   Cr are made with their signs changed, as -0.5 has 16 bits, and 0.5 has 17. */
INNER void convert_pixels(const u32 *restrict pixels, i64 count, u8 *restrict y, u8 *restrict cb,
                          u8 *restrict cr) {
    const __m256i green = _mm256_setr_epi8(1, -1, 1, -1, 5, -1, 5, -1, 9, -1, 9, -1, 13, -1, 13, -1, 1, -1, 1,
                                           -1, 5, -1, 5, -1, 9, -1, 9, -1, 13, -1, 13, -1);
    const __m256i half = _mm256_set1_epi32(HALF_LEVEL), middle = _mm256_set1_epi32(CENTRE + HALF_LEVEL - 1);
    for (i64 i = 0; i < count; i += 8) {
        __m256i eight = _mm256_loadu_si256((const __m256i *)(pixels + i));
        __m256i ends = _mm256_and_si256(eight, _mm256_set1_epi32(0xFF00FF));
        __m256i greens = _mm256_shuffle_epi8(eight, green);
        __m256i luma = weigh_colours(ends, greens, SCALED(0.29900), SCALED(0.58700), SCALED(0.11400));
        __m256i blue = weigh_colours(ends, greens, SCALED(0.16874), SCALED(0.33126), -SCALED(0.5));
        __m256i red = weigh_colours(ends, greens, -SCALED(0.5), SCALED(0.41869), SCALED(0.08131));
        write_samples(_mm256_add_epi32(luma, half), y + i);
        write_samples(_mm256_sub_epi32(middle, blue), cb + i);
        write_samples(_mm256_sub_epi32(middle, red), cr + i);
    }
}

#else

/* Turn `count` pixels into Y, Cb and Cr. */
INNER void convert_pixels(const u32 *restrict pixels, i64 count, u8 *restrict y, u8 *restrict cb,
                          u8 *restrict cr) {
    for (i64 i = 0; i < count; i++) {
        i32 r = pixels[i] & 255, g = pixels[i] >> 8 & 255, b = pixels[i] >> 16 & 255;
        i32 luma = SCALED(0.29900) * r + SCALED(0.58700) * g + SCALED(0.11400) * b + HALF_LEVEL;
        i32 blue = SCALED(0.5) * b - SCALED(0.16874) * r - SCALED(0.33126) * g;
        i32 red = SCALED(0.5) * r - SCALED(0.41869) * g - SCALED(0.08131) * b;
        y[i] = (u8)(luma >> SCALE_BITS);
        cb[i] = (u8)((blue + CENTRE + HALF_LEVEL - 1) >> SCALE_BITS);
        cr[i] = (u8)((red + CENTRE + HALF_LEVEL - 1) >> SCALE_BITS);
    }
}

#endif

/* Make `count` samples of twice so many: the mean of neighbours, rounded down and up by turns. */
INNER void halve_row(const u8 *restrict from, i64 count, u8 *restrict to) {
    for (i64 i = 0; i < count; i++) {
        u16 two;
        memcpy(&two, from + 2 * i, sizeof two);
        to[i] = (u8)(((two & 255) + (two >> 8) + (i & 1)) >> 1);
    }
}

/* Likewise of two rows. */
INNER void halve_rows(const u8 *restrict upper, const u8 *restrict lower, i64 count,
                      u8 *restrict to) {
    for (i64 i = 0; i < count; i++) {
        u16 two, others;
        memcpy(&two, upper + 2 * i, sizeof two), memcpy(&others, lower + 2 * i, sizeof others);
        u16 sum = (u16)((two & 255) + (two >> 8) + (others & 255) + (others >> 8) + 1 + (i & 1));
        to[i] = (u8)(sum >> 2);
    }
}

/* The samples of a row of MCUs; of each component, rows of `stride` bytes. */
typedef struct {
    u8 *samples[MOST_COMPONENTS];
    i64 stride[MOST_COMPONENTS];
} Planes;

/* Rows of pixels to be made samples. */
typedef struct {
    const u8 *pixels;
    i64 row_bytes, rows; /* so many are on the canvas */
    i64 width;           /* of the canvas, px */
    i64 channels;
    i64 across, down;    /* pixels of a sample of Cb and Cr */
} Pixels;

/* Repeat the last sample of a row that is on the canvas. */
INNER void pad_row(u8 *row, i64 width, i64 to) {
    if (to > width) memset(row + width, row[width - 1], (size_t)(to - width));
}

/* Repeat the last of `rows` rows, down to row `all`. */
INNER void pad_rows(u8 *plane, i64 stride, i64 from, i64 to, i64 rows, i64 all) {
    for (i64 row = rows; row < all; row++)
        memcpy(plane + row * stride + from, plane + (rows - 1) * stride + from, (size_t)(to - from));
}

/* Make row `y` of Cb or Cr, of one or two rows of pixels from `from` to `to`. */
INNER void shrink_rows(const u8 *upper, const u8 *lower, const Pixels *of, i64 from, i64 to,
                       u8 *plane) {
    if (of->down == 2)
        halve_rows(upper + from, lower + from, (to - from) / 2, plane + from / 2);
    else if (of->across == 2)
        halve_row(upper + from, (to - from) / 2, plane + from / 2);
    else
        memcpy(plane + from, upper + from, (size_t)(to - from));
}

/* Make the samples of pixels `from` to `to`, whole MCUs of `mcu_rows` rows.

   `wide` has room for a row of pixels, `colours` for four rows of samples. */
static void make_samples(const Pixels *of, i64 from, i64 to, i64 mcu_rows, u32 *wide, u8 *colours,
                         const Planes *planes) {
    i64 room = planes->stride[0], rows = ceil_div(of->rows, of->down);
    for (i64 row = 0; row < of->rows; row++) {
        u8 *luma = planes->samples[0] + row * room;
        const u8 *pixels = of->pixels + row * of->row_bytes + from * of->channels;
        u8 *blue = colours + (row % of->down) * room, *red = blue + 2 * room;
        if (of->channels == 1) {
            memcpy(luma + from, pixels, (size_t)(to - from));
        } else {
            widen_pixels(pixels, to - from, wide);
            convert_pixels(wide, to - from, luma + from, blue + from, red + from);
        }
        pad_row(luma, of->width, to);
        if (of->channels == 1) continue;
        pad_row(blue, of->width, to), pad_row(red, of->width, to);
        if ((row + 1) % of->down && row + 1 < of->rows) continue;
        const u8 *upper[2] = {colours, colours + 2 * room};
        for (i64 k = 0; k < 2; k++)
            shrink_rows(upper[k], k ? red : blue, of, from, to,
                        planes->samples[1 + k] + row / of->down * planes->stride[1 + k]);
    }
    pad_rows(planes->samples[0], room, from, to, of->rows, mcu_rows);
    for (i64 k = 1; k < of->channels; k++)
        pad_rows(planes->samples[k], planes->stride[k], from / of->across, to / of->across, rows,
                 mcu_rows / of->down);
}

#endif
