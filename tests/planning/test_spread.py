"""Sobol sequences and Latin hypercubes in whole plans: even, and as stable as random draws."""

import numpy as np
import pytest
from tests.art import random_pixels, save, write_toml

import imggen
from imggen.assets import load_assets
from imggen.config import load_config
from imggen.planning import Segments, make_plan
from imggen.planning.make import PlanMaker
from imggen.run.forecast.sample import Sampled

SIZE = (64, 64)
COUNT = 256


@pytest.fixture(scope="module")
def art(tmp_path_factory):
    folder = tmp_path_factory.mktemp("art")
    rng = np.random.default_rng(0)
    for name, size in {"skies/day": SIZE, "birds/owl": (8, 8), "birds/rook": (8, 8)}.items():
        save(folder / f"{name}.png", random_pixels(rng, *size, 3))
    return folder


def planned(art, tmp_path, sampling, *, count=COUNT, bird=None, sky=None, **tables):
    place = {"x": [0, 63], "y": [0, 63], "inside": False}
    vary = {"hue": {"range": [0, 255], "step": 1}, "scale": {"normal": [1, 0.2]}}
    layers = [
        {"name": "sky", "folder": str(art / "skies"), **(sky or {})},
        {
            "name": "bird",
            "folder": str(art / "birds"),
            "place": place,
            "vary": vary,
            **(bird or {}),
        },
    ]
    dataset = {"sampling": sampling, "count": count, **tables.pop("dataset", {})}
    config = load_config(write_toml(tmp_path, {"dataset": dataset, "layer": layers, **tables}), {})
    return make_plan(config, load_assets(config))


def values(plan, slot, field):
    return plan.look_table.values(plan.looks, slot, field)


def test_sobol_values_are_even(art, tmp_path):
    plan = planned(art, tmp_path, "sobol")
    assert sorted(values(plan, 1, "hue").tolist()) == list(range(256))
    for axis in (0, 1):
        assert np.bincount(plan.positions[:, 0, axis]).tolist() == [4] * 64
    cells = plan.positions[:, 0] // 4
    assert np.bincount(cells[:, 0] * 16 + cells[:, 1]).tolist() == [1] * 256
    lower = np.count_nonzero(values(plan, 1, "scale") < 0.995)
    assert abs(lower - COUNT * 0.49) <= 2


def test_latin_values_are_even(art, tmp_path):
    plan = planned(art, tmp_path, "latin")
    assert sorted(values(plan, 1, "hue").tolist()) == list(range(256))
    assert np.bincount(plan.positions[:, 0, 1]).tolist() == [4] * 64


@pytest.mark.parametrize("sampling", ["sobol", "latin"])
def test_the_camera_is_even_too(art, tmp_path, sampling):
    camera = {
        "blur": {"range": [0, 2.55], "step": 0.01},
        "contrast": {"range": [1, 1.15], "step": 0.01},
    }
    plan = planned(art, tmp_path, sampling, camera=camera)
    assert sorted(plan.cameras.rows[:, 0].tolist()) == list(range(256))
    assert np.bincount(plan.cameras.rows[:, 1]).tolist() == [16] * 16
    assert abs(np.corrcoef(plan.cameras.rows.T)[0, 1]) < 0.2


@pytest.mark.parametrize("sampling", ["sobol", "latin"])
def test_variants_are_random_as_ever(art, tmp_path, sampling):
    plain = planned(art, tmp_path, "random")
    assert (planned(art, tmp_path, sampling).traits == plain.traits).all()


def test_more_sobol_images_begin_with_the_fewer(art, tmp_path):
    few, many = (planned(art, tmp_path, "sobol", count=count) for count in (100, 180))
    assert (many.looks[:100] == few.looks).all()
    assert (many.positions[:100] == few.positions).all()
    other = planned(art, tmp_path, "latin", count=180)
    assert not (planned(art, tmp_path, "latin", count=100).looks == other.looks[:100]).all()


@pytest.mark.parametrize("sampling", ["sobol", "latin"])
def test_others_change_nothing(art, tmp_path, sampling):
    plain = planned(art, tmp_path, sampling)
    more = {
        "sky": {"vary": {"hue": [0, 9]}},
        "bird": {"vary": {"hue": {"range": [0, 255], "step": 1}, "flip": 0.5}},
    }
    other = planned(art, tmp_path, sampling, **more)
    assert (values(other, 1, "hue") == values(plain, 1, "hue")).all()
    assert (other.positions == plain.positions).all()
    assert len(np.unique(values(other, 0, "hue"))) == 10


