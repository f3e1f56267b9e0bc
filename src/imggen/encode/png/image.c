/* Encode one image: go through its bands from top to bottom, and draw and code those that sprites
   touch.

   A touched band is *spliced* (see splice.h) or, if its background is flat art, coded *afresh*, with
   its rows filtered (see afresh.h) or not (see unfiltered.h). */
#include "encode/png/afresh.h"
#include "encode/png/memo.h"
#include "encode/png/png.h"
#include "encode/png/splice.h"
#include "encode/png/unfiltered.h"

#define CHUNK_HEAD_BITS 64 /* of an IDAT's length and type, written later */
#define CHUNK_TAIL_BITS 32 /* of its CRC */

/* Return first and end row of the residuals that sprites may change. */
INNER Range touched_rows(const Scene *scene, i64 height) {
    i64 top = height, bottom = 0;
    for (i64 k = 0; k < scene->count; k++) {
        i64 y = scene->items[k][2];
        top = min_of(top, y);
        bottom = max_of(bottom, y + scene->sprites->table[scene->items[k][0]][3] + 1);
    }
    return (Range){max_of(top, 0), min_of(bottom, height)};
}

INNER i64 band_rows(const Prepared *background) {
    return background->checksums[0][2] / (background->row_bytes + 1);
}

/* Return band `k`; each but the last has so many rows. */
INNER Band band_of(const Prepared *background, i64 rows, i64 k) {
    return (Band){k, k * rows, min_of((k + 1) * rows, background->height)};
}

/* Leave room for a chunk's head. Return the next position. */
INNER i64 start_piece(u64 *out, i64 position) {
    position = (position + 63) & ~(i64)63;
    out[(position + CHUNK_HEAD_BITS) >> 6] = 0;
    return position + CHUNK_HEAD_BITS;
}

/* Code one band whose background is flat art. */
static Coded code_flat_art(const Image *image, Band band, i64 first) {
    return image->background->unfiltered[band.number] ? code_unfiltered(image, band, first)
                                                      : code_afresh(image, band, first);
}

/* Code one band, or copy it from the memo. */
static inline Coded make_band(const Image *image, i64 background, const i64 *numbers,
                              const Memo *memo, Band band, i64 first) {
    u64 *out = image->scratch->out;
    i64 slot = -1 - SLOTS, key[MOST_KEY + 1];
    if (is_asked(memo)) slot = find_band(memo, background, band, &image->scene, numbers, key);
    if (slot >= 0) return recall_band(memo, slot, out, first);
    Coded coded = image->background->spliced[band.number] ? splice_band(image, band, first)
                                                          : code_flat_art(image, band, first);
    keep_band(memo, slot, key, out, first, coded);
    return coded;
}

/* Code what `items` touch. `number` is the background's, and `numbers` are those of the items'
   sprites: the memo knows both by them.

   Fills in `out` and `pieces` of the scratch, and `result`: how many rows of `pieces` are filled in
   (bands between them are clean); Adler-32 of all filtered rows; how many bands were spliced and
   coded afresh, now or by the image that left them in the memo. */
EXPORT void code_image(const Prepared *background, i64 number, const Sprites *sprites,
                       const i64 (*items)[3], const i64 *numbers, i64 count, i64 channels,
                       const Scratch *scratch, const Memo *memo, i64 *result) {
    Image image = {background, {sprites, items, count, channels}, scratch};
    i64 rows = band_rows(background);
    Range touched = touched_rows(&image.scene, background->height);
    i64 position = 0, pieces = 0, spliced = 0, afresh = 0, total = 1, weighted = 0;
    bool is_open = false;
    for (i64 k = 0; k < background->bands; k++) {
        Band band = band_of(background, rows, k);
        const i64 *sums = background->checksums[band.number];
        Coded coded = {position, sums[0], sums[1]};
        i64 first = position;
        if (band.start < touched.end && band.stop > touched.start) {
            if (!is_open) first = start_piece(scratch->out, position);
            coded = make_band(&image, number, numbers, memo, band, first);
        }
        if (coded.end > first) {
            i64 *piece = scratch->pieces[pieces];
            if (!is_open) piece[0] = band.number, piece[2] = (first - CHUNK_HEAD_BITS) >> 3;
            piece[1] = band.number + 1, piece[3] = coded.end >> 3;
            position = coded.end;
            spliced += background->spliced[band.number];
            afresh += 1 - background->spliced[band.number];
        } else if (is_open) {
            pieces++;
            position += CHUNK_TAIL_BITS;
        }
        is_open = coded.end > first;
        weighted = modulo(weighted + total * sums[2] + coded.against);
        total = modulo(total + coded.plain);
    }
    result[0] = pieces + is_open, result[1] = weighted << 16 | total;
    result[2] = spliced, result[3] = afresh;
}

/* Code band `number` of flat art, with `items`, at the start of `out`. Return its bytes.

   Matches are sought long only if `thorough`, too. `sums` gets those of its checksum; its rows, if
   not filtered, are left in `residuals`. */
EXPORT i64 code_band(const Prepared *background, i64 number, const Sprites *sprites,
                     const i64 (*items)[3], i64 count, i64 channels, i64 thorough,
                     const Scratch *scratch, i64 sums[2]) {
    Scratch used = *scratch;
    used.thorough &= thorough;
    Image image = {background, {sprites, items, count, channels}, &used};
    scratch->out[0] = 0;
    Coded coded = code_flat_art(&image, band_of(background, band_rows(background), number), 0);
    sums[0] = modulo(coded.plain), sums[1] = modulo(coded.against);
    return coded.end >> 3;
}
