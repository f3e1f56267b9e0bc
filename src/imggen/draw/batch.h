/* Many scenes at once: see imggen/draw/batch.py. */
#ifndef IMGGEN_BATCH_H
#define IMGGEN_BATCH_H

#include "draw/transform.h"

#define KEY_WORDS 16 /* an order, and the ten numbers of its colours */

/* Scenes one after the other: scene k has the items, orders and colours from bounds[k] on. */
typedef struct {
    const i32 *backgrounds; /* row in the library's */
    const i64 *bounds;
    const i64 (*items)[3];  /* as in `Scene`; without orders, their sprites are the library's own */
    const i64 *orders;      /* each an `Order` */
    const float (*colours)[10];
    i64 ordered; /* 0 or 1: whether there are orders */
} SceneBatch;

/* Finds made sprites by their order and colours: a hash table with open addressing. */
typedef struct {
    u64 (*keys)[KEY_WORDS]; /* of each sprite in the arena */
    i32 *slots;             /* row in the arena, or -1 */
    i64 most_slots;         /* a power of 2, more than twice the arena's sprites */
    const i64 *room;        /* of the arena: sprites, pixels, rows, runs */
    i64 *counts;            /* sprites asked for, sprites made, times that all were dropped */
} SpriteIndex;

#endif
