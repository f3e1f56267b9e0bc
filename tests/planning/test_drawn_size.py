"""Images at another size than the canvas: the same images, drawn at that size."""

import numpy as np
import pytest
from PIL import Image
from tests.art import (
    blob,
    place_at_random,
    place_by_scene,
    write_dataset,
    write_small_article,
    write_toml,
)
from tests.checks import check_pixels
from tests.reference import box_of, paste, visible_masks
from tests.run.runs import run

import imggen
from imggen.config.image_size import image_size
from imggen.config.load import read_source
from imggen.errors import ConfigError, PlanError

CANVAS = (192, 108)
SIZES = [(96, 54), (64, 36), (288, 162), (100, 56)]  # the last is rounded


def smooth(rng, width, height, channels):
    """Art that scales without aliasing: a few colours, blurred."""
    small = rng.integers(0, 256, (4, 5, channels), np.uint8)
    picture = Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC)
    return np.asarray(picture)


def smooth_blob(rng, width, height):
    """An ellipse of smooth colours: RGBA."""
    pixels = smooth(rng, width, height, 4).copy()
    pixels[..., 3] = blob(rng, width, height)[..., 3]
    return pixels


@pytest.fixture(scope="module")
def scenes(tmp_path_factory):
    """A folder of scenes with all that is in px: places, shadows, feathers, blur and keypoints."""
    rng = np.random.default_rng(0)
    folder = tmp_path_factory.mktemp("scenes")
    art = {
        "sky": {"day": smooth(rng, 200, 120, 3), "night": smooth(rng, *CANVAS, 3)},
        "bird": {name: smooth_blob(rng, 40, 30 + k) for k, name in enumerate("ab")},
        "hat": {"cap": smooth_blob(rng, 21, 13)},
    }
    bird = {
        "instances": [1, 3],
        "depth": "bottom",
        "shadow": {"offset": [4, 6], "blur": 3.0},
        "feather": 2.0,
        "place": {"anchor": "bottom", "x": ["5%", 180], "y": [40, "100%"], "avoid": "self"},
        "vary": {"scale": [0.8, 1.5], "rotate": [-40, 40], "flip": 0.5},
        "keypoints": {"names": ["eye"], "points": {"a": {"eye": [30, 12]}, "b": {"eye": [9, 9]}}},
    }
    hat = {
        "size": 0.3,
        "trim": True,
        "place": {"anchor": "center", "x": {"values": [20, 95, 150]}, "y": [20, 80]},
    }
    return write_dataset(
        folder,
        art,
        dataset={"count": 30, "seed": 3},
        canvas={"size": list(CANVAS)},
        camera={"blur": [0, 2.0], "vignette": [0, 0.4]},
        bird=bird,
        hat=hat,
    )


@pytest.fixture(scope="module")
def full(scenes):
    """All images at the size of the canvas."""
    return list(imggen.Dataset(scenes, objects=True))


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_images_are_those_of_the_canvas_shrunk(scenes, full, size):
    """The slow twin: images drawn at the size of the canvas, then scaled.

    What is left is half of what a shift by one px makes, and less.
    """
    own = imggen.Dataset(scenes, size=size[::-1])
    assert own.shape == (size[1], size[0], 3)
    drawn = np.stack([item["image"] for item in own]).astype(int)
    twins = [Image.fromarray(one["image"]).resize(size, Image.Resampling.LANCZOS) for one in full]
    twin = np.stack([np.asarray(one) for one in twins]).astype(int)
    shifts = [(1, 1), (1, -1), (2, 1), (2, -1)]  # axis and px
    shifted = [np.abs(np.roll(twin, by, axis) - drawn).mean() for axis, by in shifts]
    assert np.abs(twin - drawn).mean() < min(3.5, min(shifted) / 2)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_labels_are_those_of_the_canvas_scaled(scenes, full, size):
    scale = np.divide(size, CANVAS)
    for one, item in zip(full, imggen.Dataset(scenes, size=size[::-1], objects=True), strict=True):
        whole, own = one["objects"], item["objects"]
        assert {key: one[key] for key in ("shown", "split", "index")} == {
            key: item[key] for key in ("shown", "split", "index")
        }
        blur = one["camera"]["blur"] * np.sqrt(scale.prod())
        assert item["camera"]["blur"] == pytest.approx(blur)
        assert item["camera"]["vignette"] == one["camera"]["vignette"]
        for key in ("layers", "variants", "instances", "z", "rotate", "scale", "flip"):
            assert own[key].tolist() == whole[key].tolist(), key
        away = np.abs(own["amodal_boxes"] - whole["amodal_boxes"] * np.tile(scale, 2))
        assert away.max() <= 2
        assert np.abs(own["keypoints"] - whole["keypoints"] * (*scale, 1))[..., :2].max() <= 1
        middle = (own["x"] + own["width"] / 2) - (whole["x"] + whole["width"] / 2) * scale[0]
        assert np.abs(middle).max() <= 0.5


