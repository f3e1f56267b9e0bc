/* Sprites to be made, and where to: see imggen/draw/transform.py. */
#ifndef IMGGEN_TRANSFORM_H
#define IMGGEN_TRANSFORM_H

#include "draw/sprites.h"

#define FRACTION_BITS 32 /* of a position in the sprite, px from its top left corner */
#define PHASES 256       /* positions within a pixel that have weights of their own */
#define MOST_TAPS 8      /* of the filter, each way */
#define STRETCHES 32     /* levels of stretch there are between 1 and 2 */
#define BORDER 8         /* px around the premultiplied sprite, like those at its edge */
#define SPARE_PIXELS 8   /* px behind a row of a result: written, and not used */

/* A sprite to be made, as `Orders` of orders.py; px. */
typedef struct {
    i64 row;                            /* of its source in `Sprites.table` */
    i64 scaled_width, scaled_height;    /* before it is turned */
    i64 width, height;                  /* of the result */
    i64 cosine, sine;                   /* of the angle, with FRACTION_BITS */
    i64 mirrored, nearest, recolours;   /* 0 or 1 */
    i64 kind;                           /* 0, or of the blend mode that all runs get: see runs.h */
} Order;

/* Sprites that are made one behind the other: `Arena` of transform.py. */
typedef struct {
    i64 (*table)[4];
    u8 *colour, *alpha;
    i64 *rows;
    i32 (*runs)[3];
    i64 *used; /* sprites, pixels, rows, runs */
} Arena;

/* Room for one source, and for one row of a result with SPARE_PIXELS: `Workspace` of
   transform.py. */
typedef struct {
    i16 *source, *line;
    u8 *levels, *alphas;
} Workspace;

#endif
