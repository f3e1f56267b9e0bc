"""Feathers and shadows whose values each sprite draws."""

import numpy as np
import pandas as pd
import pytest
from tests.art import blob, load, random_pixels, write_dataset
from tests.checks import check_pixels
from tests.run.runs import run

from imggen import Dataset
from imggen.assets import load_assets
from imggen.config.plain import EDGES
from imggen.draw import Painter
from imggen.errors import AssetError, ConfigError
from imggen.planning import make_plan

DRAWN = {
    "feather": {"values": [0, 1.5, 3]},
    "shadow_x": [-4, 4],
    "shadow_y": {"values": [-2, 5]},
    "shadow_blur": {"values": [2, 0, 5]},
    "shadow_opacity": {"values": [0.25, 1]},
}
SHADOW = {"offset": [3, 4], "blur": 1, "opacity": 0.5}
PLACED = {"x": [0, 40], "y": [0, 30]}


def write(folder, thing, **tables):
    """Write a dataset of a background, a thing, and a plain one."""
    rng = np.random.default_rng(2)
    art = {
        "back": {"noise": random_pixels(rng, 70, 60, 3)},
        "thing": {name: blob(rng, 19, 15) for name in ("a", "b")},
        "plain": {"p": blob(rng, 9, 9)},
    }
    tables = {"dataset": {"count": 24, "seed": 1}, "plain": {"feather": 1}, **tables}
    return write_dataset(folder, art, thing=thing, **tables)


def plan_of(path):
    config = load(path)
    return make_plan(config, load_assets(config))


def painted(plan, image):
    [scene] = plan.scenes(np.array([image]))
    height, width = plan.library.size[::-1]
    return Painter(plan.library).paint(scene).reshape(height, width, -1).copy()


def values_of(plan, image):
    """The values of EDGES that the thing has in an image."""
    looks = plan.looks[image : image + 1]
    return {field: plan.look_table.values(looks, 1, field).item() for field in EDGES}


@pytest.mark.parametrize("vary", [{}, {"scale": [0.5, 1.5], "rotate": [-90, 90], "opacity": 0.8}])
def test_each_image_is_as_if_the_layer_had_its_values(tmp_path, vary):
    path = write(tmp_path / "drawn", {"place": PLACED, "shadow": SHADOW, "vary": vary | DRAWN})
    plan = plan_of(path)
    seen = set()
    for image in range(12):
        values = values_of(plan, image)
        seen.add(tuple(values.values()))
        shadow = {
            "offset": [values["shadow_x"], values["shadow_y"]],
            "blur": values["shadow_blur"],
            "opacity": values["shadow_opacity"],
        }
        fixed = {"place": PLACED, "shadow": shadow, "vary": vary}
        if values["feather"]:
            fixed["feather"] = values["feather"]
        other = plan_of(write(tmp_path / str(image), fixed))
        # An opacity that images draw is applied to a shadow that is made, and so rounded twice.
        within = 0 if values["shadow_opacity"] == 1 and not vary else 3
        check_pixels(painted(plan, image), painted(other, image), within=within)
    assert len(seen) == 12


def test_values_that_are_not_drawn_are_the_layer_s(tmp_path):
    """One value in `vary` is as one of the layer, which it takes the place of."""
    vary = {"feather": 2, "shadow_x": 1, "shadow_y": -1, "shadow_blur": 3, "shadow_opacity": 0.7}
    one = plan_of(write(tmp_path / "vary", {"shadow": SHADOW, "vary": vary, "feather": 1}))
    own = {"offset": [1, -1], "blur": 3, "opacity": 0.7}
    other = plan_of(write(tmp_path / "own", {"shadow": own, "feather": 2}))
    assert one.look_table.is_plain
    assert one.library.feathers is None
    for image in range(3):
        check_pixels(painted(one, image), painted(other, image))


def test_cases_views_and_families(tmp_path):
    """`vary_when` and views set them, and a family goes through them, as other values."""
    case = {"when": {"thing": "a"}, "shadow_blur": 9, "feather": 3}
    path = write(tmp_path / "when", {"shadow": SHADOW, "vary_when": [case]})
    plan = plan_of(path)
    for image in range(24):
        a = plan.library.layers[1].names[plan.traits[image, 1]] == "a"
        values = values_of(plan, image)
        assert (values["feather"], values["shadow_blur"]) == ((3, 9) if a else (0, 1))
        assert (values["shadow_x"], values["shadow_opacity"]) == (3, 0.5)
    views = [{"name": "plain"}, {"name": "flat", "vary": {"thing": {"shadow_opacity": 0.01}}}]
    plan = plan_of(write(tmp_path / "views", {"shadow": SHADOW}, view=views))
    opacities = [values_of(plan, image)["shadow_opacity"] for image in range(4)]
    assert opacities == [0.5, 0.01] * 2
    family = {"layer": "thing", "vary": "feather"}
    thing = {"vary": {"feather": {"values": [0, 1, 2]}}}
    plan = plan_of(write(tmp_path / "family", thing, dataset={"count": 12, "family": family}))
    assert [values_of(plan, image)["feather"] for image in range(6)] == [0, 1, 2] * 2


