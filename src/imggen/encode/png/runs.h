/* Find runs: residuals that repeat the byte before, often enough to be worth a match.

   A run is the index of its first byte and its length, however long: `put_run` cuts it. It repeats
   the byte before it. `data` has 8 bytes more than are looked at. */
#ifndef IMGGEN_RUNS_H
#define IMGGEN_RUNS_H

#include "kernels/base.h"

#define LEAST_RUN 5 /* bytes; a shorter match costs about what the literals do */
#define LEAST_RUN_MASK (((u64)1 << 8 * LEAST_RUN) - 1)

/* Add the run of bytes `start` to `stop` to the first `n`. Return the number of runs. */
INNER i64 add_run(i64 start, i64 stop, i64 n, i64 (*runs)[2]) {
    if (n > 0 && runs[n - 1][0] + runs[n - 1][1] == start) {
        runs[n - 1][1] += stop - start;
        return n;
    }
    runs[n][0] = start;
    runs[n][1] = stop - start;
    return n + 1;
}

/* Add runs in bytes `start` (1 or more) to `stop` to the first `n`. Return the number of runs.

   It tests every eighth byte: runs of 15 are always found, runs of 8 sometimes, shorter never. */
static inline i64 find_runs(const u8 *data, i64 start, i64 stop, i64 n, i64 (*runs)[2]) {
    i64 least = start, i = start;
    while (i + 8 <= stop) {
        if (load_word(data + i) != load_word(data + i - 1)) {
            i += 8;
            continue;
        }
        i64 first = i;
        while (first > least && data[first - 1] == data[first - 2]) first--;
        i += 8;
        while (i + 8 <= stop && load_word(data + i) == load_word(data + i - 1)) i += 8;
        if (i + 8 <= stop)
            i += trailing_zeros(load_word(data + i) ^ load_word(data + i - 1)) >> 3;
        n = add_run(first, i, n, runs);
        least = i;
    }
    return n;
}

/* Add every run worth a match in bytes `start` to `stop` to the first `n`. Return the number.

   This is slower than `find_runs` and makes smaller files. Byte `start` stays a literal. */
static inline i64 find_all_runs(const u8 *data, i64 start, i64 stop, i64 n, i64 (*runs)[2]) {
    i64 i = start + 1;
    while (i + LEAST_RUN <= stop) {
        u64 differing = load_word(data + i) ^ load_word(data + i - 1);
        if (differing & LEAST_RUN_MASK) {
            i += 1 + (trailing_zeros(differing) >> 3);
            continue;
        }
        i64 end = i + LEAST_RUN;
        while (end < stop && data[end] == data[i]) end++;
        n = add_run(i, end, n, runs);
        i = end + 1;
    }
    return n;
}

#endif
