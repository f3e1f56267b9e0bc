/* Scale, turn, mirror and recolour a sprite in one pass: see imggen/draw/transform.py.

   The sprite is premultiplied into pixels of four i16, level * 128, with a border. Each pixel of
   the result is a weighted sum of taps x taps of them, in steps of 1 / 32 level. Weights are in
   1 / 2^14 and sum to exactly 1. All that is rounded is rounded alike in all builds. */
#include "draw/transform.h"
#include "draw/draw.h"
#include "draw/finish.h"
#include "draw/lanes.h"
#include "draw/runs.h"

#define HALF ((i64)1 << (FRACTION_BITS - 1))
#define PHASE_BITS 8

/* How a result lies in its sprite. Pairs are along the sprite's rows and along its columns. */
typedef struct {
    i64 width, height;      /* of the result, px */
    i64 source_size[2];     /* px */
    i64 start[2];           /* where the middle of the first pixel lies */
    i64 across[2], down[2]; /* from there to the next pixel, and to the one below */
    i64 unit[2];            /* what a pixel of the result is long in the sprite */
    i64 halvings[2];        /* how often the sprite is halved before */
    i64 stretch[2];         /* the level of the filter's weights then */
    i64 taps;               /* of the filter: 4, 6 or 8; 0 copies the nearest pixel */
} Geometry;

/* Weights of one stretch, of taps from left to right or from top to bottom: see transform.py. */
typedef const i16 (*Weights)[MOST_TAPS];

/* --- geometry ----------------------------------------------------------------------------------*/

INNER i64 floor_of(double value) {
    i64 whole = (i64)value;
    return whole - (value < (double)whole);
}

INNER i64 nearest_of(double value) { return floor_of(value + 0.5); }

/* How many pixels the filter reaches, each way, at a level of stretch. */
INNER i64 taps_of(i64 stretch) { return 2 * ceil_div(2 * (STRETCHES + stretch), STRETCHES); }

/* Note how far apart pixels are along an axis of the sprite, and with which filter they are made. */
static void set_axis(Geometry *to, i64 axis, i64 size, i64 scaled) {
    double unit = (double)size / (double)scaled;
    to->source_size[axis] = size;
    to->unit[axis] = nearest_of(unit * (2.0 * (double)HALF));
    for (to->halvings[axis] = 0; unit > 2.0; unit /= 2.0) to->halvings[axis]++;
    to->stretch[axis] = unit > 1.0 ? nearest_of((unit - 1.0) * STRETCHES) : 0;
}

/* The geometry of `order`, of a sprite of so many px: the middles of both are the same. */
static Geometry find_geometry(const Order *order, i64 width, i64 height) {
    Geometry to = {.width = order->width, .height = order->height};
    set_axis(&to, 0, width, order->scaled_width);
    set_axis(&to, 1, height, order->scaled_height);
    double x_unit = (double)width / (double)order->scaled_width * (order->mirrored ? -1.0 : 1.0);
    double y_unit = (double)height / (double)order->scaled_height;
    to.across[0] = nearest_of((double)order->cosine * x_unit);
    to.across[1] = nearest_of((double)order->sine * y_unit);
    to.down[0] = nearest_of((double)-order->sine * x_unit);
    to.down[1] = nearest_of((double)order->cosine * y_unit);
    for (i64 k = 0; k < 2; k++) {
        i64 middle = to.source_size[k] * 2 * HALF;
        to.start[k] = (middle + to.across[k] * (1 - to.width) + to.down[k] * (1 - to.height)) >> 1;
    }
    bool same_size = order->scaled_width == width && order->scaled_height == height;
    bool right_angle = order->cosine == 0 || order->sine == 0;
    if (!order->nearest && !(same_size && right_angle))
        to.taps = max_of(taps_of(to.stretch[0]), taps_of(to.stretch[1]));
    return to;
}

/* --- the premultiplied sprite ------------------------------------------------------------------*/

/* The sprite that samples are taken of: `pixels` begin with the border. */
typedef struct {
    i16 *pixels;
    i64 stride; /* numbers */
    i64 width, height;
} Source;

INNER i16 *source_row(const Source *source, i64 y) {
    return source->pixels + (y + BORDER) * source->stride + BORDER * PIXEL;
}

