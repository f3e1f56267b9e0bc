/* The kernels of lossless WebP that Python calls: see kernels/module.c. */
#ifndef IMGGEN_WEBP_H
#define IMGGEN_WEBP_H

#include "encode/webp/scratch.h"

enum { PREDICT, CROSS, SUBTRACT_GREEN }; /* transforms; RFC 9649, 4 */

/* Write an image's size, and that green is subtracted, which begins all of them (RFC 9649, 3.4). */
INNER i64 put_image_start(i64 width, i64 height, i64 channels, u64 *out) {
    i64 position = put_bits(out, 0, 0x2F, 8);
    position = put_bits(out, position, (u64)(width - 1), 14);
    position = put_bits(out, position, (u64)(height - 1), 14);
    position = put_bits(out, position, channels == 4, 1 + 3); /* alpha is used; version 0 */
    return put_bits(out, position, 1 | SUBTRACT_GREEN << 1, 3);
}

void price_levels(const i64 *counts, i64 codes, u16 *prices);
void guess_prices(i64 codes, u16 *prices);
void choose_modes(const u8 *pixels, i64 height, i64 width, i64 channels, i64 bits, i64 mask,
                  i64 step, const u16 *prices, u32 *lines, u32 *residuals, u32 *sums, u8 *modes);
void count_residuals(const u8 *pixels, i64 height, i64 width, i64 channels, i64 bits, i64 step,
                     const u8 *seen, i64 is_sprite, const u8 *modes, const u32 *crosses,
                     i64 cross_bits, u32 *lines, u32 *residuals, u16 *counts);
void measure_tiles(const u16 *counts, i64 tiles, i64 symbols, i64 *sizes);
void sum_groups(const u16 *counts, i64 tiles, i64 symbols, const u8 *groups, i64 *sums);
i64 assign_groups(const u16 *counts, i64 tiles, i64 symbols, const u16 *prices, i64 k, u8 *groups);
void choose_crosses(const u8 *pixels, i64 height, i64 width, i64 channels, i64 bits,
                    const u8 *modes, i64 cross_bits, const u16 *prices, u32 *lines, u32 *residuals,
                    u32 *crosses);
void put_head(i64 width, i64 height, i64 channels, i64 bits, const u32 *crosses, i64 cross_bits,
              i64 groups, const i64 *mode_weights, const i64 *group_weights, const i64 *weights,
              u32 *mode_table, u32 *group_table, u32 *tables, u64 *out, i64 *at);
void code_pixels(const u8 *pixels, i64 height, i64 channels, const WebpBackground *made, u32 *lines,
                 u32 *residuals, u64 *out, i64 *band_at, u32 *column_at);
void splice_webp(const WebpBackground *background, i64 number, const Sprites *sprites,
                 const i64 (*items)[3], const i64 *numbers, const i64 (*origins)[3], i64 count,
                 i64 is_changed, i64 channels, const WebpSprites *sprite_tiles, const WebpScratch *scratch,
                 const Memo *memo, i64 *result);
i64 code_flat(const u8 *canvas, i64 height, i64 width, i64 channels, u32 *pixels, i32 (*tokens)[2],
              u64 *out);

#define WEBP_STRUCTS(STRUCT)                                                                       \
    STRUCT(WebpBackground, "u1 u1 u1 u4 u4 u4 u4 u8 i8 u8 i8 u4 n n n n n n")                        \
    STRUCT(WebpSprites, "i8 u1 u1 n")                                                              \
    STRUCT(WebpScratch, "u8! u8! u1! u1! u1! u4! u4! i8! n")
#define WEBP_KERNELS(KERNEL)                                                                       \
    KERNEL(price_levels, "i8 n u2!", (price_levels(v[0].at, v[1].n, v[2].at), 0))                  \
    KERNEL(guess_prices, "n u2!", (guess_prices(v[0].n, v[1].at), 0))                              \
    KERNEL(choose_modes, "u1 n n n n n n u2 u4! u4! u4! u1!",                                      \
           (choose_modes(v[0].at, v[1].n, v[2].n, v[3].n, v[4].n, v[5].n, v[6].n, v[7].at,         \
                         v[8].at, v[9].at, v[10].at, v[11].at), 0))                                \
    KERNEL(count_residuals, "u1 n n n n n u1 n u1 u4 n u4! u4! u2!",                               \
           (count_residuals(v[0].at, v[1].n, v[2].n, v[3].n, v[4].n, v[5].n, v[6].at, v[7].n,      \
                            v[8].at, v[9].at, v[10].n, v[11].at, v[12].at, v[13].at), 0))          \
    KERNEL(measure_tiles, "u2 n n i8!", (measure_tiles(v[0].at, v[1].n, v[2].n, v[3].at), 0))      \
    KERNEL(sum_groups, "u2 n n u1 i8!",                                                            \
           (sum_groups(v[0].at, v[1].n, v[2].n, v[3].at, v[4].at), 0))                             \
    KERNEL(assign_groups, "u2 n n u2 n u1!",                                                       \
           assign_groups(v[0].at, v[1].n, v[2].n, v[3].at, v[4].n, v[5].at))                       \
    KERNEL(choose_crosses, "u1 n n n n u1 n u2 u4! u4! u4!",                                       \
           (choose_crosses(v[0].at, v[1].n, v[2].n, v[3].n, v[4].n, v[5].at, v[6].n, v[7].at,      \
                           v[8].at, v[9].at, v[10].at), 0))                                        \
    KERNEL(put_head, "n n n n u4 n n i8 i8 i8 u4! u4! u4! u8! i8!",                                \
           (put_head(v[0].n, v[1].n, v[2].n, v[3].n, v[4].at, v[5].n, v[6].n, v[7].at, v[8].at,    \
                     v[9].at, v[10].at, v[11].at, v[12].at, v[13].at, v[14].at), 0))               \
    KERNEL(code_pixels, "u1 n n WebpBackground u4! u4! u8! i8! u4!",                               \
           (code_pixels(v[0].at, v[1].n, v[2].n, v[3].at, v[4].at, v[5].at, v[6].at, v[7].at,      \
                        v[8].at), 0))                                                              \
    KERNEL(code_flat, "u1 n n n u4! i4! u8!",                                                      \
           code_flat(v[0].at, v[1].n, v[2].n, v[3].n, v[4].at, v[5].at, v[6].at))                  \
    KERNEL(splice_webp,                                                                            \
           "WebpBackground n Sprites i8 i8 i8 n n n WebpSprites WebpScratch Memo i8!",             \
           (splice_webp(v[0].at, v[1].n, v[2].at, v[3].at, v[4].at, v[5].at, v[6].n, v[7].n,       \
                        v[8].n, v[9].at, v[10].at, v[11].at, v[12].at), 0))

#endif
