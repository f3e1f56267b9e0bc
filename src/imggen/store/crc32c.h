/* The checksum of records that Python calls: see kernels/module.c. */
#ifndef IMGGEN_CRC32C_H
#define IMGGEN_CRC32C_H

#include "kernels/base.h"

i64 crc32c(const u8 *data, i64 count, i64 crc, const u32 (*tables)[256]);

#define STORE_KERNELS(KERNEL)                                                                      \
    KERNEL(crc32c, "u1 n n u4", crc32c(v[0].at, v[1].n, v[2].n, v[3].at))

#endif
