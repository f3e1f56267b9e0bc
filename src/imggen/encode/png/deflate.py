"""The sizes of deflate's codes, as in the kernels. Source: RFC 1951, section 3.2.5."""

from __future__ import annotations

LITERALS = 256
END_OF_BLOCK = 256
SYMBOLS = 286  # literals, end of block, 29 length codes
DISTANCES = 30  # distance codes
LONGEST_CODE = 15  # bits
SHORTEST_MATCH, LONGEST_MATCH = 3, 258  # bytes
TABLE_SIZE = SYMBOLS + LONGEST_MATCH + 1  # of a code: symbols, then a whole run by its length
MODULUS = 65521  # of Adler-32; RFC 1950, section 9
