"""The recipes are short, their documents show them, and their tables are what other code says."""

import csv
import importlib.util
import re
from collections import Counter, defaultdict
from math import floor, sqrt
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.run.runs import run

import imggen

FOLDER = Path(__file__).parents[1] / "docs/recipes"
PICTURES = FOLDER.parent / "pictures/recipes"
RECIPES = sorted(path.stem for path in FOLDER.glob("*.toml"))
KINDS = 9


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
    run(art, tmp_path / "out", dataset__count=5 * (KINDS + 1))
    families = defaultdict(list)
    for row in rows_of(tmp_path / "out/data.csv"):
        families[row["family_id"]].append(row)
    assert len(families) == 5
    kinds = sorted(path.stem for path in (art / "objects").iterdir())
    for rows in families.values():
        same = {key: {row[key] for row in rows} for key in rows[0] if key.startswith("object")}
        assert all(len(values) == 1 for values in same.values()), same
        assert [row["background"] for row in rows] == sorted([*kinds, "black"])
        original = [row for row in rows if row["background"] == row["object"]]
        assert len(original) == 1
    text, layer = (art / "imggen.toml").read_text(), 'folder = "objects"\n'
    assert layer in text
    (art / "imggen.toml").write_text(text.replace(layer, f"{layer}instances = 0\n"))
    alone = imggen.Dataset(art, overrides={"dataset.count": KINDS + 1})
    for item in alone:
        back = Image.open(art / f"backgrounds/{item['shown']['background']}.png").convert("RGB")
        np.testing.assert_array_equal(item["image"], np.asarray(back))


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