def test_each_instance_has_a_sequence_of_its_own(art, tmp_path):
    two, three = (planned(art, tmp_path, "sobol", bird={"instances": number}) for number in (2, 3))
    hues = [values(three, slot, "hue") for slot in (1, 2, 3)]
    for slot, hue in enumerate(hues, 1):
        assert sorted(hue.tolist()) == list(range(256))
        if slot < 3:
            assert (values(two, slot, "hue") == hue).all()
    assert abs(np.corrcoef(hues)[np.triu_indices(3, 1)]).max() < 5 / 16


def test_splits_with_counts_have_even_parts(art, tmp_path):
    splits = [{"name": "train", "count": 128}, {"name": "test", "count": 64}]
    plan = planned(art, tmp_path, "sobol", dataset={"count": 192}, split=splits)
    for split, count in enumerate((128, 64)):
        parts = values(plan, 1, "hue")[plan.splits == split] * count // 256
        assert sorted(parts.tolist()) == list(range(count))


@pytest.mark.parametrize("sampling", ["sobol", "latin"])
def test_both_images_of_a_pair_are_one_point(art, tmp_path, sampling):
    plan = planned(art, tmp_path, sampling, dataset={"pair": "bird", "count": 512})
    hue = values(plan, 1, "hue")
    assert (hue[::2] == hue[1::2]).all()
    assert sorted(hue[::2].tolist()) == list(range(256))


@pytest.mark.parametrize("sampling", ["sobol", "latin", "grid"])
def test_a_dataset_has_the_same_images(art, tmp_path, sampling):
    dataset = {"count": 6}
    bird = {"vary": {"hue": {"values": [0, 60, 200]}, "flip": 0.5}, "place": {"x": 3, "y": 4}}
    plan = planned(art, tmp_path, sampling, bird=bird, dataset=dataset)
    images = imggen.Dataset(tmp_path, objects=True)
    assert len(images) == plan.count == 6
    for index in (5, 0, 3):
        [hue] = images[index]["objects"]["hue"].tolist()
        assert hue == values(plan, 1, "hue")[index]


@pytest.mark.parametrize("sampling", ["sobol", "latin", "grid"])
@pytest.mark.parametrize("split", [False, True])
def test_segments_have_what_the_whole_has(art, tmp_path, sampling, split):
    """Looks, positions, variants and splits of any range, drawn without the others."""
    halves = [{"name": "train", "share": 0.75}, {"name": "test", "share": 0.25}]
    correlate = {
        "layer": "bird", "vary": "hue", "follows": "bird", "agree": 0.9, "values": {"owl": 0},
    }  # fmt: skip
    bird = {
        "vary": {"hue": {"values": [0, 60, 200]}, "flip": 0.5},
        "vary_when": [{"when": {"bird": "owl"}, "opacity": 0.5}],
        "place": {"x": {"values": [1, 5, 9], "weights": [1, 2, 1]}, "y": 4},
    }
    tables = {"split": halves} if split else {}
    if sampling != "grid":
        tables["correlate"] = [correlate]
    whole = planned(art, tmp_path, sampling, bird=bird, dataset={"count": 30}, **tables)
    maker = PlanMaker.of(whole.config, whole.library)
    for start, stop in ((0, 7), (7, 30), (11, 12)):
        part = maker.plan(start, stop)
        for name in ("traits", "looks", "positions", "splits"):
            assert (getattr(part, name) == getattr(whole, name)[start:stop]).all(), name


def test_a_dry_run_counts_all_of_a_grid(art, tmp_path, monkeypatch):
    """In order, the first images show the first variants only."""
    monkeypatch.setattr("imggen.planning.segments.SEGMENT_IMAGES", 4)
    bird = {"vary": {"hue": {"values": [0, 60, 200]}}, "place": {"x": 3, "y": 4}}
    plan = planned(art, tmp_path, "grid", bird=bird, dataset={"count": 6})
    frequencies, _ = Sampled(Segments.of(plan.config, plan.library)).frequencies()
    assert {one.layer: one.planned.tolist() for one in frequencies} == {"sky": [6], "bird": [3, 3]}
