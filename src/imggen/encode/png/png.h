/* The kernels of PNG that Python calls: see kernels/module.c. */
#ifndef IMGGEN_PNG_H
#define IMGGEN_PNG_H

#include "encode/png/matches.h"
#include "encode/png/memo.h"
#include "encode/png/scratch.h"

void code_image(const Prepared *background, i64 number, const Sprites *sprites,
                const i64 (*items)[3], const i64 *numbers, i64 count, i64 channels,
                const Scratch *scratch, const Memo *memo, i64 *result);
i64 code_band(const Prepared *background, i64 number, const Sprites *sprites,
              const i64 (*items)[3], i64 count, i64 channels, i64 thorough,
              const Scratch *scratch, i64 sums[2]);
void filter_rows(const u8 *pixels, i64 height, i64 row_bytes, i64 channels, u8 *lines, u8 *tried,
                 u8 *filtered);
i64 scan_band(const u8 *filtered, i64 rows, i64 row_bytes, i64 stripe_bytes, i64 checksum[3],
              i64 (*runs)[2]);
i64 code_plain(const BandData *band, const Code *code, const Scratch *scratch);
i64 code_matches(const BandData *band, const Code *code, const Prices *prices,
                 const Scratch *scratch);
void choose_code(const BandData *band, const i64 *prior, const Code *code,
                 const Scratch *scratch);
i64 code_stripes(const BandData *band, i64 stripe_bytes, const Code *code, u32 *stripe_at,
                 i64 stripes, u64 *out);
i64 code_columns(const BandData *band, i64 channels, const Code *code, u32 *column_at,
                 u16 (*sums)[2], i64 columns, u64 *out);
void sum_rows(const u8 *filtered, i64 rows, i64 row_bytes, i64 channels, u16 (*sums)[2],
              i64 columns);
INNER i64 seek_matches(const u8 *filtered, i64 rows, i64 row_bytes, i64 stripe_bytes, i64 ways,
                       i64 hash_bits, const i64 *lengths, const Prices *prices,
                       const MatchScratch *scratch) {
    Search search = {stripe_bytes, ways, hash_bits};
    return find_matches(filtered, rows, row_bytes, &search, lengths, prices, scratch);
}
void count_sprites(const Sprites *sprites, i64 channels, i64 step, i64 *counts,
                   const Scratch *scratch);

#define PNG_STRUCTS(STRUCT)                                                                        \
    STRUCT(Prepared, "u1 u1 u1 i8 i8 i4 u1 u1 u8 i8 i8 u4 u4 u2 u4 n n n n n")                        \
    STRUCT(Code, "i8! i8! u4! u4!")                                                                \
    STRUCT(CodeScratch, "i8! i8! i8! Code")                                                        \
    STRUCT(Prices, "i4! i4!")                                                                      \
    STRUCT(MatchScratch, "i4! i4! i4! i4! i4! i4! i4!")                                            \
    STRUCT(BandData, "u1 i8 i4 n n n n")                                                           \
    STRUCT(Scratch, "u8! i8! u1! u1! i8! i8! CodeScratch MatchScratch n n n")                                     \
    STRUCT(Memo, "u8! i8! i8! i8! n")
#define PNG_KERNELS(KERNEL)                                                                        \
    KERNEL(code_image, "Prepared n Sprites i8 i8 n n Scratch Memo i8!",                            \
           (code_image(v[0].at, v[1].n, v[2].at, v[3].at, v[4].at, v[5].n, v[6].n, v[7].at,        \
                       v[8].at, v[9].at), 0))                                                      \
    KERNEL(code_band, "Prepared n Sprites i8 n n n Scratch i8!",                                   \
           code_band(v[0].at, v[1].n, v[2].at, v[3].at, v[4].n, v[5].n, v[6].n, v[7].at,           \
                     v[8].at))                                                                     \
    KERNEL(filter_rows, "u1 n n n u1! u1! u1!",                                                    \
           (filter_rows(v[0].at, v[1].n, v[2].n, v[3].n, v[4].at, v[5].at, v[6].at), 0))           \
    KERNEL(scan_band, "u1 n n n i8! i8!",                                                          \
           scan_band(v[0].at, v[1].n, v[2].n, v[3].n, v[4].at, v[5].at))                           \
    KERNEL(code_plain, "BandData Code Scratch", code_plain(v[0].at, v[1].at, v[2].at))             \
    KERNEL(expect_prices, "Prices", (expect_prices(v[0].at), 0))                                   \
    KERNEL(find_matches, "u1 n n n n n i8 Prices MatchScratch",                                    \
           seek_matches(v[0].at, v[1].n, v[2].n, v[3].n, v[4].n, v[5].n, v[6].at, v[7].at,         \
                        v[8].at))                                                                  \
    KERNEL(code_matches, "BandData Code Prices Scratch",                                           \
           code_matches(v[0].at, v[1].at, v[2].at, v[3].at))                                       \
    KERNEL(choose_code, "BandData i8 Code Scratch",                                                \
           (choose_code(v[0].at, v[1].at, v[2].at, v[3].at), 0))                                   \
    KERNEL(code_stripes, "BandData n Code u4! n u8!",                                              \
           code_stripes(v[0].at, v[1].n, v[2].at, v[3].at, v[4].n, v[5].at))                       \
    KERNEL(code_columns, "BandData n Code u4! u2! n u8!",                                          \
           code_columns(v[0].at, v[1].n, v[2].at, v[3].at, v[4].at, v[5].n, v[6].at))              \
    KERNEL(sum_rows, "u1 n n n u2! n",                                                             \
           (sum_rows(v[0].at, v[1].n, v[2].n, v[3].n, v[4].at, v[5].n), 0))                        \
    KERNEL(count_sprites, "Sprites n n i8! Scratch",                                               \
           (count_sprites(v[0].at, v[1].n, v[2].n, v[3].at, v[4].at), 0))

#endif
