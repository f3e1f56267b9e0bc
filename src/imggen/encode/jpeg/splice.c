/* Exchange the MCUs of a JPEG that sprites cover: see imggen/encode/jpeg/splicer.py.

   MCUs under a sprite are drawn and coded. All others keep their bits, except that the one behind
   such an MCU gets other codes for its DCs, which are coded as differences. Intervals without any
   sprite keep their bytes. */
#include "encode/jpeg/entropy.h"
#include "encode/jpeg/jpeg.h"
#include "encode/jpeg/planes.h"
#include "encode/jpeg/strip.h"

#define FULL -1         /* there is no room for all bytes */
#define MARKER 0xFF     /* T.81, B.1.1.3 */
#define RST0 0xD0
#define EOI 0xD9
#define MOST_BLOCK_BYTES 512 /* 64 codes of at most 16 + 11 bits, of which each byte may be stuffed */
#define MOST_BLOCKS 6

/* All there is while an image is coded. */
typedef struct {
    const JpegFrame *frame;
    const JpegBackground *background;
    const JpegRoom *room;
    Scene scene;
    Planes planes;
    i64 mcu_width, mcu_height; /* px */
    i64 columns, rows;         /* of MCUs */
    i64 drawn;                 /* the row of MCUs whose samples there are */
    Bits bits;
} Work;

static Work make_work(const JpegFrame *frame, const JpegBackground *background, const JpegRoom *room,
                      Scene scene) {
    Work work = {.frame = frame, .background = background, .room = room, .scene = scene};
    work.mcu_width = SIDE * frame->across, work.mcu_height = SIDE * frame->down;
    work.columns = ceil_div(frame->width, work.mcu_width);
    work.rows = ceil_div(frame->height, work.mcu_height);
    i64 stride = work.columns * work.mcu_width;
    work.planes = (Planes){{room->planes, room->planes + stride * work.mcu_height},
                           {stride, work.columns * SIDE, work.columns * SIDE}};
    work.planes.samples[2] = work.planes.samples[1] + work.columns * LEVELS;
    work.drawn = -1;
    work.bits = (Bits){.free = WORD, .out = room->out};
    return work;
}

/* The end of the marked MCUs of a row from `column` on. */
INNER i64 marked_end(const u8 *marks, i64 column, i64 columns) {
    while (column < columns && marks[column]) column++;
    return column;
}

/* Draw the marked MCUs of a row, and make their samples. */
static void draw_mcus(Work *work, i64 row) {
    const JpegFrame *frame = work->frame;
    const u8 *marks = work->room->marks + row * work->columns;
    i64 bytes = work->mcu_width * frame->channels, background_bytes = frame->width * frame->channels;
    Strip strip = {work->room->strip, work->mcu_height, work->columns * bytes,
                   row * work->mcu_height};
    for (i64 from = 0; from < work->columns; from++) {
        i64 to = marked_end(marks, from, work->columns);
        copy_background(&strip, from * bytes, to * bytes, work->background->pixels, frame->height,
                        background_bytes);
        from = to;
    }
    draw_strip(&strip, &work->scene);
    Pixels pixels = {strip.pixels, strip.row_bytes,
                     min_of(work->mcu_height, frame->height - strip.top), frame->width,
                     frame->channels, frame->across, frame->down};
    for (i64 from = 0; from < work->columns; from++) {
        i64 to = marked_end(marks, from, work->columns);
        if (from < to)
            make_samples(&pixels, from * work->mcu_width, to * work->mcu_width, work->mcu_height,
                         work->room->wide, work->room->colours, &work->planes);
        from = to;
    }
    work->drawn = row;
}

/* A block of an MCU. */
typedef struct {
    i64 component;
    const u8 *samples;
    i64 stride;
    bool is_empty; /* beyond the blocks of the image: libjpeg, jccoefct.c */
} Block;

