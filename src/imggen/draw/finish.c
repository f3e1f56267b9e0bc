/* Turn sprites into planes and back, change their colours, and find their runs.

   A plane picture is (height, width * planes) float, its planes colour and then alpha: see
   imggen/draw/resample.py. `colour` and `alpha` are of one sprite, as in `SpriteArrays`. */
#include "draw/draw.h"

#define FULL_ALPHA 255
#define SHORTEST_COPY 16 /* px; see imggen/assets/runs.py */
#define SHORTEST_GAP 8   /* px; likewise */

INNER i64 planes_of(i64 channels) { return channels == 1 ? 2 : 4; }

/* Premultiply a sprite into planes; `mirrored` is 1 to exchange left and right. */
EXPORT void premultiply(const u8 *colour, const u8 *alpha, i64 channels, i64 mirrored, i64 height,
                        i64 width, float *restrict out) {
    i64 planes = planes_of(channels);
    for (i64 y = 0; y < height; y++) {
        float *target = out + y * width * planes;
        for (i64 x = 0; x < width; x++) {
            i64 i = (y * width + x) * channels;
            float *pixel = target + (mirrored ? width - 1 - x : x) * planes;
            float opacity = channels == 4 ? colour[i + 3] : alpha[i];
            for (i64 k = 0; k < planes - 1; k++) pixel[k] = (float)colour[i + k] * opacity / 255.0f;
            pixel[planes - 1] = opacity;
        }
    }
}

INNER float cut(float level) {
    level = level > 0.0f ? level : 0.0f;
    return level < 255.0f ? level : 255.0f;
}

/* Round to the nearest of 0 to 255, halves up. */
INNER u8 to_level(float value) { return (u8)(i32)(cut(value) + 0.5f); }

/* Multiply one pixel's straight colours by `matrix`; of greys, only its first number counts. */
INNER void finish_colours(const float *from, i64 planes, const float matrix[3][3], u8 *to) {
    float inverse = 255.0f / from[planes - 1];
    if (planes == 2) {
        to[0] = to_level(cut(from[0] * inverse) * matrix[0][0]);
        return;
    }
    float red = cut(from[0] * inverse), green = cut(from[1] * inverse);
    float blue = cut(from[2] * inverse);
    for (i64 k = 0; k < 3; k++)
        to[k] = to_level(matrix[k][0] * red + matrix[k][1] * green + matrix[k][2] * blue);
}

/* Finish all pixels of a sprite; compiled for each number of channels. */
INNER void finish_pixels(const float *picture, i64 count, i64 channels, const float matrix[3][3],
                         float opacity, u8 *restrict colour, u8 *restrict alpha) {
    i64 planes = planes_of(channels);
    for (i64 pixel = 0; pixel < count; pixel++, picture += planes, colour += channels) {
        u8 level = to_level(picture[planes - 1] * opacity);
        if (level == 0)
            memset(colour, 0, (size_t)channels);
        else
            finish_colours(picture, planes, matrix, colour);
        if (channels == 4)
            colour[3] = level;
        else
            memset(alpha + pixel * channels, level, (size_t)channels);
    }
}

/* Turn planes into a sprite: straight colours times `matrix`, alpha times `opacity`. Every value
   is rounded once. */
EXPORT void finish(const float *picture, i64 height, i64 width, i64 channels,
                   const float (*matrix)[3], double opacity, u8 *colour, u8 *alpha) {
    i64 count = height * width;
    float own[3][3]; /* a copy that no store to `colour` can change */
    memcpy(own, matrix, sizeof own);
    if (channels == 1)
        finish_pixels(picture, count, 1, own, (float)opacity, colour, alpha);
    else if (channels == 3)
        finish_pixels(picture, count, 3, own, (float)opacity, colour, alpha);
    else
        finish_pixels(picture, count, 4, own, (float)opacity, colour, alpha);
}

/* Add a run that blends, or lengthen the last of a row's runs, which begin at `first`. Return the
   number of runs. */
INNER i64 add_run(i32 (*runs)[3], i64 first, i64 n, i64 start, i64 end, i64 kind) {
    if (n > first && runs[n - 1][1] == start && runs[n - 1][2] == kind) {
        runs[n - 1][1] = (i32)end;
        return n;
    }
    runs[n][0] = (i32)start, runs[n][1] = (i32)end, runs[n][2] = (i32)kind;
    return n + 1;
}

/* Cut a row of a sprite into runs, numbered from `first` on. Return the number after the last. */
static i64 find_row_runs(const u8 *row, i64 step, i64 width, i64 kind, i64 first, i32 (*runs)[3]) {
    i64 n = first, x = 0;
    while (x < width) {
        i64 start = x;
        u8 value = row[x * step];
        if (value == 0) {
            while (x < width && row[x * step] == 0) x++;
            if (start > 0 && x < width && x - start < SHORTEST_GAP)
                n = add_run(runs, first, n, start, x, kind);
            continue;
        }
        if (value == FULL_ALPHA) {
            while (x < width && row[x * step] == FULL_ALPHA) x++;
            if (kind == 0 && x - start >= SHORTEST_COPY) {
                runs[n][0] = (i32)start, runs[n][1] = (i32)x, runs[n][2] = OPAQUE;
                n++;
                continue;
            }
        }
        while (x < width && row[x * step] != 0 && row[x * step] != FULL_ALPHA) x++;
        n = add_run(runs, first, n, start, x, kind);
    }
    return n;
}

/* Cut the rows of a sprite into runs, as `imggen.assets.runs.find_runs` does.

   Every `step`-th byte of `alpha` is a pixel's. `kind` is 0, or the blend mode of all runs; then
   opaque pixels are treated as others. rows[0] holds the number of runs before; the other `height`
   are filled in, and the runs from that number on. Returns the number after the last. */
EXPORT i64 find_sprite_runs(const u8 *alpha, i64 step, i64 width, i64 height, i64 kind, i64 *rows,
                            i32 (*runs)[3]) {
    for (i64 y = 0; y < height; y++)
        rows[y + 1] = find_row_runs(alpha + y * width * step, step, width, kind, rows[y], runs);
    return rows[height];
}
