"""The class map depends on the layers alone."""

import numpy as np
import pytest
from tests.art import blob, layer, load, random_pixels, save, write_dataset, write_toml
from tests.checks import check_sentence

from imggen.assets import load_assets
from imggen.errors import ConfigError, PlanError
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


# --- classes of layers ----------------------------------------------------------------------------


def write_birds(folder, *, hat=None, bird=None, **labels):
    """A sky, hats cap and red, and birds red and tit in folders: forest#3 and sea."""
    rng = np.random.default_rng(0)
    for name in ("hats/cap", "hats/red", "birds/forest#3/red", "birds/sea/tit"):
        save(folder / f"{name}.png", blob(rng, 8, 6))
    save(folder / "skys/day.png", random_pixels(rng, 30, 20, 3))
    layers = [
        layer("sky"), layer("hat", **(hat or {})), layer("bird", **{"instances": 2, **(bird or {})})
    ]  # fmt: skip
    return write_toml(folder, {"layer": layers, "labels": labels})


def own_classes(folder, **settings):
    config = load(write_birds(folder, **settings))
    return make_class_map(config, load_assets(config).layers)


def named(classes):
    """The class of each variant by depth and number."""
    return {key: classes.names[row] for key, row in classes.rows.items()}


HATS = {(1, 0): "cap", (1, 1): "hat/red"}


def test_instances_share_their_layer_s_classes(tmp_path):
    classes = own_classes(tmp_path)
    assert classes.names == ("cap", "hat/red", "bird/red", "tit")
    assert classes.depths == (1, 2, 3)
    both = {(d, v): name for d in (2, 3) for v, name in ((1, "bird/red"), (2, "tit"))}
    assert named(classes) == {**HATS, **both}


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        ({"bird": {"class": "bird"}}, ("cap", "red", "bird")),
        ({"bird": {"class": "cap"}, "hat": {"class": "cap"}}, ("cap",)),
        ({"bird": {"class": {"r*": "cardinal", "*": "bird"}}}, ("cap", "red", "cardinal", "bird")),
        ({"bird": {"class": {"*": "bird", "red": "red"}}}, ("cap", "hat/red", "red", "bird")),
        ({"bird": {"class": {"red": False, "tit": "tit"}}}, ("cap", "red", "tit")),
        ({"bird": {"class": False}}, ("cap", "red")),
        ({"bird": {"classes_from": "layer"}}, ("cap", "red", "bird")),
        ({"bird": {"classes_from": "group"}}, ("cap", "red", "forest", "sea")),
        ({"bird": {"classes_from": "variant"}}, ("cap", "hat/red", "red", "tit")),
        ({key: {"classes_from": "variant"} for key in ("hat", "bird")}, ("cap", "red", "tit")),
        ({"category": "layer", "bird": {"classes_from": "variant"}}, ("hat", "red", "tit")),
    ],
)
def test_what_layers_say(tmp_path, settings, names):
    assert own_classes(tmp_path, **settings).names == names


def test_what_has_no_class(tmp_path):
    classes = own_classes(tmp_path / "some", bird={"class": {"red": False, "tit": "tit"}})
    assert classes.depths == (1, 2, 3)
    assert sorted(classes.rows) == [(1, 0), (1, 1), (2, 2), (3, 2)]
    assert own_classes(tmp_path / "all", bird={"class": False}).depths == (1,)


def test_the_first_of_several_layers_is_named(tmp_path):
    classes = own_classes(tmp_path, hat={"class": "thing"}, bird={"class": "thing"})
    assert (classes.names, classes.layers) == (("thing",), ("hat",))


@pytest.mark.parametrize(
    ("bird", "sentence"),
    [
        (
            {"class": {"rde": "x", "*": "y"}},
            'layer.bird.class names "rde", which is no variant of bird; did you mean "red"?',
        ),
        (
            {"class": {"red": "x"}},
            (
                "layer.bird.class gives nothing for tit; expected a class for every variant, or "
                'false. "*" names all that are left.'
            ),
        ),
    ],
)
def test_classes_of_no_variants(tmp_path, bird, sentence):
    with pytest.raises(PlanError) as error:
        own_classes(tmp_path, bird=bird)
    assert str(error.value) == sentence


def test_a_variant_in_no_folder(tmp_path):
    with pytest.raises(PlanError) as error:
        own_classes(tmp_path, hat={"classes_from": "group"})
    assert str(error.value) == (
        'layer.hat.classes_from is "group", but cap lies in no folder within hats; '
        "move it into one."
    )


@pytest.mark.parametrize(
    ("bird", "sentence"),
    [
        (
            {"class": "bird", "classes_from": "layer"},
            (
                "layer.bird has both class and classes_from, which says where the name of its "
                "class "
                "comes from; expected one of them."
            ),
        ),
        (
            {"class": " bird"},
            (
                'layer.bird.class is " bird"; expected a name of letters that can be printed, '
                "without "
                "spaces around it."
            ),
        ),
        (
            {"class": {}},
            (
                "layer.bird.class is empty; expected the name of a class, false for none, or one "
                "of "
                'them by variant, like { "red*" = "cardinal", fence = false }.'
            ),
        ),
        (
            {"class": True},
            (
                "layer.bird.class is true; expected the name of a class, false for none, or one of "
                'them by variant, like { "red*" = "cardinal", fence = false }.'
            ),
        ),
        ({"clas": "bird"}, 'layer.bird.clas is not a known key; did you mean "class"?'),
        (
            {"classes_from": "folder"},
            'layer.bird.classes_from is "folder"; expected "variant", "group" or "layer".',
        ),
        (
            {"threshold": 0},
            "layer.bird.threshold is 0; expected a whole number from 1 to 255.",
        ),
    ],
)
def test_refused(tmp_path, bird, sentence):
    with pytest.raises(ConfigError) as error:
        load(write_birds(tmp_path, bird=bird))
    assert str(error.value).split(": ", 1)[1] == sentence


def test_it_is_written_as_it_was_given(tmp_path):
    config = load(write_birds(tmp_path, bird={"class": {"tit": "tit", "*": False}}))
    written = config.resolved()["layer"]
    assert written[2]["class"] == {"tit": "tit", "*": False}
    assert "class" not in written[1]
    assert "own_class" not in written[2]