/* List the blocks of an MCU in their order; how many there are. */
INNER i64 list_blocks(const Work *work, i64 row, i64 column, Block *blocks) {
    const JpegFrame *frame = work->frame;
    i64 n = 0;
    for (i64 component = 0; component < frame->channels; component++) {
        i64 across = component ? 1 : frame->across, down = component ? 1 : frame->down;
        i64 stride = work->planes.stride[component];
        for (i64 k = 0; k < across * down; k++) {
            i64 x = column * across + k % across, y = k / across;
            const u8 *samples = work->planes.samples[component] + y * SIDE * stride + x * SIDE;
            bool is_there = x * SIDE < frame->width && (row * down + y) * SIDE < frame->height;
            blocks[n++] = (Block){component, samples, stride, component == 0 && !is_there};
        }
    }
    return n;
}

/* Make the levels of `count` blocks; there is room for those of AT_ONCE more. */
INNER void make_levels(const Work *work, const Block *blocks, i64 count, i16 (*levels)[LEVELS]) {
    for (i64 first = 0; first < count; first += AT_ONCE) {
        const u8 *samples[AT_ONCE];
        i64 strides[AT_ONCE];
        for (i64 k = 0; k < AT_ONCE; k++) {
            const Block *block = blocks + min_of(first + k, count - 1);
            samples[k] = block->samples, strides[k] = block->stride;
        }
        transform_blocks(samples, strides, levels + first);
    }
    for (i64 k = 0; k < count; k++)
        quantise(levels[k], work->frame->quantisers + (blocks[k].component > 0));
}

/* Code an MCU. `at` gets where the bits of its components begin, if it is not NULL; `firsts` the
   DCs of their first blocks; `lasts` are those of the blocks before, and get the last ones. */
static void code_mcu(Work *work, i64 mcu, const u8 *start, i64 *at, i16 *firsts, i16 *lasts) {
    i64 row = mcu / work->columns, column = mcu % work->columns;
    if (row != work->drawn) draw_mcus(work, row);
    Block blocks[MOST_BLOCKS];
    i16 levels[MOST_BLOCKS + AT_ONCE][LEVELS];
    i64 count = list_blocks(work, row, column, blocks);
    make_levels(work, blocks, count, levels);
    for (i64 k = 0; k < count; k++) {
        i64 component = blocks[k].component;
        if (blocks[k].is_empty) {
            memset(levels[k], 0, sizeof levels[k]);
            levels[k][0] = lasts[component];
        }
        if (k == 0 || component != blocks[k - 1].component) {
            if (at) at[component] = (work->bits.out - start) * 8 + WORD - work->bits.free;
            firsts[component] = levels[k][0];
        }
        put_block(&work->bits, levels[k], levels[k][0] - lasts[component],
                  work->frame->codes + (component > 0));
        lasts[component] = levels[k][0];
    }
}

/* Copy the bits of MCUs `from` to `to`, of which `from` is not the first of its interval. */
static void copy_mcus(Work *work, i64 from, i64 to, const i16 *lasts) {
    const JpegBackground *background = work->background;
    const i64 *at = background->at[from];
    i64 components = work->frame->channels;
    for (i64 k = 0; k < components; k++) {
        const Codes *codes = work->frame->codes + (k > 0);
        i64 dc = background->firsts[from][k];
        i64 old = dc - background->lasts[from - 1][k];
        put_difference(&work->bits, dc - lasts[k], codes);
        i64 end = k + 1 < components ? at[k + 1] : background->at[to][0];
        copy_bits_of(&work->bits, background->bits, at[k] + difference_bits(old, codes), end);
    }
}

/* Code the MCUs `first` to `end`, an interval; whether any bits are copied. */
static bool code_interval(Work *work, i64 first, i64 end) {
    const u8 *marks = work->room->marks;
    i16 firsts[MOST_COMPONENTS], lasts[MOST_COMPONENTS] = {0};
    bool copies = false;
    for (i64 mcu = first; mcu < end;) {
        if (marks[mcu]) {
            code_mcu(work, mcu++, NULL, NULL, firsts, lasts);
            continue;
        }
        i64 from = mcu;
        while (mcu < end && !marks[mcu]) mcu++;
        if (from == first)
            copy_bits_of(&work->bits, work->background->bits, work->background->at[from][0],
                         work->background->at[mcu][0]);
        else
            copy_mcus(work, from, mcu, lasts);
        memcpy(lasts, work->background->lasts[mcu - 1], sizeof lasts);
        copies = true;
    }
    return copies;
}

