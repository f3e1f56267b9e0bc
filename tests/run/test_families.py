"""Whole runs of families: their images differ where they should, and nowhere else."""

import numpy as np
import pytest
from PIL import Image
from tests.art import SMALL_SIZE, blob, load, random_pixels, write_dataset
from tests.checks import check_same_files
from tests.run.runs import run
from tests.run.test_splits import pixels_of, rows_of

import imggen
from imggen.assets import load_assets
from imggen.planning import make_plan

SCENES = 12


def art_of(folder, dataset, vary=None, thing=None, **tables):
    """Art of a sky, a thing at random places and a mist in front of it."""
    rng = np.random.default_rng(1)
    width, height = SMALL_SIZE
    at_random = {"anchor": "bottom", "x": [0, width], "y": [20, height]}
    write_dataset(
        folder,
        {
            "sky": {name: random_pixels(rng, width, height, 3) for name in "ab"},
            "thing": {f"t{k}": blob(rng, 15 + 7 * k, 30 - 3 * k) for k in range(4)},
            "mist": {f"m{k}": blob(rng, 30, 20 + k) for k in range(2)},
        },
        thing={"place": at_random, "vary": vary or {}, **(thing or {})},
        mist={"place": {**at_random, "inside": False}},
        dataset={"seed": 2, **dataset},
        **tables,
    )
    return folder


def boxes_of(folder, slot=1):
    """The box of what each image draws in a slot: (images, 4): x, y, width, height."""
    config = load(folder / "imggen.toml")
    plan = make_plan(config, load_assets(config))
    sizes, corners = plan.boxes(plan.traits, plan.looks, plan.positions)
    return np.hstack([corners[:, slot], sizes[:, slot]])


