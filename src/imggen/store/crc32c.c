/* CRC-32C, the checksum of TFRecord. Source: RFC 3385, and RFC 3720, 12.1. */
#include "store/crc32c.h"

/* Add eight bytes to a checksum. `tables` hold what a byte adds that so many bytes follow. */
INNER u32 add_word(u32 crc, u64 word, const u32 (*tables)[256]) {
#ifdef __SSE4_2__
    (void)tables;
    return (u32)__builtin_ia32_crc32di(crc, word);
#else
    u32 sum = 0;
    word ^= crc;
    for (i64 k = 0; k < 8; k++) sum ^= tables[7 - k][word >> 8 * k & 0xFF];
    return sum;
#endif
}

/* Return the checksum of what `crc` is of, and of `count` bytes behind it. */
EXPORT i64 crc32c(const u8 *data, i64 count, i64 crc, const u32 (*tables)[256]) {
    u32 sum = ~(u32)crc;
    i64 i = 0;
    for (; i + 8 <= count; i += 8) sum = add_word(sum, load_word(data + i), tables);
    for (; i < count; i++) sum = tables[0][(sum ^ data[i]) & 0xFF] ^ sum >> 8;
    return (i64)(u32)~sum;
}
