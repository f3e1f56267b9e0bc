"""Segments, and orders of positions, are those of the plan of all images at once."""

import itertools

import numpy as np
import pytest
from tests.art import blob, load, random_pixels, write_dataset
from tests.checks import check_sentence

from imggen.assets import load_assets
from imggen.errors import PlanError
from imggen.planning import Segments, make_plan, segments
from imggen.planning.order import IndexOrder, SceneOrder, SplitOrder
from imggen.planning.totals import Totals

COLUMNS = ("traits", "looks", "positions", "ranks", "splits")
ANYWHERE = {"x": ["0%", "100%"], "y": ["0%", "100%"]}
SHARES = [{"name": "train", "share": 0.7}, {"name": "test", "share": 0.3}]
COUNTS = [{"name": "train", "count": 42}, {"name": "test", "count": 18}]
CLEAR = {**ANYWHERE, "avoid": ["tree"]}

CONFIGS = {
    "random": {},
    "shares": {"split": SHARES},
    "counts": {"split": COUNTS, "dataset": {}},
    "combinations": {"split": SHARES, "dataset": {"disjoint": "combinations"}},
    "pair": {"dataset": {"pair": "tree"}, "split": SHARES},
    "family of values": {
        "dataset": {"family": {"layer": "bird", "vary": "rotate"}},
        "bird": {"vary": {"rotate": {"values": [0, 40, 90]}}, "place": ANYWHERE},
    },
    "quota": {"dataset": {"sampling": "quota"}},
    "quota and splits": {"dataset": {"sampling": "quota"}, "split": SHARES},
    "stratify": {"dataset": {"stratify": ["tree"]}, "split": SHARES},
    "unique": {"dataset": {"unique": True, "count": 6}},
    "instances": {"bird": {"instances": [0, 4], "place": ANYWHERE}},
    "instances of quota": {
        "dataset": {"sampling": "quota"},
        "bird": {"instances": [0, 4], "place": ANYWHERE},
    },
    "crowded": {"bird": {"instances": [3, 9], "place": {**CLEAR, "otherwise": "drop"}}},
    "looks": {"bird": {"vary": {"flip": 0.5, "rotate": [-40, 40]}, "place": CLEAR}},
    "depths": {"bird": {"instances": [0, 4], "place": ANYWHERE, "depth": "random"}},
    "sobol": {
        "dataset": {"sampling": "sobol"},
        "bird": {"vary": {"rotate": [-40, 40], "scale": [0.5, 1.5]}, "place": ANYWHERE},
    },
    "latin": {
        "dataset": {"sampling": "latin"},
        "bird": {"vary": {"rotate": [-40, 40], "scale": [0.5, 1.5]}, "place": ANYWHERE},
    },
    "grid": {
        "dataset": {"sampling": "grid", "count": 40},
        "tree": {"vary": {"flip": 0.5}},
        "bird": {"vary": {"rotate": {"values": [0, 40, 90]}}},
    },
    "unique quota": {"dataset": {"sampling": "quota", "unique": True, "count": 8}},
    "rules": {"rule": [{"when": {"tree": "fir"}, "forbid": {"bird": "red"}}]},
}


def write(folder, **tables):
    rng = np.random.default_rng(5)
    layers = {
        "sky": {name: random_pixels(rng, 60, 40, 3) for name in ("day", "night")},
        "tree": {"fir": blob(rng, 14, 31), "oak": blob(rng, 23, 26)},
        "bird": {name: blob(rng, 12 + k, 9 + 2 * k) for k, name in enumerate(("blue", "red"))},
    }
    dataset = {"count": 60, "seed": 3, **tables.pop("dataset", {})}
    if "count" in tables.get("split", [{}])[0]:
        del dataset["count"]
    settings = {"tree": {"place": ANYWHERE}, "bird": {"place": ANYWHERE}, **tables}
    return write_dataset(folder, layers, dataset=dataset, **settings)


def made(path, monkeypatch, size):
    """The segments of a dataset, each of `size` images, and the plan of all.

    Each segment is planned in several parts.
    """
    monkeypatch.setattr(segments, "SEGMENT_IMAGES", size)
    monkeypatch.setattr(segments, "PLANNED_AT_ONCE", 4)
    config = load(path)
    library = load_assets(config)
    return Segments.of(config, library), make_plan(config, library)