/* Premultiply row `y` of a sprite; nothing is seen of it before and after its runs. */
INNER void premultiply_seen(const Sprites *sprites, const i64 *sprite, i64 channels, i64 y,
                            i16 *out) {
    const i64 *rows = sprites->rows + sprite[1] + y;
    i64 from = 0, to = 0, width = sprite[2];
    if (rows[0] < rows[1]) from = sprites->runs[rows[0]][0], to = sprites->runs[rows[1] - 1][1];
    i64 first = sprite[0] + (y * width + from) * channels;
    memset(out, 0, (size_t)from * PIXEL * sizeof *out);
    premultiply_row(sprites->colour + first, sprites->alpha + (channels < 4 ? first : 0), to - from,
                    channels, out + from * PIXEL);
    memset(out + to * PIXEL, 0, (size_t)(width - to) * PIXEL * sizeof *out);
}

static void premultiply(const Sprites *sprites, const i64 *sprite, i64 channels, const Source *to) {
    for (i64 y = 0; y < to->height; y++) {
        i16 *row = source_row(to, y);
        if (channels == 1)
            premultiply_seen(sprites, sprite, 1, y, row);
        else if (channels == 3)
            premultiply_seen(sprites, sprite, 3, y, row);
        else
            premultiply_seen(sprites, sprite, 4, y, row);
    }
}

INNER i16 mean(i16 a, i16 b) { return (i16)((a + b + 1) >> 1); }

/* Halve a sprite along its rows; the last pixel of an odd number stays as it is. */
static void halve_rows(Source *source) {
    i64 half = ceil_div(source->width, 2);
    for (i64 y = 0; y < source->height; y++) {
        i16 *row = source_row(source, y);
        for (i64 x = 0; x < half; x++) {
            i64 left = 2 * x, right = min_of(2 * x + 1, source->width - 1);
            for (i64 k = 0; k < PIXEL; k++)
                row[x * PIXEL + k] = mean(row[left * PIXEL + k], row[right * PIXEL + k]);
        }
    }
    source->width = half;
}

/* Likewise along its columns. */
static void halve_columns(Source *source) {
    i64 half = ceil_div(source->height, 2);
    for (i64 y = 0; y < half; y++) {
        i16 *out = source_row(source, y);
        const i16 *upper = source_row(source, 2 * y);
        const i16 *lower = source_row(source, min_of(2 * y + 1, source->height - 1));
        for (i64 i = 0; i < source->width * PIXEL; i++) out[i] = mean(upper[i], lower[i]);
    }
    source->height = half;
}

/* Fill the border with the pixels at the sprite's edge. */
static void fill_border(const Source *source) {
    i64 width = source->width, row_bytes = (width + 2 * BORDER) * PIXEL * (i64)sizeof(i16);
    for (i64 y = 0; y < source->height; y++) {
        i16 *row = source_row(source, y), *last = row + (width - 1) * PIXEL;
        for (i64 x = 1; x <= BORDER; x++) {
            memcpy(row - x * PIXEL, row, PIXEL * sizeof(i16));
            memcpy(last + x * PIXEL, last, PIXEL * sizeof(i16));
        }
    }
    const i16 *top = source_row(source, 0) - BORDER * PIXEL;
    const i16 *bottom = source_row(source, source->height - 1) - BORDER * PIXEL;
    for (i64 y = 1; y <= BORDER; y++) {
        memcpy(source_row(source, -y) - BORDER * PIXEL, top, (size_t)row_bytes);
        memcpy(source_row(source, source->height - 1 + y) - BORDER * PIXEL, bottom,
               (size_t)row_bytes);
    }
}

/* --- which pixels of a row show something ------------------------------------------------------*/

/* Bounds of the pixels of a sprite that have alpha: of x, y, x + y and x - y, px from its corner. */
typedef struct {
    i64 low[4], high[4];
} Hull;

INNER void stretch_hull(Hull *hull, i64 left, i64 right, i64 y) {
    i64 low[4] = {left, y, left + y, left - y - 1}, high[4] = {right, y + 1, right + y + 1, right - y};
    for (i64 k = 0; k < 4; k++) {
        hull->low[k] = min_of(hull->low[k], low[k]);
        hull->high[k] = max_of(hull->high[k], high[k]);
    }
}

