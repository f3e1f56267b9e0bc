/* Masks as lengths of runs: COCO's code of one mask, and the filtered rows of an image of masks.
   See rle.py, stretches.py and mask_png.py. */
#include "encode/png/coder.h"
#include "encode/png/filters.h"
#include "encode/png/sums.h"
#include "geometry/geometry.h"

/* --- COCO's run-length code ------------------------------------------------------------------ */

/* Count switches from 0 to 1 or back: each horizontal edge has one a column; how many there are.

   `points` are `count` corners; `columns` (width + 1), zeros, gets how many are in the columns
   before each. */
EXPORT i64 count_switches(const i32 (*points)[2], i64 count, i32 *columns, i64 width) {
    for (i64 k = 0; k < count; k += 2) {
        columns[points[k][0]]++;
        columns[points[k + 1][0]]--;
    }
    i64 total = 0, here = 0;
    for (i64 x = 0; x <= width; x++) {
        here += columns[x];
        columns[x] = (i32)total;
        total += here;
    }
    return total;
}

/* Fill in the lengths of the runs; how many there are.

   `columns` is what `count_switches` gave, and is changed; `switches` (`total`) is scratch: where
   they are in the canvas' order; `counts` (total + 1) is filled in. */
EXPORT i64 fill_counts(const i32 (*points)[2], i64 count, i64 width, i64 height, i32 *columns,
                       i64 *switches, i64 total, i64 *counts) {
    for (i64 k = 0; k < count; k += 2)
        for (i64 x = points[k][0]; x < points[k + 1][0]; x++)
            switches[columns[x]++] = x * height + points[k][1];
    i64 n = 0, done = 0;
    for (i64 i = 0; i < total;) {
        if (i + 1 < total && switches[i] == switches[i + 1]) {
            i += 2; /* the mask goes on from a column's last pixel to the next one's first */
            continue;
        }
        counts[n++] = switches[i] - done;
        done = switches[i++];
    }
    if (done < width * height) counts[n++] = width * height - done;
    return n;
}

/* Write `count` lengths to `text`; how many bytes. Source: maskApi.c, rleToString.

   From the fourth on, a count is coded as its difference from the one before the last. Digits are
   of 5 bits, lowest first, 32 more where others follow; the last one's highest bit is the sign. */
EXPORT i64 write_string(const i64 *counts, i64 count, u8 *text) {
    i64 n = 0;
    for (i64 k = 0; k < count; k++) {
        i64 value = counts[k] - (k > 2 ? counts[k - 2] : 0);
        bool more = true;
        while (more) {
            i64 digit = value & 0x1F;
            value >>= 5;
            more = value != (digit & 0x10 ? -1 : 0);
            text[n++] = (u8)(48 + digit + (more ? 0x20 : 0));
        }
    }
    return n;
}

/* Write COCO's code of a mask to `room->text`; how many bytes, or -(room that is needed) - 1.

   `y`, `rows` (`count` + 1) and `ends` are of the mask, as for `turn_corners`. */
EXPORT i64 code_mask(i64 y, const i32 *rows, i64 count, const i32 *ends, i64 width, i64 height,
                     const MaskRoom *room) {
    const i32(*points)[2] = (const i32(*)[2])room->points;
    i64 corners = turn_corners(y, rows, count, ends, room->points, room->partners, room->below,
                               room->tops);
    memset(room->columns, 0, (size_t)(width + 1) * sizeof *room->columns);
    i64 total = count_switches(points, corners, room->columns, width);
    if (total > room->most) return -total - 1;
    i64 used = fill_counts(points, corners, width, height, room->columns, room->switches, total,
                           room->counts);
    return write_string(room->counts, used, room->text);
}

/* --- stretches of equal bytes ---------------------------------------------------------------- */

/* Add the runs of a mask of `count` rows in row r of the canvas to counts[r + 2]. */
EXPORT void count_runs(i64 y, const i32 *rows, i64 count, i32 *counts) {
    for (i64 row = 0; row < count; row++) counts[y + row + 2] += rows[row + 1] - rows[row];
}

/* Put the runs of a mask of `count` rows among those of the image: first and end column, value.

   rows[r + 1] is where the next run of canvas row r goes, and is moved on, so that in the end row r
   has the runs from rows[r] to rows[r + 1]. */
EXPORT void place_runs(i64 y, const i32 *mask_rows, i64 count, const i32 (*mask_runs)[2], i64 value,
                       i32 *rows, i32 (*runs)[3]) {
    for (i64 row = 0; row < count; row++) {
        for (i64 k = mask_rows[row]; k < mask_rows[row + 1]; k++) {
            i32 *run = runs[rows[y + row + 1]++];
            run[0] = mask_runs[k][0], run[1] = mask_runs[k][1], run[2] = (i32)value;
        }
    }
}