@pytest.fixture(scope="module", params=CONFIGS.values(), ids=CONFIGS)
def dataset(request, tmp_path_factory):
    return write(tmp_path_factory.mktemp("dataset"), **request.param)


@pytest.mark.parametrize("size", [7, 64])
def test_segments_are_parts_of_the_whole_plan(dataset, monkeypatch, size):
    found, whole = made(dataset, monkeypatch, size)
    assert found.count == whole.count
    for name in COLUMNS:
        joined = np.concatenate([getattr(plan, name) for plan in found])
        np.testing.assert_array_equal(joined, getattr(whole, name), name)
    assert [plan.start for plan in found] == list(range(0, whole.count, found.size))
    splits = np.bincount(whole.splits, minlength=max(1, len(found.config.split)))
    assert found.split_counts.sum(axis=0).tolist() == splits.tolist()


def test_parts_and_families_are_those_of_the_whole_plan(dataset, monkeypatch):
    found, whole = made(dataset, monkeypatch, 7)
    for start, stop in ((0, whole.count), (3, 5), (5, min(29, whole.count))):
        part = found.part(start, stop)
        for name in COLUMNS:
            np.testing.assert_array_equal(getattr(part, name), getattr(whole, name)[start:stop])
    plan = found.alike(5)
    rows = slice(plan.start, plan.stop)
    assert plan.start <= 5 < plan.stop
    np.testing.assert_array_equal(plan.traits, whole.traits[rows])


def test_totals_are_those_of_the_whole_plan(dataset, monkeypatch):
    found, whole = made(dataset, monkeypatch, 7)
    totals = Totals()
    for plan in found:
        totals.add(plan)
    assert totals.images == whole.count
    assert totals.distinct == whole.distinct
    assert dict(totals.crowded) == whole.crowded
    assert dict(totals.dropped) == whole.dropped


def test_many_distinct_scenes_are_estimated(tmp_path, monkeypatch):
    found, whole = made(write(tmp_path, dataset={"count": 2000}), monkeypatch, 100)
    monkeypatch.setattr("imggen.planning.totals.MOST_DIGESTS", 400)
    totals = Totals()
    for plan in found:
        totals.add(plan)
    assert totals.distinct == pytest.approx(whole.distinct, rel=0.2)  # 4 standard errors


def test_a_large_family_is_never_cut(tmp_path, monkeypatch):
    found, _ = made(write(tmp_path, dataset={"pair": "tree"}), monkeypatch, 7)
    assert found.size == 6


# --- orders ---------------------------------------------------------------------------------------


def test_the_order_of_splits_is_split_by_split(dataset, monkeypatch):
    found, whole = made(dataset, monkeypatch, 7)
    expected = np.argsort(whole.splits, kind="stable")
    check_order(SplitOrder(found), expected, whole)


def test_the_order_of_scenes_is_sorted_within_segments(dataset, monkeypatch):
    found, whole = made(dataset, monkeypatch, 7)
    expected = np.concatenate([plan.start + plan.order.astype(int) for plan in found])
    check_order(SceneOrder(found), expected, whole)


def test_the_order_of_indices_is_cut_at_segments(dataset, monkeypatch):
    found, whole = made(dataset, monkeypatch, 7)
    check_order(IndexOrder(found), np.arange(whole.count), whole)
    assert list(IndexOrder(found).cuts(0, 15)) == list(SceneOrder(found).cuts(0, 15))


def test_one_segment_is_in_the_order_of_the_whole_plan(dataset, monkeypatch):
    found, whole = made(dataset, monkeypatch, 1000)
    np.testing.assert_array_equal(SceneOrder(found).images(0, whole.count), whole.order)


