/* A background, prepared: how each tile is coded, and its code. See background.py.

   `pixels` are (height, width * channels); `lines` are two, scratch, each of LINE_MARGIN pixels, a
   row and LINE_MARGIN pixels. Prices are in 256ths of a bit. */
#include "encode/webp/webp.h"

#define PRICE_BITS 8 /* of a price that are behind the point */
#define LEAST_PRICE 1
#define MOST_SUM ((i64)1 << 26) /* of products, so that products of sums fit */
#define SIZE_STEPS 16           /* of a level, that sizes are told in */
#define CROSS_STEPS 4           /* multipliers are tried in quarters of the best fit */

/* A picture whose rows are loaded into two lines in turn. */
typedef struct {
    const u8 *pixels;
    i64 width, channels;
    u32 *lines;
} Loader;

INNER u32 *line_at(const Loader *loader, i64 row) {
    return loader->lines + (row & 1) * (loader->width + 2 * LINE_MARGIN) + LINE_MARGIN;
}

/* Load a row; what is right of its last pixel is its first. */
static void load_row(const Loader *loader, i64 row) {
    i64 width = loader->width;
    u32 *line = line_at(loader, row);
    load_pixels(loader->pixels + row * width * loader->channels, width, loader->channels, line);
    line[-1] = 0, line[width] = line[0];
}

/* The logarithm to base 2, rounded down to 256ths; of 1 or more. In whole numbers: the same
   everywhere. */
INNER i64 log2_of(u64 number) {
    i64 whole = highest_bit(number), result = whole << PRICE_BITS;
    u64 rest = whole > 31 ? number >> (whole - 31) : number << (31 - whole); /* 1 to 2, in 2**31 */
    for (i64 bit = PRICE_BITS - 1; bit >= 0; bit--) {
        rest = rest * rest >> 31;
        if (rest >> 32) {
            rest >>= 1;
            result += (i64)1 << bit;
        }
    }
    return result;
}

/* Price `codes` codes of LEVELS symbols by how often each symbol is counted. */
EXPORT void price_levels(const i64 *counts, i64 codes, u16 *prices) {
    for (i64 code = 0; code < codes; code++, counts += LEVELS, prices += LEVELS) {
        u64 total = 0;
        for (i64 level = 0; level < LEVELS; level++) total += (u64)counts[level] + 1;
        for (i64 level = 0; level < LEVELS; level++)
            prices[level] = (u16)(LEAST_PRICE + log2_of(total) - log2_of((u64)counts[level] + 1));
    }
}

/* Price residuals before any are known: the larger, the dearer. */
EXPORT void guess_prices(i64 codes, u16 *prices) {
    for (i64 k = 0; k < codes * LEVELS; k++) {
        i64 level = k % LEVELS, size = min_of(level, LEVELS - level);
        prices[k] = (u16)(256 + 19 * log2_of((u64)size + 1) / 10);
    }
}

INNER u32 price_some(const u32 *residuals, i64 count, i64 channels, const u16 *prices) {
    u32 sum = 0;
    for (i64 i = 0; i < count; i++) {
        u32 pixel = residuals[i];
        if (channels == 1) {
            sum += prices[pixel >> 8 & 0xFF];
            continue;
        }
        sum += prices[pixel & 0xFF] + prices[LEVELS + (pixel >> 8 & 0xFF)];
        sum += prices[2 * LEVELS + (pixel >> 16 & 0xFF)];
        if (channels == 4) sum += prices[3 * LEVELS + (pixel >> 24)];
    }
    return sum;
}

static u32 price_residuals(const u32 *residuals, i64 count, i64 channels, const u16 *prices) {
    if (channels == 1) return price_some(residuals, count, 1, prices);
    return channels == 3 ? price_some(residuals, count, 3, prices)
                         : price_some(residuals, count, 4, prices);
}

