/* The kernels of drawing that Python calls. kernels/module.c explains their signatures. */
#ifndef IMGGEN_DRAW_H
#define IMGGEN_DRAW_H

#include "draw/batch.h"
#include "draw/sprites.h"
#include "draw/transform.h"

void paint_sprites(u8 *canvas, i64 height, i64 width, i64 channels, const Sprites *sprites,
                   const i64 (*items)[3], i64 count);
void transform_sprites(const Sprites *sprites, i64 channels, const i64 *orders, i64 count,
                       const float (*colours)[10], const i16 *weights,
                       const Workspace *space, const Arena *arena);
void draw_scenes(const SceneBatch *batch, i64 first, i64 stop, const u8 *backgrounds,
                 const Sprites *library, const Sprites *made, const Arena *arena,
                 const SpriteIndex *index, const i16 *weights,
                 const Workspace *space, u8 *canvas, i64 height, i64 width, i64 channels);

#define DRAW_STRUCTS(STRUCT) STRUCT(Sprites, "i8 u1 u1 i8 i4 u2 n")                                        \
    STRUCT(Arena, "i8! u1! u1! i8! i4! i8!") STRUCT(Workspace, "i2! i2! u1! u1!")                  \
    STRUCT(SceneBatch, "i4 i8 i8 i8 f4 n") STRUCT(SpriteIndex, "u8! i4! n i8 i8!")
#define DRAW_KERNELS(KERNEL)                                                                       \
    KERNEL(paint_sprites, "u1! n n n Sprites i8 n",                                                \
           (paint_sprites(v[0].at, v[1].n, v[2].n, v[3].n, v[4].at, v[5].at, v[6].n), 0))          \
    KERNEL(transform_sprites, "Sprites n i8 n f4 i2 Workspace Arena",                             \
           (transform_sprites(v[0].at, v[1].n, v[2].at, v[3].n, v[4].at, v[5].at, v[6].at,         \
                              v[7].at), 0))                                                       \
    KERNEL(draw_scenes,                                                                            \
           "SceneBatch n n u1 Sprites Sprites Arena SpriteIndex i2 Workspace u1! n n n"   ,        \
           (draw_scenes(v[0].at, v[1].n, v[2].n, v[3].at, v[4].at, v[5].at, v[6].at, v[7].at,      \
                        v[8].at, v[9].at, v[10].at, v[11].n, v[12].n, v[13].n), 0))

#endif
