/* What JPEG makes of a picture, without a file: see camera.py.

   Colours are turned to brightness and two half-sized differences, cut into blocks of 8 x 8, turned
   to frequencies, rounded to multiples of a table, and back. Floats are summed in the order that is
   written here, in all builds. Source: ITU-T T.81, A.3.3 and A.3.4; T.871, 7 (colours). */
#include "draw/camera.h"

#define SIDE 8
#define BLOCK (SIDE * SIDE)
#define MCU 16 /* px; planes are padded to multiples of it */
#define MIDDLE 128.0f

typedef float Eight __attribute__((vector_size(32)));
typedef i32 EightInts __attribute__((vector_size(32)));

/* A plane of samples, less 128. */
typedef struct {
    float *samples;
    i64 height, width;
} Plane;

/* --- blocks ------------------------------------------------------------------------------------*/

/* Multiply a block from the left by a matrix, given by its rows or, transposed, by its columns. */
INNER void multiply(const float *matrix, bool transposed, Eight *block) {
    Eight result[SIDE];
    for (i64 u = 0; u < SIDE; u++) {
        const float *first = matrix + (transposed ? u : u * SIDE);
        i64 step = transposed ? SIDE : 1;
        result[u] = first[0] * block[0];
        for (i64 k = 1; k < SIDE; k++) result[u] += first[k * step] * block[k];
    }
    memcpy(block, result, sizeof result);
}

INNER void transpose(Eight *block) {
    float from[BLOCK], to[BLOCK];
    memcpy(from, block, sizeof from);
    for (i64 y = 0; y < SIDE; y++)
        for (i64 x = 0; x < SIDE; x++) to[y * SIDE + x] = from[x * SIDE + y];
    memcpy(block, to, sizeof to);
}

/* Round each number of a block to a multiple of that in `table`, halves away from zero. */
INNER void quantise(const float *table, Eight *block) {
    for (i64 u = 0; u < SIDE; u++) {
        Eight step, half = {0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f};
        memcpy(&step, table + u * SIDE, sizeof step);
        Eight share = block[u] / step;
        EightInts sign = (EightInts)share & (i32)0x80000000;
        EightInts whole = __builtin_convertvector(share + (Eight)((EightInts)half | sign), EightInts);
        block[u] = __builtin_convertvector(whole, Eight) * step;
    }
}

/* Code and decode all blocks of a plane; `table` is by horizontal, then by vertical frequency. */
static void code_plane(const Plane *plane, const float *cosines, const float *table) {
    for (i64 y = 0; y < plane->height; y += SIDE)
        for (i64 x = 0; x < plane->width; x += SIDE) {
            float *corner = plane->samples + y * plane->width + x;
            Eight block[SIDE];
            for (i64 k = 0; k < SIDE; k++)
                memcpy(block + k, corner + k * plane->width, sizeof *block);
            multiply(cosines, false, block);
            transpose(block);
            multiply(cosines, false, block);
            quantise(table, block);
            multiply(cosines, true, block);
            transpose(block);
            multiply(cosines, true, block);
            for (i64 k = 0; k < SIDE; k++)
                memcpy(corner + k * plane->width, block + k, sizeof *block);
        }
}

/* --- colours -----------------------------------------------------------------------------------*/

INNER const u8 *pixel_at(const u8 *pixels, i64 height, i64 width, i64 channels, i64 x, i64 y) {
    return pixels + (min_of(y, height - 1) * width + min_of(x, width - 1)) * channels;
}

/* Fill the plane of brightness; the picture goes on as at its edges. */
INNER void fill_luma(const u8 *pixels, i64 height, i64 width, i64 channels, const Plane *luma) {
    for (i64 y = 0; y < luma->height; y++)
        for (i64 x = 0; x < luma->width; x++) {
            const u8 *from = pixel_at(pixels, height, width, channels, x, y);
            float level = from[0];
            if (channels > 1) level = 0.299f * from[0] + 0.587f * from[1] + 0.114f * from[2];
            luma->samples[y * luma->width + x] = level - MIDDLE;
        }
}

