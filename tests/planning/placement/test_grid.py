"""Grids: exactly the product of variants and values, each once, in order or evenly shuffled."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.art import random_pixels, save, write_toml
from tests.reference import chi_square

from imggen.assets import load_assets
from imggen.config import load_config
from imggen.containers.latents import classes, values
from imggen.errors import ConfigError, PlanError
from imggen.planning import make_plan
from imggen.planning.placement import grid as grids
from imggen.planning.placement.grid import ValueGrid, check_total

SIZE = (40, 30)


@pytest.fixture(scope="module")
def art(tmp_path_factory):
    folder = tmp_path_factory.mktemp("art")
    rng = np.random.default_rng(0)
    for name, size in {
        "skies/day": SIZE, "skies/night": SIZE, "birds/owl": (6, 4), "birds/rook": (5, 5),
        "hats/cap": (3, 3), "hats/fez": (4, 2),
    }.items():  # fmt: skip
        save(folder / f"{name}.png", random_pixels(rng, *size, 3))
    return folder


Y = {"range": [8, 20], "step": 6}
TURNS = {"range": [0, 360], "step": 90}
BIRD = {
    "place": {"anchor": "center", "x": {"values": [10, 20, 30]}, "y": Y},
    "vary": {"flip": 0.25, "scale": {"values": [0.5, 1]}, "rotate": TURNS},
}


def planned(art, tmp_path, *, bird=BIRD, hat=None, more=None, **dataset):
    layers = [{"name": "sky", "folder": str(art / "skies")}]
    layers += [{"name": "bird", "folder": str(art / "birds"), **bird}]
    layers += [{"name": "hat", "folder": str(art / "hats"), **hat}] if hat is not None else []
    tables = {"dataset": {"sampling": "grid", **dataset}, "layer": layers, **(more or {})}
    config = load_config(write_toml(tmp_path, tables), {})
    return make_plan(config, load_assets(config))


def shown(plan):
    """Whatever can differ, as tuples in the order of images."""
    return list(map(tuple, values(plan, slice(None)).tolist()))


def product():
    """All that BIRD has, as the latents list it; positions change fastest."""
    return [
        (sky, bird, x, y, flip, scale, rotate)
        for sky, bird, flip, scale, rotate, x, y in itertools.product(
            range(2), range(2), (0, 1), (0.5, 1), (0, 90, 180, 270), (10, 20, 30), (8, 14, 20)
        )
    ]


# --- which combinations ---------------------------------------------------------------------------


def test_the_product_in_order(art, tmp_path):
    plan = planned(art, tmp_path)
    assert shown(plan) == product()
    assert (plan.count, plan.distinct) == (576, 576)
    assert plan.distributions[0].count_combinations() == 4


def test_classes_are_places_among_the_values(art, tmp_path):
    found = classes(planned(art, tmp_path), slice(None))
    assert [len(np.unique(column)) for column in found.T] == [2, 2, 3, 3, 2, 2, 4]
    assert found.max(axis=0).tolist() == [1, 1, 2, 2, 1, 1, 3]
    assert len(np.unique(found, axis=0)) == 576


@pytest.mark.parametrize("count", [1, 100, 576])
def test_some_of_them_evenly_shuffled(art, tmp_path, count):
    """Fewer begin like more, and all of them are all."""
    found, whole = shown(planned(art, tmp_path, count=count)), product()
    assert len(set(found)) == count
    assert set(found) <= set(whole)
    assert found == shown(planned(art, tmp_path, count=576))[:count]
    if count > 1:
        assert found != whole[:count]


def test_a_part_has_each_value_about_as_often(art, tmp_path):
    found = np.array(shown(planned(art, tmp_path, count=288)))
    for column in found.T:
        _, counts = np.unique(column, return_counts=True)
        assert chi_square(counts, [288 / len(counts)] * len(counts))[1] > 0.01


def test_another_seed_shuffles_otherwise(art, tmp_path):
    assert shown(planned(art, tmp_path, count=9)) != shown(planned(art, tmp_path, count=9, seed=1))


def test_what_draws_nothing_comes_once(art, tmp_path):
    """A missing hat has no values, and one in a case has those of the case."""
    hat = {
        "probabilities": {"cap": 0.5, "fez": 0.25, "none": 0.25},
        "vary": {"hue": {"values": [0, 90, 180], "weights": [5, 1, 0]}},
        "vary_when": [{"when": {"hat": "fez"}, "hue": 7}, {"when": {"sky": "day"}, "hue": 0}],
        "place": {"x": 3, "y": 4},
    }
    found = shown(planned(art, tmp_path, bird={}, hat=hat))
    day = [("cap", 0), ("fez", 7), ("none", None)]
    night = [("cap", 0), ("cap", 90), ("fez", 7), ("none", None)]
    expected = []
    for sky, own in enumerate((day, night)):
        for bird in range(2):
            expected += [(sky, bird, ["cap", "fez", "none"].index(name), hue) for name, hue in own]
    assert [(*row[:3], None if np.isnan(row[5]) else row[5]) for row in found] == expected


def test_rules_leave_combinations_out(art, tmp_path):
    rule = {"when": {"sky": "day"}, "forbid": {"bird": "owl"}}
    found = shown(planned(art, tmp_path, more={"rule": [rule]}))
    assert found == [row for row in product() if row[:2] != (0, 0)]


def test_a_place_when_has_positions_of_its_own(art, tmp_path):
    special = {"when": {"sky": "night"}, "x": 5, "y": {"values": [5, 6]}}
    bird = {"place": BIRD["place"], "place_when": [special]}
    plan = planned(art, tmp_path, bird=bird)
    days = np.count_nonzero(plan.traits[:, 0] == 0)
    assert (days, plan.count) == (2 * 9, 2 * 9 + 2 * 2)
    assert plan.distinct == plan.count


def test_splits_share_them_out(art, tmp_path):
    halves = [{"name": "train", "share": 0.75}, {"name": "test", "share": 0.25}]
    for dataset in ({}, {"count": 400}, {"stratify": "bird"}):
        plan = planned(art, tmp_path, more={"split": halves}, **dataset)
        tests = np.count_nonzero(plan.splits)
        assert tests == plan.count // 4
        assert 0.2 < np.count_nonzero(plan.splits[: plan.count // 2]) / (plan.count / 2) < 0.3
    apart = planned(art, tmp_path, more={"split": halves}, disjoint="combinations")
    for row in np.unique(apart.traits, axis=0):
        assert len(np.unique(apart.splits[(apart.traits == row).all(axis=1)])) == 1


# --- by number ------------------------------------------------------------------------------------


@given(
    st.lists(st.lists(st.integers(1, 5), min_size=3, max_size=3), min_size=1, max_size=6),
    st.booleans(),
    st.data(),
)
def test_any_range_alone(sizes, shuffled, data):
    """Digit by digit as in `itertools.product`, of each combination of variants."""
    sizes = np.array(sizes)
    ends = np.cumsum(sizes.prod(axis=1))
    total = int(ends[-1])
    traits = np.arange(len(sizes), dtype=np.uint8)[:, None]
    grid = ValueGrid(1, traits, ("a.x", "a.y", "a.hue"), sizes, ends, total, shuffled)
    start = data.draw(st.integers(0, total))
    stop = data.draw(st.integers(start, total))
    digits = []
    for name, column in zip(grid.names, range(3), strict=True):
        words = grid.words(name, start, stop).tolist()
        rows = grid.shown(start, stop)[:, 0].tolist()
        digits.append([w * int(sizes[r, column]) >> 64 for w, r in zip(words, rows, strict=True)])
    found = list(zip(grid.shown(start, stop)[:, 0].tolist(), *digits, strict=True))
    whole = [
        (row, *digits)
        for row, own in enumerate(sizes.tolist())
        for digits in itertools.product(*map(range, own))
    ]
    assert found == [whole[number] for number in grid.numbers(start, stop)]
    assert sorted(grid.numbers(0, total)) == list(range(total))


def test_many_combinations_need_no_table():
    """Of 2**60, as fast as of few."""
    sizes = np.full((1, 10), 64)
    ends = sizes.prod(axis=1)
    assert check_total(sizes, 5) == 2**60
    grid = ValueGrid(
        0, np.zeros((1, 1), np.uint8), tuple("abcdefghij"), sizes, ends, 5, shuffled=True
    )
    found = {tuple((grid.words(name, 0, 5) >> np.uint64(58)).tolist()) for name in grid.names}
    assert len(found) == 10


# --- refused --------------------------------------------------------------------------------------


def test_more_images_than_combinations(art, tmp_path):
    with pytest.raises(PlanError) as caught:
        planned(art, tmp_path, count=577)
    assert str(caught.value) == (
        "dataset.count is 577, and there are 576 combinations of variants and values; expected at "
        "most that many. Leave it out to make each of them once."
    )


def test_too_many(art, tmp_path, monkeypatch):
    monkeypatch.setattr(grids, "MOST_IMAGES", 575)
    with pytest.raises(PlanError) as caught:
        planned(art, tmp_path)
    assert str(caught.value) == (
        'dataset.sampling is "grid", and there are 576 combinations of variants and values; '
        "expected at most 575. Give fewer values, or a count."
    )
    assert planned(art, tmp_path, count=575).count == 575
    with pytest.raises(PlanError) as caught:
        check_total(np.full((1, 7), 1000), 5)
    assert str(caught.value) == (
        'dataset.sampling is "grid", and there are about 1e+21 combinations of variants and '
        "values; expected at most 4,611,686,018,427,387,904. Give fewer values, or a count."
    )


@pytest.mark.parametrize(
    ("place", "where"),
    [
        ({"x": {"values": [1, 20]}, "y": 15}, "x = 1, y = 15"),
        ({"x": {"values": [20, 38]}, "y": 15}, "x = 38, y = 15"),
        ({"x": 20, "y": {"values": [1, 9]}}, "x = 20, y = 1"),
    ],
)
def test_positions_off_the_canvas(art, tmp_path, place, where):
    bird = {"place": {"anchor": "center", **place}}
    with pytest.raises(PlanError) as caught:
        planned(art, tmp_path, bird=bird)
    assert str(caught.value) == (
        'layer.bird.place: dataset.sampling is "grid", which puts "owl" (6x4 px) at every x and y, '
        f"and at {where} it is not inside the canvas of 40x30 px; change x and y, or set "
        "inside = false."
    )
    bird["place"]["inside"] = 0.3
    planned(art, tmp_path, bird=bird)


GRID = 'dataset.sampling is "grid", which makes each value once, and '
STEP = (
    "does not say which there are; give it a step, or values, like { range = [0, 30], step = 10 }."
)


@pytest.mark.parametrize(
    ("bird", "expected"),
    [
        ({"vary": {"scale": [0.5, 1]}}, f"layer.bird.vary.scale {STEP}"),
        ({"vary": {"scale": {"normal": [1, 0.1]}}}, f"layer.bird.vary.scale {STEP}"),
        ({"vary": {"scale": {"log": [0.5, 1]}}}, f"layer.bird.vary.scale {STEP}"),
        ({"vary_when": [{"when": {"sky": "day"}, "hue": [0, 9]}]},
         f"layer.bird.vary_when.1.hue {STEP}"),
        ({"place": {"x": [0, 9], "y": 1}}, f"layer.bird.place.x {STEP}"),
        ({"place": {"x": 0, "y": {"normal": [9, 2]}}}, f"layer.bird.place.y {STEP}"),
        ({"place_when": [{"when": {"sky": "day"}, "x": [0, 9], "y": 1}]},
         f"layer.bird.place_when.1.x {STEP}"),
        ({"place": {"x": 1, "y": 1, "avoid": "sky"}},
         "layer.bird.place.avoid leaves some positions out; remove it."),
        ({"instances": 2}, ("layer.bird has instances, of which there are too many combinations; "
                            'use "random", "sobol" or "latin".')),
    ],
)  # fmt: skip
def test_not_stated(art, tmp_path, bird, expected):
    with pytest.raises(ConfigError) as caught:
        planned(art, tmp_path, bird=bird)
    assert str(caught.value).split(": ", 1)[1] == GRID + expected


def test_contradictions(art, tmp_path):
    correlate = {
        "layer": "bird", "vary": "scale", "follows": "sky", "agree": 0.5, "values": {"day": 1},
    }  # fmt: skip
    with pytest.raises(ConfigError) as caught:
        planned(art, tmp_path, more={"correlate": [correlate]})
    assert str(caught.value).split(": ", 1)[1] == (
        f"{GRID}correlate.1 says how likely the values of bird scale are; remove it, or draw them."
    )
    views = [{"name": "all"}, {"name": "empty", "without": "bird"}]
    with pytest.raises(ConfigError) as caught:
        planned(art, tmp_path, more={"view": views})
    assert str(caught.value).split(": ", 1)[1] == (
        f"{GRID}[[view]] makes images of all of them again; remove the views."
    )
    with pytest.raises(ConfigError) as caught:
        planned(art, tmp_path, more={"camera": {"blur": [0, 1], "noise": 3}})
    assert str(caught.value).split(": ", 1)[1] == (
        f"{GRID}camera.blur has several, which are drawn for each image; give it one, or use "
        '"random", "sobol" or "latin".'
    )
    with pytest.raises(ConfigError) as caught:
        planned(art, tmp_path, family={"layer": "bird", "vary": "scale"})
    assert str(caught.value).split(": ", 1)[1] == (
        f"{GRID}dataset.family makes images of some values again; remove it."
    )
    with pytest.raises(ConfigError) as caught:
        planned(art, tmp_path, unique=True)
    assert str(caught.value).split(": ", 1)[1] == (
        'dataset.unique is true and dataset.sampling is "grid", which is about values and repeats '
        'combinations of variants; use "random", or remove unique.'
    )


def test_written_without_a_count(art, tmp_path):
    plan = planned(art, tmp_path)
    assert "count" not in plan.config.resolved()["dataset"]
    assert planned(art, tmp_path, count=9).config.resolved()["dataset"]["count"] == 9