/* Add to `sums` (MODES, across) what each mode in `mask` would make of a row's tiles. */
static void add_prices(const Loader *loader, i64 row, i64 bits, i64 mask, const u16 *prices,
                       u32 *residuals, u32 *sums) {
    i64 width = loader->width, across = count_tiles(width, bits);
    for (i64 mode = 0; mode < MODES; mode++) {
        if (!(mask >> mode & 1)) continue;
        predict(mode, line_at(loader, row), line_at(loader, row + 1), width, residuals);
        for (i64 tile = 0; tile < across; tile++) {
            i64 first = tile << bits, size = min_of((i64)1 << bits, width - first);
            sums[mode * across + tile] +=
                price_residuals(residuals + first, size, loader->channels, prices);
        }
    }
}

/* The cheapest mode of a tile in `mask`. */
static u8 cheapest_mode(const u32 *sums, i64 across, i64 tile, i64 mask) {
    i64 best = -1;
    for (i64 mode = 0; mode < MODES; mode++) {
        if (!(mask >> mode & 1) || (tile == across - 1 && is_barred(mode))) continue;
        if (best < 0 || sums[mode * across + tile] < sums[best * across + tile]) best = mode;
    }
    return (u8)best;
}

/* Choose the cheapest of the modes in `mask` for each tile, by every `step`-th of its rows.

   `residuals` (width) and `sums` (MODES, tiles across) are scratch. */
EXPORT void choose_modes(const u8 *pixels, i64 height, i64 width, i64 channels, i64 bits, i64 mask,
                         i64 step, const u16 *prices, u32 *lines, u32 *residuals, u32 *sums,
                         u8 *modes) {
    Loader loader = {pixels, width, channels, lines};
    i64 across = count_tiles(width, bits), down = count_tiles(height, bits), size = (i64)1 << bits;
    for (i64 band = 0; band < down; band++) {
        memset(sums, 0, (size_t)(MODES * across) * sizeof *sums);
        for (i64 row = band * size; row < min_of((band + 1) * size, height); row += step) {
            if (row == 0) continue;
            load_row(&loader, row - 1);
            load_row(&loader, row);
            add_prices(&loader, row, bits, mask, prices, residuals, sums);
        }
        for (i64 tile = 0; tile < across; tile++)
            modes[band * across + tile] = cheapest_mode(sums, across, tile, mask);
    }
}

/* Count the residuals of each tile, of every `step`-th row: `counts` (tiles, channels, LEVELS).

   `seen` (height * width) is 0 where nothing is to be seen, if it `is_sprite`. */
EXPORT void count_residuals(const u8 *pixels, i64 height, i64 width, i64 channels, i64 bits,
                            i64 step, const u8 *seen, i64 is_sprite, const u8 *modes,
                            const u32 *crosses, i64 cross_bits, u32 *lines, u32 *residuals,
                            u16 *counts) {
    Loader loader = {pixels, width, channels, lines};
    Tiles tiles = {width, bits, cross_bits, modes, NULL, crosses, NULL};
    i64 across = count_tiles(width, bits), first = first_channel(channels);
    for (i64 row = 0; row < height; row += step) {
        if (row > 0) load_row(&loader, row - 1);
        load_row(&loader, row);
        transform_row(&tiles, line_at(&loader, row), line_at(&loader, row + 1), row, 0, width,
                      residuals);
        u16 *of_row = counts + (row >> bits) * across * channels * LEVELS;
        for (i64 x = 0; x < width; x++) {
            if (is_sprite && !seen[row * width + x]) continue;
            u16 *tile = of_row + (x >> bits) * channels * LEVELS;
            for (i64 k = 0; k < channels; k++)
                tile[k * LEVELS + channel_of(residuals[x], first + k)]++;
        }
    }
}

/* Sum the residuals' sizes of each tile, and divide by their number: how busy it is. */
EXPORT void measure_tiles(const u16 *counts, i64 tiles, i64 symbols, i64 *sizes) {
    for (i64 tile = 0; tile < tiles; tile++, counts += symbols) {
        u32 sum = 0, number = 0; /* at most 2**14 pixels of 4 channels */
        for (i64 i = 0; i < symbols; i++) {
            u32 level = (u32)i % LEVELS, size = level < LEVELS - level ? level : LEVELS - level;
            sum += counts[i] * size, number += counts[i];
        }
        sizes[tile] = number ? sum * (i64)SIZE_STEPS / number : 0;
    }
}

