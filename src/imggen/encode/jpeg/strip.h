/* A row of MCUs, or of tiles, of a scene: drawn as a strip as wide as they are together. */
#ifndef IMGGEN_STRIP_H
#define IMGGEN_STRIP_H

#include "draw/sprites.h"

/* A strip: a row of tiles side by side. */
typedef struct {
    u8 *pixels;
    i64 rows, row_bytes, top;
} Strip;

/* Fill the bytes `left` to `right` of a strip from the rows of a background. */
INNER void copy_background(const Strip *strip, i64 left, i64 right, const u8 *background,
                           i64 height, i64 row_bytes) {
    i64 count = min_of(right, row_bytes) - left, rows = min_of(strip->rows, height - strip->top);
    if (count <= 0) return;
    for (i64 row = 0; row < rows; row++)
        copy_row(strip->pixels + row * strip->row_bytes + left,
                 background + (strip->top + row) * row_bytes + left, count);
}

/* Draw the part of a scene that lies on the rows of a strip. */
INNER void draw_strip(const Strip *strip, const Scene *scene) {
    i64 end = strip->top + strip->rows, width = strip->row_bytes / scene->channels;
    for (i64 k = 0; k < scene->count; k++) {
        const i64 *item = scene->items[k];
        i64 y = item[2], stop = min_of(end, y + scene->sprites->table[item[0]][3]);
        for (i64 row = max_of(strip->top, y); row < stop; row++)
            draw_sprite_row(strip->pixels + (row - strip->top) * strip->row_bytes, width,
                            scene->channels, scene->sprites, item, row);
    }
}

#endif
