/* A picture in square tiles, each of which has a predictor, a group of codes and multipliers. */
#ifndef IMGGEN_WEBP_TILES_H
#define IMGGEN_WEBP_TILES_H

#include "encode/webp/codes.h"
#include "encode/webp/cross.h"
#include "encode/webp/predict.h"

#define GRID 8 /* px between columns whose bit offsets are known */

/* What is known of tiles: of 2**bits px, and 2**cross_bits px (0: no colour transform) a side. */
typedef struct {
    i64 width, bits, cross_bits;
    const u8 *modes, *groups;
    const u32 *crosses, *tables;
} Tiles;

INNER i64 count_tiles(i64 length, i64 bits) { return (length + ((i64)1 << bits) - 1) >> bits; }

/* The first byte of a pixel that varies where a canvas has `channels`, of so many. */
INNER i64 first_channel(i64 channels) { return channels == 1 ? GREEN : RED; }

/* Find the residuals of columns `start` to `stop` of a row. */
static inline void transform_row(const Tiles *tiles, const u32 *here, const u32 *above, i64 row,
                                 i64 start, i64 stop, u32 *residuals) {
    const u8 *modes = tiles->modes + (row >> tiles->bits) * count_tiles(tiles->width, tiles->bits);
    predict_row(modes, tiles->bits, here, above, row, start, stop, residuals);
    if (tiles->cross_bits == 0) return;
    i64 across = count_tiles(tiles->width, tiles->cross_bits);
    const u32 *crosses = tiles->crosses + (row >> tiles->cross_bits) * across;
    cross_row(crosses, tiles->cross_bits, start, stop, residuals);
}

/* Write the residuals of columns `start` to `stop` of a row, each by the table of its group. */
static inline void write_row(const Tiles *tiles, i64 row, i64 start, i64 stop, bool has_alpha,
                             const u32 *residuals, Writer *writer) {
    i64 bits = tiles->bits;
    const u8 *groups = tiles->groups + (row >> bits) * count_tiles(tiles->width, bits);
    for (i64 x = start; x < stop;) {
        i64 tile = x >> bits, group = groups[tile++];
        while (tile << bits < stop && groups[tile] == group) tile++;
        i64 end = min_of(tile << bits, stop);
        const u32 *table = tiles->tables + group * GROUP_TABLE;
        const u32 *first = residuals + (x - start);
        if (has_alpha)
            write_pixels(first, end - x, table, true, writer);
        else
            write_pixels(first, end - x, table, false, writer);
        x = end;
    }
}

#endif