/* Sum the counts of each group's tiles: `sums` (k, symbols), zero before. */
EXPORT void sum_groups(const u16 *counts, i64 tiles, i64 symbols, const u8 *groups, i64 *sums) {
    for (i64 tile = 0; tile < tiles; tile++, counts += symbols) {
        i64 *own = sums + groups[tile] * symbols;
        for (i64 i = 0; i < symbols; i++) own[i] += counts[i];
    }
}

/* Give each tile the group whose prices are lowest for its counts; how many changed.

   `counts` are (tiles, symbols), at most 2**14 a tile and channel; `prices` are (k, symbols). */
EXPORT i64 assign_groups(const u16 *counts, i64 tiles, i64 symbols, const u16 *prices, i64 k,
                         u8 *groups) {
    i64 changed = 0;
    for (i64 tile = 0; tile < tiles; tile++, counts += symbols) {
        i64 best = 0, least = INT64_MAX;
        for (i64 group = 0; group < k; group++) {
            const i16 *own = (const i16 *)prices + group * symbols, *of = (const i16 *)counts;
            i32 sum = 0;
            for (i64 i = 0; i < symbols; i++) sum += (i32)of[i] * own[i];
            if (sum < least) best = group, least = sum;
        }
        changed += groups[tile] != best;
        groups[tile] = (u8)best;
    }
    return changed;
}

/* Products of a tile's residuals, summed. */
typedef struct {
    i64 green_green, red_red, green_red, green_blue, red_blue;
} Products;

static Products sum_products(const u32 *residuals, i64 stride, i64 width, i64 height) {
    Products sums = {0};
    for (i64 row = 0; row < height; row++) {
        Products own = {0};
        for (i64 x = 0; x < width; x++) {
            u32 pixel = residuals[row * stride + x];
            i32 red = (i8)pixel, green = (i8)(pixel >> 8), blue = (i8)(pixel >> 16);
            own.green_green += green * green, own.red_red += red * red;
            own.green_red += green * red, own.green_blue += green * blue;
            own.red_blue += red * blue;
        }
        sums.green_green += own.green_green, sums.red_red += own.red_red;
        sums.green_red += own.green_red, sums.green_blue += own.green_blue;
        sums.red_blue += own.red_blue;
    }
    while (sums.green_green > MOST_SUM || sums.red_red > MOST_SUM) {
        sums.green_green /= 2, sums.red_red /= 2, sums.green_red /= 2;
        sums.green_blue /= 2, sums.red_blue /= 2;
    }
    return sums;
}

/* The quotient in 32nds, within what a multiplier holds. */
INNER i32 multiplier_of(i64 dividend, i64 divisor) {
    return (i32)max_of(-127, min_of(127, 32 * dividend / divisor));
}

/* The multipliers of the least squares. */
static Cross fit_cross(Products sums) {
    Cross cross = {0, 0, 0};
    if (sums.green_green == 0) return cross;
    cross.green_to_red = multiplier_of(sums.green_red, sums.green_green);
    i64 divisor = sums.green_green * sums.red_red - sums.green_red * sums.green_red;
    if (divisor <= 0) {
        cross.green_to_blue = multiplier_of(sums.green_blue, sums.green_green);
        return cross;
    }
    cross.green_to_blue =
        multiplier_of(sums.green_blue * sums.red_red - sums.red_blue * sums.green_red, divisor);
    cross.red_to_blue =
        multiplier_of(sums.red_blue * sums.green_green - sums.green_blue * sums.green_red, divisor);
    return cross;
}

/* What red costs, or blue, with these multipliers. */
static u32 price_cross(const u32 *residuals, i64 stride, i64 width, i64 height, Cross cross,
                       bool is_blue, const u16 *prices) {
    u32 sum = 0;
    for (i64 row = 0; row < height; row++)
        for (i64 x = 0; x < width; x++) {
            u32 pixel = residuals[row * stride + x];
            i32 red = (i8)pixel, green = (i8)(pixel >> 8), blue = (i8)(pixel >> 16);
            i32 new_red = red - (cross.green_to_red * green >> 5);
            i32 new_blue =
                blue - (cross.green_to_blue * green >> 5) - (cross.red_to_blue * red >> 5);
            sum += is_blue ? prices[2 * LEVELS + (new_blue & 0xFF)] : prices[new_red & 0xFF];
        }
    return sum;
}

