/* Prefix codes of VP8L as they are written: see codes.h. */
#include "encode/webp/codes.h"

#define LENGTH_CODES 19
#define LONGEST_LENGTH_CODE 7 /* bits */
#define REPEAT_LENGTH 16      /* the one before, 3 to 6 times */
#define REPEAT_FEW_ZEROS 17   /* 3 to 10 times */
#define REPEAT_ZEROS 18       /* 11 to 138 times */
#define MOST_TOKENS MOST_SYMBOLS

static const u8 LENGTH_ORDER[LENGTH_CODES] = {17, 18, 0, 1, 2,  3,  4,  5,  16, 6,
                                              7,  8,  9, 10, 11, 12, 13, 14, 15};

/* A symbol of the code of lengths, and what follows it. */
typedef struct {
    u8 symbol, extra, extra_bits;
} Token;

/* Add tokens for `run` zeros to the `n` there are; how many then. */
static i64 add_zeros(i64 run, Token *tokens, i64 n) {
    for (; run >= 11; n++) {
        i64 size = min_of(run, 138);
        tokens[n] = (Token){REPEAT_ZEROS, (u8)(size - 11), 7};
        run -= size;
    }
    if (run >= 3) {
        tokens[n++] = (Token){REPEAT_FEW_ZEROS, (u8)(run - 3), 3};
        run = 0;
    }
    for (; run > 0; run--) tokens[n++] = (Token){0, 0, 0};
    return n;
}

/* Add tokens for `run` times the length `length`. */
static i64 add_lengths(i64 length, i64 run, Token *tokens, i64 n) {
    tokens[n++] = (Token){(u8)length, 0, 0};
    for (run--; run >= 3; n++) {
        i64 size = min_of(run, 6);
        tokens[n] = (Token){REPEAT_LENGTH, (u8)(size - 3), 2};
        run -= size;
    }
    for (; run > 0; run--) tokens[n++] = (Token){(u8)length, 0, 0};
    return n;
}

static i64 find_tokens(const i64 *lengths, i64 count, Token *tokens) {
    i64 n = 0;
    for (i64 i = 0; i < count;) {
        i64 end = i;
        while (end < count && lengths[end] == lengths[i]) end++;
        n = lengths[i] ? add_lengths(lengths[i], end - i, tokens, n) : add_zeros(end - i, tokens, n);
        i = end;
    }
    return n;
}

/* Write a code of one or two symbols below LEVELS (6.2.1). */
static i64 put_simple_code(const i64 *symbols, i64 used, u64 *out, i64 position) {
    i64 bits = symbols[0] < 2 ? 1 : 8;
    position = put_bits(out, position, 1, 1);
    position = put_bits(out, position, (u64)(used - 1), 1);
    position = put_bits(out, position, bits == 8, 1);
    position = put_bits(out, position, (u64)symbols[0], bits);
    return used == 2 ? put_bits(out, position, (u64)symbols[1], 8) : position;
}

/* Write a code as the lengths of its symbols' codes (6.2.2). */
static i64 put_normal_code(const i64 *lengths, i64 count, u64 *out, i64 position) {
    Token tokens[MOST_TOKENS];
    i64 n = find_tokens(lengths, count, tokens), used = 0;
    i64 weights[LENGTH_CODES] = {0}, own[LENGTH_CODES];
    u32 table[LENGTH_CODES] = {0};
    for (i64 k = 0; k < n; k++) used += weights[tokens[k].symbol]++ == 0;
    code_lengths(weights, LENGTH_CODES, LONGEST_LENGTH_CODE, own);
    make_table(own, LENGTH_CODES, table);
    i64 written = LENGTH_CODES;
    while (written > 4 && own[LENGTH_ORDER[written - 1]] == 0) written--;
    position = put_bits(out, position, 0, 1);
    position = put_bits(out, position, (u64)(written - 4), 4);
    for (i64 k = 0; k < written; k++)
        position = put_bits(out, position, (u64)own[LENGTH_ORDER[k]], 3);
    position = put_bits(out, position, 0, 1); /* all lengths follow */
    for (i64 k = 0; k < n; k++) {
        if (used > 1) position = put_entry(table[tokens[k].symbol], out, position);
        position = put_bits(out, position, tokens[k].extra, tokens[k].extra_bits);
    }
    return position;
}

i64 put_prefix_code(const i64 *lengths, i64 count, u32 *table, u64 *out, i64 position) {
    i64 symbols[2] = {0, 0}, used = 0;
    for (i64 symbol = 0; symbol < count; symbol++) {
        if (!lengths[symbol]) continue;
        if (used < 2) symbols[used] = symbol;
        used++;
    }
    if (used == 1) table[symbols[0]] = 0;
    if (used <= 2 && symbols[0] < LEVELS && symbols[1] < LEVELS)
        return put_simple_code(symbols, max_of(used, 1), out, position);
    return put_normal_code(lengths, count, out, position);
}

i64 put_best_code(const i64 *weights, i64 count, u32 *table, u64 *out, i64 position) {
    i64 lengths[MOST_SYMBOLS];
    code_lengths(weights, count, LONGEST_CODE, lengths);
    memset(table, 0, (size_t)count * sizeof *table);
    make_table(lengths, count, table);
    return put_prefix_code(lengths, count, table, out, position);
}
