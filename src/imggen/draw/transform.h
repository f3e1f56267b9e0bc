/* What one sprite is made of: see imggen/draw/transform.py, whose `Order` this is. */
#ifndef IMGGEN_TRANSFORM_H
#define IMGGEN_TRANSFORM_H

#include "draw/sprites.h"

#define FRACTION_BITS 32 /* of a position in the sprite, px from its top left corner */
#define PHASES 256       /* positions within a pixel that have weights of their own */
#define MOST_TAPS 8      /* of the filter, each way */
#define BORDER 8         /* px around the premultiplied sprite, like those at its edge */

/* Pairs are along the sprite's rows and along its columns. */
typedef struct {
    i64 row;                /* of the sprite in `Sprites.table` */
    i64 width, height;      /* of the result, px */
    i64 start[2];           /* where the middle of its first pixel lies */
    i64 across[2], down[2]; /* from there to the next pixel, and to the one below */
    i64 unit[2];            /* what a pixel of the result is long in the sprite */
    i64 halvings[2];        /* how often the sprite is halved before */
    i64 stretch[2];         /* which weights the filter has then */
    i64 taps;               /* of the filter: 4, 6 or 8; 0 copies the nearest pixel */
    i64 recolours;          /* 0: neither the colours nor the alpha change any more */
    i64 kind;               /* 0, or of the blend mode that all runs get: see runs.h */
} Order;

#endif
