/* The kernels of masks that Python calls: see kernels/module.c. */
#ifndef IMGGEN_GEOMETRY_H
#define IMGGEN_GEOMETRY_H

#include "draw/sprites.h"

/* Scratch for the code of a mask: `MaskCoder` of rle.py. */
typedef struct {
    i32 (*points)[2]; /* two for each end of a run */
    i32 *partners;    /* one for each of those, */
    u8 *below;        /* half of one, */
    i32 *tops;        /* and one for each end */
    i32 *columns;     /* one more than the canvas has */
    i64 *switches;    /* `most`, */
    i64 *counts;      /* and one more */
    u8 *text;         /* eight for each count */
    i64 most;
} MaskRoom;

i64 trace_sprites(const Sprites *sprites, i64 channels, const i64 (*wanted)[2], i64 count,
                  i64 first_row, i64 (*shapes)[8], i64 shape, i32 *rows, i32 (*runs)[2], i64 most,
                  i64 n);
i64 trace_items(const i64 (*table)[8], const i32 *silhouette_rows, const i32 (*silhouette_runs)[2],
                const i64 (*items)[3], i64 count, i64 width, i64 height, i32 (*lines)[2],
                i64 most_in_line, i32 *rows, i32 (*runs)[2], i64 most, i64 (*seen)[8]);
i64 turn_corners(i64 y, const i32 *rows, i64 count, const i32 *ends, i32 (*points)[2],
                 i32 *partners, u8 *below, i32 *tops);
i64 trace_outlines(const i32 (*points)[2], i32 *partners, const u8 *below, i64 edges,
                   i32 (*traced)[2], i32 *starts, u8 *holes);
i64 choose_points(const i32 (*points)[2], const i32 *starts, i64 polygons, double tolerance,
                  u8 *kept, i32 *few_starts, i32 (*stack)[2]);
void copy_kept(const i32 (*points)[2], i64 count, const u8 *kept, i32 (*few)[2]);
void join_outlines(const i32 (*points)[2], const i32 *starts, i64 polygons, i32 (*polygon)[2]);
i64 count_switches(const i32 (*points)[2], i64 count, i32 *columns, i64 width);
i64 fill_counts(const i32 (*points)[2], i64 count, i64 width, i64 height, i32 *columns,
                i64 *switches, i64 total, i64 *counts);
i64 code_mask(i64 y, const i32 *rows, i64 count, const i32 *ends, i64 width, i64 height,
              const MaskRoom *room);
i64 write_string(const i64 *counts, i64 count, u8 *text);
void count_runs(i64 y, const i32 *rows, i64 count, i32 *counts);
void place_runs(i64 y, const i32 *mask_rows, i64 count, const i32 (*mask_runs)[2], i64 value,
                i32 *rows, i32 (*runs)[3]);
i64 compare_rows(const i32 *rows, i64 height, i32 (*runs)[3], i64 width, i64 (*stretches)[2]);
i64 put_stretches(const i64 (*stretches)[2], i64 count, u64 *out, i64 *adler);
i64 count_shared(i64 y, const i32 *rows, i64 count, const i32 (*runs)[2], i64 other_y,
                 const i32 *other_rows, i64 other_count, const i32 (*other_runs)[2]);
i64 has_pixel(i64 y, const i32 *rows, i64 count, const i32 (*runs)[2], i64 column, i64 row);

#define GEOMETRY_STRUCTS(STRUCT) STRUCT(MaskRoom, "i4! i4! u1! i4! i4! i8! i8! u1! n")
#define GEOMETRY_KERNELS(KERNEL)                                                                     \
    KERNEL(trace_sprites, "Sprites n i8 n n i8! n i4! i4! n n",                                      \
           trace_sprites(v[0].at, v[1].n, v[2].at, v[3].n, v[4].n, v[5].at, v[6].n, v[7].at,       \
                         v[8].at, v[9].n, v[10].n))                                                \
    KERNEL(trace_items, "i8 i4 i4 i8 n n n i4! n i4! i4! n i8!",                                   \
           trace_items(v[0].at, v[1].at, v[2].at, v[3].at, v[4].n, v[5].n, v[6].n, v[7].at,        \
                       v[8].n, v[9].at, v[10].at, v[11].n, v[12].at))                              \
    KERNEL(turn_corners, "n i4 n i4 i4! i4! u1! i4!",                                              \
           turn_corners(v[0].n, v[1].at, v[2].n, v[3].at, v[4].at, v[5].at, v[6].at, v[7].at))     \
    KERNEL(trace_outlines, "i4 i4! u1 n i4! i4! u1!",                                              \
           trace_outlines(v[0].at, v[1].at, v[2].at, v[3].n, v[4].at, v[5].at, v[6].at))           \
    KERNEL(choose_points, "i4 i4 n x u1! i4! i4!",                                                 \
           choose_points(v[0].at, v[1].at, v[2].n, v[3].x, v[4].at, v[5].at, v[6].at))             \
    KERNEL(copy_kept, "i4 n u1 i4!", (copy_kept(v[0].at, v[1].n, v[2].at, v[3].at), 0))            \
    KERNEL(join_outlines, "i4 i4 n i4!", (join_outlines(v[0].at, v[1].at, v[2].n, v[3].at), 0))    \
    KERNEL(count_switches, "i4 n i4! n", count_switches(v[0].at, v[1].n, v[2].at, v[3].n))         \
    KERNEL(fill_counts, "i4 n n n i4! i8! n i8!",                                                  \
           fill_counts(v[0].at, v[1].n, v[2].n, v[3].n, v[4].at, v[5].at, v[6].n, v[7].at))        \
    KERNEL(code_mask, "n i4 n i4 n n MaskRoom",                                                    \
           code_mask(v[0].n, v[1].at, v[2].n, v[3].at, v[4].n, v[5].n, v[6].at))                   \
    KERNEL(write_string, "i8 n u1!", write_string(v[0].at, v[1].n, v[2].at))                       \
    KERNEL(count_runs, "n i4 n i4!", (count_runs(v[0].n, v[1].at, v[2].n, v[3].at), 0))            \
    KERNEL(place_runs, "n i4 n i4 n i4! i4!",                                                      \
           (place_runs(v[0].n, v[1].at, v[2].n, v[3].at, v[4].n, v[5].at, v[6].at), 0))            \
    KERNEL(compare_rows, "i4 n i4! n i8!",                                                         \
           compare_rows(v[0].at, v[1].n, v[2].at, v[3].n, v[4].at))                                \
    KERNEL(put_stretches, "i8 n u8! i8!", put_stretches(v[0].at, v[1].n, v[2].at, v[3].at))         \
    KERNEL(count_shared, "n i4 n i4 n i4 n i4",                                                    \
           count_shared(v[0].n, v[1].at, v[2].n, v[3].at, v[4].n, v[5].at, v[6].n, v[7].at))       \
    KERNEL(has_pixel, "n i4 n i4 n n",                                                             \
           has_pixel(v[0].n, v[1].at, v[2].n, v[3].at, v[4].n, v[5].n))

#endif
