/* The kernels of drawing that Python calls. kernels/module.c explains their signatures. */
#ifndef IMGGEN_DRAW_H
#define IMGGEN_DRAW_H

#include "draw/sprites.h"

void paint_sprites(u8 *canvas, i64 height, i64 width, i64 channels, const Sprites *sprites,
                   const i64 (*items)[3], i64 count);
void premultiply(const u8 *colour, const u8 *alpha, i64 channels, i64 mirrored, i64 height,
                 i64 width, float *out);
void finish(const float *picture, i64 height, i64 width, i64 channels, const float (*matrix)[3],
            double opacity, u8 *colour, u8 *alpha);
i64 find_sprite_runs(const u8 *alpha, i64 step, i64 width, i64 height, i64 kind, i64 *rows,
                     i32 (*runs)[3]);
void resize_rows(const float *picture, i64 height, i64 width, i64 planes, const i64 *first,
                 const float *weights, i64 widest, i64 new_width, float *out);
void resize_columns(const float *picture, i64 count, const i64 *first, const float *weights,
                    i64 widest, i64 new_height, float *out);
void turn_picture(const float *padded, i64 height, i64 width, i64 planes, i64 cosine, i64 sine,
                  const float (*weights)[4], i64 (*extents)[2], float *out, i64 out_height,
                  i64 out_width);

#define DRAW_STRUCTS(STRUCT) STRUCT(Sprites, "i8 u1 u1 i8 i4 u2 n")
#define DRAW_KERNELS(KERNEL)                                                                       \
    KERNEL(paint_sprites, "u1! n n n Sprites i8 n",                                                \
           (paint_sprites(v[0].at, v[1].n, v[2].n, v[3].n, v[4].at, v[5].at, v[6].n), 0))          \
    KERNEL(premultiply, "u1 u1 n n n n f4!",                                                       \
           (premultiply(v[0].at, v[1].at, v[2].n, v[3].n, v[4].n, v[5].n, v[6].at), 0))            \
    KERNEL(finish, "f4 n n n f4 x u1! u1!",                                                        \
           (finish(v[0].at, v[1].n, v[2].n, v[3].n, v[4].at, v[5].x, v[6].at, v[7].at), 0))        \
    KERNEL(find_sprite_runs, "u1 n n n n i8! i4!",                                                 \
           find_sprite_runs(v[0].at, v[1].n, v[2].n, v[3].n, v[4].n, v[5].at, v[6].at))            \
    KERNEL(resize_rows, "f4 n n n i8 f4 n n f4!",                                                  \
           (resize_rows(v[0].at, v[1].n, v[2].n, v[3].n, v[4].at, v[5].at, v[6].n, v[7].n,         \
                        v[8].at), 0))                                                              \
    KERNEL(resize_columns, "f4 n i8 f4 n n f4!",                                                   \
           (resize_columns(v[0].at, v[1].n, v[2].at, v[3].at, v[4].n, v[5].n, v[6].at), 0))        \
    KERNEL(turn_picture, "f4 n n n n n f4 i8! f4! n n",                                            \
           (turn_picture(v[0].at, v[1].n, v[2].n, v[3].n, v[4].n, v[5].n, v[6].at, v[7].at,        \
                         v[8].at, v[9].n, v[10].n), 0))

#endif