static Hull find_hull(const Sprites *sprites, const i64 *sprite) {
    Hull hull;
    for (i64 k = 0; k < 4; k++) hull.low[k] = INT32_MAX, hull.high[k] = INT32_MIN;
    const i64 *rows = sprites->rows + sprite[1];
    if (rows[0] == rows[sprite[3]]) return (Hull){0};
    for (i64 y = 0; y < sprite[3]; y++)
        if (rows[y] < rows[y + 1])
            stretch_hull(&hull, sprites->runs[rows[y]][0], sprites->runs[rows[y + 1] - 1][1], y);
    return hull;
}

/* Where a position along a row, which steps from pixel to pixel, may lie. */
typedef struct {
    i64 step, low, high; /* as if it rose: a position that falls is taken times `sign` */
    i64 sign;
    double inverse; /* of the step */
} Bound;

INNER Bound make_bound(i64 step, i64 low, i64 high) {
    if (step < 0) return (Bound){-step, -high, -low, -1, -1.0 / (double)step};
    return (Bound){step, low, high, 1, step ? 1.0 / (double)step : 0.0};
}

/* Return `distance` / `step`, rounded down. */
INNER i64 count_steps(i64 distance, const Bound *bound) {
    i64 steps = floor_of((double)distance * bound->inverse);
    i64 rest = distance - steps * bound->step;
    return steps + (rest >= bound->step) - (rest < 0);
}

/* Leave those pixels of `span` whose position is within `bound`, where it starts `at`. */
INNER Span narrow(Span span, i64 at, const Bound *bound) {
    at *= bound->sign;
    if (bound->step == 0) return at < bound->low || at > bound->high ? (Span){0, 0} : span;
    span.from = max_of(span.from, -count_steps(at - bound->low, bound));
    span.to = min_of(span.to, count_steps(bound->high - at, bound) + 1);
    return span.from < span.to ? span : (Span){0, 0};
}

/* Of all rows: `shown` is where a pixel may show something, by u, v, u + v and u - v; `whole` where
   the sprite's edges cut nothing off, by u and v. */
typedef struct {
    Bound shown[4], whole[2];
} Bounds;

/* The pixels that the hull and the filter may reach; and the sprite's box, with what edges take. */
static Bounds find_bounds(const Geometry *to, const Hull *hull) {
    i64 reach = to->taps / 2 + (to->taps > 0), du = to->across[0], dv = to->across[1];
    i64 reaches[2] = {reach << to->halvings[0], reach << to->halvings[1]};
    i64 both = reaches[0] + reaches[1], step[4] = {du, dv, du + dv, du - dv};
    i64 more[4] = {reaches[0], reaches[1], both, both};
    Bounds bounds;
    for (i64 k = 0; k < 4; k++) {
        i64 low = (hull->low[k] - more[k]) * (2 * HALF), high = (hull->high[k] + more[k]) * (2 * HALF);
        if (k < 2) {
            i64 size = to->source_size[k] * 2 * HALF, margin = to->taps ? to->unit[k] / 2 : 0;
            low = max_of(low, -margin), high = min_of(high, size + margin);
            bounds.whole[k] = make_bound(step[k], margin, size - margin);
        }
        bounds.shown[k] = make_bound(step[k], low, high);
    }
    return bounds;
}

/* The pixels that may show something of the row that starts at `u`, `v`. */
INNER Span shown_span(const Bounds *bounds, i64 width, i64 u, i64 v) {
    i64 at[4] = {u, v, u + v, u - v};
    Span span = {0, width};
    for (i64 k = 0; k < 4; k++) span = narrow(span, at[k], &bounds->shown[k]);
    return span;
}

/* --- sampling ----------------------------------------------------------------------------------*/

/* Whether compilers may know where `pointer` points: they would keep a register for each row. */
#define HIDE(pointer) __asm__("" : "+r"(pointer))

