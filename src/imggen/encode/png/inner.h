/* Inner loops of PNG, for their own tests: nothing else calls them from Python. */
#ifndef IMGGEN_INNER_H
#define IMGGEN_INNER_H

#include "encode/png/flat_matches.h"
#include "encode/png/matches.h"
#include "encode/png/memo.h"
#include "encode/png/runs.h"
#include "encode/png/spans.h"
#include "encode/png/sums.h"

i64 sum_of_sizes(const u8 *residuals, i64 count);
i64 sort_symbols(const i64 *weights, i64 count, i64 *keys);

INNER i64 find_spans_of(const Sprites *sprites, const i64 (*items)[3], i64 count, i64 row,
                        i64 width, i64 (*spans)[2]) {
    Scene scene = {sprites, items, count, 0};
    return find_spans(&scene, row, width, spans);
}

INNER i64 keep_sums(Sums sums, i64 *result) {
    result[0] = sums.plain, result[1] = sums.weighted;
    return 0;
}

INNER i64 find_band_of(const Memo *memo, i64 background, i64 number, i64 start, i64 stop,
                       const Sprites *sprites, const i64 (*items)[3], const i64 *numbers,
                       i64 count, i64 key[MOST_KEY + 1]) {
    Scene scene = {sprites, items, count, 0};
    return find_band(memo, background, (Band){number, start, stop}, &scene, numbers, key);
}

#define INNER_KERNELS(KERNEL)                                                                      \
    KERNEL(get_bits, "u8 n", (i64)get_bits(v[0].at, v[1].n))                                       \
    KERNEL(put_bits, "u8! n n n", put_bits(v[0].at, v[1].n, (u64)v[2].n, v[3].n))                  \
    KERNEL(copy_bits, "u8 n n u8! n", copy_bits(v[0].at, v[1].n, v[2].n, v[3].at, v[4].n))         \
    KERNEL(end_piece, "u8! n", end_piece(v[0].at, v[1].n))                                         \
    KERNEL(sum_bytes, "u1 n i8!", keep_sums(sum_bytes(v[0].at, v[1].n), v[2].at))                  \
    KERNEL(sum_runs, "u1 n i8 n i8!",                                                              \
           keep_sums(sum_runs(v[0].at, v[1].n, v[2].at, v[3].n), v[4].at))                         \
    KERNEL(find_runs, "u1 n n n i8!", find_runs(v[0].at, v[1].n, v[2].n, v[3].n, v[4].at))         \
    KERNEL(find_all_runs, "u1 n n n i8!",                                                          \
           find_all_runs(v[0].at, v[1].n, v[2].n, v[3].n, v[4].at))                                \
    KERNEL(filter_row, "n u1 u1 n n n u1!",                                                        \
           (filter_row(v[0].n, v[1].at, v[2].at, v[3].n, v[4].n, v[5].n, v[6].at), 0))             \
    KERNEL(sum_of_sizes, "u1 n", sum_of_sizes(v[0].at, v[1].n))                                    \
    KERNEL(sort_symbols, "i8 n i8!", sort_symbols(v[0].at, v[1].n, v[2].at))                       \
    KERNEL(code_lengths, "i8 n n i8!", (code_lengths(v[0].at, v[1].n, v[2].n, v[3].at), 0))        \
    KERNEL(make_table, "i8 n u4!", (make_table(v[0].at, v[1].n, v[2].at), 0))                      \
    KERNEL(put_header, "i8 i8 n u8! n", put_header(v[0].at, v[1].at, v[2].n, v[3].at, v[4].n))     \
    KERNEL(put_entry, "n u8! n", put_entry((u32)v[0].n, v[1].at, v[2].n))                          \
    KERNEL(put_literals, "u1 n n u4 u8! n",                                                        \
           put_literals(v[0].at, v[1].n, v[2].n, v[3].at, v[4].at, v[5].n))                        \
    KERNEL(add_runs, "n u4!", (add_runs((u32)v[0].n, v[1].at), 0))                                 \
    KERNEL(put_coded, "u1 n i8 n u4 u8! n",                                                        \
           put_coded(v[0].at, v[1].n, v[2].at, v[3].n, v[4].at, v[5].at, v[6].n))                  \
    KERNEL(code_runs, "u1 n i8 n Code i8! u8! n",                                                  \
           code_runs(v[0].at, v[1].n, v[2].at, v[3].n, v[4].at, v[5].at, v[6].at, v[7].n))         \
    KERNEL(find_spans, "Sprites i8 n n n i8!",                                                     \
           find_spans_of(v[0].at, v[1].at, v[2].n, v[3].n, v[4].n, v[5].at))                       \
    KERNEL(find_flat_matches, "u1 n n n i8 MatchScratch",                                          \
           find_flat_matches(v[0].at, v[1].n, v[2].n, v[3].n, v[4].at, v[5].at))                   \
    KERNEL(price_code, "i8 i8 Prices", (price_code(v[0].at, v[1].at, v[2].at), 0))                 \
    KERNEL(length_symbol, "n", length_symbol(v[0].n).symbol)                                       \
    KERNEL(distance_symbol, "n", distance_symbol(v[0].n).symbol)                                   \
    KERNEL(is_asked, "Memo", is_asked(v[0].at))                                                    \
    KERNEL(find_band, "Memo n n n n Sprites i8 i8 n i8!",                                          \
           find_band_of(v[0].at, v[1].n, v[2].n, v[3].n, v[4].n, v[5].at, v[6].at, v[7].at,        \
                        v[8].n, v[9].at))                                                          \
    KERNEL(keep_band, "Memo n i8 u8 n n n n",                                                      \
           (keep_band(v[0].at, v[1].n, v[2].at, v[3].at, v[4].n,                                   \
                      (Coded){v[5].n, v[6].n, v[7].n}), 0))                                        \
    KERNEL(recall_band, "Memo n u8! n", recall_band(v[0].at, v[1].n, v[2].at, v[3].n).end)

#endif