/* Write the marker behind interval `number`; the last one ends the image. */
INNER void write_marker(Bits *bits, i64 number, bool is_last) {
    fill_up(bits);
    *bits->out++ = MARKER;
    *bits->out++ = (u8)(is_last ? EOI : RST0 + number % 8);
}

/* Copy bytes of the file, `from` to `to`; false if there is no room for them and so many more. */
INNER bool copy_bytes(Work *work, i64 from, i64 to, i64 more) {
    i64 left = work->room->out + work->room->out_bytes - work->bits.out;
    if (left < to - from + more) return false;
    memcpy(work->bits.out, work->background->file + from, (size_t)(to - from));
    work->bits.out += to - from;
    return true;
}

/* Write the file of a scene to `room->out`; how many bytes it has, or FULL.

   `counts` gets the numbers of intervals whose bytes are copied, of those with bits of both, and of
   those of new bits alone. With `copies_bits`, no bytes of intervals are copied, but bits. */
EXPORT i64 splice_jpeg(const JpegFrame *frame, const JpegBackground *background,
                       const Sprites *sprites, const i64 (*items)[3], i64 count,
                       const JpegRoom *room, i64 copies_bits, i64 *counts) {
    Scene scene = {sprites, items, count, frame->channels};
    Work work = make_work(frame, background, room, scene);
    i64 mcus = work.columns * work.rows, kept = 0, intervals = mcus / frame->interval;
    memset(room->marks, 0, (size_t)mcus);
    mark_tiles(room->marks, work.columns, frame->width, frame->height, work.mcu_width,
               work.mcu_height, sprites, items, count);
    memset(counts, 0, 3 * sizeof *counts);
    work.bits.stuffs = true;
    for (i64 k = 0; k < intervals; k++) {
        i64 first = k * frame->interval, end = first + frame->interval;
        if (!copies_bits && !memchr(room->marks + first, 1, (size_t)frame->interval)) {
            counts[0]++;
            continue;
        }
        i64 most = frame->interval * MOST_BLOCKS * MOST_BLOCK_BYTES;
        if (!copy_bytes(&work, kept, background->bounds[k], most)) return FULL;
        counts[code_interval(&work, first, end) ? 1 : 2]++;
        write_marker(&work.bits, k, end == mcus);
        kept = background->bounds[k + 1];
    }
    if (!copy_bytes(&work, kept, background->bounds[intervals], 0)) return FULL;
    return work.bits.out - room->out;
}

/* Code a whole background as bits without markers, and note where its MCUs are.

   `at`, `firsts` and `lasts` of the background are filled in. Returns how many bytes are used of
   `room->out`, which are its `bits`; or FULL. */
EXPORT i64 index_jpeg(const JpegFrame *frame, const JpegBackground *background, const JpegRoom *room, i64 (*at)[3],
                      i16 (*firsts)[3], i16 (*lasts)[3]) {
    Work work = make_work(frame, background, room, (Scene){.channels = frame->channels});
    i64 mcus = work.columns * work.rows;
    i16 last[MOST_COMPONENTS];
    memset(room->marks, 1, (size_t)mcus);
    for (i64 mcu = 0; mcu < mcus; mcu++) {
        if (room->out + room->out_bytes - work.bits.out < MOST_BLOCKS * MOST_BLOCK_BYTES) return FULL;
        if (mcu % frame->interval == 0) memset(last, 0, sizeof last);
        code_mcu(&work, mcu, room->out, at[mcu], firsts[mcu], last);
        memcpy(lasts[mcu], last, sizeof last);
    }
    at[mcus][0] = (work.bits.out - room->out) * 8 + WORD - work.bits.free;
    fill_up(&work.bits);
    return work.bits.out - room->out;
}
