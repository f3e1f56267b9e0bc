"""Many scenes at once are painted as `Painter` paints each."""

from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.checks import check_pixels
from tests.draw.test_painter import background_of, library_of
from tests.draw.test_sprite_cache import ITEMS, MODES, arts_of, look

from imggen.draw import Painter, batch
from imggen.draw.batch import BatchPainter, can_paint_at_once
from imggen.planning.scenes import Scenes

PLAIN = st.booleans()


@contextmanager
def limits(**values):
    """Within, painters have these limits."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in values.items():
            patch.setattr(batch, name, value)
        yield


def scenes_of(scenes, backgrounds=1, *, plain=False):
    """Scenes of lists of (sprite, x, y, look), on one background after the other."""
    items = [item for scene in scenes for item in scene]
    return Scenes(
        backgrounds=(np.arange(len(scenes)) % backgrounds).astype(np.int32),
        items=np.array([item[:3] for item in items], np.int64).reshape(-1, 3),
        looks=None if plain else np.array([item[3] for item in items], float).reshape(-1, 8),
        bounds=np.cumsum([0, *map(len, scenes)]).astype(np.int64),
        slots=np.zeros(len(items), np.uint8),
    )


def library_with_backgrounds(mode, seed, count):
    """A library of two sprites on `count` backgrounds."""
    library = library_of(mode, arts_of(seed), background_of(mode))
    backs = [background_of(mode, k).reshape(library.backgrounds[0].shape) for k in range(count)]
    return replace(library, backgrounds=np.stack(backs))


def check_scenes(painter, library, scenes):
    """All scenes are there, in order, each with the pixels that `Painter` gives it."""
    alone, done = Painter(library), 0
    for part, pixels in painter.blocks(scenes):
        assert part.start == done
        done = part.stop
        for scene, own in zip(range(part.start, part.stop), pixels, strict=True):
            check_pixels(own, alone.paint(scenes[scene]))
    assert done == len(scenes)


@pytest.mark.parametrize("mode", MODES)
@given(
    seed=st.integers(0, 9),
    scenes=st.lists(ITEMS | st.just([]), min_size=1, max_size=8),
    backgrounds=st.integers(1, 3),
    few=st.sampled_from([1, 2048, 2**18]),
    most=st.sampled_from([1, 20_000, 2**24]),
    block=st.sampled_from([1, 5000, 2**19]),
    plain=st.booleans(),
)
def test_same_as_each_by_itself(mode, seed, scenes, backgrounds, few, most, block, plain):
    library = library_with_backgrounds(mode, seed, backgrounds)
    drawn = scenes_of(scenes, backgrounds, plain=plain)
    with limits(FEW_PIXELS=few, KEPT_PIXELS=most, BLOCK_BYTES=block):
        painter = BatchPainter(library)
        for _ in range(2):  # what was kept changes nothing
            check_scenes(painter, library, drawn)


def test_sprites_are_made_once_while_there_is_room():
    library = library_of("RGB", arts_of(0), background_of("RGB"))
    looks = [look(scale=1 + k / 10) for k in range(5)]
    drawn = scenes_of([[(0, 2, 2, one), (0, 9, 9, one)] for one in looks * 2])
    for few, made in ((2**18, 5), (2048, 10)):
        with limits(FEW_PIXELS=few, KEPT_PIXELS=few):
            painter = BatchPainter(library)
            check_scenes(painter, library, drawn)
            assert (painter.asked, painter.made) == (20, made)


def test_there_is_more_room_once_dropped_sprites_come_again():
    library = library_of("RGB", arts_of(0), background_of("RGB"))
    looks = [look(scale=1 + k / 10) for k in range(5)]
    drawn = scenes_of([[(0, 2, 2, one), (0, 9, 9, one)] for one in looks])
    with limits(FEW_PIXELS=2048):
        painter = BatchPainter(library)
        for _ in range(4):
            check_scenes(painter, library, drawn)
    assert painter.asked == 40
    assert painter.made < 20


def test_art_that_was_trimmed_to_nothing():
    library = library_of("RGB", [np.zeros((0, 0, 4), np.uint8)], background_of("RGB"))
    drawn = scenes_of([[(0, 3, 3, look(scale=3.0, rotate=45.0))]])
    check_scenes(BatchPainter(library), library, drawn)


def test_a_camera_and_large_images_are_left_to_the_painter():
    library = library_of("RGB", arts_of(0), background_of("RGB"))
    assert can_paint_at_once(library)
    assert not can_paint_at_once(replace(library, has_camera=True))
    with limits(MOST_BYTES=library.backgrounds[0].nbytes - 1):
        assert not can_paint_at_once(library)
