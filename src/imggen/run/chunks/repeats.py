"""Encode the scenes of a chunk; keep the files that it needs again, while there is room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imggen.encode.encoded import Encoded
    from imggen.encode.encoders import Encoder
    from imggen.planning import Scene

Key = tuple[int, bytes, bytes, object]

KEPT_BYTES = 32 * 2**20


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
        """Return the file of `scene`; its pieces are valid until the next call."""
        key = key_of(scene)
        self._left[key] -= 1
        kept = self._kept.get(key)
        if kept is None:
            encoded = self._encoder.encode(scene)
            if not self._left[key] or encoded.size_bytes > self._room_bytes:
                return encoded
            kept = encoded.copy()
            self._kept[key] = kept
            self._room_bytes -= kept.size_bytes
        elif not self._left[key]:
            self._room_bytes += self._kept.pop(key).size_bytes
        return kept


def key_of(scene: Scene) -> Key:
    """Return what two scenes that look alike have in common, and no others."""
    looks = b"" if scene.looks is None else scene.looks.tobytes()
    return scene.background, scene.items.tobytes(), looks, scene.shot
