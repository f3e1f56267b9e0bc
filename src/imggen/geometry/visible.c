/* Silhouettes of sprites, and which pixels of each sprite of a scene are seen.

   A run is its first and end column. A row of a table of shapes is left, top, right, bottom and
   number of its pixels, and more: see silhouettes.py and trace.py, which have the same columns. */
#include "geometry/geometry.h"

#define FULL -1     /* there is no room for all runs */
#define LEFT 0
#define TOP_EDGE 1
#define RIGHT 2
#define BOTTOM 3
#define PIXELS 4
#define FIRST_ROW 5 /* of a silhouette: where its rows begin */
#define HEIGHT 7
#define SEEN_ROW 5 /* of what is seen: where its rows begin, */
#define ROWS 6     /* how many are on the canvas, */
#define TOP 7      /* and the canvas row of the first */

/* Take the `n` runs of `line`, those of `row`, into a shape's box and number of pixels. */
INNER void add_row(i64 *shape, const i32 (*line)[2], i64 n, i64 row) {
    if (n == 0) return;
    if (shape[PIXELS] == 0)
        shape[LEFT] = line[0][0], shape[TOP_EDGE] = row, shape[RIGHT] = line[n - 1][1];
    shape[LEFT] = min_of(shape[LEFT], line[0][0]);
    shape[RIGHT] = max_of(shape[RIGHT], line[n - 1][1]);
    shape[BOTTOM] = row + 1;
    for (i64 k = 0; k < n; k++) shape[PIXELS] += line[k][1] - line[k][0];
}

/* --- silhouettes ----------------------------------------------------------------------------- */

/* Put a run behind the `n` of `line`, or lengthen the last if they touch; how many then. */
INNER i64 put_run(i32 (*line)[2], i64 n, i64 start, i64 end) {
    if (n > 0 && line[n - 1][1] == start) {
        line[n - 1][1] = (i32)end;
        return n;
    }
    line[n][0] = (i32)start, line[n][1] = (i32)end;
    return n + 1;
}

/* Put the runs of row `inner` of a sprite into `line`; how many there are.

   They are of the pixels whose alpha is `threshold` or more. */
static i64 mask_row(const Sprites *sprites, const i64 *sprite, i64 inner, i64 channels,
                    i64 threshold, i32 (*line)[2]) {
    const i64 *rows = sprites->rows + sprite[1] + inner;
    const u8 *alpha = channels == RGBA_CHANNELS ? sprites->colour + 3 : sprites->alpha;
    alpha += sprite[0] + inner * sprite[2] * channels;
    i64 n = 0;
    for (i64 index = rows[0]; index < rows[1]; index++) {
        const i32 *run = sprites->runs[index];
        if (run[2] == OPAQUE) {
            n = put_run(line, n, run[0], run[1]);
            continue;
        }
        for (i64 column = run[0]; column < run[1];) {
            while (column < run[1] && alpha[column * channels] < threshold) column++;
            i64 first = column;
            while (column < run[1] && alpha[column * channels] >= threshold) column++;
            if (first < column) n = put_run(line, n, first, column);
        }
    }
    return n;
}

/* Put the runs of a sprite behind the `n` of `runs`; how many there are then, or FULL.

   `shape`, the silhouette's row of the table, gets box and pixels; `most` is how many runs fit. */
static i64 trace_sprite(const Sprites *sprites, i64 sprite, i64 channels, i64 threshold, i64 *shape,
                        i32 *rows, i32 (*runs)[2], i64 most, i64 n) {
    i64 width = sprites->table[sprite][2];
    rows += shape[FIRST_ROW];
    for (i64 inner = 0; inner < shape[HEIGHT]; inner++) {
        rows[inner] = (i32)n;
        if (n + width / 2 + 1 > most) return FULL;
        i64 count =
            mask_row(sprites, sprites->table[sprite], inner, channels, threshold, runs + n);
        add_row(shape, (const i32(*)[2])(runs + n), count, inner);
        n += count;
    }
    rows[shape[HEIGHT]] = (i32)n;
    return n;
}

/* Trace `count` sprites, behind the `n` of `runs`; how many runs there are then, or FULL.

   `wanted` are row in the sprites' table and threshold; `shapes`, their rows of the table of
   silhouettes, are filled in, the first with its rows from `first_row` on. `most` runs fit. */
