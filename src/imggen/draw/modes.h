/* Blend modes: see modes.c. */
#ifndef IMGGEN_MODES_H
#define IMGGEN_MODES_H

#include "kernels/base.h"

#define FIRST_MODE 2 /* the third number of a run: 0 blends normally, 1 is opaque */

/* Blend `count` bytes of `colour` with `canvas`, and composite the result over it. */
void blend_mode(u8 *canvas, const u8 *colour, const u8 *alpha, i64 count, i64 channels, i64 mode,
                const u16 *tables);

#endif
