"""Frequencies of values: as declared for each case and split, and as the plan has them."""

import numpy as np
import pytest
from tests.art import random_pixels, save, write_toml

from imggen.assets import load_assets
from imggen.config import load_config
from imggen.planning import Segments
from imggen.run.forecast.sample import Sampled

HUES = {"hue": {"values": [0, 90], "weights": [3, 1]}}
CORRELATE = {
    "layer": "bird", "vary": "hue", "follows": "bird", "agree": 0.9, "values": {"owl": 90},
}  # fmt: skip


@pytest.fixture(scope="module")
def art(tmp_path_factory):
    folder = tmp_path_factory.mktemp("art")
    rng = np.random.default_rng(0)
    for name in ("birds/owl", "birds/rook"):
        save(folder / f"{name}.png", random_pixels(rng, 8, 8, 3))
    return folder


def found(art, tmp_path, bird, **tables):
    """The frequencies of values, by what declares them and by split: asked, planned, where."""
    layer = {"name": "bird", "folder": str(art / "birds"), **bird}
    tables = {"dataset": {"count": 4000}, "layer": [layer], **tables}
    config = load_config(write_toml(tmp_path, tables), {})
    frequencies, warnings = Sampled(Segments.of(config, load_assets(config))).frequencies()
    assert warnings == []
    return {
        (one.called, one.split): (one.asked.tolist(), one.planned, one.where)
        for one in frequencies
        if one.layer != "bird"
    }


def test_weights(art, tmp_path):
    tables = found(art, tmp_path, {"vary": {**HUES, "scale": [0.5, 1], "flip": 0.5}})
    [(called, (asked, planned, where))] = tables.items()
    assert (called, asked, where) == (("layer.bird.vary.hue", ""), [0.75, 0.25], "")
    assert planned.sum() == 4000
    assert abs(planned[1] - 1000) < 150


def test_each_case(art, tmp_path):
    when = [{"when": {"bird": "owl"}, "hue": 90}, {"when": {"bird": "*"}, "opacity": 0.5}]
    tables = found(art, tmp_path, {"vary": HUES, "vary_when": when})
    assert list(tables) == [("layer.bird.vary_when.1", ""), ("layer.bird.vary_when.2", "")]
    asked, planned, where = tables["layer.bird.vary_when.1", ""]
    assert (asked, where) == ([0, 1], 'bird is "owl"')
    assert planned[0] == 0
    asked, rooks, where = tables["layer.bird.vary_when.2", ""]  # of opacity
    assert (asked, where) == ([0, 1], 'bird is "owl" or "rook"')
    assert rooks.tolist() == [0, 4000 - planned[1]]


def test_each_split(art, tmp_path):
    own = {"name": "test", "share": 0.5, "correlate": [{**CORRELATE, "agree": 0.2}]}
    splits = [{"name": "train", "share": 0.5}, own]
    tables = found(art, tmp_path, {"vary": HUES}, split=splits, correlate=[CORRELATE])
    for called, agree in (
        (("correlate.1", "train"), 0.9),
        (("split.test.correlate.1", "test"), 0.2),
    ):
        asked, planned, where = tables[called]
        assert asked == pytest.approx([1 - agree, agree])
        assert where == 'bird is "owl"'
        assert abs(planned[1] / planned.sum() - agree) < 0.06
    assert {split for called, split in tables if called == "layer.bird.vary.hue"} == {
        "train", "test",
    }  # fmt: skip


def test_blends_have_names(art, tmp_path):
    blend = {"values": ["normal", "screen"], "weights": [1, 3]}
    layer = {"name": "bird", "folder": str(art / "birds"), "vary": {"blend": blend}}
    config = load_config(write_toml(tmp_path, {"layer": [layer]}), {})
    frequencies, _ = Sampled(Segments.of(config, load_assets(config))).frequencies()
    assert [(one.layer, one.variants) for one in frequencies[1:]] == [
        ("bird blend", ("normal", "screen"))
    ]
