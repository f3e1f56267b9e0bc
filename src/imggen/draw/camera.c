/* Blur, vignette, brightness, contrast and noise of a whole picture, rounded once: see camera.py.

   Floats are summed in the order that is written here, in all builds. */
#include "draw/camera.h"

#define RGBA_CHANNELS 4
#define FULL_LEVEL 255.0f
#define GREY 127.5f /* what contrast does not change */

/* Divide the colours of a premultiplied row of RGBA by its alphas, which are kept in `alphas`.

   Colours are in 1 / 255 of a level, as alphas are. */
INNER void straighten(float *row, i64 width, float *alphas) {
    for (i64 x = 0; x < width; x++) {
        float *pixel = row + x * RGBA_CHANNELS, alpha = pixel[3];
        float scale = alpha > 0.0f ? FULL_LEVEL / alpha : 0.0f;
        alphas[x] = alpha / FULL_LEVEL;
        for (i64 k = 0; k < 3; k++) pixel[k] *= scale;
    }
}

/* Round a row to `out`, with the tone and noise of a camera. */
INNER void develop(const float *restrict row, i64 count, const Exposure *how, float down,
                   const u16 *noise, u8 *restrict out) {
    float brightness = how->tone[0], contrast = how->tone[1], deviation = how->tone[2];
    for (i64 i = 0; i < count; i++) {
        float light = brightness * (1.0f - (how->across[i] + down));
        float level = (row[i] * light - GREY) * contrast + GREY;
        if (deviation > 0.0f) level += deviation * how->quantiles[noise[i]];
        level = level > 0.0f ? level : 0.0f;
        level = level < FULL_LEVEL ? level : FULL_LEVEL;
        out[i] = (u8)(i32)(level + 0.5f);
    }
}

/* Round the alphas of a row of RGBA to `out`; what shows nothing has no colour. */
INNER void put_alphas(const float *alphas, i64 width, u8 *out) {
    for (i64 x = 0; x < width; x++) {
        u8 *pixel = out + x * RGBA_CHANNELS, alpha = (u8)(i32)(alphas[x] + 0.5f);
        if (!alpha) memset(pixel, 0, 3);
        pixel[3] = alpha;
    }
}

/* Take the picture of `levels`, (height, width * channels), those of RGBA premultiplied. */
EXPORT void take_picture(const u16 *levels, i64 height, i64 width, i64 channels,
                         const Exposure *exposure, u8 *out) {
    i64 count = width * channels;
    Levels from = {levels, height, count, channels};
    Gaussian by = {exposure->weights, exposure->radius};
    float *line = exposure->line, *row = exposure->row;
    for (i64 y = 0; y < height; y++, out += count) {
        blur_row(&from, y, &by, line, row);
        if (channels == RGBA_CHANNELS) straighten(row, width, line);
        const u16 *noise = exposure->tone[2] > 0.0f ? exposure->noise + y * count : NULL;
        develop(row, count, exposure, exposure->down[y], noise, out);
        if (channels == RGBA_CHANNELS) put_alphas(line, width, out);
    }
}