EXPORT i64 trace_sprites(const Sprites *sprites, i64 channels, const i64 (*wanted)[2], i64 count,
                         i64 first_row, i64 (*shapes)[8], i64 shape, i32 *rows, i32 (*runs)[2], i64 most,
                         i64 n) {
    for (i64 k = 0; k < count && n != FULL; k++) {
        const i64 *sprite = sprites->table[wanted[k][0]];
        i64 *own = shapes[shape + k];
        memset(own, 0, sizeof *shapes);
        own[FIRST_ROW] = first_row, own[HEIGHT - 1] = sprite[2], own[HEIGHT] = sprite[3];
        n = trace_sprite(sprites, wanted[k][0], channels, wanted[k][1], own, rows, runs, most, n);
        first_row += sprite[3] + 1;
    }
    return n;
}

/* --- what is seen ---------------------------------------------------------------------------- */

/* Put the `count` runs of a sprite at `x` into `line`, where they are on the canvas; how many. */
INNER i64 clip_row(const i32 (*own)[2], i64 count, i64 x, i64 width, i32 (*line)[2]) {
    i64 kept = 0;
    for (i64 k = 0; k < count; k++) {
        i64 start = max_of(own[k][0] + x, 0), end = min_of(own[k][1] + x, width);
        if (start < end) {
            line[kept][0] = (i32)start, line[kept][1] = (i32)end;
            kept++;
        }
    }
    return kept;
}

/* Put the `n` runs of `line` without those `count` of `hidden` into `result`; how many it gets. */
INNER i64 subtract_row(const i32 (*line)[2], i64 n, const i32 (*hidden)[2], i64 count,
                       i32 (*result)[2]) {
    i64 kept = 0, j = 0;
    for (i64 k = 0; k < n; k++) {
        i32 start = line[k][0], end = line[k][1];
        while (j < count && hidden[j][1] <= start) j++;
        for (i64 i = j; i < count && hidden[i][0] < end; i++) {
            if (start < hidden[i][0]) {
                result[kept][0] = start, result[kept][1] = hidden[i][0];
                kept++;
            }
            if (start < hidden[i][1]) start = hidden[i][1];
        }
        if (start < end) {
            result[kept][0] = start, result[kept][1] = end;
            kept++;
        }
    }
    return kept;
}

/* Find the runs of all items that are seen; how many there are, or FULL.

   `table`, `silhouette_rows` and `silhouette_runs` are the silhouettes; `items` are row in the
   table, x, y, px, the last in front; `width` and `height` are of the canvas. `lines` are two, each
   of room for `most_in_line` runs, scratch. rows, runs and seen are filled in: those of item k are
   the seen[k][ROWS] + 1 rows from seen[k][SEEN_ROW] on. `most` is how many runs fit. */
EXPORT i64 trace_items(const i64 (*table)[8], const i32 *silhouette_rows,
                       const i32 (*silhouette_runs)[2], const i64 (*items)[3], i64 count, i64 width,
                       i64 height, i32 (*lines)[2], i64 most_in_line, i32 *rows, i32 (*runs)[2],
                       i64 most, i64 (*seen)[8]) {
    i64 next_row = 0, n_runs = 0;
    i32(*line)[2] = lines, (*other_line)[2] = lines + most_in_line;
    for (i64 k = count - 1; k >= 0; k--) {
        const i64 *shape = table[items[k][0]];
        i64 x = items[k][1], y = items[k][2];
        i64 top = max_of(y, 0), bottom = min_of(y + shape[HEIGHT], height);
        memset(seen[k], 0, sizeof seen[k]);
        seen[k][SEEN_ROW] = next_row, seen[k][ROWS] = max_of(bottom - top, 0), seen[k][TOP] = top;
        for (i64 row = top; row < bottom; row++) {
            const i32 *own = silhouette_rows + shape[FIRST_ROW] + row - y;
            i64 n = clip_row(silhouette_runs + own[0], own[1] - own[0], x, width, line);
            for (i64 other = count - 1; other > k && n > 0; other--) {
                i64 inner = row - seen[other][TOP];
                if (inner < 0 || inner >= seen[other][ROWS]) continue;
                const i32 *hidden = rows + seen[other][SEEN_ROW] + inner;
                n = subtract_row((const i32(*)[2])line, n, (const i32(*)[2])(runs + hidden[0]),
                                 hidden[1] - hidden[0], other_line);
                i32(*swapped)[2] = line;
                line = other_line, other_line = swapped;
            }
            if (n_runs + n > most) return FULL;
            add_row(seen[k], (const i32(*)[2])line, n, row);
            rows[next_row++] = (i32)n_runs;
            memcpy(runs + n_runs, line, (size_t)n * sizeof *line);
            n_runs += n;
        }
        rows[next_row++] = (i32)n_runs;
    }
    return n_runs;
}
