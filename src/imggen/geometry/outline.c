/* Outlines of masks: where they turn, and polygons of all of them, of some of their points, or
   joined. See corners.py, outline.py and simplify.py. A point is x, y, px. */
#include "geometry/geometry.h"

#define FAR (1 << 30)             /* px, beyond any canvas */
#define FARTHEST ((i64)1 << 62)   /* px, squared, and more */
#define ANY -1.0                  /* px, squared: a limit that every distance exceeds */

/* --- corners --------------------------------------------------------------------------------- */

/* Fill in the corners of a mask; how many there are.

   A walk along each line between two rows, over the ends of the runs above and below it. Where only
   one of the rows has an end there is a corner; where a start meets a start, or an end an end, the
   outline goes straight on; where a start meets an end, two pixels touch at their corners, and the
   outline has two corners, of which each keeps the pixels together.

   `y` and `rows` (`count` + 1) are of the mask; `ends` are its runs: even ones are starts, odd ones
   ends; `tops` is scratch: the corner above the vertical edge that an end is part of. */
EXPORT i64 turn_corners(i64 y, const i32 *rows, i64 count, const i32 *ends, i32 (*points)[2],
                        i32 *partners, u8 *below, i32 *tops) {
    i64 n = 0;
    for (i64 row = 0; row <= count; row++) {
        i64 above = 2 * rows[max_of(row - 1, 0)], above_stop = 2 * rows[row];
        i64 here = above_stop, stop = 2 * rows[min_of(row + 1, count)];
        while (above < above_stop || here < stop) {
            i32 x_above = above < above_stop ? ends[above] : FAR;
            i32 x_here = here < stop ? ends[here] : FAR;
            if (x_above == x_here && ((above ^ here) & 1) == 0) {
                tops[here++] = tops[above++];
                continue;
            }
            bool meet = x_above == x_here;
            i64 up = n + (meet ? above & 1 : 0), down = n + (meet ? here & 1 : 0);
            if (x_above <= x_here) {
                partners[up] = tops[above];
                partners[tops[above]] = (i32)up;
                points[up][0] = x_above, points[up][1] = (i32)(y + row);
                above++;
            }
            if (x_here <= x_above) {
                tops[here] = (i32)down;
                points[down][0] = x_here, points[down][1] = (i32)(y + row);
                here++;
            }
            n += meet ? 2 : 1;
            if (n & 1) below[n >> 1] = here & 1;
        }
    }
    return n;
}

/* --- outlines -------------------------------------------------------------------------------- */

/* Fill in the outlines of a mask from its corners; how many polygons there are.

   The first edge met of an outline is at its top; it has the mask below it unless it is a hole's.
   `partners` is used up: a corner that was visited has -1. */
EXPORT i64 trace_outlines(const i32 (*points)[2], i32 *partners, const u8 *below, i64 edges,
                          i32 (*traced)[2], i32 *starts, u8 *holes) {
    i64 n = 0, polygons = 0;
    for (i64 edge = 0; edge < edges; edge++) {
        if (partners[2 * edge] < 0) continue;
        starts[polygons] = (i32)n;
        holes[polygons] = 1 - below[edge];
        polygons++;
        i64 corner = 2 * edge + 1 - below[edge];
        while (partners[corner] >= 0) {
            i64 end = corner ^ 1;
            memcpy(traced[n++], points[corner], sizeof *points);
            memcpy(traced[n++], points[end], sizeof *points);
            partners[corner] = -1;
            corner = partners[end];
            partners[end] = -1;
        }
    }
    starts[polygons] = (i32)n;
    return polygons;
}

/* --- fewer points ---------------------------------------------------------------------------- */

/* A point, and how far it is from a segment, px, squared. */
typedef struct {
    i64 which;
    double distance;
} Farthest;

/* Which of points `start` to `stop` is farthest from the segment from point `low` to `high`. */
static Farthest farthest(const i32 (*points)[2], i64 low, i64 high, i64 start, i64 stop) {
    double x = points[low][0], y = points[low][1];
    double along = points[high][0] - x, down = points[high][1] - y;
    double length = along * along + down * down;
    Farthest found = {start, -1.0};
    for (i64 k = start; k < stop; k++) {
        double right = points[k][0] - x, below = points[k][1] - y, distance;
        double forward = right * along + below * down;
        if (forward <= 0) {
            distance = right * right + below * below;
        } else if (forward >= length) {
            distance = (right - along) * (right - along) + (below - down) * (below - down);
        } else {
            double off = right * down - below * along;
            distance = off * off / length;
        }
        if (distance > found.distance) found = (Farthest){k, distance};
    }
    return found;
}

/* Polygons whose points are looked at: those `kept`, and `depth` stretches still to look at. */
typedef struct {
    const i32 (*points)[2];
    u8 *kept;
    i32 (*stack)[2];
    i64 depth;
} Choice;

/* Keep the point of a stretch that is farthest from the segment between its ends, if too far.

   `last` is the point that `high` stands for: a polygon's first where `high` is after its last;
   `limit` is in px, squared. The stack gets the two parts. */
