"""Encodes scenes; one that a chunk shows again later is kept, as long as there is room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import xxhash

if TYPE_CHECKING:
    from imggen.encode.encoders import Encoder
    from imggen.encode.parts import Parts
    from imggen.plan import Scene

Pieces = Sequence[bytes | memoryview]
Key = tuple[int, bytes, bytes]

KEPT_BYTES = 32 * 2**20


class Encoded(NamedTuple):
    """The file of a scene, its pieces valid until the next is encoded, and what is known of it."""

    pieces: Pieces
    size_bytes: int
    digest: bytes
    parts: Parts


class Repeats:
    """Encodes `scenes`, in their order."""

    def __init__(
        self, encoder: Encoder, scenes: Iterable[Scene], kept_bytes: int = KEPT_BYTES
    ) -> None:
        self._encoder = encoder
        self._left = Counter(map(key_of, scenes))
        self._room_bytes = kept_bytes
        self._kept: dict[Key, Encoded] = {}

    def encode(self, scene: Scene) -> Encoded:
        """The file of `scene`."""
        key = key_of(scene)
        self._left[key] -= 1
        kept = self._kept.get(key)
        if kept is None:
            encoded = encode(self._encoder, scene)
            if not self._left[key] or encoded.size_bytes > self._room_bytes:
                return encoded
            kept = encoded._replace(pieces=[b"".join(encoded.pieces)])
            self._kept[key] = kept
            self._room_bytes -= kept.size_bytes
        elif not self._left[key]:
            self._room_bytes += self._kept.pop(key).size_bytes
        return kept


def encode(encoder: Encoder, scene: Scene) -> Encoded:
    """The file that `encoder` makes of `scene`."""
    pieces = encoder.encode(scene)
    digest = xxhash.xxh3_128()
    size_bytes = 0
    for piece in pieces:
        digest.update(piece)
        size_bytes += len(piece)
    return Encoded(pieces, size_bytes, digest.digest(), encoder.parts)


def key_of(scene: Scene) -> Key:
    """What tells scenes apart."""
    looks = b"" if scene.looks is None else scene.looks.tobytes()
    return scene.backdrop, scene.items.tobytes(), looks
