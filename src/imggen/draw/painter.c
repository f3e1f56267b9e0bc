/* Paint a whole scene on a canvas of pixels. */
#include "draw/draw.h"

/* Draw `items` in order on `canvas`, (height, width * channels), clipped to it. */
EXPORT void paint_sprites(u8 *canvas, i64 height, i64 width, i64 channels, const Sprites *sprites,
                          const i64 (*items)[3], i64 count) {
    for (i64 k = 0; k < count; k++) {
        i64 y = items[k][2], end = min_of(height, y + sprites->table[items[k][0]][3]);
        for (i64 row = max_of(0, y); row < end; row++)
            draw_sprite_row(canvas + row * width * channels, width, channels, sprites, items[k],
                            row);
    }
}
