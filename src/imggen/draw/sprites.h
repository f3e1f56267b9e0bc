/* Sprites for the kernels, and functions that draw one row of a sprite. */
#ifndef IMGGEN_SPRITES_H
#define IMGGEN_SPRITES_H

#include "draw/blend.h"
#include "draw/modes.h"
#include "kernels/base.h"

#define RGBA_CHANNELS 4
#define OPAQUE 1 /* the third number of a run that is copied */
#define WIDE 64  /* px; shorter runs are blended as if so long: whole vectors are faster */

/* `SpriteArrays` of imggen/draw/sprites.py. */
typedef struct {
    const i64 (*table)[4]; /* first byte in colour, first in rows, width, height */
    const u8 *colour;
    const u8 *alpha;
    const i64 *rows;
    const i32 (*runs)[3]; /* first column, end column, kind */
    const u16 *modes;
    i64 count;
} Sprites;

/* The sprites of an image: `items` are row in `table`, x, y, px, from back to front. */
typedef struct {
    const Sprites *sprites;
    const i64 (*items)[3];
    i64 count;
    i64 channels;
} Scene;

/* Return how far blending may go beyond the end of `run` and change nothing.

   It is the end of an opaque run that follows, else the next run, else the end of the row. */
INNER i64 blend_end(const Sprites *sprites, i64 run, i64 last, i64 width) {
    if (run == last) return width;
    const i32 *next = sprites->runs[run + 1];
    return next[2] ? next[1] : next[0];
}

/* Draw row `row` of a canvas `width` px wide as far as `item` covers it, clipped to the canvas. */
static inline void draw_sprite_row(u8 *line, i64 width, i64 channels, const Sprites *sprites,
                                   const i64 item[3], i64 row) {
    const i64 *sprite = sprites->table[item[0]];
    i64 x = item[1], inner = row - item[2];
    if (inner < 0 || inner >= sprite[3]) return;
    i64 source = sprite[0] + inner * sprite[2] * channels;
    const i64 *rows = sprites->rows + sprite[1] + inner;
    i64 last = rows[1] - 1;
    for (i64 index = rows[0]; index <= last; index++) {
        const i32 *run = sprites->runs[index];
        i64 start = max_of(run[0], -x), end = min_of(run[1], width - x);
        if (start >= end) continue;
        if (!run[2] && channels < RGBA_CHANNELS) {
            i64 most = min_of(blend_end(sprites, index, last, sprite[2]), start + WIDE);
            end = max_of(end, min_of(most, width - x));
        }
        u8 *part = line + (x + start) * channels;
        const u8 *colour = sprites->colour + source + start * channels;
        const u8 *alpha = sprites->alpha + source + start * channels;
        i64 count = (end - start) * channels;
        if (run[2] >= FIRST_MODE)
            blend_mode(part, colour, alpha, count, channels, run[2] - FIRST_MODE, sprites->modes);
        else if (run[2])
            copy_row(part, colour, count);
        else if (channels == RGBA_CHANNELS)
            blend_over(part, colour, count);
        else
            blend_paste(part, colour, alpha, count);
    }
}

/* Copy bytes `low` to `high` of a background's row, but not where `item` is opaque. */
static inline void copy_behind(u8 *line, const u8 *background, i64 low, i64 high, i64 channels,
                               const Sprites *sprites, const i64 item[3], i64 row) {
    const i64 *sprite = sprites->table[item[0]];
    i64 x = item[1], inner = row - item[2], done = low;
    if (inner >= 0 && inner < sprite[3]) {
        const i64 *rows = sprites->rows + sprite[1] + inner;
        for (i64 index = rows[0]; index < rows[1]; index++) {
            const i32 *run = sprites->runs[index];
            i64 start = (x + run[0]) * channels, end = (x + run[1]) * channels;
            if (run[2] == OPAQUE && start > done && end <= high) {
                copy_row(line + done, background + done, start - done);
                done = end;
            }
        }
    }
    if (high > done) copy_row(line + done, background + done, high - done);
}

#endif