static void split(Choice *choice, i64 low, i64 high, i64 last, double limit) {
    Farthest found = farthest(choice->points, low, last, low + 1, high);
    if (found.distance <= limit) return;
    choice->kept[found.which] = 1;
    if (found.which - low > 1) {
        i32 *part = choice->stack[choice->depth++];
        part[0] = (i32)low, part[1] = (i32)found.which;
    }
    if (high - found.which > 1) {
        i32 *part = choice->stack[choice->depth++];
        part[0] = (i32)found.which, part[1] = (i32)high;
    }
}

/* Set `kept`, zeros, of the points that stay; how many those are.

   `few_starts` (polygons + 1) is filled in; `stack`, as many as points, is scratch. */
EXPORT i64 choose_points(const i32 (*points)[2], const i32 *starts, i64 polygons, double tolerance,
                         u8 *kept, i32 *few_starts, i32 (*stack)[2]) {
    Choice choice = {points, kept, stack, 0};
    i64 count = 0;
    few_starts[0] = 0;
    for (i64 polygon = 0; polygon < polygons; polygon++) {
        i64 first = starts[polygon], stop = starts[polygon + 1];
        i64 middle = farthest(points, first, first, first, stop).which;
        kept[first] = kept[middle] = 1;
        split(&choice, first, middle, middle, ANY);
        split(&choice, middle, stop, first, ANY);
        while (choice.depth > 0) {
            const i32 *part = stack[--choice.depth];
            i64 low = part[0], high = part[1];
            split(&choice, low, high, high == stop ? first : high, tolerance * tolerance);
        }
        for (i64 k = first; k < stop; k++) count += kept[k];
        few_starts[polygon + 1] = (i32)count;
    }
    return count;
}

/* Copy those of `count` points that are `kept` to `few`. */
EXPORT void copy_kept(const i32 (*points)[2], i64 count, const u8 *kept, i32 (*few)[2]) {
    for (i64 k = 0; k < count; k++)
        if (kept[k]) memcpy(*few++, points[k], sizeof *points);
}

/* --- one polygon of all outlines ------------------------------------------------------------- */

/* Points `first` to `stop` of an outline. */
typedef struct {
    const i32 (*points)[2];
    i64 first, stop;
} Outline;

/* A point of the polygon, and one of an outline. */
typedef struct {
    i64 at, start;
} Bridge;

/* Find which of the first `n` points of `polygon` and of those of `outline` are nearest. */
static Bridge nearest_pair(const i32 (*polygon)[2], i64 n, Outline outline) {
    const i32(*points)[2] = outline.points;
    i64 left = points[outline.first][0], top = points[outline.first][1], right = left, bottom = top;
    for (i64 k = outline.first; k < outline.stop; k++) {
        left = min_of(left, points[k][0]), right = max_of(right, points[k][0]);
        top = min_of(top, points[k][1]), bottom = max_of(bottom, points[k][1]);
    }
    i64 least = FARTHEST;
    Bridge found = {0, outline.first};
    for (i64 i = 0; i < n; i++) {
        i64 x = polygon[i][0], y = polygon[i][1];
        i64 beside = max_of(max_of(left - x, x - right), 0);
        i64 beyond = max_of(max_of(top - y, y - bottom), 0);
        if (beside * beside + beyond * beyond >= least) continue; /* all of them are farther */
        for (i64 k = outline.first; k < outline.stop; k++) {
            i64 across = points[k][0] - x, down = points[k][1] - y;
            i64 distance = across * across + down * down;
            if (distance < least) {
                least = distance;
                found = (Bridge){i, k};
            }
        }
    }
    return found;
}

/* Copy `count` points to `polygon`, round an outline from point `start` on. */
static void put_round(Outline outline, i64 start, i64 count, i32 (*polygon)[2]) {
    i64 k = start;
    for (i64 i = 0; i < count; i++) {
        memcpy(polygon[i], outline.points[k], sizeof *polygon);
        k = k + 1 < outline.stop ? k + 1 : outline.first;
    }
}

/* Fill `polygon` with all outlines, each let into those before it where they are nearest.

   `polygon` holds all points and two more for each polygon but the first. */
EXPORT void join_outlines(const i32 (*points)[2], const i32 *starts, i64 polygons,
                          i32 (*polygon)[2]) {
    i64 n = 0;
    for (i64 k = 0; k < polygons; k++) {
        Outline outline = {points, starts[k], starts[k + 1]};
        i64 count = outline.stop - outline.first;
        if (k == 0) {
            put_round(outline, outline.first, count, polygon);
            n = count;
            continue;
        }
        Bridge bridge = nearest_pair((const i32(*)[2])polygon, n, outline);
        /* Point `at` stays on the near side of the bridge too. */
        memmove(polygon + bridge.at + count + 2, polygon + bridge.at,
                (size_t)(n - bridge.at) * sizeof *polygon);
        put_round(outline, bridge.start, count + 1, polygon + bridge.at + 1);
        n += count + 2;
    }
}