/* Return the weighted pixels around `from`, the first of them, to be added up; taps is constant. */
INNER Lanes weigh(const i16 *from, i64 stride, const i16 *x_weights, const i16 *y_weights,
                  i64 taps) {
    i64 vectors = (taps * PIXEL + LANES - 1) / LANES;
    Lanes sums[MOST_TAPS * PIXEL / LANES] = {0};
#pragma GCC unroll 8
    for (i64 j = 0; j < taps; j++, from += stride) {
        HIDE(from);
        Lanes weight = repeat_weight(y_weights, j);
#pragma GCC unroll 8
        for (i64 k = 0; k < vectors; k++)
            sums[k] += scale_lanes(load_lanes(from + k * LANES), weight);
    }
    Lanes sum = scale_lanes(sums[0], spread_weights(x_weights));
#pragma GCC unroll 8
    for (i64 k = 1; k < vectors; k++)
        sum += scale_lanes(sums[k], spread_weights(x_weights + k * LANES / PIXEL));
    return sum;
}

/* Where pixels are sampled: in the halved sprite, with the weights of each phase. */
typedef struct {
    const i16 *pixels; /* as many before the first one as the filter reaches */
    i64 stride;
    const i16 *x_weights, *y_weights;
} Samples;

/* Return the weighted pixels at `u`, `v`. */
INNER Lanes weigh_at(const Samples *of, i64 u, i64 v, i64 taps) {
    const i16 *from = of->pixels + (v >> FRACTION_BITS) * of->stride + (u >> FRACTION_BITS) * PIXEL;
    const i16 *x_weights = of->x_weights + ((u32)u >> (FRACTION_BITS - PHASE_BITS)) * MOST_TAPS;
    const i16 *y_weights = of->y_weights + ((u32)v >> (FRACTION_BITS - PHASE_BITS)) * MOST_TAPS;
    return weigh(from, of->stride, x_weights, y_weights, taps);
}

/* Make `count` pixels of `line`, of a row that starts at `u`, `v` in the halved sprite.

   Compiled for each number of taps; along rows, whole lanes of pixels are read. */
INNER void sample_row(const Source *source, i64 u, i64 v, i64 du, i64 dv, Weights across,
                      Weights down, i64 taps, i64 count, i16 *restrict line) {
    i64 before = taps / 2 - 1, unused = (MOST_TAPS - taps) / 2;
    Samples of = {source_row(source, -before) - before * PIXEL, source->stride, across[0] + unused,
                  down[0] + unused};
    i64 bias = (i64)1 << (FRACTION_BITS - PHASE_BITS - 1); /* to the nearest phase */
    u += bias - HALF, v += bias - HALF;                    /* from the middle of a pixel */
    i64 i = 0;
    for (; i + 2 <= count; i += 2, u += 2 * du, v += 2 * dv)
        write_sums(weigh_at(&of, u, v, taps), weigh_at(&of, u + du, v + dv, taps), line + i * PIXEL);
    if (i < count) {
        Pixel pixel = add_pixels(weigh_at(&of, u, v, taps));
        memcpy(line + i * PIXEL, &pixel, sizeof pixel);
    }
}

/* The share of a pixel that lies in the sprite, by how far its middle is from two edges. */
INNER float cover(i64 at, i64 size, i64 unit) {
    float before = (float)at / (float)unit + 0.5f, after = (float)(size - at) / (float)unit + 0.5f;
    before = before < 0.0f ? 0.0f : before < 1.0f ? before : 1.0f;
    after = after < 0.0f ? 0.0f : after < 1.0f ? after : 1.0f;
    return before * after;
}

/* Take from pixels `from` to `to` of `line` what lies beyond the edges of the sprite. */
static void cut_edges(const Geometry *to, i64 u, i64 v, Span span, i16 *line) {
    u += span.from * to->across[0], v += span.from * to->across[1];
    for (i64 x = span.from; x < span.to; x++, u += to->across[0], v += to->across[1]) {
        if (load_word((const u8 *)(line + x * PIXEL)) == 0) continue;
        float share = cover(u, to->source_size[0] * 2 * HALF, to->unit[0]);
        share *= cover(v, to->source_size[1] * 2 * HALF, to->unit[1]);
        i32 weight = (i32)(share * 32768.0f + 0.5f);
        for (i64 k = 0; k < PIXEL; k++)
            line[x * PIXEL + k] = (i16)((line[x * PIXEL + k] * weight + (1 << 14)) >> 15);
    }
}

/* --- copying -----------------------------------------------------------------------------------*/

