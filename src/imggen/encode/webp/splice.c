/* One image: the background's code is copied, but for what sprites change.

   The bits of a row are copied up to a sprite, what it changes is coded, and so on. Tiles that a
   sprite covers are coded whole, by the sprite's own predictor and group of codes. A band is a row
   of tiles. */
#include "encode/png/rows.h"
#include "encode/png/spans.h"
#include "encode/webp/webp.h"

#define PADDED_CODES 8 /* codes in the header that may be written longer */

/* One image being encoded. */
typedef struct {
    const WebpBackground *background;
    Scene scene;
    const WebpScratch *scratch;
    Tiles tiles;
} Picture;

INNER u32 *pixels_of(const Picture *picture, i64 row) {
    i64 line = picture->background->width + 2 * LINE_MARGIN;
    return picture->scratch->pixels + (row & 1) * line + LINE_MARGIN;
}

/* Unite two lists of sorted spans, each widened by a pixel for neighbours. Return the number. */
static i64 unite_spans(const i64 (*one)[2], i64 n, const i64 (*other)[2], i64 n_other, i64 width,
                       i64 (*united)[2]) {
    i64 count = 0;
    for (i64 i = 0, k = 0; i < n || k < n_other;) {
        const i64 *next = k >= n_other || (i < n && one[i][0] <= other[k][0]) ? one[i++] : other[k++];
        i64 left = max_of(next[0] - 1, 0), right = min_of(next[1] + 1, width);
        if (count > 0 && left <= united[count - 1][1]) {
            united[count - 1][1] = max_of(united[count - 1][1], right);
        } else {
            united[count][0] = left, united[count][1] = right;
            count++;
        }
    }
    return count;
}

/* Draw a row and load its pixels, where two lists of spans need them. */
static void load_drawn(const Picture *picture, i64 row, const i64 (*one)[2], i64 n,
                       const i64 (*other)[2], i64 n_other) {
    const Scene *scene = &picture->scene;
    i64 channels = scene->channels, width = picture->background->width;
    const u8 *background = picture->background->pixels + row * width * channels;
    u8 *line = picture->scratch->line;
    i64(*parts)[2] = picture->scratch->spans + 2 * picture->scratch->most_spans;
    i64 lowest = lowest_in_row(scene, row);
    i64 count = unite_spans(one, n, other, n_other, width, parts);
    for (i64 k = 0; k < count; k++)
        copy_behind(line, background, parts[k][0] * channels, parts[k][1] * channels, channels,
                    scene->sprites, scene->items[lowest], row);
    draw_items(scene, row, lowest, width, line);
    for (i64 k = 0; k < count; k++)
        load_pixels(line + parts[k][0] * channels, parts[k][1] - parts[k][0], channels,
                    pixels_of(picture, row) + parts[k][0]);
}

/* Whether a sprite's copied pixels hold column `x` of its row `y`. */
INNER bool is_opaque_at(const Sprites *sprites, i64 sprite, i64 x, i64 y) {
    const i64 *rows = sprites->rows + sprites->table[sprite][1] + y;
    for (i64 k = rows[0]; k < rows[1]; k++)
        if (sprites->runs[k][2] == OPAQUE && sprites->runs[k][0] <= x && x < sprites->runs[k][1])
            return true;
    return false;
}

/* Give those tiles whose centre `item` covers the mode and group of the sprite there.

   `origin` is the sprite's row in the library; `is_changed` if it was transformed. */