/* Fill the planes of blue and red difference with the means of 2 x 2 px. */
INNER void fill_chroma(const u8 *pixels, i64 height, i64 width, i64 channels, const Plane *blue,
                       const Plane *red) {
    for (i64 y = 0; y < blue->height; y++)
        for (i64 x = 0; x < blue->width; x++) {
            i32 sums[3] = {0};
            for (i64 k = 0; k < 4; k++) {
                const u8 *from =
                    pixel_at(pixels, height, width, channels, 2 * x + k % 2, 2 * y + k / 2);
                for (i64 c = 0; c < 3; c++) sums[c] += from[c];
            }
            float r = (float)sums[0], g = (float)sums[1], b = (float)sums[2];
            i64 at = y * blue->width + x;
            blue->samples[at] = (0.5f * b - 0.168736f * r - 0.331264f * g) * 0.25f;
            red->samples[at] = (0.5f * r - 0.418688f * g - 0.081312f * b) * 0.25f;
        }
}

/* Double row `y` of a plane of differences, `half` long, to `out`: three quarters of the nearest
   sample, one of the next, both ways. */
INNER void double_row(const Plane *plane, i64 y, i64 half, i64 rows, float *restrict sums,
                      float *restrict out) {
    i64 near = y / 2, next = max_of(0, min_of(near + (y % 2 ? 1 : -1), rows - 1));
    const float *close = plane->samples + near * plane->width;
    const float *far = plane->samples + next * plane->width;
    for (i64 x = 0; x < half; x++) sums[x] = 3.0f * close[x] + far[x];
    for (i64 x = 0; x < half; x++) {
        float before = sums[max_of(x - 1, 0)], after = sums[min_of(x + 1, half - 1)];
        out[2 * x] = (3.0f * sums[x] + before) * 0.0625f;
        out[2 * x + 1] = (3.0f * sums[x] + after) * 0.0625f;
    }
}

INNER u8 level_of(float value) {
    value = value > 0.0f ? value : 0.0f;
    value = value < 255.0f ? value : 255.0f;
    return (u8)(i32)(value + 0.5f);
}

/* Put row `y` of the picture together from its planes; `spare` is two rows and a half. */
INNER void join_row(const Plane *planes, i64 height, i64 width, i64 channels, i64 y, float *spare,
                    u8 *out) {
    const float *luma = planes[0].samples + y * planes[0].width;
    if (channels == 1) {
        for (i64 x = 0; x < width; x++) out[x] = level_of(luma[x] + MIDDLE);
        return;
    }
    i64 half = ceil_div(width, 2), rows = ceil_div(height, 2);
    float *blue = spare, *red = spare + planes[0].width, *sums = spare + 2 * planes[0].width;
    double_row(planes + 1, y, half, rows, sums, blue);
    double_row(planes + 2, y, half, rows, sums, red);
    for (i64 x = 0; x < width; x++, out += channels) {
        float level = luma[x] + MIDDLE;
        out[0] = level_of(level + 1.402f * red[x]);
        out[1] = level_of(level - 0.344136f * blue[x] - 0.714136f * red[x]);
        out[2] = level_of(level + 1.772f * blue[x]);
    }
}

/* Change `pixels`, (height, width, channels), as JPEG of colours at half the size would; alphas
   stay.

   `cosines` is the transform's matrix. `tables` are those of brightness and colours, transposed.
   `planes` has room for 3 / 2 of the picture, padded to MCUs, and for 5 / 2 of its rows. */
EXPORT void add_artefacts(u8 *pixels, i64 height, i64 width, i64 channels, const float *cosines,
                          const float *tables, float *planes) {
    i64 rows = ceil_div(height, MCU) * MCU, columns = ceil_div(width, MCU) * MCU;
    i64 size = rows * columns;
    Plane all[3] = {{planes, rows, columns},
                    {planes + size, rows / 2, columns / 2},
                    {planes + size + size / 4, rows / 2, columns / 2}};
    fill_luma(pixels, height, width, channels, all);
    if (channels > 1) fill_chroma(pixels, height, width, channels, all + 1, all + 2);
    for (i64 k = 0; k < (channels > 1 ? 3 : 1); k++)
        code_plane(all + k, cosines, tables + (k > 0) * BLOCK);
    float *spare = planes + size + size / 2;
    for (i64 y = 0; y < height; y++)
        join_row(all, height, width, channels, y, spare, pixels + y * width * channels);
}