/* Copy the pixels of the sprite that are nearest to those of a row. */
INNER void copy_nearest(const u8 *colour, const u8 *alpha, const i64 size[2], i64 channels, i64 u,
                        i64 v, i64 du, i64 dv, i64 count, u8 *restrict levels) {
    for (i64 i = 0; i < count; i++, u += du, v += dv) {
        i64 x = max_of(0, min_of(u >> FRACTION_BITS, size[0] - 1));
        i64 y = max_of(0, min_of(v >> FRACTION_BITS, size[1] - 1));
        i64 at = (y * size[0] + x) * channels;
        for (i64 k = 0; k < 3; k++) levels[i * PIXEL + k] = colour[at + (channels == 1 ? 0 : k)];
        levels[i * PIXEL + 3] = channels == 4 ? colour[at + 3] : alpha[at];
    }
}

static void recolour_levels(i64 count, const Recolour *recolour, u8 *levels) {
    for (i64 x = 0; x < count; x++, levels += PIXEL) {
        Four colours = {levels[0], levels[1], levels[2]};
        if (levels[3]) recolour_pixel(colours, levels[3], recolour, levels);
    }
}

/* --- the whole sprite --------------------------------------------------------------------------*/

/* Write the pixels `span` of one row, and nothing on both sides of them. */
static void write_row(const u8 *levels, i64 width, Span span, i64 channels, u8 *colour,
                      u8 *alpha) {
    i64 before = span.from * channels, end = span.to * channels, after = width * channels - end;
    levels += span.from * PIXEL;
    if (channels == 1)
        write_pixels(levels, span.to - span.from, 1, colour + before, alpha + before);
    else if (channels == 3)
        write_pixels(levels, span.to - span.from, 3, colour + before, alpha + before);
    else
        write_pixels(levels, span.to - span.from, 4, colour + before, alpha);
    memset(colour, 0, (size_t)before), memset(colour + end, 0, (size_t)after);
    if (channels < 4) memset(alpha, 0, (size_t)before), memset(alpha + end, 0, (size_t)after);
}

/* All that is needed to make the rows of one sprite; `recolour` is NULL if no colour changes. */
typedef struct {
    Geometry geometry;
    Bounds bounds;
    const u8 *colour, *alpha; /* of the sprite, to copy */
    Source source;            /* to sample */
    const i16 *weights;       /* of all levels */
    const Recolour *recolour;
    Workspace space;
} Work;

/* Sample row `y` of the result into `levels`; which pixels it may show. */
static Span filter_row(const Work *work, i64 y) {
    const Geometry *to = &work->geometry;
    i64 u = to->start[0] + y * to->down[0], v = to->start[1] + y * to->down[1];
    Span span = shown_span(&work->bounds, to->width, u, v);
    i64 count = span.to - span.from;
    if (count == 0) return span;
    i64 first_u = (u + span.from * to->across[0]) >> to->halvings[0];
    i64 first_v = (v + span.from * to->across[1]) >> to->halvings[1];
    i64 du = to->across[0] >> to->halvings[0], dv = to->across[1] >> to->halvings[1];
    Weights x_weights = (Weights)work->weights + to->stretch[0] * PHASES;
    Weights y_weights = (Weights)work->weights + to->stretch[1] * PHASES;
    const Source *source = &work->source;
    i16 *line = work->space.line + span.from * PIXEL;
    if (to->taps == 4)
        sample_row(source, first_u, first_v, du, dv, x_weights, y_weights, 4, count, line);
    else if (to->taps == 6)
        sample_row(source, first_u, first_v, du, dv, x_weights, y_weights, 6, count, line);
    else
        sample_row(source, first_u, first_v, du, dv, x_weights, y_weights, 8, count, line);
    Span whole = narrow(narrow(span, u, &work->bounds.whole[0]), v, &work->bounds.whole[1]);
    if (whole.from == whole.to) whole = (Span){span.to, span.to};
    cut_edges(to, u, v, (Span){span.from, whole.from}, work->space.line);
    cut_edges(to, u, v, (Span){whole.to, span.to}, work->space.line);
    u8 *levels = work->space.levels + span.from * PIXEL, *alphas = work->space.alphas + span.from;
    if (!work->recolour) {
        straighten_line(line, count, levels, alphas);
    } else {
        recolour_line(line, count, work->recolour, levels);
        take_alphas(levels, count, alphas);
    }
    return span;
}

