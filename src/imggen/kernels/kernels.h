/* Lists all kernels that Python calls and their structs, with the types of their parameters:
   see module.c. */
#ifndef IMGGEN_KERNELS_H
#define IMGGEN_KERNELS_H

#include "assets/blur.h"
#include "draw/camera.h"
#include "draw/draw.h"
#include "encode/jpeg/jpeg.h"
#include "encode/png/inner.h"
#include "encode/png/png.h"
#include "encode/webp/webp.h"
#include "geometry/geometry.h"
#include "planning/placement/placement.h"
#include "store/crc32c.h"

#define STRUCTS(STRUCT) \
    DRAW_STRUCTS(STRUCT) PNG_STRUCTS(STRUCT) WEBP_STRUCTS(STRUCT) CAMERA_STRUCTS(STRUCT) \
    JPEG_STRUCTS(STRUCT) GEOMETRY_STRUCTS(STRUCT)
#define KERNELS(KERNEL) \
    DRAW_KERNELS(KERNEL) PNG_KERNELS(KERNEL) WEBP_KERNELS(KERNEL) JPEG_KERNELS(KERNEL) \
    GEOMETRY_KERNELS(KERNEL) PLACEMENT_KERNELS(KERNEL) INNER_KERNELS(KERNEL) \
    BLUR_KERNELS(KERNEL) CAMERA_KERNELS(KERNEL) STORE_KERNELS(KERNEL)

#endif
