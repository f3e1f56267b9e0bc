/* Draw rows into two lines: a row, and the row above, which its residuals depend on. */
#ifndef IMGGEN_ROWS_H
#define IMGGEN_ROWS_H

#include "encode/png/scratch.h"

/* Tell if `item` reaches over `row`. */
INNER bool is_in_row(const Sprites *sprites, const i64 item[3], i64 row) {
    return item[2] <= row && row < item[2] + sprites->table[item[0]][3];
}

/* Draw bytes `low` to `high` of a row of a scene on `line`; `background` is that row without sprites.

   All that sprites draw in this row lies within those bytes. */
static inline void draw_scene_row(const Scene *scene, i64 row, const u8 *background, i64 row_bytes,
                                  i64 low, i64 high, u8 *line) {
    i64 lowest = 0;
    while (lowest + 1 < scene->count && !is_in_row(scene->sprites, scene->items[lowest], row))
        lowest++;
    copy_behind(line, background, low, high, scene->channels, scene->sprites, scene->items[lowest],
                row);
    for (i64 k = lowest; k < scene->count; k++)
        draw_sprite_row(line, row_bytes / scene->channels, scene->channels, scene->sprites,
                        scene->items[k], row);
}

/* Draw bytes `low` to `high` of a row into its line, as `draw_scene_row` does. */
static inline void draw_row(const Image *image, i64 row, i64 low, i64 high) {
    i64 row_bytes = image->background->row_bytes;
    const u8 *background = image->background->pixels + row * row_bytes;
    draw_scene_row(&image->scene, row, background, row_bytes, low, high,
                   line_of(image->scratch, row) + MARGIN);
}

/* Draw the whole row above `row`; the row above the first is zero. */
static inline void draw_above(const Image *image, i64 row) {
    if (row > 0)
        draw_row(image, row - 1, 0, image->background->row_bytes);
    else
        memset(line_of(image->scratch, 1), 0, (size_t)image->scratch->line_bytes);
}

#endif