static void cover_tiles(const Picture *picture, const i64 item[3], i64 origin, bool is_changed,
                        const WebpSprites *own) {
    const WebpBackground *background = picture->background;
    const Sprites *sprites = picture->scene.sprites;
    i64 bits = background->bits, half = ((i64)1 << bits) / 2, x = item[1], y = item[2];
    i64 width = sprites->table[item[0]][2], height = sprites->table[item[0]][3];
    i64 across = count_tiles(background->width, bits), down = count_tiles(background->height, bits);
    i64 own_across = count_tiles(width, own->bits);
    i64 last_column = min_of(across, count_tiles(max_of(x + width, 0), bits));
    i64 last_row = min_of(down, count_tiles(max_of(y + height, 0), bits));
    for (i64 row = max_of(y, 0) >> bits; row < last_row; row++) {
        i64 inner_y = min_of((row << bits) + half, background->height - 1) - y;
        if (inner_y < 0 || inner_y >= height) continue;
        for (i64 column = max_of(x, 0) >> bits; column < last_column; column++) {
            i64 inner_x = min_of((column << bits) + half, background->width - 1) - x;
            if (!is_opaque_at(sprites, item[0], inner_x, inner_y)) continue;
            const u8 *tile = own->usual[origin];
            if (!is_changed)
                tile = own->tiles[own->first[origin] + (inner_y >> own->bits) * own_across +
                                  (inner_x >> own->bits)];
            i64 mode = column == across - 1 && is_barred(tile[0]) ? SAFE_MODE : tile[0];
            picture->scratch->modes[row * across + column] = (u8)mode;
            picture->scratch->groups[row * across + column] = (u8)(background->sprite_group + tile[1]);
        }
    }
}

/* Give plain tiles that `item` touches, whose code has but one symbol, the group of their edges. */
static void touch_plain_tiles(const Picture *picture, const i64 (*item)[3]) {
    const WebpBackground *background = picture->background;
    i64 edge = background->own_groups, bits = background->bits, width = background->width;
    if (background->sprite_group == edge) return; /* none are plain */
    Scene alone = {picture->scene.sprites, item, 1, picture->scene.channels};
    i64 last = (*item)[2] + alone.sprites->table[(*item)[0]][3];
    for (i64 row = max_of((*item)[2], 0); row < min_of(last + 1, background->height); row++) {
        u8 *groups = picture->scratch->groups + (row >> bits) * count_tiles(width, bits);
        i64 spans[1][2];
        if (find_outlines(&alone, row, width, 1, spans) == 0) continue;
        for (i64 tile = spans[0][0] >> bits; tile < count_tiles(spans[0][1], bits); tile++)
            if (groups[tile] == edge - 1) groups[tile] = (u8)edge;
    }
}

/* Add the tiles of a row that a sprite covers to `n` spans; how many there are then. */
INNER i64 add_covered(const Picture *picture, i64 row, i64 n, i64 (*spans)[2]) {
    i64 bits = picture->background->bits, width = picture->background->width;
    i64 across = count_tiles(width, bits), own_groups = picture->background->own_groups;
    const u8 *groups = picture->tiles.groups + (row >> bits) * across;
    for (i64 tile = 0; tile < across; tile++) {
        if (groups[tile] < own_groups) continue;
        i64 first = tile;
        while (tile < across && groups[tile] >= own_groups) tile++;
        n = add_span(first << bits, min_of(tile << bits, width), width, n, spans);
    }
    return n;
}

/* Find the spans of a row that are coded anew: what sprites change, and tiles that they cover. */
static i64 find_changed(const Picture *picture, i64 row, i64 (*spans)[2]) {
    i64 n = find_outlines(&picture->scene, row, picture->background->width, 1, spans);
    return merge_spans(add_covered(picture, row, n, spans), spans);
}

/* Code a span of a row that is loaded, as is the row above it. */
static i64 code_span(const Picture *picture, i64 row, const i64 span[2], i64 position) {
    const WebpScratch *scratch = picture->scratch;
    transform_row(&picture->tiles, pixels_of(picture, row), pixels_of(picture, row + 1), row,
                  span[0], span[1], scratch->residuals);
    Writer writer = open_writer(scratch->out, position);
    write_row(&picture->tiles, row, span[0], span[1], picture->scene.channels == 4,
              scratch->residuals, &writer);
    return close_writer(&writer, scratch->out);
}

