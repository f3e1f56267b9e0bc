/* Draw rows into two lines: a row, and the row above, which its residuals depend on. */
#ifndef IMGGEN_ROWS_H
#define IMGGEN_ROWS_H

#include "encode/png/scratch.h"

/* Tell if `item` reaches over `row`. */
INNER bool is_in_row(const Sprites *sprites, const i64 item[3], i64 row) {
    return item[2] <= row && row < item[2] + sprites->table[item[0]][3];
}

/* Return the first item that reaches over `row`; the last if none does. */
INNER i64 lowest_in_row(const Scene *scene, i64 row) {
    i64 lowest = 0;
    while (lowest + 1 < scene->count && !is_in_row(scene->sprites, scene->items[lowest], row))
        lowest++;
    return lowest;
}

/* Draw what items from `lowest` on show in `row` on that row of a canvas `width` px wide. */
INNER void draw_items(const Scene *scene, i64 row, i64 lowest, i64 width, u8 *line) {
    for (i64 k = lowest; k < scene->count; k++)
        draw_sprite_row(line, width, scene->channels, scene->sprites, scene->items[k], row);
}

/* Draw bytes `low` to `high` of a row into `line`, where the row begins.

   All that sprites draw in this row lies within those bytes. */
static inline void draw_row_at(const Image *image, i64 row, i64 low, i64 high, u8 *line) {
    const Scene *scene = &image->scene;
    i64 row_bytes = image->background->row_bytes, lowest = lowest_in_row(scene, row);
    const u8 *pixels = image->background->pixels + row * row_bytes;
    if (scene->count == 0) {
        copy_row(line + low, pixels + low, high - low);
        return;
    }
    copy_behind(line, pixels, low, high, scene->channels, scene->sprites, scene->items[lowest],
                row);
    draw_items(scene, row, lowest, row_bytes / scene->channels, line);
}

/* Do the same into the row's line. */
static inline void draw_row(const Image *image, i64 row, i64 low, i64 high) {
    draw_row_at(image, row, low, high, line_of(image->scratch, row) + MARGIN);
}

/* Draw the whole row above `row`; the row above the first is zero. */
static inline void draw_above(const Image *image, i64 row) {
    if (row > 0)
        draw_row(image, row - 1, 0, image->background->row_bytes);
    else
        memset(line_of(image->scratch, 1), 0, (size_t)image->scratch->line_bytes);
}

#endif
