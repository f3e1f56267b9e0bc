"""An encoded scene knows its size and digest, and can be kept."""

from itertools import pairwise

import xxhash

from imggen.encode.encoded import WHOLE, Encoded, Regions

FILE = b"head" + bytes(range(40))


def test_size_and_digest_are_those_of_all_pieces():
    for cuts in ([], [4], [0, 4, 44]):
        bounds = [0, *cuts, len(FILE)]
        pieces = [FILE[a:b] for a, b in pairwise(bounds)]
        made = Encoded(pieces)
        assert made.to_bytes() == FILE
        assert made.size_bytes == len(FILE)
        assert made.digest == xxhash.xxh3_128_digest(FILE)
        assert made.regions == WHOLE


def test_a_copy_stays_valid():
    out = bytearray(FILE)
    made = Encoded([memoryview(out)[:4], memoryview(out)[4:]], Regions(3, 2, 1))
    kept = made.copy()
    out[:] = bytes(len(FILE))
    assert kept.to_bytes() == FILE
    assert kept.digest == xxhash.xxh3_128_digest(FILE)
    assert kept.regions == (3, 2, 1)