/* Code one band from bit `first` of `out` on; `plain` tells whether anything in it is new. */
static Coded splice_tiles(const Picture *picture, Band band, i64 first) {
    const WebpBackground *background = picture->background;
    const WebpScratch *scratch = picture->scratch;
    i64 columns = ceil_div(background->width, GRID);
    i64 start = background->band_at[band.number], copied = 0, position = first, changed = 0;
    i64(*here)[2] = scratch->spans, (*below)[2] = scratch->spans + scratch->most_spans;
    i64 n = find_changed(picture, band.start, here);
    if (n > 0 && band.start > 0)
        load_drawn(picture, band.start - 1, (const i64(*)[2])here, n, NULL, 0);
    for (i64 row = band.start; row < band.stop; row++) {
        i64 n_below = row + 1 < band.stop ? find_changed(picture, row + 1, below) : 0;
        if (n + n_below > 0)
            load_drawn(picture, row, (const i64(*)[2])here, n, (const i64(*)[2])below, n_below);
        const u32 *column_at = background->column_at + row * (columns + 1);
        for (i64 k = 0; k < n; k++) {
            i64 end = column_at[here[k][0] / GRID];
            position = copy_bits(background->data, start + copied, end - copied, scratch->out,
                                 position);
            position = code_span(picture, row, here[k], position);
            copied = column_at[ceil_div(here[k][1], GRID)];
        }
        changed += n;
        i64(*swapped)[2] = here;
        here = below, below = swapped, n = n_below;
    }
    i64 rest = background->band_at[band.number + 1] - start - copied;
    position = copy_bits(background->data, start + copied, rest, scratch->out, position);
    return (Coded){position, changed > 0, 0};
}

/* Code one band, or take what the memo has of it. */
static Coded code_band(const Picture *picture, i64 number, const i64 *numbers, const Memo *memo,
                       Band band, i64 first) {
    i64 slot = -1 - SLOTS, key[MOST_KEY + 1];
    if (is_asked(memo)) slot = find_band(memo, number, band, &picture->scene, numbers, key);
    if (slot >= 0) return recall_band(memo, slot, picture->scratch->out, first);
    Coded coded = splice_tiles(picture, band, first);
    keep_band(memo, slot, key, picture->scratch->out, first, coded);
    return coded;
}

/* Whether any sprite reaches over a row whose residuals lie in `band`. */
static bool is_touched(const Scene *scene, Band band) {
    for (i64 k = 0; k < scene->count; k++) {
        i64 y = scene->items[k][2], height = scene->sprites->table[scene->items[k][0]][3];
        if (height > 0 && y < band.stop && y + height >= band.start) return true;
    }
    return false;
}

/* Copy bits of the header's constant pieces. */
INNER i64 copy_head(const WebpBackground *background, i64 piece, u64 *out, i64 position) {
    const i64 *at = background->head_at + piece;
    return copy_bits(background->head, at[0], at[1] - at[0], out, position);
}

/* Write four trivial codes, `padded` of them longer, then `count` symbols by `table`. */
static i64 put_symbols(const u8 *symbols, i64 count, const u32 *table, i64 padded, u64 *out,
                       i64 position) {
    for (i64 k = 0; k < 4; k++) position = put_trivial_code(k < padded, out, position);
    Writer writer = open_writer(out, position);
    for (i64 k = 0; k < count; k++) write_entry(&writer, table[symbols[k]]);
    return close_writer(&writer, out);
}

static i64 sum_bits(const u8 *symbols, i64 count, const u32 *table) {
    i64 sum = 0;
    for (i64 k = 0; k < count; k++) sum += table[symbols[k]] & LENGTH_MASK;
    return sum;
}

/* Write an image's header, which ends on a byte's edge; returns its bits.

   Groups behind the last that is used must not be written; one before it that is not used gets
   trivial codes. */