def check_order(order, expected, whole):
    """Chunks, images and spans of `order` are those of the images `expected`."""
    cuts = sorted({0, 1, 9, 30, whole.count} & set(range(whole.count + 1)))
    for start, stop in itertools.pairwise(cuts):
        images = expected[start:stop]
        np.testing.assert_array_equal(order.images(start, stop), images)
        np.testing.assert_array_equal(order.splits_of(start, stop), whole.splits[images])
        chunk = order.chunk(start, stop)
        assert (chunk.start, chunk.stop) == (start, stop)
        np.testing.assert_array_equal(chunk.images, images)
        np.testing.assert_array_equal(chunk.traits, whole.traits[images])
        for scene, first in zip(chunk.scenes, chunk.first.tolist(), strict=False):
            [same] = whole.scenes(images[first : first + 1])
            np.testing.assert_array_equal(scene.items, same.items)
        for cut in order.cuts(start, stop):
            assert start <= cut[0] < cut[1] <= stop
    places = np.empty(whole.count, int)
    for number in range(len(order.segments)):
        for span in order.spans_of(number):
            rows = span.rows + number * order.segments.size
            places[rows] = span.start + np.arange(len(rows))
    np.testing.assert_array_equal(expected[places], np.arange(whole.count))


# --- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize("at_once", [2**23, 10])
def test_a_scene_in_two_splits_is_refused_as_in_one_segment(tmp_path, monkeypatch, at_once):
    monkeypatch.setattr(segments, "CHECKED_AT_ONCE", at_once)
    path = write(tmp_path, tree={}, bird={}, split=SHARES, dataset={"disjoint": "scenes"})
    sentences = []
    for size in (1000, 7):
        with pytest.raises(PlanError) as error:
            made(path, monkeypatch, size)
        sentences.append(str(error.value))
    assert sentences[0] == sentences[1]
    check_sentence(sentences[0], 'dataset.disjoint is "scenes"')


def test_what_must_be_drawn_together_has_to_fit_in_memory(tmp_path):
    config = load(write(tmp_path, dataset={"sampling": "quota", "count": 1_000_000}))
    with pytest.raises(PlanError) as error:
        Segments.of(config, load_assets(config), 10**6)
    assert str(error.value) == (
        'dataset.sampling = "quota" draws all 1,000,000 images together, which takes about 67 MB '
        "of memory; expected at most 1 MB. Lower the count, give a larger --memory, or make "
        "several datasets, each with its own seed."
    )


def test_ten_billion_images_need_no_plan_of_all(tmp_path):
    config = load(write(tmp_path, dataset={"count": 10**10}))
    found = Segments.of(config, load_assets(config))
    assert SceneOrder(found).chunk(10**10 - 3, 10**10).images.min() > 2**33
    assert SplitOrder(found).images(10**10 - 3, 10**10).tolist() == [
        10**10 - 3, 10**10 - 2, 10**10 - 1
    ]  # fmt: skip


def test_splits_of_ten_billion_images_by_counts_follow_one_another(tmp_path):
    splits = [{"name": "train", "count": 9 * 10**9}, {"name": "test", "count": 10**9}]
    config = load(write(tmp_path, split=splits))
    found = Segments.of(config, load_assets(config))
    assert found.split_counts.sum(axis=0).tolist() == [9 * 10**9, 10**9]
    order = SplitOrder(found)
    assert order.images(9 * 10**9 - 1, 9 * 10**9 + 1).tolist() == [9 * 10**9 - 1, 9 * 10**9]
    assert order.splits_of(9 * 10**9 - 1, 9 * 10**9 + 1).tolist() == [0, 1]


@pytest.mark.parametrize("size", [7, 64])
def test_images_are_taken_in_any_order(dataset, monkeypatch, size):
    found, whole = made(dataset, monkeypatch, size)
    monkeypatch.setattr(segments, "ACCESS_BYTES", 1)
    monkeypatch.setattr(segments, "ACCESS_IMAGES", 2)
    small = found.for_access()
    images = np.random.default_rng(size).integers(0, found.count, 40)
    for rows in (images, images[:1], images[:0]):
        for name in COLUMNS:
            expected = getattr(whole, name)[rows]
            for one in (found, small):
                np.testing.assert_array_equal(getattr(one.take(rows), name), expected, name)
    assert len(small._kept) == segments.LEAST_KEPT
    for split in range(max(1, len(found.config.split))):
        expected = np.flatnonzero(whole.splits == split)
        np.testing.assert_array_equal(found.images_of(split), expected)
