/* Coded bands, kept for the next image that shows the same there: see memo.py. */
#ifndef IMGGEN_MEMO_H
#define IMGGEN_MEMO_H

#include "encode/png/scratch.h"

#define SLOTS 4096
#define PROBES 8    /* slots tried for a key */
#define MOST_KEY 64 /* numbers in a key; a band that more sprites touch is not kept */
#define TRIAL 256   /* lookups after which a memo that finds too little is no longer asked */
#define LEAST_HITS (TRIAL / 16)

/* `Memo` of imggen/encode/png/memo.py. */
typedef struct {
    u64 *arena;
    i64 (*slots)[4];           /* first word in arena, bits, both sums */
    i64 (*keys)[MOST_KEY + 1]; /* length, then key; length 0 where a slot is free */
    i64 *state;                /* words used, lookups, hits */
    i64 arena_words;
} Memo;

enum { USED, LOOKUPS, HITS };

/* Tell if asking is worth it: the memo is new, or has found enough so far. */
INNER bool is_asked(const Memo *memo) {
    return memo->state[LOOKUPS] < TRIAL || memo->state[HITS] >= LEAST_HITS;
}

/* Make the key of a band: its length, then its numbers; false if it is too long.

   The numbers are the background's, the band's, and number and position of every sprite that
   touches the band or the row above it, which its residuals come from. */
INNER bool make_key(i64 background, Band band, const Scene *scene, const i64 *numbers,
                    i64 key[MOST_KEY + 1]) {
    i64 length = 2;
    key[1] = background, key[2] = band.number;
    for (i64 k = 0; k < scene->count; k++) {
        const i64 *item = scene->items[k];
        if (item[2] < band.stop && item[2] + scene->sprites->table[item[0]][3] >= band.start) {
            if (length + 3 > MOST_KEY) return false;
            key[1 + length] = numbers[k], key[2 + length] = item[1], key[3 + length] = item[2];
            length += 3;
        }
    }
    key[0] = length;
    return true;
}

INNER u64 hash_key(const i64 *key) {
    u64 mixed = 0;
    for (i64 i = 1; i <= key[0]; i++) {
        mixed = (mixed ^ (u64)key[i]) * HASH_STEP;
        mixed ^= mixed >> 29;
    }
    return mixed;
}

/* Look a band up. Return its slot, a free slot as -1 - slot, or -1 - SLOTS if it cannot be kept.

   `key` gets the band's key. */
static inline i64 find_band(const Memo *memo, i64 background, Band band, const Scene *scene,
                            const i64 *numbers, i64 key[MOST_KEY + 1]) {
    if (!make_key(background, band, scene, numbers, key)) return -1 - SLOTS;
    memo->state[LOOKUPS]++;
    u64 mixed = hash_key(key);
    for (u64 probe = 0; probe < PROBES; probe++) {
        i64 slot = (i64)((mixed + probe) % SLOTS);
        const i64 *known = memo->keys[slot];
        if (known[0] == 0) return -1 - slot;
        if (!memcmp(known, key, (size_t)(key[0] + 1) * sizeof *known)) {
            memo->state[HITS]++;
            return slot;
        }
    }
    return -1 - (i64)(mixed % SLOTS); /* the first slot tried is reused */
}

/* Keep a band that was coded from bit `position` of `out` on.

   `missing` and `key` come from `find_band`. A full arena is cleared: what is needed soon comes
   back. */
static inline void keep_band(const Memo *memo, i64 missing, const i64 key[MOST_KEY + 1],
                             const u64 *out, i64 position, Coded coded) {
    i64 slot = -1 - missing, size = coded.end - position, words = ceil_div(size, WORD_BITS) + 1;
    if (slot == SLOTS || words >= memo->arena_words) return;
    if (memo->state[USED] + words + 1 > memo->arena_words) {
        for (i64 k = 0; k < SLOTS; k++) memo->keys[k][0] = 0;
        memo->state[USED] = 0;
    }
    i64 first = memo->state[USED];
    copy_bits(out, position, size, memo->arena, first * WORD_BITS);
    i64 *kept = memo->slots[slot];
    kept[0] = first, kept[1] = size, kept[2] = coded.plain, kept[3] = coded.against;
    memcpy(memo->keys[slot], key, (size_t)(key[0] + 1) * sizeof *key);
    memo->state[USED] = first + words;
}

/* Write the band in `slot` to `out`, from bit `position` on. */
static inline Coded recall_band(const Memo *memo, i64 slot, u64 *out, i64 position) {
    const i64 *kept = memo->slots[slot];
    i64 end = copy_bits(memo->arena, kept[0] * WORD_BITS, kept[1], out, position);
    return (Coded){end, kept[2], kept[3]};
}

#endif