static i64 put_image_header(const Picture *picture) {
    const WebpBackground *background = picture->background;
    const u8 *modes = picture->tiles.modes, *groups = picture->tiles.groups;
    u64 *out = picture->scratch->header;
    const i64 *at = background->head_at;
    i64 tiles = count_tiles(background->width, background->bits) *
                count_tiles(background->height, background->bits);
    bool used[LEVELS] = {false};
    i64 count = 0, position = at[2] + PADDED_CODES * SHORT_TRIVIAL_BITS;
    for (i64 k = 0; k < tiles; k++) used[groups[k]] = true;
    for (i64 k = 0; k < LEVELS; k++)
        if (used[k]) count = k + 1;
    position += sum_bits(modes, tiles, background->mode_table);
    position += sum_bits(groups, tiles, background->group_table);
    for (i64 k = 0; k < count; k++) {
        i64 bits = used[k] ? at[3 + k] - at[2 + k] : CHANNELS * SHORT_TRIVIAL_BITS;
        position += bits + SHORT_TRIVIAL_BITS;
    }
    i64 padded = position & 7; /* as 7 bits more are one bit less, modulo 8 */
    position = copy_head(background, 0, out, 0);
    position = put_symbols(modes, tiles, background->mode_table, min_of(padded, 4), out, position);
    position = copy_head(background, 1, out, position);
    position = put_symbols(groups, tiles, background->group_table, padded - 4, out, position);
    for (i64 k = 0; k < count; k++) {
        if (used[k])
            position = copy_head(background, 2 + k, out, position);
        else
            for (i64 code = 0; code < CHANNELS; code++)
                position = put_trivial_code(false, out, position);
        position = put_trivial_code(false, out, position); /* of distances */
    }
    return position;
}

/* Code what `items` touch; `number` tells this background from others.

   `numbers` are those of items' sprites; `origins` are items as in the library, before they were transformed if that `is_changed`. Fills
   in header and `out` of the scratch, and `result`: the word of the background's data that `out`
   begins with; bits in `out`; bits of the header; bands that were spliced. */
EXPORT void splice_webp(const WebpBackground *background, i64 number, const Sprites *sprites,
                        const i64 (*items)[3], const i64 *numbers, const i64 (*origins)[3],
                        i64 count, i64 is_changed, i64 channels, const WebpSprites *sprite_tiles, const WebpScratch *scratch,
                        const Memo *memo, i64 *result) {
    Picture picture = {background, {sprites, items, count, channels}, scratch, tiles_of(background)};
    picture.tiles.modes = scratch->modes, picture.tiles.groups = scratch->groups;
    i64 bands = count_tiles(background->height, background->bits), rows = (i64)1 << background->bits;
    i64 tiles = count_tiles(background->width, background->bits) * bands;
    memcpy(scratch->modes, background->modes, (size_t)tiles);
    memcpy(scratch->groups, background->groups, (size_t)tiles);
    for (i64 k = 0; k < count; k++)
        cover_tiles(&picture, items[k], origins[k][0], is_changed, sprite_tiles);
    for (i64 k = 0; k < count; k++) touch_plain_tiles(&picture, items + k);
    i64 position = 0, copied = -1, spliced = 0, all = background->band_at[bands];
    for (i64 k = 0; k < bands; k++) {
        Band band = {k, k * rows, min_of((k + 1) * rows, background->height)};
        if (!is_touched(&picture.scene, band)) continue;
        i64 start = background->band_at[k];
        if (copied < 0) {
            result[0] = start >> 6, position = start & 63;
            scratch->out[0] = background->data[start >> 6];
        } else {
            position = copy_bits(background->data, copied, start - copied, scratch->out, position);
        }
        Coded coded = code_band(&picture, number, numbers, memo, band, position);
        position = coded.end, spliced += coded.plain, copied = background->band_at[k + 1];
    }
    if (copied < 0) {
        result[0] = all >> 6, position = all & 63;
        scratch->out[0] = background->data[all >> 6];
    } else {
        position = copy_bits(background->data, copied, all - copied, scratch->out, position);
    }
    put_bits(scratch->out, position, 0, 16); /* to a byte's edge, and a byte that pads the file */
    result[1] = position, result[2] = put_image_header(&picture), result[3] = spliced;
}