@pytest.mark.parametrize("size", [(96, 54), (100, 56), (384, 216)], ids=str)
def test_labels_are_exact(tmp_path, size):
    """Pixels and masks are those of painting the scaled files one after the other, by hand."""
    path = write_plain(tmp_path)
    full = imggen.Dataset(path, objects=True)
    own = imggen.Dataset(path, size=size[::-1], masks=True)
    for one, item in zip(full, own, strict=True):
        objects = one["objects"]
        shown = [item["shown"]["sky"], *item["shown"]["bird"]]
        pictures = [scaled_file(path.parent, name, size) for name in shown]
        boxes = zip(*(objects[key].tolist() for key in ("x", "y", "width", "height")), strict=True)
        corners = [by_hand(*box, size, art) for box, art in zip(boxes, pictures[1:], strict=True)]
        canvas = pictures[0]
        for art, corner in zip(pictures[1:], corners, strict=True):
            canvas = paste(canvas, art, *corner)
        check_pixels(item["image"], canvas)
        alphas = [(art[..., 3], *at) for art, at in zip(pictures[1:], corners, strict=True)]
        masks = [mask for _, mask in visible_masks(alphas, size, threshold=1)]
        assert np.array_equal(item["objects"]["masks"], masks)
        for box, mask in zip(item["objects"]["boxes"].tolist(), masks, strict=True):
            x, y, width, height = box_of(mask)
            assert box == [x, y, x + width, y + height]


def write_plain(folder):
    """Write scenes of birds that are only placed, none of them hidden."""
    rng = np.random.default_rng(1)
    art = {
        "sky": {"day": smooth(rng, *CANVAS, 3)},
        "bird": {name: smooth_blob(rng, 31, 24 + k) for k, name in enumerate("ab")},
    }
    place = {"x": [10, 150], "y": [5, 80], "avoid": "self", "overlap": 0.3}
    bird = {"instances": [1, 2], "place": place}
    labels = {"threshold": 1}
    return write_dataset(folder, art, dataset={"count": 12}, labels=labels, bird=bird)


def scaled_file(folder, name, size):
    """The file of a variant, as Pillow scales it to images of `size`."""
    (path,) = folder.glob(f"*/{name}.png")
    with Image.open(path) as image:
        pairs = zip(image.size, size, CANVAS, strict=True)
        own = [max(1, round(side * to / whole)) for side, to, whole in pairs]
        return np.asarray(image.resize(own, Image.Resampling.LANCZOS))


def by_hand(x, y, width, height, size, art):
    """The corner of `art` whose middle is that of a box on the canvas."""
    middle = (x + width / 2) * size[0] / CANVAS[0], (y + height / 2) * size[1] / CANVAS[1]
    sides = art.shape[1], art.shape[0]
    return [int(np.floor(m - side / 2 + 0.5)) for m, side in zip(middle, sides, strict=True)]


