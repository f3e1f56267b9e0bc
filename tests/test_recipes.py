"""The recipes are short, their documents show them, and their tables are what other code says."""

import csv
import importlib.util
import re
from collections import Counter, defaultdict
from math import cos, floor, radians, sin, sqrt
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.run.runs import run

import imggen

FOLDER = Path(__file__).parents[1] / "docs/recipes"
PICTURES = FOLDER.parent / "pictures/recipes"
RECIPES = sorted(path.stem for path in FOLDER.glob("*.toml"))


def script(name):
    """A script of the recipes, as a module."""
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def drawn(recipe, folder):
    """The folder with the art of a recipe and its configuration."""
    script("draw").draw(recipe, folder)
    return folder


def rows_of(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def check_share(found, count, expected):
    """`found` of `count` are within four standard errors of the share."""
    assert abs(found / count - expected) < 4 * sqrt(expected * (1 - expected) / count)


@pytest.mark.parametrize("recipe", RECIPES)
def test_short_and_shown(recipe):
    text = (FOLDER / f"{recipe}.toml").read_text()
    assert len(text.splitlines()) <= 15
    readme = (FOLDER / "README.md").read_text()
    assert f"```toml\n{text}```\n" in readme
    (picture,) = re.findall(rf"\]\((\.\./pictures/recipes/{recipe}\.\w+)\)", readme)
    assert (FOLDER / picture).exists()
    assert recipe in script("draw").ART


def test_pictures_are_small():
    assert sum(path.stat().st_size for path in PICTURES.iterdir()) < 400_000


def test_links_lead_somewhere():
    for target in re.findall(r"\]\((?!https?://)([^)]+)\)", (FOLDER / "README.md").read_text()):
        assert (FOLDER / target).exists(), target


def test_waterbirds(tmp_path):
    run(drawn("waterbirds", tmp_path / "art"), tmp_path / "out", dataset__count=1500)
    rows = rows_of(tmp_path / "out/data.csv")
    groups = Counter(
        (row["split"], row["bird"].split("_")[0], row["place"].split("_")[0]) for row in rows
    )
    for split, agree in (("train", 0.95), ("test", 0.5)):
        for kind in ("land", "water"):
            count = groups[split, kind, "land"] + groups[split, kind, "water"]
            check_share(groups[split, kind, kind], count, agree)
    birds = Counter(row["bird"] for row in rows)
    assert len(birds) == 4
    for count in birds.values():
        check_share(count, len(rows), 0.25)


def test_coloured_mnist(tmp_path):
    run(drawn("coloured_mnist", tmp_path / "art"), tmp_path / "out", dataset__count=4000)
    arrays = np.load(tmp_path / "out/dataset.npz")
    names = arrays["latents_names"].tolist()
    variants = sorted(path.stem for path in (tmp_path / "art/digits").iterdir())
    digits = np.array([int(name[0]) for name in variants])
    shown = digits[arrays["latents_classes"][:, names.index("digit")]]
    green = arrays["latents_values"][:, names.index("digit hue")] == 120
    for split, agree in (("train", 0.85), ("test", 0.1)):
        own = arrays["splits"] == split
        check_share(np.count_nonzero((green == (shown >= 5))[own]), np.count_nonzero(own), agree)
    images = arrays["images"] if "images" in arrays.files else arrays["imgs"]
    red_levels, green_levels = (images[..., k].sum(axis=(1, 2), dtype=int) for k in (0, 1))
    np.testing.assert_array_equal(green_levels > red_levels, green)


def test_backgrounds_challenge(tmp_path):
    art = drawn("backgrounds_challenge", tmp_path / "art")
    run(art, tmp_path / "out", dataset__count=1600)
    families = defaultdict(dict)
    for row in rows_of(tmp_path / "out/data.csv"):
        families[row["family_id"]][row["view"]] = row
    assert len(families) == 200
    following = {"bird": "dog", "dog": "fish", "fish": "bird"}
    same_class = 0
    for views in families.values():
        shown = {view: (row["object"], row["background"]) for view, row in views.items()}
        thing, behind = shown.pop("original")
        assert behind[:-1] == thing
        assert shown.pop("only_fg") == (thing, "none")
        assert shown.pop("only_bg_t") == ("none", behind)
        assert shown.pop("only_bg_b") == shown.pop("no_fg") == (thing, behind)
        assert {one for one, _ in shown.values()} == {thing}
        assert behind not in {other for _, other in shown.values()}
        assert shown["mixed_same"][1][:-1] == thing
        assert shown["mixed_next"][1][:-1] == following[thing]
        same_class += shown["mixed_rand"][1][:-1] == thing
        places = {
            tuple(row[f"object {value}"] for value in ("x", "y", "flip", "scale", "rotate"))
            for view, row in views.items()
            if view != "only_bg_t"
        }
        assert len(places) == 1
    check_share(same_class, 200, 0.25)  # of eight other backgrounds, two are of the class
    for views in list(families.values())[:3]:
        check_pixels(tmp_path / "out", art, views)


def check_pixels(out, art, views):
    """Compare the sets that have no other background with the foreground alone."""
    pixels = {
        view: np.asarray(Image.open(out / f"images/{row['image']}.png"), int)
        for view, row in views.items()
    }
    back = np.asarray(Image.open(art / f"backgrounds/{views['original']['background']}.png"), int)
    np.testing.assert_array_equal(pixels["only_bg_t"], back)
    seen = pixels["only_fg"].any(axis=2)
    box = np.zeros_like(seen)
    box[tuple(slice(axis.min(), axis.max() + 1) for axis in np.nonzero(seen))] = True
    black = (pixels["only_bg_b"] == 0).all(axis=2)
    assert black[box].all()
    np.testing.assert_array_equal(pixels["only_bg_b"][~black], back[~black])
    larger = np.pad(box, 1)
    for axis in (0, 1):
        larger |= np.roll(larger, 1, axis) | np.roll(larger, -1, axis)
    assert not black[~larger[1:-1, 1:-1] & back.any(axis=2)].any()  # hardly more than the box
    silhouette = pixels["no_fg"]
    np.testing.assert_array_equal(silhouette[~box], back[~box])
    assert abs(silhouette + pixels["only_fg"] - pixels["original"]).max() <= 1  # rounded twice


def test_counting(tmp_path):
    art = drawn("counting", tmp_path / "art")
    run(art, tmp_path / "out", dataset__count=30)
    asked = list(script("questions").questions(tmp_path / "out"))
    dataset = imggen.Dataset(art, overrides={"dataset.count": 30}, objects=True)
    assert len(asked) == 30 * (1 + 4 + 3 + 12)
    seen = set()
    for question in asked:
        item = dataset[int(question["image"])]
        words = question["question"].removeprefix("How many ").removesuffix(" are there?").split()
        wanted = [word.removesuffix("s") for word in words if word not in ("things", "thing")]
        names = [dataset.classes["thing"][k] for k in item["objects"]["variants"]]
        found = [name for name in names if all(word in name.split() for word in wanted)]
        assert question["answer"] == len(found), question
        seen.add(question["answer"])
    assert {0, 1, 2, 3} <= seen


def test_corners(tmp_path):
    """Each is where turning and scaling its shape puts it, if that is on the canvas."""
    art = drawn("corners", tmp_path / "art")
    dataset = imggen.Dataset(art, overrides={"dataset.count": 40}, objects=True)
    given = {(row["variant"], row["name"]): row for row in rows_of(art / "corners.csv")}
    found = 0
    for item in dataset:
        objects = item["objects"]
        for k, corners in enumerate(objects["keypoints"]):
            shape = dataset.classes["shape"][objects["variants"][k]]
            size = floor(60 * objects["scale"][k] + 0.5)
            angle = radians(objects["rotate"][k])
            for number, (x, y, visible) in enumerate(corners):
                row = given.get((shape, f"c{number}"))
                if not visible:
                    assert (x, y) == (0, 0)
                    continue
                right, down = (float(row[axis]) / 60 * size - size / 2 for axis in "xy")
                middle = [
                    objects[corner][k] + objects[side][k] / 2
                    for corner, side in (("x", "width"), ("y", "height"))
                ]
                expected = (
                    middle[0] + right * cos(angle) + down * sin(angle),
                    middle[1] - right * sin(angle) + down * cos(angle),
                )
                assert (x, y) == pytest.approx(expected, abs=0.01)
                found += 1
            on_canvas = [name for one, name in given if one == shape]
            assert np.count_nonzero(corners[:, 2]) <= len(on_canvas)
    assert found > 150


def test_cut_paste(tmp_path):
    art = drawn("cut_paste", tmp_path / "art")
    dataset = imggen.Dataset(art, overrides={"dataset.count": 12}, objects=True)
    for first in range(0, 12, 3):
        one, *others = items = [dataset[first + k] for k in range(3)]
        blends = [set(item["objects"]["blend"].tolist()) for item in items]
        assert all(len(modes) == 1 for modes in blends)
        assert len(set.union(*blends)) == 3
        outside = np.ones(one["image"].shape[:2], bool)
        for left, top, right, bottom in one["objects"]["amodal_boxes"].astype(int):
            top, left = max(0, top - 12), max(0, left - 12)  # noqa: PLW2901  # soft edges
            outside[top : bottom + 12, left : right + 12] = False
        assert outside.any()
        for other in others:
            np.testing.assert_array_equal(other["objects"]["boxes"], one["objects"]["boxes"])
            np.testing.assert_array_equal(other["image"][outside], one["image"][outside])
            assert (other["image"] != one["image"]).any()


def test_crowd(tmp_path):
    art = drawn("crowd", tmp_path / "art")
    dataset = imggen.Dataset(art, overrides={"dataset.count": 20}, objects=True)
    scales = []
    for item in dataset:
        assert 20 <= len(item["shown"]["bird"]) <= 60
        objects = item["objects"]
        lowest = objects["y"] + objects["height"]
        assert (np.diff(lowest) >= 0).all()
        assert (objects["visible_fraction"] >= 0.1).all()
        scales += objects["scale"].tolist()
    scales = np.array(scales)
    assert 0.2 <= scales.min() < 0.21
    assert 0.59 < scales.max() <= 0.6 + 1e-9
    assert 0.42 < np.mean(scales < sqrt(0.2 * 0.6)) < 0.58  # nearly: the smallest hide more often


def test_dsprites(tmp_path):
    """Image i is the i-th combination, as nested loops count them."""
    dataset = imggen.Dataset(drawn("dsprites", tmp_path), objects=True)
    factors = 3, 6, 40, 32, 32
    assert len(dataset) == np.prod(factors) == 737_280
    shapes = ["ellipse", "heart", "square"]
    rng = np.random.default_rng(0)
    for image in [0, 1, 31, 32, 1023, 1024, len(dataset) - 1, *rng.integers(0, len(dataset), 300)]:
        rest, digits = int(image), []
        for count in reversed(factors):
            rest, digit = divmod(rest, count)
            digits.insert(0, digit)
        item = dataset[int(image)]
        objects = {name: values[0] for name, values in item["objects"].items()}
        assert item["shown"]["shape"] == shapes[digits[0]]
        assert objects["scale"] == pytest.approx(0.5 + 0.1 * digits[1])
        assert objects["rotate"] == 9 * digits[2]
        assert objects["x"] == floor(16 + digits[3] - objects["width"] / 2)
        assert objects["y"] == floor(16 + digits[4] - objects["height"] / 2)
