"""A scene that comes again is encoded once, if there is room to keep it."""

import numpy as np
import pytest

from imggen.encode.encoded import WHOLE, Encoded
from imggen.planning import Scene
from imggen.run.chunks.repeats import Repeats


class Counting:
    """Writes the row of the background 100 times, over what it wrote before."""

    def __init__(self):
        self.encoded = []
        self._out = bytearray(100)

    def encode(self, scene):
        self.encoded.append(scene.background)
        self._out[:] = bytes([scene.background]) * 100
        return Encoded([memoryview(self._out)[:60], memoryview(self._out)[60:]])


@pytest.mark.parametrize(
    ("kept_bytes", "expected"),
    [(1000, [1, 2, 3]), (100, [1, 2, 3, 2]), (99, [1, 2, 1, 3, 2, 1])],
)
def test_kept_while_there_is_room(kept_bytes, expected):
    shown = [1, 2, 1, 3, 2, 1]
    scenes = [Scene(background, np.zeros((1, 3), np.int64)) for background in shown]
    encoder = Counting()
    repeats = Repeats(encoder, scenes, kept_bytes)
    for scene in scenes:
        made = repeats.encode(scene)
        assert made.to_bytes() == bytes([scene.background]) * 100
        assert made.size_bytes == 100
        assert made.regions == WHOLE
    assert encoder.encoded == expected


def test_what_is_not_shown_again_leaves_room():
    shown = [1, 1, 2, 2, 3, 3]
    scenes = [Scene(background, np.zeros((1, 3), np.int64)) for background in shown]
    encoder = Counting()
    repeats = Repeats(encoder, scenes, 100)
    for scene in scenes:
        repeats.encode(scene)
    assert encoder.encoded == [1, 2, 3]


def test_looks_tell_scenes_apart():
    items = np.zeros((1, 3), np.int64)
    scenes = [Scene(1, items, np.full((1, 8), value)) for value in (0.5, 1.0, 0.5)]
    encoder = Counting()
    repeats = Repeats(encoder, scenes)
    for scene in scenes:
        repeats.encode(scene)
    assert len(encoder.encoded) == 2
