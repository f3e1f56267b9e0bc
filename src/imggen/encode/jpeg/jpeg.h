/* The kernels of JPEG that Python calls: see kernels/module.c. */
#ifndef IMGGEN_JPEG_H
#define IMGGEN_JPEG_H

#include "draw/sprites.h"

/* How the images of a library are coded: `Frame` of splicer.py. */
typedef struct {
    i64 width, height;           /* of the canvas, px */
    i64 channels;                /* and components */
    i64 across, down;            /* blocks of the first component in an MCU */
    i64 interval;                /* MCUs between two markers */
    const struct Quantiser *quantisers; /* of the first component, and of the others: dct.h */
    const struct Codes *codes;          /* likewise: entropy.h */
} JpegFrame;

/* A background and its file: `IndexedBackground` of splicer.py. */
typedef struct {
    const u8 *pixels;
    const u8 *file;
    const i64 *bounds;      /* interval k is file[bounds[k]:bounds[k + 1]], with its marker */
    const u8 *bits;        /* of all MCUs, one behind the other, and 8 bytes more */
    const i64 (*at)[3];    /* where the components of each MCU begin in them; and the end of all */
    const i16 (*firsts)[3]; /* the DC of the first block of each component of each MCU */
    const i16 (*lasts)[3]; /* and of the last */
} JpegBackground;

/* Room for a row of MCUs, and for the file: `Room` of splicer.py. */
typedef struct {
    u8 *marks;   /* of each MCU: 1 if a sprite lies on it */
    u8 *strip;   /* its pixels */
    u32 *wide;   /* a row of pixels */
    u8 *colours; /* four rows of samples */
    u8 *planes;  /* its samples */
    u8 *out;
    i64 out_bytes;
} JpegRoom;

void mark_tiles(u8 *marks, i64 columns, i64 width, i64 height, i64 tile_width, i64 tile_height,
                const Sprites *sprites, const i64 (*items)[3], i64 count);
void draw_stack(u8 *sheet, u8 *strip, i64 tile_width, i64 tile_height, const i64 *stack, i64 slots,
                i64 columns, i64 channels, const u8 *background, i64 height, i64 row_bytes,
                const Sprites *sprites, const i64 (*items)[3], i64 count);
i64 find_cuts(const i64 *old, const i64 *new, const i64 *places, const i64 *order, i64 count,
              i64 (*cuts)[4]);
i64 splice_jpeg(const JpegFrame *frame, const JpegBackground *background, const Sprites *sprites,
                const i64 (*items)[3], i64 count, const JpegRoom *room, i64 copies_bits,
                i64 *counts);
i64 index_jpeg(const JpegFrame *frame, const JpegBackground *background, const JpegRoom *room, i64 (*at)[3],
               i16 (*firsts)[3], i16 (*lasts)[3]);

#define JPEG_STRUCTS(STRUCT)                                                                       \
    STRUCT(JpegFrame, "n n n n n n u2 u4") STRUCT(JpegBackground, "u1 u1 i8 u1 i8 i2 i2")                  \
    STRUCT(JpegRoom, "u1! u1! u4! u1! u1! u1! n")
#define JPEG_KERNELS(KERNEL)                                                                       \
    KERNEL(mark_tiles, "u1! n n n n n Sprites i8 n",                                               \
           (mark_tiles(v[0].at, v[1].n, v[2].n, v[3].n, v[4].n, v[5].n, v[6].at, v[7].at, v[8].n), \
            0))                                                                                    \
    KERNEL(draw_stack, "u1! u1! n n i8 n n n u1 n n Sprites i8 n",                                 \
           (draw_stack(v[0].at, v[1].at, v[2].n, v[3].n, v[4].at, v[5].n, v[6].n, v[7].n, v[8].at, \
                       v[9].n, v[10].n, v[11].at, v[12].at, v[13].n), 0))                          \
    KERNEL(find_cuts, "i8 i8 i8 i8 n i8!",                                                         \
           find_cuts(v[0].at, v[1].at, v[2].at, v[3].at, v[4].n, v[5].at))                         \
    KERNEL(splice_jpeg, "JpegFrame JpegBackground Sprites i8 n JpegRoom n i8!",                              \
           splice_jpeg(v[0].at, v[1].at, v[2].at, v[3].at, v[4].n, v[5].at, v[6].n, v[7].at))\
    KERNEL(index_jpeg, "JpegFrame JpegBackground JpegRoom i8! i2! i2!",                                        \
           index_jpeg(v[0].at, v[1].at, v[2].at, v[3].at, v[4].at, v[5].at))

#endif
