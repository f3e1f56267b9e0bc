/* Draw many scenes, each on a canvas of its own, with all the sprites that they need.

   Small images take longer to hand from Python to C, one by one, than to draw. */
#include "draw/batch.h"
#include "draw/draw.h"
#include "draw/runs.h"

_Static_assert(sizeof(Order) + 10 * sizeof(float) == KEY_WORDS * sizeof(u64),
               "a key is an order and its colours");

/* Everything that makes sprites. */
typedef struct {
    const Sprites *library;
    const Arena *arena;
    const SpriteIndex *index;
    const i16 *weights;
    const Workspace *space;
    i64 channels;
} Maker;

INNER u64 hash_key(const u64 *key) {
    u64 hash = 0;
    for (i64 k = 0; k < KEY_WORDS; k++) {
        hash = (hash ^ key[k]) * 0x9e3779b97f4a7c15u; /* 2^64 / golden ratio */
        hash ^= hash >> 32;
    }
    return hash;
}

/* Return the slot of the sprite with this key, or the free one where it would be. */
static i64 find_slot(const SpriteIndex *index, const u64 *key) {
    i64 slot = (i64)(hash_key(key) & (u64)(index->most_slots - 1));
    while (index->slots[slot] >= 0 &&
           memcmp(index->keys[index->slots[slot]], key, KEY_WORDS * sizeof *key))
        slot = (slot + 1) & (index->most_slots - 1);
    return slot;
}

/* Whether the sprite of `order` still fits into the arena. */
static bool has_room(const Maker *maker, const Order *order) {
    const i64 *used = maker->arena->used, *room = maker->index->room;
    i64 most_runs = order->height * (order->width / SHORTEST_GAP + 2);
    return used[0] < room[0] && used[1] + order->width * order->height <= room[1] &&
           used[2] + order->height <= room[2] && used[3] + most_runs <= room[3];
}

/* Drop all sprites. */
static void clear_sprites(const Maker *maker) {
    memset(maker->arena->used, 0, 4 * sizeof *maker->arena->used);
    for (i64 k = 0; k < maker->index->most_slots; k++) maker->index->slots[k] = -1;
    maker->index->counts[2]++;
}

/* Return the row, in the arena, of the sprite of `order`: made now, unless it is there. */
static i64 fetch_sprite(const Maker *maker, const Order *order, const float (*colours)[10]) {
    const SpriteIndex *index = maker->index;
    u64 key[KEY_WORDS];
    memcpy(key, order, sizeof *order);
    memcpy((u8 *)key + sizeof *order, colours, sizeof *colours);
    index->counts[0]++;
    i64 slot = find_slot(index, key);
    if (index->slots[slot] >= 0) return index->slots[slot];
    if (!has_room(maker, order)) {
        clear_sprites(maker);
        slot = find_slot(index, key);
    }
    i64 row = maker->arena->used[0];
    transform_sprites(maker->library, maker->channels, (const i64 *)order, 1, colours,
                      maker->weights, maker->space, maker->arena);
    memcpy(index->keys[row], key, sizeof key);
    index->slots[slot] = (i32)row;
    index->counts[1]++;
    return row;
}

/* Draw the scenes `first` to `stop` of `batch` on canvases that follow each other.

   `made` are the sprites in `arena`, which has room for the largest of the batch, as `space` has;
   `backgrounds` are (n, height * width * channels). */
EXPORT void draw_scenes(const SceneBatch *batch, i64 first, i64 stop, const u8 *backgrounds,
                        const Sprites *library, const Sprites *made, const Arena *arena,
                        const SpriteIndex *index, const i16 *weights,
                        const Workspace *space, u8 *canvas, i64 height, i64 width, i64 channels) {
    const Maker maker = {library, arena, index, weights, space, channels};
    i64 size = height * width * channels;
    for (i64 k = first; k < stop; k++, canvas += size) {
        memcpy(canvas, backgrounds + batch->backgrounds[k] * size, (size_t)size);
        for (i64 item = batch->bounds[k]; item < batch->bounds[k + 1]; item++) {
            const i64 *drawn = batch->items[item];
            i64 placed[1][3] = {{drawn[0], drawn[1], drawn[2]}};
            if (batch->ordered)
                placed[0][0] = fetch_sprite(&maker, (const Order *)batch->orders + item,
                                            batch->colours + item);
            paint_sprites(canvas, height, width, channels, batch->ordered ? made : library,
                          (const i64(*)[3])placed, 1);
        }
    }
}
