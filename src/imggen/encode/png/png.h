/* The kernels of PNG that Python calls: see kernels/module.c. */
#ifndef IMGGEN_PNG_H
#define IMGGEN_PNG_H

#include "encode/png/memo.h"
#include "encode/png/scratch.h"

void code_image(const Prepared *background, i64 number, const Sprites *sprites,
                const i64 (*items)[3], const i64 *numbers, i64 count, i64 channels,
                const Scratch *scratch, const Memo *memo, i64 *result);
void filter_rows(const u8 *pixels, i64 height, i64 row_bytes, i64 channels, u8 *lines, u8 *tried,
                 u8 *filtered);
i64 load_band(const u8 *filtered, i64 rows, i64 row_bytes, i64 stripe_bytes, i64 checksum[3],
              const Scratch *scratch);
i64 code_loaded(i64 n, const Scratch *scratch);
void forget_prices(const Scratch *scratch);
i64 seek_loaded(i64 stripe_bytes, i64 ways, i64 hash_bits, const Scratch *scratch);
i64 code_found(i64 m, const Scratch *scratch);
void choose_code(i64 n, i64 m, const i64 *prior, u32 *table, const Scratch *scratch);
i64 code_stripes(i64 m, i64 stripe_bytes, const u32 *table, u32 *stripe_at, i64 rows, i64 stripes,
                 const Scratch *scratch);
i64 code_columns(i64 n, i64 channels, const u32 *table, u32 *column_at, u16 (*sums)[2], i64 rows,
                 i64 columns, const Scratch *scratch);
void count_sprites(const Sprites *sprites, i64 channels, i64 step, i64 *counts,
                   const Scratch *scratch);

#define PNG_STRUCTS(STRUCT)                                                                        \
    STRUCT(Prepared, "u1 u1 u1 i8 i8 i4 u1 u8 i8 i8 u4 u4 u2 u4 n n n n n")                        \
    STRUCT(Coder, "i8! i8! i8! i8! i8! u4! u4!")                                                   \
    STRUCT(MatchScratch, "i4! i4! i4! i4! i4! i4! i4! i4! i4!")                                    \
    STRUCT(Scratch, "u8! i8! u1! u1! i8! i8! i8! Coder MatchScratch n n")                          \
    STRUCT(Memo, "u8! i8! i8! i8! i8! n")
#define PNG_KERNELS(KERNEL)                                                                        \
    KERNEL(code_image, "Prepared n Sprites i8 i8 n n Scratch Memo i8!",                            \
           (code_image(v[0].at, v[1].n, v[2].at, v[3].at, v[4].at, v[5].n, v[6].n, v[7].at,        \
                       v[8].at, v[9].at), 0))                                                      \
    KERNEL(filter_rows, "u1 n n n u1! u1! u1!",                                                    \
           (filter_rows(v[0].at, v[1].n, v[2].n, v[3].n, v[4].at, v[5].at, v[6].at), 0))           \
    KERNEL(load_band, "u1 n n n i8! Scratch",                                                      \
           load_band(v[0].at, v[1].n, v[2].n, v[3].n, v[4].at, v[5].at))                           \
    KERNEL(code_loaded, "n Scratch", code_loaded(v[0].n, v[1].at))                                 \
    KERNEL(forget_prices, "Scratch", (forget_prices(v[0].at), 0))                                  \
    KERNEL(seek_loaded, "n n n Scratch", seek_loaded(v[0].n, v[1].n, v[2].n, v[3].at))             \
    KERNEL(code_found, "n Scratch", code_found(v[0].n, v[1].at))                                   \
    KERNEL(choose_code, "n n i8 u4! Scratch",                                                      \
           (choose_code(v[0].n, v[1].n, v[2].at, v[3].at, v[4].at), 0))                            \
    KERNEL(code_stripes, "n n u4 u4! n n Scratch",                                                 \
           code_stripes(v[0].n, v[1].n, v[2].at, v[3].at, v[4].n, v[5].n, v[6].at))                \
    KERNEL(code_columns, "n n u4 u4! u2! n n Scratch",                                             \
           code_columns(v[0].n, v[1].n, v[2].at, v[3].at, v[4].at, v[5].n, v[6].n, v[7].at))       \
    KERNEL(count_sprites, "Sprites n n i8! Scratch",                                               \
           (count_sprites(v[0].at, v[1].n, v[2].n, v[3].at, v[4].at), 0))

#endif
