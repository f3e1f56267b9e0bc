/* Length-limited Huffman codes, and the header that describes them: see huffman.h. */
#include "encode/png/huffman.h"

#define LONGEST_HEADER_CODE 7 /* bits, of the code that codes the code lengths */
#define BTYPE_DYNAMIC 2       /* 3.2.3 */
#define REPEAT_ZERO 18        /* 3.2.7: a length of 0, several times */
#define HEADER_SYMBOLS 19
#define LEAST_ZEROS 11 /* that REPEAT_ZERO stands for */
#define MOST_ZEROS 138
#define KEY_BITS 11 /* of a sort key that hold the symbol; its weight is above */
#define KEY_SYMBOL ((1 << KEY_BITS) - 1)

static const u8 LENGTH_ORDER[HEADER_SYMBOLS] = {/* 3.2.7 */
                                                16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                11, 4,  12, 3, 13, 2, 14, 1, 15};

/* Sort the symbols that have a weight, lightest first, as weight << KEY_BITS | symbol. Return their
   number.

   Source: Shell, "A high-speed sorting procedure", CACM 2(7), 1959; Ciura's gaps. */
EXPORT i64 sort_symbols(const i64 *weights, i64 count, i64 *keys) {
    static const i64 GAPS[] = {701, 301, 132, 57, 23, 10, 4, 1};
    i64 n = 0;
    for (i64 symbol = 0; symbol < count; symbol++)
        if (weights[symbol] > 0) keys[n++] = weights[symbol] << KEY_BITS | symbol;
    for (i64 g = 0; g < 8; g++) {
        i64 gap = GAPS[g];
        for (i64 k = gap; k < n; k++) {
            i64 key = keys[k], i = k;
            for (; i >= gap && keys[i - gap] > key; i -= gap) keys[i] = keys[i - gap];
            keys[i] = key;
        }
    }
    return n;
}

/* Find Huffman's code lengths of the `n` symbols in `keys`, 3 or more: longest first, in `tree`.

   Source: Moffat & Katajainen, "In-place calculation of minimum-redundancy codes", WADS 1995. */
static void find_depths(const i64 *keys, i64 n, i64 *tree) {
    for (i64 k = 0; k < n; k++) tree[k] = keys[k] >> KEY_BITS;
    i64 root = 0, leaf = 0;
    for (i64 node = 0; node < n - 1; node++) { /* its weight, or its parent if it has one */
        i64 weight = 0;
        for (i64 child = 0; child < 2; child++) {
            if (leaf >= n || (root < node && tree[root] < tree[leaf])) {
                weight += tree[root];
                tree[root++] = node;
            } else {
                weight += tree[leaf++];
            }
        }
        tree[node] = weight;
    }
    tree[n - 2] = 0; /* depths of inner nodes */
    for (i64 node = n - 3; node >= 0; node--) tree[node] = tree[tree[node]] + 1;
    i64 node = n - 2, k = n - 1, depth = 0;
    for (i64 free = 1; free > 0; depth++) {
        i64 inner = 0;
        for (; node >= 0 && tree[node] == depth; node--) inner++;
        for (; free > inner; free--) tree[k--] = depth;
        free = 2 * inner;
    }
}

/* Find the best code lengths of at most `longest` bits for the `n` symbols in `keys`.

   Package-merge takes the cheapest 2n - 2 coins of the last of `longest` levels, where a level
   holds every symbol and the pairs of the level before. Source: Larmore & Hirschberg, "A fast
   algorithm for optimal length-limited Huffman codes", JACM 37(3), 1990. */
static void merge_packages(const i64 *keys, i64 n, i64 longest, i64 *lengths) {
    i64 coins[2 * MOST_SYMBOLS], packages[MOST_SYMBOLS], pairs = 0;
    u8 leaf[LONGEST_CODE][2 * MOST_SYMBOLS];
    for (i64 level = 0; level < longest; level++) {
        i64 i = 0, j = 0;
        for (i64 k = 0; k < n + pairs; k++) {
            bool take = i < n && (j >= pairs || keys[i] >> KEY_BITS <= packages[j]);
            leaf[level][k] = take;
            coins[k] = take ? keys[i++] >> KEY_BITS : packages[j++];
        }
        pairs = (n + pairs) / 2;
        for (i64 k = 0; k < pairs; k++) packages[k] = coins[2 * k] + coins[2 * k + 1];
    }
    i64 needed = 2 * n - 2;
    for (i64 level = longest - 1; level >= 0; level--) {
        i64 leaves = 0;
        for (i64 k = 0; k < needed; k++) leaves += leaf[level][k];
        for (i64 k = 0; k < leaves; k++) lengths[keys[k] & KEY_SYMBOL]++;
        needed = 2 * (needed - leaves);
    }
}