/* Copy row `y` of the result into `levels`; likewise. */
static Span copy_pixels(const Work *work, i64 channels, i64 y) {
    const Geometry *to = &work->geometry;
    i64 u = to->start[0] + y * to->down[0], v = to->start[1] + y * to->down[1];
    i64 du = to->across[0], dv = to->across[1];
    Span span = shown_span(&work->bounds, to->width, u, v);
    u8 *levels = work->space.levels + span.from * PIXEL;
    i64 count = span.to - span.from;
    u += span.from * du, v += span.from * dv;
    if (channels == 1)
        copy_nearest(work->colour, work->alpha, to->source_size, 1, u, v, du, dv, count, levels);
    else if (channels == 3)
        copy_nearest(work->colour, work->alpha, to->source_size, 3, u, v, du, dv, count, levels);
    else
        copy_nearest(work->colour, work->alpha, to->source_size, 4, u, v, du, dv, count, levels);
    if (work->recolour) recolour_levels(count, work->recolour, levels);
    take_alphas(levels, count, work->space.alphas + span.from);
    return span;
}

/* Premultiply and halve a sprite, so that it can be sampled. */
static Source make_source(const Geometry *to, const Sprites *sprites, const i64 *sprite,
                          i64 channels, i16 *pixels) {
    Source source = {pixels, (sprite[2] + 2 * BORDER) * PIXEL, sprite[2], sprite[3]};
    premultiply(sprites, sprite, channels, &source);
    for (i64 k = 0; k < to->halvings[0]; k++) halve_rows(&source);
    for (i64 k = 0; k < to->halvings[1]; k++) halve_columns(&source);
    fill_border(&source);
    return source;
}

/* Make all rows of a result with their runs, behind what the arena holds. */
static void make_rows(const Work *work, i64 channels, i64 kind, const Arena *arena) {
    i64 width = work->geometry.width, height = work->geometry.height;
    i64 first = arena->used[1] * channels;
    i64 *rows = arena->rows + arena->used[2];
    rows[0] = arena->used[3];
    for (i64 y = 0; y < height; y++, first += width * channels) {
        Span span = work->geometry.taps ? filter_row(work, y) : copy_pixels(work, channels, y);
        const u8 *levels = work->space.levels;
        write_row(levels, width, span, channels, arena->colour + first,
                  channels == 4 ? arena->alpha : arena->alpha + first);
        rows[y + 1] = find_row_runs(work->space.alphas, span, kind, rows[y], arena->runs);
    }
    arena->used[3] = rows[height];
}

/* Make the sprites that are ordered, of those in `sprites`, behind one another in `arena`.

   `colours` has for each a matrix that straight colours are multiplied by, and the opacity. */
EXPORT void transform_sprites(const Sprites *sprites, i64 channels, const i64 *orders, i64 count,
                              const float (*colours)[10], const i16 *weights,
                              const Workspace *space, const Arena *arena) {
    for (i64 k = 0; k < count; k++) {
        const Order *order = (const Order *)orders + k;
        const i64 *sprite = sprites->table[order->row];
        i64 *entry = arena->table[arena->used[0]];
        entry[0] = arena->used[1] * channels, entry[1] = arena->used[2];
        entry[2] = order->width, entry[3] = order->height;
        if (order->width && order->height) {
            Recolour recolour = {.opacity = colours[k][9]};
            for (i64 i = 0; i < 3; i++)
                recolour.columns[i] =
                    (Four){colours[k][i], colours[k][3 + i], colours[k][6 + i], 0.0f};
            Work work = {.geometry = find_geometry(order, sprite[2], sprite[3]),
                         .colour = sprites->colour + sprite[0],
                         .alpha = sprites->alpha + (channels < 4 ? sprite[0] : 0),
                         .weights = weights,
                         .recolour = order->recolours ? &recolour : NULL,
                         .space = *space};
            Hull hull = find_hull(sprites, sprite);
            work.bounds = find_bounds(&work.geometry, &hull);
            if (work.geometry.taps)
                work.source =
                    make_source(&work.geometry, sprites, sprite, channels, space->source);
            make_rows(&work, channels, order->kind, arena);
        }
        arena->used[0]++, arena->used[1] += order->width * order->height;
        arena->used[2] += order->height;
    }
}
