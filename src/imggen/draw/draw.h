/* The kernels of drawing that Python calls; the rest of each signature is explained in
   kernels/module.c. */
#ifndef IMGGEN_DRAW_H
#define IMGGEN_DRAW_H

#include "draw/sprites.h"
#include "draw/transform.h"

void paint_sprites(u8 *canvas, i64 height, i64 width, i64 channels, const Sprites *sprites,
                   const i64 (*items)[3], i64 count);
i64 transform_sprite(const Sprites *sprites, i64 channels, const Order *order, const float *matrix,
                     double opacity, const i16 *across, const i16 *down, i16 *scratch, i16 *line,
                     u8 *levels, u8 *alphas, u8 *colour, u8 *alpha, i64 *rows, i32 (*runs)[3]);

#define DRAW_STRUCTS(STRUCT) STRUCT(Sprites, "i8 u1 u1 i8 i4 u2 n")
#define DRAW_KERNELS(KERNEL)                                                                       \
    KERNEL(paint_sprites, "u1! n n n Sprites i8 n",                                                \
           (paint_sprites(v[0].at, v[1].n, v[2].n, v[3].n, v[4].at, v[5].at, v[6].n), 0))          \
    KERNEL(transform_sprite, "Sprites n i8 f4 x i2 i2 i2! i2! u1! u1! u1! u1! i8! i4!",            \
           transform_sprite(v[0].at, v[1].n, v[2].at, v[3].at, v[4].x, v[5].at, v[6].at, v[7].at,  \
                            v[8].at, v[9].at, v[10].at, v[11].at, v[12].at, v[13].at, v[14].at))

#endif
