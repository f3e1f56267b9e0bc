"""`size` of a layer: its longer side as a share of the canvas's shorter one."""

import numpy as np
import pytest
from tests.art import blob, load, random_pixels, write_dataset

from imggen.assets import load_assets
from imggen.errors import ConfigError


def write(folder, **bird):
    rng = np.random.default_rng(0)
    art = {
        "sky": {"day": random_pixels(rng, 200, 100, 3)},
        "bird": {"wide": blob(rng, 60, 30), "high": blob(rng, 5, 20, margin=1)},
    }
    return write_dataset(folder, art, bird=bird)


def sizes(folder, **bird):
    library = load_assets(load(write(folder, **bird)))
    return dict(zip(library.layers[1].names, library.layers[1].sizes.tolist(), strict=True))


def test_the_longer_side_is_a_share_of_the_shorter_one(tmp_path):
    assert sizes(tmp_path, size=0.4) == {"wide": [40, 20], "high": [10, 40]}


def test_it_is_about_what_trim_leaves(tmp_path):
    assert sizes(tmp_path, size=0.36, trim=True) == {"wide": [36, 18], "high": [6, 36]}


def test_nothing_is_smaller_than_a_pixel(tmp_path):
    assert sizes(tmp_path, size=0.001) == {"wide": [1, 1], "high": [1, 1]}


def test_art_of_that_size_stays_as_it_is(tmp_path):
    plain = load_assets(load(write(tmp_path / "plain")))
    sized = load_assets(load(write(tmp_path / "sized", size=0.6)))
    assert plain.layers[1].names[1] == "wide"
    assert [one.layers[1].sizes[1].tolist() for one in (plain, sized)] == [[60, 30]] * 2
    table = [one.sprites.table[1] for one in (plain, sized)]
    wide = [
        one.sprites.colour[start : start + 60 * 30 * 3]
        for one, (start, *_) in zip((plain, sized), table, strict=True)
    ]
    assert np.array_equal(*wide)


@pytest.mark.parametrize(
    ("bird", "sentence"),
    [
        (
            {"size": 0.5, "fit": "cover"},
            (
                'layer.bird has size and fit = "cover", which both say how large art is; expected '
                "one "
                "of them."
            ),
        ),
        (
            {"size": 0},
            (
                "layer.bird.size is 0; expected a share of the canvas's shorter side, above 0 "
                "and at most 1, like 0.25."
            ),
        ),
        (
            {"size": 1.5},
            (
                "layer.bird.size is 1.5; expected a share of the canvas's shorter side, above 0 "
                "and at most 1, like 0.25."
            ),
        ),
    ],
)
def test_refused(tmp_path, bird, sentence):
    with pytest.raises(ConfigError) as error:
        load(write(tmp_path, **bird))
    assert str(error.value).split(": ", 1)[1] == sentence