/* Choose the multipliers of one tile: that part of the least squares' which is cheapest. */
static Cross choose_cross(const u32 *residuals, i64 stride, i64 width, i64 height,
                          const u16 *prices) {
    Cross fit = fit_cross(sum_products(residuals, stride, width, height)), best = {0, 0, 0};
    u32 least_red = UINT32_MAX, least_blue = UINT32_MAX;
    for (i32 k = 0; k <= CROSS_STEPS; k++) {
        Cross tried = {fit.green_to_red * k / CROSS_STEPS, fit.green_to_blue * k / CROSS_STEPS,
                       fit.red_to_blue * k / CROSS_STEPS};
        u32 red = price_cross(residuals, stride, width, height, tried, false, prices);
        u32 blue = price_cross(residuals, stride, width, height, tried, true, prices);
        if (red < least_red) least_red = red, best.green_to_red = tried.green_to_red;
        if (blue < least_blue) {
            least_blue = blue;
            best.green_to_blue = tried.green_to_blue, best.red_to_blue = tried.red_to_blue;
        }
    }
    return best;
}

/* Choose the multipliers of tiles of 2**cross_bits px; `residuals` has room for a row of them. */
EXPORT void choose_crosses(const u8 *pixels, i64 height, i64 width, i64 channels, i64 bits,
                           const u8 *modes, i64 cross_bits, const u16 *prices, u32 *lines,
                           u32 *residuals, u32 *crosses) {
    Loader loader = {pixels, width, channels, lines};
    Tiles tiles = {width, bits, 0, modes, NULL, NULL, NULL};
    i64 size = (i64)1 << cross_bits;
    for (i64 top = 0; top < height; top += size) {
        i64 rows = min_of(size, height - top);
        for (i64 row = top; row < top + rows; row++) {
            load_row(&loader, row);
            transform_row(&tiles, line_at(&loader, row), line_at(&loader, row + 1), row, 0, width,
                          residuals + (row - top) * width);
        }
        for (i64 left = 0; left < width; left += size)
            *crosses++ = store_cross(choose_cross(residuals + left, width,
                                                  min_of(size, width - left), rows, prices));
    }
}

/* Write an image of VP8L's own: `count` pixels by one group of codes. */
static i64 put_small_image(const u32 *pixels, i64 count, u64 *out, i64 position) {
    i64 weights[CHANNELS][GREEN_SYMBOLS] = {{0}};
    u32 tables[CHANNELS][GREEN_SYMBOLS], table[GROUP_TABLE];
    for (i64 i = 0; i < count; i++)
        for (i64 k = 0; k < CHANNELS; k++) weights[k][channel_of(pixels[i], k)]++;
    position = put_bits(out, position, 0, 1); /* no colour cache */
    position = put_best_code(weights[GREEN], GREEN_SYMBOLS, tables[GREEN], out, position);
    position = put_best_code(weights[RED], LEVELS, tables[RED], out, position);
    position = put_best_code(weights[BLUE], LEVELS, tables[BLUE], out, position);
    position = put_best_code(weights[ALPHA], LEVELS, tables[ALPHA], out, position);
    position = put_trivial_code(false, out, position);
    for (i64 k = 0; k < CHANNELS; k++)
        memcpy(table + k * LEVELS, tables[k], LEVELS * sizeof *table);
    Writer writer = open_writer(out, position);
    write_pixels(pixels, count, table, true, &writer);
    return close_writer(&writer, out);
}

/* Write the code of an image whose pixels have only green: of `count` symbols. */
static i64 put_green_code(const i64 *weights, i64 count, u32 *table, u64 *out, i64 position) {
    i64 all[GREEN_SYMBOLS] = {0};
    u32 own[GREEN_SYMBOLS];
    memcpy(all, weights, (size_t)count * sizeof *all);
    position = put_bits(out, position, 0, 1); /* no colour cache */
    position = put_best_code(all, GREEN_SYMBOLS, own, out, position);
    memcpy(table, own, (size_t)count * sizeof *table);
    return position;
}

