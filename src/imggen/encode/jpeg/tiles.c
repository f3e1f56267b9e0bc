/* Find the tiles of a JPEG that sprites touch, draw them, and find the intervals to exchange. See
   grid.py, sheet.py and scan.py. */
#include "draw/sprites.h"
#include "encode/jpeg/jpeg.h"
#include "encode/jpeg/strip.h"

/* Mark the tiles that a sprite's pixels lie on; transparent pixels do not count.

   `marks` is (tile rows, columns); the sizes are of the canvas and of a tile, px. */
EXPORT void mark_tiles(u8 *marks, i64 columns, i64 width, i64 height, i64 tile_width,
                       i64 tile_height, const Sprites *sprites, const i64 (*items)[3], i64 count) {
    for (i64 k = 0; k < count; k++) {
        const i64 *sprite = sprites->table[items[k][0]];
        i64 x = items[k][1], y = items[k][2], end_row = min_of(sprite[3], height - y);
        for (i64 row = max_of(0, -y); row < end_row; row++) {
            u8 *marked = marks + (y + row) / tile_height * columns;
            const i64 *rows = sprites->rows + sprite[1] + row;
            for (i64 run = rows[0]; run < rows[1]; run++) {
                i64 start = max_of(0, x + sprites->runs[run][0]);
                i64 end = min_of(width, x + sprites->runs[run][1]);
                if (start >= end) continue;
                for (i64 column = start / tile_width; column <= (end - 1) / tile_width; column++)
                    marked[column] = 1;
            }
        }
    }
}

/* Fill one slot of a sheet of greys, whose rows hold `count` bytes, from a strip. */
INNER void copy_tile(u8 *slot, i64 count, const Strip *strip, i64 first) {
    for (i64 row = 0; row < strip->rows; row++)
        memcpy(slot + row * count, strip->pixels + row * strip->row_bytes + first, (size_t)count);
}

/* Fill one slot of a sheet, whose rows hold `count` pixels, from a strip of RGB: pixels get a
   fourth byte that nothing reads.

   It copies four pixels at a time, as single bytes do not vectorise (5x slower). */
INNER void widen_tile(u8 *slot, i64 count, const Strip *strip, i64 first) {
    for (i64 row = 0; row < strip->rows; row++) {
        const u8 *restrict source = strip->pixels + row * strip->row_bytes + first;
        u8 *restrict target = slot + row * count * 4;
        for (i64 i = 0; i < count / 4; i++) {
            u32 from[3], to[4];
            memcpy(from, source + i * 12, sizeof from);
            to[0] = from[0];
            to[1] = from[0] >> 24 | from[1] << 8;
            to[2] = from[1] >> 16 | from[2] << 16;
            to[3] = from[2] >> 8;
            memcpy(target + i * 16, to, sizeof to);
        }
    }
}

/* Return the end of the slots from `slot` on whose tiles lie side by side. */
INNER i64 neighbours_end(const i64 *stack, i64 count, i64 slot, i64 columns) {
    i64 end = slot + 1;
    while (end < count && stack[end] == stack[end - 1] + 1 && stack[end] % columns) end++;
    return end;
}

/* Draw the tiles of a scene that `stack` numbers; pixels beyond the canvas are undefined.

   They are drawn one row of tiles after another through `strip`, so that a sprite's rows are drawn
   in one piece: tile by tile takes 1.5x as long. The strip outside `stack` is not read.

   `sheet` is slots of (tile_height, tile_width) pixels as Pillow has them: of 1 or 4 bytes. `stack`
   holds numbers in a grid of `columns`, ascending. `strip` is (tile_height, columns * tile_width *
   channels); `background` is (height, row_bytes). */
EXPORT void draw_stack(u8 *sheet, u8 *strip, i64 tile_width, i64 tile_height, const i64 *stack,
                       i64 slots, i64 columns, i64 channels, const u8 *background, i64 height,
                       i64 row_bytes, const Sprites *sprites, const i64 (*items)[3], i64 count) {
    Scene scene = {sprites, items, count, channels};
    i64 tile_bytes = tile_width * channels;
    i64 slot_bytes = tile_height * tile_width * (channels == 1 ? 1 : 4);
    for (i64 slot = 0; slot < slots;) {
        i64 tile_row = stack[slot] / columns, start = slot;
        Strip drawn = {strip, tile_height, columns * tile_bytes, tile_row * tile_height};
        while (slot < slots && stack[slot] / columns == tile_row) {
            i64 end = neighbours_end(stack, slots, slot, columns);
            i64 left = stack[slot] % columns * tile_bytes;
            copy_background(&drawn, left, left + (end - slot) * tile_bytes, background, height,
                            row_bytes);
            slot = end;
        }
        draw_strip(&drawn, &scene);
        for (i64 done = start; done < slot; done++) {
            i64 first = stack[done] % columns * tile_bytes;
            if (channels == 1)
                copy_tile(sheet + done * slot_bytes, tile_width, &drawn, first);
            else
                widen_tile(sheet + done * slot_bytes, tile_width, &drawn, first);
        }
    }
}

/* Find the cuts between old and new data; intervals side by side in both are one cut.

   `old` and `new` are bounds of the intervals; `places`, ascending, are the old intervals that are
   exchanged, and `order` the new ones that replace them, `count` both. A cut is the end of the old
   data, start and end of the new, and start of the old behind it. Returns the number of cuts. */
EXPORT i64 find_cuts(const i64 *old, const i64 *new, const i64 *places, const i64 *order, i64 count,
                     i64 (*cuts)[4]) {
    i64 n = 0;
    for (i64 k = 0; k < count; k++) {
        i64 place = places[k], fresh = order[k];
        if (k == 0 || place != places[k - 1] + 1 || fresh != order[k - 1] + 1) {
            cuts[n][0] = old[place], cuts[n][1] = new[fresh];
            n++;
        }
        cuts[n - 1][2] = new[fresh + 1], cuts[n - 1][3] = old[place + 1];
    }
    return n;
}