def test_tables_have_them(tmp_path):
    """In data.csv what is drawn; in other tables what all have, and no shadow of what has none."""
    thing = {"place": PLACED, "shadow": SHADOW, "instances": [1, 2], "vary": DRAWN}
    write(tmp_path, thing)
    labels = {"formats": ["table", "instances"]}
    run(tmp_path, tmp_path / "out", labels__formats=labels["formats"])
    rows = pd.read_csv(tmp_path / "out/instances.csv")
    things, plain = rows[rows.layer == "thing"], rows[rows.layer == "plain"]
    assert set(things.feather) == {0, 1.5, 3}
    assert set(things.shadow_blur) == {0, 2, 5}
    assert set(plain.feather) == {1}
    assert plain[list(EDGES[1:])].isna().all(axis=None)
    table = pd.read_csv(tmp_path / "out/labels.csv")
    assert set(table["plain feather"]) == {1}
    write(tmp_path / "one", {"shadow": SHADOW, "vary": DRAWN})
    run(tmp_path / "one", tmp_path / "one/out", labels__formats=labels["formats"])
    data = pd.read_csv(tmp_path / "one/out/data.csv")
    table = pd.read_csv(tmp_path / "one/out/labels.csv")
    for field in EDGES:
        assert data[f"thing {field}"].tolist() == table[f"thing {field}"].tolist()


def test_items_have_them(tmp_path):
    """The arrays of a Dataset's items are the rows of the table of instances."""
    write(tmp_path, {"place": PLACED, "shadow": SHADOW, "instances": [1, 2], "vary": DRAWN})
    run(tmp_path, tmp_path / "out", labels__formats=["instances"])
    rows = pd.read_csv(tmp_path / "out/instances.csv")
    for image, item in enumerate(Dataset(tmp_path / "imggen.toml", objects=True)):
        own = rows[rows.image == image]
        order = np.lexsort([item["objects"]["instances"], item["objects"]["layers"]])
        for field in EDGES:
            np.testing.assert_array_equal(item["objects"][field][order], own[field])


@pytest.mark.parametrize(
    ("tables", "sentence"),
    [
        (
            {"vary": {"shadow_blur": 2}},
            (
                "layer.thing.vary.shadow_blur is about a shadow, and layer.thing has none; give "
                "layer.thing.shadow, like { offset = [6, 10] }, or remove it."
            ),
        ),
        (
            {"vary_when": [{"when": {"thing": "a"}, "shadow_x": 2}]},
            (
                "layer.thing.vary_when.1.shadow_x is about a shadow, and layer.thing has none; "
                "give layer.thing.shadow, like { offset = [6, 10] }, or remove it."
            ),
        ),
        (
            {"shadow": SHADOW, "vary": {"feather": [0, 4], "shadow_blur": [0, 5]}},
            (
                "layer.thing.vary has 9 values of feather and 11 of shadow_blur, and each sprite "
                "is kept with all 99 combinations; expected at most 64. Give fewer, like "
                "{ range = [0, 4], step = 1 }."
            ),
        ),
        (
            {"vary": {"feather": 300}},
            "layer.thing.vary.feather holds 300; expected 0 to 200.",
        ),
        (
            {"shadow": SHADOW, "vary": {"shadow_opacity": [0, 1]}},
            "layer.thing.vary.shadow_opacity holds 0; expected 0.01 to 1.",
        ),
    ],
)
def test_refused(tmp_path, tables, sentence):
    path = write(tmp_path, tables)
    with pytest.raises(ConfigError) as error:
        load(path)
    assert sentence in str(error.value)


def test_a_feather_that_leaves_nothing(tmp_path):
    path = write(tmp_path, {"vary": {"feather": {"values": [0, 90]}}})
    with pytest.raises(AssetError) as error:
        plan_of(path)
    assert "layer.thing.vary.feather is 90 px, which leaves nothing of" in str(error.value)
