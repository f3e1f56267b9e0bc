"""A shadow lies right under its sprite, and is no part of it for labels."""

import tomllib

import numpy as np
import pytest
from tests import reference
from tests.art import blob, load, random_pixels, save, write_dataset
from tests.checks import check_pixels
from tests.run.runs import run

import imggen
from imggen.assets import NO_SPRITE, load_assets
from imggen.assets.library import CHANNELS
from imggen.config.plain import NEUTRAL
from imggen.draw import Painter
from imggen.planning import make_plan
from imggen.planning.placement.scaling import scaled_sizes, turned_sizes
from imggen.planning.shadows import without_shadows

ANYWHERE = {"x": ["0%", "100%"], "y": ["0%", "100%"], "inside": False, "anchor": "center"}
VARY = {
    "flip": 0.5, "scale": [0.5, 1.5], "rotate": [-90, 90], "opacity": [0.5, 1],
    "brightness": [0.5, 1.5], "blend": {"values": ["normal", "multiply"]},
}  # fmt: skip
SHADOW = {"offset": [4, 7.5], "blur": 2, "opacity": 0.7}


def write_crowd(folder, *, vary, **tables):
    """Backgrounds, instances of things, and hair in two parts around a head; all in shadow."""
    rng = np.random.default_rng(0)
    for name in ("long", "short"):
        save(folder / f"hairs/{name}/back.png", blob(rng, 21, 24))
        save(folder / f"hairs/{name}/front.png", blob(rng, 21, 24))
    things = {"a": blob(rng, 20, 15), "b": blob(rng, 11, 24), "c": blob(rng, 15, 15)}
    backs = {"noise": random_pixels(rng, 90, 70, 3), "grey": np.full((70, 90, 3), 130, np.uint8)}
    return write_dataset(
        folder,
        {"back": backs, "thing": things, "head": {"h": blob(rng, 18, 18)}, "hair": {}},
        dataset={"count": 12},
        thing={"instances": [2, 5], "place": ANYWHERE, "shadow": SHADOW, "depth": "bottom"}
        | ({"vary": VARY} if vary else {}),
        head={"place": ANYWHERE},
        hair={
            "parts": {"back": -1, "front": 0},
            "place": {"of": "head", "at": "center", "anchor": "center"},
            "shadow": {"offset": [-3, 2], "blur": 1},
        },
        **tables,
    )


def plan_of(path, **overrides):
    config = load(path, **overrides)
    return make_plan(config, load_assets(config))


@pytest.mark.parametrize("vary", [False, True])
def test_each_shadow_is_right_under_its_sprite(tmp_path, vary):
    plan = plan_of(write_crowd(tmp_path, vary=vary))
    library = plan.library
    sizes = library.sprites.table[:, 2:].tolist()
    scenes = plan.scenes(np.arange(plan.count))
    cast = 0
    for scene in scenes:
        own = scene.items[:, 0] < library.shadows.first
        expected = []
        for k in np.flatnonzero(own).tolist():
            row, x, y = scene.items[k].tolist()
            shadow = int(library.shadows.rows[row, 0])
            look = dict(NEUTRAL)
            if vary:
                look = dict(zip(NEUTRAL, scene.looks[k].tolist(), strict=True))
            if shadow != NO_SPRITE:
                of_sprite, of_shadow = (
                    turned_sizes(scaled_sizes(np.array(sizes[one]), look["scale"]), look["rotate"])
                    for one in (row, shadow)
                )
                corner = [
                    start + int(np.floor((own - shade) / 2 + offset * look["scale"] + 0.5))
                    for start, own, shade, offset in zip(
                        (x, y), of_sprite, of_shadow, library.shadows.offsets[row], strict=True
                    )
                ]
                plain = {**look, "hue": 0, "saturation": 1, "brightness": 1, "blend": 0}
                expected.append(([shadow, *corner], list(plain.values()), scene.slots[k]))
                cast += 1
            expected.append(([row, x, y], list(look.values()), scene.slots[k]))
        assert scene.items.tolist() == [item for item, _, _ in expected]
        assert scene.slots.tolist() == [slot for _, _, slot in expected]
        if vary:
            assert scene.looks.tolist() == [look for _, look, _ in expected]
    assert cast > 3 * plan.count


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_drawn_as_black_under_the_sprite(tmp_path, mode):
    plan = plan_of(write_crowd(tmp_path, vary=False), canvas__mode=mode)
    library, channels = plan.library, CHANNELS[mode]
    table, (width, height) = library.sprites.table, library.size
    for scene in plan.scenes(np.arange(4)):
        canvas = library.backgrounds[scene.background].reshape(height, width, channels)
        for row, x, y in scene.items.tolist():
            first, _, w, h = table[row].tolist()
            part = slice(first, first + w * h * channels)
            colour = library.sprites.colour[part].reshape(h, w, channels)
            if mode == "RGBA":
                canvas = reference.composite(canvas, colour, x, y)
            else:
                alpha = library.sprites.alpha[part].reshape(h, w, channels)[..., :1]
                colour = np.broadcast_to(colour, (h, w, 3))
                canvas = reference.paste(
                    canvas.squeeze(), np.dstack([colour, alpha]), x, y
                ).reshape(canvas.shape)
        painted = Painter(library).paint(scene).reshape(canvas.shape)
        check_pixels(painted, canvas)


@pytest.mark.parametrize("vary", [False, True])
def test_labels_are_those_of_the_sprites_alone(tmp_path, vary):
    """Boxes, masks, visibility, depths and drawn values; the pixels differ."""
    path = write_crowd(tmp_path, vary=vary)
    shaded = imggen.Dataset(path, masks=True)
    config = tomllib.loads(path.read_text())
    for layer in config["layer"]:
        layer.pop("shadow", None)
        layer["folder"] = str(tmp_path / layer["folder"])
    plain = imggen.Dataset(config, masks=True)
    for one, other in zip(shaded, plain, strict=True):
        assert (one["image"] != other["image"]).any()
        assert one["objects"].keys() == other["objects"].keys()
        for name, values in one["objects"].items():
            np.testing.assert_array_equal(values, other["objects"][name], err_msg=name)
        assert len(one["objects"]["boxes"]) > 1


def test_without_shadows_undoes_it(tmp_path):
    plan = plan_of(write_crowd(tmp_path, vary=True))
    for scene in plan.scenes(np.arange(plan.count)):
        own = without_shadows(scene, plan.library)
        assert (own.items[:, 0] < plan.library.shadows.first).all()
        assert 0 < len(own.items) < len(scene.items)
        assert len(own.items) == len(own.looks) == len(own.slots)


def test_a_first_layer_in_shadow_is_no_background(tmp_path):
    rng = np.random.default_rng(0)
    body = {"a": blob(rng, 30, 30)}
    path = write_dataset(
        tmp_path, {"body": body}, body={"shadow": {"offset": [2, 2], "blur": 1}},
        canvas={"size": [30, 30], "mode": "RGBA"}, dataset={"count": 1},
    )  # fmt: skip
    scene = plan_of(path).scenes(np.arange(1))[0]
    assert scene.items[:, 0].tolist() == [1, 0]


def test_labels_change_no_picture(tmp_path):
    """Labels see scenes without shadows; the sprites that are made for both are the same."""
    write_crowd(tmp_path, vary=True)
    run(tmp_path, tmp_path / "plain")
    run(tmp_path, tmp_path / "labelled", labels__formats=["coco"], labels__threshold=9)
    for name in sorted((tmp_path / "plain/images").iterdir()):
        assert name.read_bytes() == (tmp_path / "labelled/images" / name.name).read_bytes()