@pytest.mark.parametrize(
    ("wanted", "size"),
    [
        (None, (1920, 1078)),
        (224, (399, 224)),
        ((399, 224), (399, 224)),
        ((398, 224), (398, 224)),
        ((3840, 2156), (3840, 2156)),
        (1, (2, 1)),
    ],
)
def test_sizes_keep_the_proportions_of_the_canvas(wanted, size):
    assert image_size(wanted, (1920, 1078)) == size
    turned = wanted if wanted is None or isinstance(wanted, int) else wanted[::-1]
    assert image_size(turned, (1078, 1920)) == size[::-1]


@pytest.mark.parametrize("wanted", [(224, 224), (224, 399), (397, 224), (402, 224)])
def test_other_proportions_are_refused(wanted):
    with pytest.raises(ConfigError) as caught:
        image_size(wanted, (1920, 1078))
    nearest = {224: [399, 224]}.get(min(wanted))
    assert str(caught.value) == (
        f"output.size is {list(wanted)}, and the canvas is [1920, 1078]; expected the same "
        f"proportions, like {nearest}, or 224 for the shorter side. For other proportions, change "
        "canvas.size."
    )


@pytest.mark.parametrize(
    ("place", "size"), [(place_at_random, 50), (place_by_scene, 50), (place_at_random, 216)]
)
def test_what_images_show_does_not_depend_on_their_size(tmp_path, place, size):
    """Tables differ in what is in px alone, of which the table has corners."""
    folder = place(write_small_article(tmp_path))
    whole = imggen.plan(folder, {"dataset.count": 50}).to_pandas()
    own = imggen.plan(folder, {"dataset.count": 50, "output.size": size}).to_pandas()
    positions = [name for name in whole if name.endswith((" x", " y"))]
    assert len(positions) == 4
    assert own.drop(columns=positions).equals(whole.drop(columns=positions))
    away = (own[positions] - whole[positions] * (size / 108)).astype(float)
    assert np.nanmax(away.abs().to_numpy()) <= (1 if size < 108 else 0)  # half a px for its size


def test_latents_are_in_px_of_images(tmp_path):
    """Of stated positions, values are anchors; classes are the same at every size."""
    folder = write_small_article(tmp_path / "art")
    values = read_source(folder / "imggen.toml").settings
    values["layer"][1]["place"] = {"anchor": "bottom", "x": {"values": [40, 90]}, "y": [80, 108]}
    del values["layer"][2]
    write_toml(folder, values | {"output": {"container": "npy"}})
    found = []
    for out, size in (("whole", None), ("half", 54)):
        run(folder, tmp_path / out, dataset__count=20, **({"output__size": size} if size else {}))
        arrays = ("latents_values", "latents_classes", "imgs")
        found.append([np.load(tmp_path / out / f"{name}.npy") for name in arrays])
        names = np.load(tmp_path / out / "latents_names.npy").tolist()
    (whole, classes, _), (half, own, images) = found
    assert names[2:] == ["character x", "character y"]
    assert images.shape == (20, 54, 96, 3)
    assert np.array_equal(own, classes)
    assert set(half[:, 2]) == {20, 45} == set(whole[:, 2] / 2)
    assert 0 < np.abs(half[:, 3] - whole[:, 3] / 2).max() <= 1


def test_sprites_that_become_too_large_are_refused(tmp_path):
    art = {"sky": {"day": np.zeros((20, 20, 3), np.uint8)}}
    art["bird"] = {"a": np.full((300, 300, 4), 255, np.uint8)}
    path = write_dataset(tmp_path, art, bird={"vary": {"scale": [1, 16]}})
    assert len(imggen.plan(path)) == 200
    with pytest.raises(PlanError) as caught:
        imggen.plan(path, {"output.size": 40})
    assert str(caught.value) == (
        'layer.bird.vary makes "a" up to 9600x9600 px; expected at most 67 million pixels. Scale '
        "it less."
    )
