/* A prepared background, and the scratch of one encoder: see background.py and scratch.py. */
#ifndef IMGGEN_SCRATCH_H
#define IMGGEN_SCRATCH_H

#include "draw/sprites.h"
#include "encode/png/coder.h"
#include "encode/png/filters.h"

#define GRID 8 /* px between columns whose bit offsets are known; spans are aligned to it */
#define NO_CUT 0xFFFFFFFF /* in column_at: a run covers the column */
#define HASH_STEP 0x9E3779B97F4A7C15u /* 2**64 / golden ratio; Knuth, TAOCP 3, 6.4 */
#define REACH 5 /* rows that a match goes back: as far as deflate allows at 1920 px */

/* `Prepared` of imggen/encode/png/background.py. */
typedef struct {
    const u8 *pixels;
    const u8 *filters;
    const u8 *clean;
    const i64 *clean_at;
    const i64 (*checksums)[3];
    const i32 (*zeros)[2];
    const u8 *spliced, *unfiltered;
    const u64 *codes;
    const i64 *plain_at, *matched_at;
    const u32 *stripe_at, *column_at;
    const u16 (*sums)[2];
    const u32 *tables;
    i64 height, row_bytes, bands, stripes, columns;
} Prepared;

/* `Prices` of imggen/encode/png/matches.py. */
typedef struct {
    i32 *lengths, *distances;
} Prices;

/* `MatchScratch` of imggen/encode/png/matches.py. */
typedef struct {
    i32 (*matches)[3];
    i32 *places;
    i32 *price, *length, *distance, *before;
    i32 *literals;
} MatchScratch;

/* A band of a background to be coded: filtered rows, runs, and matches. See band.py. */
typedef struct {
    const u8 *filtered;
    const i64 (*runs)[2];
    const i32 (*matches)[3];
    i64 rows, row_bytes, n_runs, n_matches;
} BandData;

/* `Scratch` of imggen/encode/png/scratch.py. */
typedef struct {
    u64 *out;
    i64 (*pieces)[4];
    u8 *lines;
    u8 *residuals;
    i64 (*spans)[2];
    i64 *spoilt;
    const CodeScratch *coder;
    const MatchScratch *match;
    i64 line_bytes, most_spans;
    i64 thorough; /* 1 to search long for matches of flat art */
} Scratch;

/* One image being encoded. */
typedef struct {
    const Prepared *background;
    Scene scene;
    const Scratch *scratch;
} Image;

/* A band: its number, and its first and end row. */
typedef struct {
    i64 number, start, stop;
} Band;

/* A coded band: its end, bits, and the sums of its checksum. */
typedef struct {
    i64 end, plain, against;
} Coded;

/* First and end column. */
typedef struct {
    i64 start, end;
} Range;

INNER const u32 *stripes_of(const Prepared *background, i64 row) {
    return background->stripe_at + row * (background->stripes + 1);
}

INNER const u32 *columns_of(const Prepared *background, i64 row) {
    return background->column_at + row * (background->columns + 1);
}

INNER const u16 (*sums_of(const Prepared *background, i64 row))[2] {
    return background->sums + row * (background->columns + 1);
}

/* Return the columns of the grid in each stripe but the last. */
INNER i64 stripe_columns(const Prepared *background) {
    return ceil_div(background->columns, background->stripes);
}

/* Return the line that a row is drawn in; the row above has the other. */
INNER u8 *line_of(const Scratch *scratch, i64 row) {
    return scratch->lines + (row & 1) * scratch->line_bytes;
}

#endif
