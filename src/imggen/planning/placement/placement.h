/* The kernels of places that Python calls: see kernels/module.c. */
#ifndef IMGGEN_PLACEMENT_H
#define IMGGEN_PLACEMENT_H

#include "kernels/base.h"

void mark_covered(const i64 (*corners)[2], const i64 (*sizes)[2], i64 layers, const i64 *avoided,
                  i64 count, const i64 *rows, i64 placed, const i64 (*ends)[2], i64 sides,
                  const i64 (*boxes)[2], const i64 *allowed, u8 *covered);

#define PLACEMENT_KERNELS(KERNEL)                                                                  \
    KERNEL(mark_covered, "i8 i8 n i8 n i8 n i8 n i8 i8 u1!",                                       \
           (mark_covered(v[0].at, v[1].at, v[2].n, v[3].at, v[4].n, v[5].at, v[6].n, v[7].at,      \
                         v[8].n, v[9].at, v[10].at, v[11].at),                                     \
            0))

#endif