def check_families(out, rows, size, boxes, kept):
    """Check that images of a family differ only within the boxes of all their things."""
    changed = 0
    for start in range(0, len(rows), size):
        family = rows[start : start + size]
        assert [row["family_id"] for row in family] == [str(start // size)] * size
        assert [row["member"] for row in family] == [str(k) for k in range(size)]
        pixels = [pixels_of(out, row) for row in family]
        allowed = np.zeros(pixels[0].shape[:2], bool)
        for x, y, w, h in boxes[start : start + size].tolist():
            allowed[max(y, 0) : max(y + h, 0), max(x, 0) : max(x + w, 0)] = True
        for row, image in zip(family[1:], pixels[1:], strict=True):
            assert [row[name] for name in kept] == [family[0][name] for name in kept]
            differ = (image != pixels[0]).any(axis=2)
            assert not (differ & ~allowed).any()
            changed += differ.any()
    return changed


KEPT = ("split", "sky", "mist", "mist x", "mist y")


@pytest.mark.parametrize("asked", [3, "all"])
def test_variants(tmp_path, asked):
    size = 4 if asked == "all" else asked
    split = [{"name": "train", "share": 0.5}, {"name": "test", "share": 0.5}]
    dataset = {"count": SCENES * size, "family": {"layer": "thing", "size": asked}}
    art = art_of(tmp_path / "art", dataset, split=split)
    out = tmp_path / "out"
    run(art, out, workers=2, chunk_size=7)
    rows = rows_of(out)
    assert check_families(out, rows, size, boxes_of(art), KEPT) > SCENES
    for start in range(0, len(rows), size):
        shown = [row["thing"] for row in rows[start : start + size]]
        assert len(set(shown)) == size
        assert asked != "all" or shown == ["t0", "t1", "t2", "t3"]
    run(art, tmp_path / "again", workers=1, chunk_size=5)
    check_same_files(tmp_path / "again", out)


def test_an_anchor_stays_for_all_members(tmp_path):
    """Also where the first shows none: the second draws a place, and the third keeps it."""
    thing = {"weights": {"none": 3, "t0": 1, "t1": 1, "t2": 1, "t3": 1}}
    thing["place"] = {"anchor": "bottom", "x": [20, 70], "y": [40, 60], "inside": False}
    dataset = {"count": 3 * 60, "family": {"layer": "thing", "size": 3}}
    art = art_of(tmp_path / "art", dataset, thing=thing)
    boxes = boxes_of(art).reshape(-1, 3, 4)
    anchors = boxes[..., :2] + (boxes[..., 2:] + (1, 0)) // (2, 1)
    empty = boxes[..., 2] == 0
    assert empty[:, 0].sum() > 5
    for family, nothing in zip(anchors, empty, strict=True):
        assert len(np.unique(family[~nothing], axis=0)) == 1


@pytest.mark.parametrize(
    ("field", "values", "written"),
    [
        ("blend", ["normal", "multiply", "screen"], ["normal", "multiply", "screen"]),
        ("scale", [0.5, 1, 1.5], ["0.5", "1.0", "1.5"]),
        ("hue", [0, 120, 240, 360], ["0.0", "120.0", "240.0"]),
    ],
)
def test_values(tmp_path, field, values, written):
    dataset = {"count": SCENES * 3, "family": {"layer": "thing", "vary": field}}
    vary = {field: {"values": values}, "brightness": [0.8, 1.2]}
    art = art_of(tmp_path / "art", dataset, vary=vary)
    out = tmp_path / "out"
    run(art, out)
    rows = rows_of(out)
    kept = [name for name in (*KEPT, "thing", "thing brightness") if name != "split"]
    assert check_families(out, rows, 3, boxes_of(art), kept) > SCENES
    for start in range(0, len(rows), 3):
        assert [row[f"thing {field}"] for row in rows[start : start + 3]] == written


def test_values_of_instances_with_exact_counts(tmp_path):
    """All instances have the value of their image; counts are of scenes."""
    dataset = {
        "count": 40, "sampling": "quota", "family": {"layer": "thing", "vary": "flip"},
    }  # fmt: skip
    thing = {"instances": [1, 2]}
    art = art_of(tmp_path / "art", dataset, vary={"flip": 0.3}, thing=thing)
    items = list(imggen.Dataset(art / "imggen.toml", objects=True))
    for k, item in enumerate(items):
        shown = item["objects"]["layers"] == 1
        assert set(item["objects"]["flip"][shown].tolist()) <= {k % 2}
    for one, other in zip(items[::2], items[1::2], strict=True):
        assert one["shown"] == other["shown"]
    numbers = [len(item["shown"]["thing"]) for item in items]
    assert numbers.count(1) == numbers.count(2) == 20


def test_a_longer_run_begins_with_a_shorter_one(tmp_path):
    dataset = {"count": SCENES * 3, "family": {"layer": "thing", "size": 3}}
    long = imggen.Dataset(art_of(tmp_path, dataset) / "imggen.toml")
    short = imggen.Dataset(tmp_path / "imggen.toml", overrides={"dataset.count": 6})
    for one, other in zip(short, long, strict=False):
        np.testing.assert_array_equal(one["image"], other["image"])


VIEWS = [
    {"name": "original"},
    {"name": "only_thing", "without": "sky"},
    {"name": "bare", "without": ["thing", "mist"]},
    {"name": "mixed", "another": "sky"},
]


def test_views(tmp_path):
    """Each view is its scene but for what it says: pixel for pixel, in folders of their own."""
    dataset = {"count": SCENES * 4, "image_name": "{view}/{index}"}
    art = art_of(tmp_path / "art", dataset, vary={"brightness": [0.5, 1]}, view=VIEWS)
    out = tmp_path / "out"
    run(art, out, workers=2, chunk_size=5)
    rows, boxes, mist = rows_of(out), boxes_of(art), boxes_of(art, slot=2)
    skies = {name: np.asarray(Image.open(art / "skys" / f"{name}.png")) for name in "ab"}
    for start in range(0, len(rows), 4):
        family = rows[start : start + 4]
        assert [row["view"] for row in family] == [view["name"] for view in VIEWS]
        assert {row["family_id"] for row in family} == {str(start // 4)}
        original, only, bare, mixed = (pixels_of(out, row) for row in family)
        drawn = np.zeros(original.shape[:2], bool)
        for x, y, w, h in [boxes[start], mist[start]]:
            drawn[max(y, 0) : max(y + h, 0), max(x, 0) : max(x + w, 0)] = True
        assert (only[~drawn] == 0).all()
        np.testing.assert_array_equal(bare, skies[family[0]["sky"]])
        assert family[3]["sky"] != family[0]["sky"]
        np.testing.assert_array_equal(mixed[~drawn], skies[family[3]["sky"]][~drawn])
        assert [family[k]["sky"] for k in (1, 2)] == ["none", family[0]["sky"]]
        assert [family[2][name] for name in ("thing", "mist", "thing x")] == ["none", "none", ""]
        assert [family[1][name] for name in ("thing", "mist", "thing x", "thing brightness")] == [
            family[0][name] for name in ("thing", "mist", "thing x", "thing brightness")
        ]
        assert (out / "images" / "only_thing" / f"{start + 1}.png").exists()
    run(art, tmp_path / "again", workers=1, chunk_size=48)
    check_same_files(tmp_path / "again", out)


def test_items_say_their_view(tmp_path):
    art = art_of(tmp_path, {"count": 8}, view=VIEWS)
    dataset = imggen.Dataset(art / "imggen.toml")
    names = [view["name"] for view in VIEWS]
    assert [item["view"] for item in dataset] == 2 * names
    assert dataset.batch([1, 6])["view"] == ["only_thing", "bare"]
    assert dataset[1]["shown"]["sky"] == "none"