/* Sort runs `first` to `stop` from left to right, by insertion: they are few, or nearly so. */
static void sort_runs(i32 (*runs)[3], i64 first, i64 stop) {
    for (i64 k = first + 1; k < stop; k++) {
        i32 run[3];
        memcpy(run, runs[k], sizeof run);
        i64 i = k;
        for (; i > first && runs[i - 1][0] > run[0]; i--) memcpy(runs[i], runs[i - 1], sizeof run);
        memcpy(runs[i], run, sizeof run);
    }
}

/* Add bytes of `value` to the `n` stretches there are; how many there are then. */
INNER i64 add_stretch(i64 value, i64 length, i64 n, i64 (*stretches)[2]) {
    if (n > 0 && stretches[n - 1][0] == value) {
        stretches[n - 1][1] += length;
        return n;
    }
    stretches[n][0] = value, stretches[n][1] = length;
    return n + 1;
}

/* A value, and the column where it ends. */
typedef struct {
    i64 value, end;
} Shown;

/* What column `x` shows, where `run` is the next to end, or none if it is `stop`. */
INNER Shown shown(const i32 (*runs)[3], i64 run, i64 stop, i64 x, i64 width) {
    if (run == stop) return (Shown){0, width};
    if (x < runs[run][0]) return (Shown){0, runs[run][0]};
    return (Shown){runs[run][2], runs[run][1]};
}

/* Add a row's residuals: its runs are `first` to `stop`, those above it `above` to `first`. */
static i64 add_differences(const i32 (*runs)[3], i64 above, i64 first, i64 stop, i64 width, i64 n,
                           i64 (*stretches)[2]) {
    i64 here = first, above_stop = first;
    for (i64 x = 0; x < width;) {
        Shown up = shown(runs, above, above_stop, x, width);
        Shown now = shown(runs, here, stop, x, width);
        i64 end = min_of(now.end, up.end);
        n = add_stretch((now.value - up.value) & 0xFF, end - x, n, stretches);
        above += above < above_stop && runs[above][1] == end;
        here += here < stop && runs[here][1] == end;
        x = end;
    }
    return n;
}

/* Fill in the stretches of all rows of an image; how many there are. Sorts the runs of each row. */
EXPORT i64 compare_rows(const i32 *rows, i64 height, i32 (*runs)[3], i64 width,
                        i64 (*stretches)[2]) {
    i64 n = 0, above = 0, first = 0;
    for (i64 row = 0; row < height; row++) {
        above = first, first = rows[row];
        i64 stop = rows[row + 1];
        if (first == stop) {
            n = add_stretch(NONE, 1 + width, n, stretches);
            continue;
        }
        sort_runs(runs, first, stop);
        n = add_stretch(UP, 1, n, stretches);
        n = add_differences((const i32(*)[3])runs, above, first, stop, width, n, stretches);
    }
    return n;
}

/* Write `count` stretches as one dynamic block, each as its value and a match of the rest.

   Returns how many bytes of `out` are used; `adler` gets the stretches' Adler-32. */
EXPORT i64 put_stretches(const i64 (*stretches)[2], i64 count, u64 *out, i64 *adler) {
    static const i64 ONLY_DISTANCE_LENGTHS[1] = {1};
    i64 weights[SYMBOLS] = {0}, lengths[SYMBOLS], low = 1, high = 0; /* RFC 1950, section 9 */
    u32 table[TABLE_SIZE] = {0};
    for (i64 k = 0; k < count; k++) {
        i64 value = stretches[k][0], length = stretches[k][1];
        weights[value]++;
        count_run(length - 1, value, weights);
        high = modulo(high + length * low + value * (length * (length + 1) >> 1));
        low = modulo(low + value * length);
    }
    weights[END_OF_BLOCK]++;
    code_lengths(weights, SYMBOLS, LONGEST_CODE, lengths);
    make_table(lengths, SYMBOLS, table);
    add_runs(ONLY_DISTANCE, table);
    out[0] = 0;
    i64 position = put_header(lengths, ONLY_DISTANCE_LENGTHS, 1, out, 0);
    out[0] |= ONE; /* the only block is the last one: RFC 1951, 3.2.3 */
    for (i64 k = 0; k < count; k++) {
        i64 value = stretches[k][0];
        position = put_entry(table[value], out, position);
        position = put_run(stretches[k][1] - 1, value, table, out, position);
    }
    position = put_entry(table[END_OF_BLOCK], out, position);
    *adler = high << 16 | low;
    return (position + 7) / 8;
}