/* Write the codes of one group, but that of distances; `weights` are (channels, LEVELS). */
static i64 put_group(const i64 *weights, i64 channels, u32 *table, u64 *out, i64 position) {
    static const i64 ORDER[CHANNELS] = {GREEN, RED, BLUE, ALPHA}; /* 6.2 */
    i64 first = first_channel(channels);
    for (i64 k = 0; k < CHANNELS; k++) {
        i64 channel = ORDER[k], own[GREEN_SYMBOLS] = {0};
        u32 codes[GREEN_SYMBOLS];
        if (channel >= first && channel < first + channels)
            memcpy(own, weights + (channel - first) * LEVELS, LEVELS * sizeof *own);
        i64 symbols = channel == GREEN ? GREEN_SYMBOLS : LEVELS;
        position = put_best_code(own, symbols, codes, out, position);
        memcpy(table + channel * LEVELS, codes, LEVELS * sizeof *table);
    }
    return position;
}

/* Write what is the same in the header of every image, in pieces that begin and end at `at`.

   The first ends with the code of modes, the second with that of groups, and each of `groups` more
   has a group's codes. `weights` are (groups, channels, LEVELS). Fills in the tables. */
EXPORT void put_head(i64 width, i64 height, i64 channels, i64 bits, const u32 *crosses,
                     i64 cross_bits, i64 groups, const i64 *mode_weights, const i64 *group_weights,
                     const i64 *weights, u32 *mode_table, u32 *group_table, u32 *tables, u64 *out,
                     i64 *at) {
    i64 position = put_image_start(width, height, channels, out);
    at[0] = 0;
    position = put_bits(out, position, 1 | PREDICT << 1, 3);
    position = put_bits(out, position, (u64)(bits - 2), 3);
    at[1] = position = put_green_code(mode_weights, MODES, mode_table, out, position);
    if (cross_bits > 0) {
        position = put_bits(out, position, 1 | CROSS << 1, 3);
        position = put_bits(out, position, (u64)(cross_bits - 2), 3);
        i64 count = count_tiles(width, cross_bits) * count_tiles(height, cross_bits);
        position = put_small_image(crosses, count, out, position);
    }
    position = put_bits(out, position, 0, 1 + 1); /* no more transforms, no colour cache */
    position = put_bits(out, position, 1, 1);     /* tiles have groups */
    position = put_bits(out, position, (u64)(bits - 2), 3);
    at[2] = position = put_green_code(group_weights, groups, group_table, out, position);
    for (i64 k = 0; k < groups; k++)
        at[3 + k] = position = put_group(weights + k * channels * LEVELS, channels,
                                         tables + k * GROUP_TABLE, out, position);
}

/* Code all pixels: fills in `out`, where each band begins and ends, and where each column of the
   grid does, from its band on. */
EXPORT void code_pixels(const u8 *pixels, i64 height, i64 channels, const WebpBackground *made,
                        u32 *lines, u32 *residuals, u64 *out, i64 *band_at, u32 *column_at) {
    i64 width = made->width, columns = ceil_div(width, GRID);
    Loader loader = {pixels, width, channels, lines};
    Tiles tiles = tiles_of(made);
    Writer writer = open_writer(out, 0);
    for (i64 row = 0; row < height; row++, column_at += columns + 1) {
        load_row(&loader, row);
        transform_row(&tiles, line_at(&loader, row), line_at(&loader, row + 1), row, 0, width,
                      residuals);
        i64 band = row >> made->bits;
        if (row == band << made->bits) band_at[band] = writer_position(&writer, out);
        for (i64 column = 0; column < columns; column++) {
            i64 start = column * GRID, stop = min_of(start + GRID, width);
            column_at[column] = (u32)(writer_position(&writer, out) - band_at[band]);
            write_row(&tiles, row, start, stop, channels == 4, residuals + start, &writer);
        }
        column_at[columns] = (u32)(writer_position(&writer, out) - band_at[band]);
    }
    band_at[count_tiles(height, made->bits)] = close_writer(&writer, out);
}
