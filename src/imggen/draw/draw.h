/* The kernels of drawing that Python calls. kernels/module.c explains their signatures. */
#ifndef IMGGEN_DRAW_H
#define IMGGEN_DRAW_H

#include "draw/sprites.h"
#include "draw/transform.h"

void paint_sprites(u8 *canvas, i64 height, i64 width, i64 channels, const Sprites *sprites,
                   const i64 (*items)[3], i64 count);
void transform_sprites(const Sprites *sprites, i64 channels, const i64 *orders, i64 count,
                       const float (*colours)[10], const i16 *across, const i16 *down,
                       const Workspace *space, const Arena *arena);

#define DRAW_STRUCTS(STRUCT) STRUCT(Sprites, "i8 u1 u1 i8 i4 u2 n")                                        \
    STRUCT(Arena, "i8! u1! u1! i8! i4! i8!") STRUCT(Workspace, "i2! i2! u1! u1!")
#define DRAW_KERNELS(KERNEL)                                                                       \
    KERNEL(paint_sprites, "u1! n n n Sprites i8 n",                                                \
           (paint_sprites(v[0].at, v[1].n, v[2].n, v[3].n, v[4].at, v[5].at, v[6].n), 0))          \
    KERNEL(transform_sprites, "Sprites n i8 n f4 i2 i2 Workspace Arena",                             \
           (transform_sprites(v[0].at, v[1].n, v[2].at, v[3].n, v[4].at, v[5].at, v[6].at,         \
                              v[7].at, v[8].at), 0))

#endif