EXPORT void code_lengths(const i64 *weights, i64 count, i64 longest, i64 *lengths) {
    i64 keys[MOST_SYMBOLS], depths[MOST_SYMBOLS];
    i64 n = sort_symbols(weights, count, keys);
    memset(lengths, 0, (size_t)count * sizeof *lengths);
    if (n < 3) { /* a code of one or two symbols takes a bit */
        for (i64 k = 0; k < n; k++) lengths[keys[k] & KEY_SYMBOL] = 1;
        return;
    }
    find_depths(keys, n, depths);
    if (depths[0] > longest) {
        merge_packages(keys, n, longest, lengths);
        return;
    }
    for (i64 k = 0; k < n; k++) lengths[keys[k] & KEY_SYMBOL] = depths[k];
}

/* Reverse the low `length` bits, 16 at most, of `code`. */
INNER u32 reverse_bits(u32 code, i64 length) {
    code = (code & 0x5555) << 1 | (code >> 1 & 0x5555);
    code = (code & 0x3333) << 2 | (code >> 2 & 0x3333);
    code = (code & 0x0F0F) << 4 | (code >> 4 & 0x0F0F);
    code = (code & 0x00FF) << 8 | (code >> 8 & 0x00FF);
    return code >> (16 - length);
}

EXPORT void make_table(const i64 *lengths, i64 count, u32 *table) {
    u32 next[LONGEST_CODE + 1] = {0}, code = 0;
    for (i64 symbol = 0; symbol < count; symbol++) next[lengths[symbol]]++;
    next[0] = 0;
    for (i64 length = 1; length <= LONGEST_CODE; length++) {
        u32 here = next[length];
        next[length] = code;
        code = (code + here) << 1;
    }
    for (i64 symbol = 0; symbol < count; symbol++) {
        i64 length = lengths[symbol];
        if (length > 0)
            table[symbol] = reverse_bits(next[length]++, length) << LENGTH_BITS | (u32)length;
    }
}

/* A symbol of a header, and the zeros that REPEAT_ZERO stands for. */
typedef struct {
    i64 symbol, zeros;
} HeaderSymbol;

/* Turn `count` code lengths into symbols of a header, after the first `n`. Return the number. */
static i64 header_symbols(const i64 *lengths, i64 count, HeaderSymbol *header, i64 n) {
    for (i64 i = 0; i < count; n++) {
        i64 zeros = 0;
        while (i + zeros < count && lengths[i + zeros] == 0 && zeros < MOST_ZEROS) zeros++;
        if (zeros >= LEAST_ZEROS) {
            header[n] = (HeaderSymbol){REPEAT_ZERO, zeros};
            i += zeros;
        } else {
            header[n] = (HeaderSymbol){lengths[i++], 0};
        }
    }
    return n;
}

EXPORT i64 put_header(const i64 *lengths, const i64 *distances, i64 count, u64 *out, i64 position) {
    HeaderSymbol header[SYMBOLS + DISTANCES];
    i64 weights[HEADER_SYMBOLS] = {0}, header_lengths[HEADER_SYMBOLS];
    u32 table[HEADER_SYMBOLS];
    i64 n = header_symbols(lengths, SYMBOLS, header, 0);
    n = header_symbols(distances, count, header, n);
    for (i64 k = 0; k < n; k++) weights[header[k].symbol]++;
    code_lengths(weights, HEADER_SYMBOLS, LONGEST_HEADER_CODE, header_lengths);
    make_table(header_lengths, HEADER_SYMBOLS, table);
    position = put_bits(out, position, BTYPE_DYNAMIC << 1, 3); /* and not the final block */
    position = put_bits(out, position, SYMBOLS - 257, 5);
    position = put_bits(out, position, (u64)(count - 1), 5);
    position = put_bits(out, position, HEADER_SYMBOLS - 4, 4);
    for (i64 k = 0; k < HEADER_SYMBOLS; k++)
        position = put_bits(out, position, (u64)header_lengths[LENGTH_ORDER[k]], 3);
    for (i64 k = 0; k < n; k++) {
        position = put_entry(table[header[k].symbol], out, position);
        if (header[k].symbol == REPEAT_ZERO)
            position = put_bits(out, position, (u64)(header[k].zeros - LEAST_ZEROS), 7);
    }
    return position;
}
