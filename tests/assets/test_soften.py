"""Soft edges and shadows are those of a direct computation, and keep what they should."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests.art import blob, load, random_pixels, save, write_dataset
from tests.checks import check_pixels

from imggen.assets import NO_SPRITE, load_assets
from imggen.assets.decode import to_art
from imggen.assets.soften import cast_shadow, feathered
from imggen.errors import AssetError

MODES = ["L", "RGB", "RGBA"]
BACK = {"plain": np.full((40, 60, 3), 90, np.uint8)}


def art_of(pixels, mode="RGB"):
    return to_art(Image.fromarray(pixels), mode)


def block(width, height, alpha=255):
    """A box of one alpha that fills its image."""
    return np.full((height, width, 4), alpha, np.uint8)


def blurred_by_hand(levels, sigma, margin):
    """`levels` on zeros, `margin` px on all sides, blurred, in float64."""
    wide = np.pad(levels.astype(float), margin)
    reach = int(np.ceil(3 * sigma))
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / max(sigma, 1e-9)) ** 2)
    weights /= weights.sum()
    for axis in (0, 1):
        wide = np.apply_along_axis(np.convolve, axis, wide, weights, "same")
    return wide


@pytest.mark.parametrize("mode", MODES)
@given(st.integers(0, 99), st.sampled_from([0.5, 1, 3, 6.5]))
def test_feather(mode, seed, width):
    pixels = blob(np.random.default_rng(seed), 23, 31, margin=2)
    (soft,) = feathered([art_of(pixels, mode)], width)
    margin = int(np.ceil(3 * width / 2))
    outline = blurred_by_hand(pixels[..., 3] > 0, width / 2, margin)[margin:-margin, margin:-margin]
    expected = np.rint(pixels[..., 3] * np.clip(2 * outline - 1, 0, 1))
    check_pixels(soft.alpha, expected, within=1)
    check_pixels(
        soft.colour[..., 0][soft.alpha > 0], art_of(pixels, mode).colour[..., 0][soft.alpha > 0]
    )
    if mode == "RGBA":
        check_pixels(soft.colour[..., 3], soft.alpha)
        assert (soft.colour[soft.alpha == 0] == 0).all()


def test_feather_is_about_so_wide_and_inside():
    (soft,) = feathered([art_of(block(60, 60))], 10)
    across = soft.alpha[30].astype(int)
    assert across[0] < 40
    assert across[10] > 0.95 * 255 * 0.95
    assert (across[16:44] == 255).all()
    assert (np.diff(across[:30]) >= 0).all()
    check_pixels(across, across[::-1])


def test_feather_keeps_what_is_transparent_within():
    """Glass stays glass: its edge is where it ends, not where it is less than half opaque."""
    (soft,) = feathered([art_of(block(60, 60, alpha=70))], 6)
    assert (soft.alpha[20:40, 20:40] == 70).all()


def test_parts_have_no_soft_edge_between_them():
    left, right = block(40, 30), block(40, 30)
    left[:, 20:], right[:, :20] = 0, 0
    both = feathered([art_of(left), art_of(right)], 6)
    (whole,) = feathered([art_of(block(40, 30))], 6)
    check_pixels(both[0].alpha + both[1].alpha, whole.alpha)


def test_art_that_shows_nothing_may_have_soft_edges(tmp_path):
    things = {"empty": block(9, 9, 0), "full": block(9, 9)}
    path = write_dataset(tmp_path, {"back": BACK, "thing": things}, thing={"feather": 2})
    assert load_assets(load(path)).layers[1].names == ("empty", "full")


def test_a_feather_that_leaves_nothing_is_refused(tmp_path):
    things = {"line": block(30, 2), "full": block(30, 30)}
    path = write_dataset(tmp_path, {"back": BACK, "thing": things}, thing={"feather": 9})
    with pytest.raises(AssetError) as refused:
        load_assets(load(path))
    assert str(refused.value) == (
        f"layer.thing.feather is 9 px, which leaves nothing of {tmp_path}/things/line.png "
        "(30x2 px); expected less. Make it smaller, or the art larger."
    )


@pytest.mark.parametrize("mode", MODES)
@given(st.integers(0, 99), st.sampled_from([0, 0.4, 2, 5.5]), st.sampled_from([0.3, 1]))
def test_shadow(mode, seed, sigma, opacity):
    rng = np.random.default_rng(seed)
    parts = [blob(rng, 23, 15), random_pixels(rng, 23, 15, 4)]
    shadow = cast_shadow([art_of(pixels, mode) for pixels in parts], sigma, opacity, mode)
    alpha = np.maximum(parts[0][..., 3], parts[1][..., 3])
    margin = int(np.ceil(3 * sigma))
    expected = np.rint(blurred_by_hand(alpha, sigma, margin) * opacity)
    check_pixels(shadow.alpha, expected, within=1)
    assert (shadow.colour[..., :3] == 0).all() if mode == "RGBA" else (shadow.colour == 0).all()


def test_shadows_lie_behind_all_sprites_in_the_library(tmp_path):
    rng = np.random.default_rng(0)
    for name in ("short", "long"):
        save(tmp_path / f"hairs/{name}/front.png", blob(rng, 12, 14))
        save(tmp_path / f"hairs/{name}/back.png", blob(rng, 12, 14))
    path = write_dataset(
        tmp_path,
        {
            "back": BACK,
            "thing": {"a": blob(rng, 9, 8)},
            "hair": {},
            "plain": {"b": blob(rng, 5, 5)},
        },
        thing={"shadow": {"offset": [3, -4], "blur": 1}},
        hair={"parts": {"front": 0, "back": -1}, "shadow": {"offset": [1, 2]}},
    )
    library = load_assets(load(path))
    shadows = library.shadows
    assert shadows.first == 1 + 2 * 2 + 1
    # thing a, then front and back of both hairs, then plain b
    assert shadows.rows.ravel().tolist() == [6, NO_SPRITE, 7, NO_SPRITE, 8, NO_SPRITE]
    assert shadows.offsets[[0, 2, 4]].tolist() == [[3, -4], [1, 2], [1, 2]]
    assert library.sprites.table[6:, 2:].tolist() == [[9 + 6, 8 + 6], [12, 14], [12, 14]]
    assert library.most_items == 1 + 2 + 3 + 1
