"""The class map depends on the layers alone."""

import numpy as np
import pytest
from tests.art import blob, load, random_pixels, write_dataset
from tests.checks import check_sentence

from imggen.assets import load_assets
from imggen.errors import PlanError
from imggen.formats.class_map import make_class_map


def classes_of(folder, names, **settings):
    """The classes of a sky, hats called `names`, and birds."""
    rng = np.random.default_rng(0)
    layers = {
        "sky": {"day": random_pixels(rng, 30, 20, 3)},
        "hat": {name: blob(rng, 9, 7) for name in names},
        "bird": {name: blob(rng, 8, 6) for name in ("red", "tit")},
    }
    hats = {"weights": dict.fromkeys(("none", *names), 1)}
    path = write_dataset(folder, layers, hat=hats, labels=settings)
    config = load(path)
    return make_class_map(config, load_assets(config).layers)


def test_variants_in_order_of_layers_without_none(tmp_path):
    classes = classes_of(tmp_path, ("cap", "wig"))
    assert classes.names == ("cap", "wig", "red", "tit")
    assert classes.layers == ("hat", "hat", "bird", "bird")
    assert classes.depths == (1, 2)
    assert classes.rows == {(1, 0): 0, (1, 2): 1, (2, 0): 2, (2, 1): 3}


def test_names_that_two_layers_have(tmp_path):
    assert classes_of(tmp_path, ("cap", "red")).names == ("cap", "hat/red", "bird/red", "tit")


def test_one_class_a_layer(tmp_path):
    classes = classes_of(tmp_path, ("cap", "wig"), category="layer")
    assert classes.names == classes.layers == ("hat", "bird")
    assert {classes.rows[1, variant] for variant in (0, 2)} == {0}


def test_some_layers(tmp_path):
    assert classes_of(tmp_path, ("cap", "wig"), layers=["bird"]).names == ("red", "tit")


def test_what_fills_the_canvas_has_no_box(tmp_path):
    with pytest.raises(PlanError) as error:
        classes_of(tmp_path, ("cap",), layers=["sky", "bird"])
    check_sentence(error.value, "labels.layers names sky", '"day" fills the canvas')
