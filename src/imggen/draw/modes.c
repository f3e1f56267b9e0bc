/* Blend modes: formulas that mix a sprite's colour with the colour behind it.

   Source: Compositing and Blending Level 1 (W3C, 2024), section 10 (the formulas) and 9.1.4 (how a
   blended colour is composited). */
#include "draw/modes.h"

#define ONE 65535 /* 1.0 in a table of blended colours */
#define LEVEL 257 /* one of 255 levels in it */
#define FIRST_WHOLE 11 /* modes from here on blend all three channels at once */

/* Red, green and blue, 0 to 255. */
typedef struct {
    double red, green, blue;
} Colour;

/* Take hue, saturation and luminosity from the source (1) or from the canvas (0). */
static const u8 WHOSE[][3] = {
    {1, 0, 0}, /* hue */
    {0, 1, 0}, /* saturation */
    {1, 1, 0}, /* color */
    {0, 0, 1}, /* luminosity */
};

INNER double lowest(double a, double b) { return a < b ? a : b; }
INNER double highest(double a, double b) { return a > b ? a : b; }
INNER double least(Colour c) { return lowest(lowest(c.red, c.green), c.blue); }
INNER double most(Colour c) { return highest(highest(c.red, c.green), c.blue); }
INNER Colour colour_of(const u8 *pixel) { return (Colour){pixel[0], pixel[1], pixel[2]}; }
INNER double cut(double level) { return lowest(highest(level, 0.0), 255.0); }

/* Lum of section 10.3.1. */
INNER double luminosity(Colour c) { return 0.3 * c.red + 0.59 * c.green + 0.11 * c.blue; }

/* Sat of section 10.3.1. */
INNER double saturation(Colour c) { return most(c) - least(c); }

/* SetSat of section 10.3.1. */
static Colour with_saturation(Colour c, double wanted) {
    double low = least(c), span = saturation(c);
    if (span == 0.0) return (Colour){0.0, 0.0, 0.0};
    return (Colour){(c.red - low) * wanted / span, (c.green - low) * wanted / span,
                    (c.blue - low) * wanted / span};
}

/* SetLum and ClipColor of section 10.3.1. */
static Colour with_luminosity(Colour c, double wanted) {
    double more = wanted - luminosity(c);
    double low = least(c) + more, high = most(c) + more, scale = 1.0;
    if (low < 0.0)
        scale = wanted / (wanted - low);
    else if (high > 255.0)
        scale = (255.0 - wanted) / (high - wanted);
    double grey = wanted - more;
    return (Colour){cut(wanted + (c.red - grey) * scale), cut(wanted + (c.green - grey) * scale),
                    cut(wanted + (c.blue - grey) * scale)};
}

/* Mix all channels at once. */
static Colour blend_whole(const u8 *canvas, const u8 *colour, i64 mode) {
    const u8 *whose = WHOSE[mode - FIRST_WHOLE];
    Colour hue = colour_of(whose[0] ? colour : canvas);
    Colour saturated = colour_of(whose[1] ? colour : canvas);
    Colour bright = colour_of(whose[2] ? colour : canvas);
    return with_luminosity(with_saturation(hue, saturation(saturated)), luminosity(bright));
}

/* Scale a level of 0.0 to 255.0 to 0 to ONE. */
INNER u64 to_one(double level) { return (u64)(i64)(level * LEVEL + 0.5); }

/* Composite one channel of a pixel: (1 - behind) colour + behind blended, source over canvas.

   `canvas` and `colour` are 0 to 255, `blended` is 0 to ONE; `behind` and `above` are the alphas of
   canvas and colour, 0 to 255, and `above` is more than 0. It is rounded once, halves up. */
INNER u8 lay_over(u64 canvas, u64 colour, u64 blended, u64 behind, u64 above) {
    u64 source = (255 - behind) * colour * LEVEL + behind * blended;
    u64 below = behind * (255 - above);
    u64 total = (above * 255 + below) * LEVEL;
    u64 mixed = above * source + below * canvas * LEVEL;
    return (u8)((2 * mixed + total) / (2 * total));
}

/* `mode` is a row in `tables` (modes, 256, 256), or from FIRST_WHOLE on one of WHOSE. `alpha` holds
   each byte's own, and is not read if `channels` is 4. */
void blend_mode(u8 *canvas, const u8 *colour, const u8 *alpha, i64 count, i64 channels, i64 mode,
                const u16 *tables) {
    bool with_alpha = channels == 4;
    i64 colours = with_alpha ? 3 : channels;
    for (i64 i = 0; i < count; i += channels) {
        u64 above = with_alpha ? colour[i + 3] : alpha[i];
        u64 behind = with_alpha ? canvas[i + 3] : 255;
        if (above == 0) continue;
        if (mode < FIRST_WHOLE) {
            for (i64 k = i; k < i + colours; k++) {
                u64 blended = tables[(mode * 256 + canvas[k]) * 256 + colour[k]];
                canvas[k] = lay_over(canvas[k], colour[k], blended, behind, above);
            }
        } else {
            Colour blended = blend_whole(canvas + i, colour + i, mode);
            canvas[i] = lay_over(canvas[i], colour[i], to_one(blended.red), behind, above);
            canvas[i + 1] =
                lay_over(canvas[i + 1], colour[i + 1], to_one(blended.green), behind, above);
            canvas[i + 2] =
                lay_over(canvas[i + 2], colour[i + 2], to_one(blended.blue), behind, above);
        }
        if (with_alpha) {
            u32 both = (u32)(above * 255 + behind * (255 - above) + 128);
            canvas[i + 3] = (u8)((both + (both >> 8)) >> 8);
        }
    }
}
