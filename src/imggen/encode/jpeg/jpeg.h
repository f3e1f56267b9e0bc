/* The kernels of JPEG that Python calls: see kernels/module.c. */
#ifndef IMGGEN_JPEG_H
#define IMGGEN_JPEG_H

#include "draw/sprites.h"

void mark_tiles(u8 *marks, i64 columns, i64 width, i64 height, i64 tile_width, i64 tile_height,
                const Sprites *sprites, const i64 (*items)[3], i64 count);
void draw_stack(u8 *sheet, u8 *strip, i64 tile_width, i64 tile_height, const i64 *stack, i64 slots,
                i64 columns, i64 channels, const u8 *background, i64 height, i64 row_bytes,
                const Sprites *sprites, const i64 (*items)[3], i64 count);
i64 find_cuts(const i64 *old, const i64 *new, const i64 *places, const i64 *order, i64 count,
              i64 (*cuts)[4]);

#define JPEG_KERNELS(KERNEL)                                                                       \
    KERNEL(mark_tiles, "u1! n n n n n Sprites i8 n",                                               \
           (mark_tiles(v[0].at, v[1].n, v[2].n, v[3].n, v[4].n, v[5].n, v[6].at, v[7].at, v[8].n), \
            0))                                                                                    \
    KERNEL(draw_stack, "u1! u1! n n i8 n n n u1 n n Sprites i8 n",                                 \
           (draw_stack(v[0].at, v[1].at, v[2].n, v[3].n, v[4].at, v[5].n, v[6].n, v[7].n, v[8].at, \
                       v[9].n, v[10].n, v[11].at, v[12].at, v[13].n), 0))                          \
    KERNEL(find_cuts, "i8 i8 i8 i8 n i8!",                                                         \
           find_cuts(v[0].at, v[1].at, v[2].at, v[3].at, v[4].n, v[5].at))

#endif
