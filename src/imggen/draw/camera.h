/* A picture as a camera takes it: see camera.py. */
#ifndef IMGGEN_CAMERA_H
#define IMGGEN_CAMERA_H

#include "assets/blur.h"

/* How a picture is taken: `Picture` of camera.py. */
typedef struct {
    const float *weights;   /* of the blur: see blur.h */
    i64 radius;
    const float *across, *down; /* how much darker: of each number of a row, and of each row */
    const float *tone;      /* brightness, contrast, standard deviation of the noise */
    const u16 *noise;       /* of each number, a row of `quantiles` */
    const float *quantiles; /* of a standard normal distribution */
    float *line, *row;      /* room for a row with margins, and for a row */
} Exposure;

void take_picture(const u16 *levels, i64 height, i64 width, i64 channels, const Exposure *exposure,
                  u8 *out);
void add_artefacts(u8 *pixels, i64 height, i64 width, i64 channels, const float *cosines,
                   const float *tables, float *planes);

#define CAMERA_STRUCTS(STRUCT) STRUCT(Exposure, "f4 n f4 f4 f4 u2 f4 f4! f4!")
#define CAMERA_KERNELS(KERNEL)                                                                     \
    KERNEL(take_picture, "u2 n n n Exposure u1!",                                                  \
           (take_picture(v[0].at, v[1].n, v[2].n, v[3].n, v[4].at, v[5].at), 0))                   \
    KERNEL(add_artefacts, "u1! n n n f4 f4 f4!",                                                   \
           (add_artefacts(v[0].at, v[1].n, v[2].n, v[3].n, v[4].at, v[5].at, v[6].at), 0))

#endif
