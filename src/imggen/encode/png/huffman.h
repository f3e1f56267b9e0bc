/* Length-limited Huffman codes, and the header that describes them in a deflate block.

   Source: RFC 1951, "DEFLATE Compressed Data Format Specification", sections 3.2.2 and 3.2.7. */
#ifndef IMGGEN_HUFFMAN_H
#define IMGGEN_HUFFMAN_H

#include "encode/png/bits.h"

#define LITERALS 256
#define END_OF_BLOCK 256 /* RFC 1951, 3.2.5 */
#define SYMBOLS 286      /* literals, end of block, 29 length codes */
#define DISTANCES 30     /* distance codes */
#define LONGEST_CODE 15  /* bits */
#define MOST_SYMBOLS 2048 /* of any code: WebP's may have more than deflate's */
#define LENGTH_BITS 8    /* low bits of a table entry that hold the code's length; then the code */
#define LENGTH_MASK ((1 << LENGTH_BITS) - 1)

/* Find the best code lengths of at most `longest` bits; symbols of weight 0 get length 0.

   `weights` and `lengths` are of `count` symbols, MOST_SYMBOLS at most; weights are below 2**52. */
void code_lengths(const i64 *weights, i64 count, i64 longest, i64 *lengths);

/* Make the canonical code of `count` lengths, with its bits reversed for writing (3.2.2). */
void make_table(const i64 *lengths, i64 count, u32 *table);

/* Write a dynamic block's header: `lengths` of SYMBOLS, and 1 to DISTANCES `distances`.

   Runs of zero lengths are coded as such; other repeats are too few. Returns the next position. */
i64 put_header(const i64 *lengths, const i64 *distances, i64 count, u64 *out, i64 position);

/* Write one entry of a table. Return the next position. */
INNER i64 put_entry(u32 entry, u64 *out, i64 position) {
    return put_bits(out, position, entry >> LENGTH_BITS, entry & LENGTH_MASK);
}

#endif
