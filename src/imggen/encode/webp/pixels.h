/* Pixels as the transforms of VP8L take them: red, green, blue and alpha from the lowest byte on.

   Green is subtracted from red and blue at once, before all else: drawing works on plain pixels.
   Source: RFC 9649, "WebP Image Format", section 4. */
#ifndef IMGGEN_WEBP_PIXELS_H
#define IMGGEN_WEBP_PIXELS_H

#include "kernels/base.h"

#define BLACK 0xFF000000u /* opaque: what the first pixel is predicted from */
#define CHANNELS 4 /* of a pixel here */
#define LEVELS 256
#define LINE_MARGIN 8 /* pixels before and behind a line: neighbours may be looked at there */

enum { RED, GREEN, BLUE, ALPHA }; /* bytes of a pixel */

INNER u8 channel_of(u32 pixel, i64 channel) { return (u8)(pixel >> 8 * channel); }

/* Subtract green from red and blue, each modulo 256 (4.3). */
INNER u32 subtract_green(u32 pixel) {
    u32 green = pixel >> 8 & 0xFF;
    green |= green << 16;
    return (pixel & 0xFF00FF00u) | (((pixel & 0x00FF00FFu) + 0x01000100u - green) & 0x00FF00FFu);
}

/* The differences of four bytes, each modulo 256. */
INNER u32 subtract_bytes(u32 a, u32 b) {
    u32 high = 0x00FF00FFu + (a & 0xFF00FF00u) - (b & 0xFF00FF00u);
    u32 low = 0xFF00FF00u + (a & 0x00FF00FFu) - (b & 0x00FF00FFu);
    return (high & 0xFF00FF00u) | (low & 0x00FF00FFu);
}

/* The averages of four bytes, rounded down. */
INNER u32 average_bytes(u32 a, u32 b) { return (((a ^ b) & 0xFEFEFEFEu) >> 1) + (a & b); }

/* Load most of `count` RGB pixels, four at a time; how many.

   Only where one instruction spreads bytes: it is slower than none elsewhere. */
INNER i64 load_quadruples(const u8 *restrict bytes, i64 count, u32 *restrict out) {
    i64 i = 0;
#ifdef __SSSE3__
    typedef u8 Bytes __attribute__((vector_size(16)));
    typedef u32 Pixels __attribute__((vector_size(16)));
    const Bytes spread = {0, 1, 2, 15, 3, 4, 5, 15, 6, 7, 8, 15, 9, 10, 11, 15};
    for (; i + 6 <= count; i += 4) { /* 16 bytes are read, 12 are of these pixels */
        Bytes loaded;
        memcpy(&loaded, bytes + 3 * i, sizeof loaded);
        Pixels pixels = (Pixels)__builtin_shuffle(loaded, spread) | BLACK;
        Pixels green = pixels >> 8 & 0xFF;
        green |= green << 16;
        Pixels rest = (pixels & 0x00FF00FFu) + 0x01000100u - green;
        pixels = (pixels & 0xFF00FF00u) | (rest & 0x00FF00FFu);
        memcpy(out + i, &pixels, sizeof pixels);
    }
#else
    (void)bytes, (void)count, (void)out;
#endif
    return i;
}

/* Load `count` pixels of `channels` bytes each, green subtracted. */
static inline void load_pixels(const u8 *restrict bytes, i64 count, i64 channels,
                               u32 *restrict out) {
    if (count <= 0) return;
    if (channels == 1) {
        for (i64 i = 0; i < count; i++) out[i] = BLACK | (u32)bytes[i] << 8;
    } else if (channels == 4) {
        for (i64 i = 0; i < count; i++) {
            u32 pixel;
            memcpy(&pixel, bytes + 4 * i, 4);
            out[i] = subtract_green(pixel);
        }
    } else {
        i64 i = load_quadruples(bytes, count, out);
        for (; i < count - 1; i++) { /* the byte behind is the next pixel's */
            u32 pixel;
            memcpy(&pixel, bytes + 3 * i, 4);
            out[i] = subtract_green(pixel | BLACK);
        }
        const u8 *last = bytes + 3 * (count - 1);
        u32 pixel = (u32)last[0] | (u32)last[1] << 8 | (u32)last[2] << 16;
        out[count - 1] = subtract_green(pixel | BLACK);
    }
}

#endif
