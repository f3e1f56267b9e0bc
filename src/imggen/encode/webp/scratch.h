/* What the encoder of lossless WebP works on: see background.py, sprites.py and scratch.py. */
#ifndef IMGGEN_WEBP_SCRATCH_H
#define IMGGEN_WEBP_SCRATCH_H

#include "encode/png/memo.h"
#include "encode/webp/tiles.h"

/* `Prepared` of imggen/encode/webp/background.py. */
typedef struct {
    const u8 *pixels;
    const u8 *modes, *groups;
    const u32 *crosses;
    const u32 *mode_table, *group_table, *tables;
    const u64 *head;
    const i64 *head_at;
    const u64 *data;
    const i64 *band_at;
    const u32 *column_at;
    i64 height, width, bits, cross_bits;
    i64 own_groups, sprite_group; /* their number; the first of sprites */
} WebpBackground;

/* `SpriteTiles` of imggen/encode/webp/sprites.py. */
typedef struct {
    const i64 *first;           /* of each sprite's tiles */
    const u8 (*tiles)[2];       /* mode, group among those of sprites */
    const u8 (*usual)[2];       /* of each sprite, for one that is transformed */
    i64 bits;
} WebpSprites;

/* `Scratch` of imggen/encode/webp/scratch.py. */
typedef struct {
    u64 *out, *header;
    u8 *modes, *groups;
    u8 *line;
    u32 *pixels;
    u32 *residuals;
    i64 (*spans)[2];
    i64 most_spans;
} WebpScratch;

INNER Tiles tiles_of(const WebpBackground *made) {
    return (Tiles){made->width,  made->bits,    made->cross_bits, made->modes,
                   made->groups, made->crosses, made->tables};
}

#endif
