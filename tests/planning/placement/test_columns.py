"""Looks by distribution and by case: as often as asked, and tied to what is shown."""

from dataclasses import replace

import numpy as np
import pytest
from tests.art import write_toml
from tests.planning.layers import variants
from tests.reference import chi_square

from imggen.config import load_config
from imggen.config.vary import Vary
from imggen.errors import PlanError
from imggen.planning.draws import RandomDraws
from imggen.planning.placement.columns import make_columns
from imggen.planning.placement.looks import LookTable, draw_looks
from imggen.planning.placement.varied import columns_of
from imggen.planning.slots import Slots

COUNT = 60_000
LIKELY = 1e-4  # p-values below this are no chance
GROUPS = [variants("digit", [(9, 9)] * 3), variants("sky", [(9, 9), (8, 8), None])]


def drawn(tmp_path, digit=None, *, groups=GROUPS, count=COUNT, splits=None, sky=None, **tables):
    """The values of each drawn field by slot, and the traits, of random scenes."""
    layers = [{"name": "digit", "folder": "x", **(digit or {})}]
    layers += [{"name": "sky", "folder": "x", **(sky or {})}]
    config = load_config(write_toml(tmp_path, {"layer": layers, **tables}), {})
    slots = Slots.of(groups)
    columns = columns_of(config, slots)
    rng = np.random.default_rng(0)
    traits = np.stack([rng.integers(0, len(g.names), count) for g in groups], axis=1)
    looks = draw_looks(RandomDraws(3), columns, groups, traits.astype(np.uint8), splits)
    by_name = {layer.name: layer.variation for layer in config.layer}
    table = LookTable.of([by_name[group.layer] for group in groups])
    return {drawn: table.values(looks, *drawn) for drawn in table.levels}, traits


def agrees(values, chances):
    """Whether `values` come as often as `chances`, by value, say."""
    counts = [np.count_nonzero(np.isclose(values, value)) for value in chances]
    assert sum(counts) == len(values)
    return chi_square(counts, len(values) * np.array(list(chances.values())))[1] > LIKELY


def rank_correlation(one, other):
    """Spearman's: the correlation of mean ranks."""

    def ranks(values):
        _, row, counts = np.unique(values, return_inverse=True, return_counts=True)
        return (np.cumsum(counts) - (counts - 1) / 2)[row]

    return np.corrcoef(ranks(one), ranks(other))[0, 1]


# --- distributions --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "amount"),
    [
        ("scale", {"normal": [1, 0.2], "step": 0.1}),
        ("hue", {"values": [0, 90, 200], "weights": [5, 1, 4]}),
        ("scale", {"log": [0.25, 4], "factor": 2}),
        ("blend", {"values": ["screen", "hue", "normal"], "weights": [1, 2, 3]}),
        ("rotate", {"normal": [0, 200], "step": 90}),  # -360 to 360: four angles
    ],
)
def test_levels_come_as_often_as_their_chances(field, amount):
    vary = Vary.model_validate({field: amount})
    groups = [variants("a", [(9, 9)])]
    looks = draw_looks(RandomDraws(0), make_columns([vary]), groups, np.zeros((COUNT, 1), np.uint8))
    values, chances = vary.distribution(field)
    asked = {}
    for value, chance in zip(values, chances or [1 / len(values)] * len(values), strict=True):
        same = value % 360 if field == "rotate" else value
        asked[same] = asked.get(same, 0) + chance
    found = LookTable.of([vary]).values(looks, 0, field)
    assert agrees(found % 360 if field == "rotate" else found, asked)


# --- by what is shown -----------------------------------------------------------------------------


def test_each_variant_has_its_own_values(tmp_path):
    digit = {
        "vary": {"hue": {"values": [0, 120]}, "scale": [0.9, 1.1], "flip": 0.5},
        "vary_when": [
            {"when": {"digit": "a", "sky": "*"}, "hue": {"values": [0, 240], "weights": [9, 1]}},
            {"when": {"sky": ["b", "none"]}, "hue": 7, "flip": 0.9},
        ],
    }
    found, traits = drawn(tmp_path, digit)
    hue, flip, scale = (found[0, field] for field in ("hue", "flip", "scale"))
    first = traits[:, 0] == 0
    second = ~first & (traits[:, 1] > 0)
    assert agrees(hue[first], {0: 0.9, 240: 0.1})
    assert (hue[second] == 7).all()
    assert agrees(hue[~first & ~second], {0: 0.5, 120: 0.5})
    assert agrees(flip[second], {0: 0.1, 1: 0.9})
    assert agrees(flip[~second], {0: 0.5, 1: 0.5})
    assert abs(rank_correlation(scale, traits[:, 0])) < 4 / COUNT**0.5
    plain, _ = drawn(tmp_path, {"vary": digit["vary"]})
    assert (plain[0, "scale"] == scale).all()
    others = ~first & ~second
    assert (plain[0, "hue"][others] == hue[others]).all()


def test_a_later_layer_and_a_layer_without_vary(tmp_path):
    when = {"when": {"sky": "a"}, "hue": {"values": [0, 90]}}
    found, traits = drawn(tmp_path, {"vary_when": [when]})
    assert list(found) == [(0, "hue")]
    assert agrees(found[0, "hue"][traits[:, 1] == 0], {0: 0.5, 90: 0.5})
    assert not found[0, "hue"][traits[:, 1] > 0].any()


def test_each_instance_varies_by_what_it_shows_itself(tmp_path):
    digits = variants("digit", [(9, 9), (9, 9), None])
    groups = [replace(digits, instance=0), replace(digits, instance=1), GROUPS[1]]
    digit = {"instances": 2, "vary_when": [{"when": {"digit": "b"}, "hue": 90}]}
    found, traits = drawn(tmp_path, digit, groups=groups, count=1000)
    for slot in (0, 1):
        assert ((found[slot, "hue"] == 90) == (traits[:, slot] == 1)).all()


# --- correlations ---------------------------------------------------------------------------------


COLOURED = {
    "layer": "digit", "vary": "hue", "follows": "digit", "agree": 0.9,
    "values": {"a": 0, "b": 120, "*": {"values": [240]}},
}  # fmt: skip
HUES = {"vary": {"hue": {"values": [0, 120, 240]}}}


def test_coloured_digits_agree_in_train_and_not_in_test(tmp_path):
    splits = [
        {"name": "train", "share": 0.8},
        {"name": "test", "share": 0.2, "correlate": [{**COLOURED, "agree": 0.1}]},
    ]
    places = (np.arange(COUNT) % 5 == 0).astype(np.uint8)
    tables = {"correlate": [COLOURED], "split": splits}
    found, traits = drawn(tmp_path, HUES, splits=places, **tables)
    hue = found[0, "hue"]
    for split, agree in enumerate([0.9, 0.1]):
        for variant, own in enumerate([0, 120, 240]):
            rest = {value: (1 - agree) / 2 for value in (0, 120, 240) if value != own}
            images = (places == split) & (traits[:, 0] == variant)
            assert agrees(hue[images], {own: agree, **rest})
    trained = rank_correlation(hue[places == 0], traits[places == 0, 0])
    tested = rank_correlation(hue[places == 1], traits[places == 1, 0])
    assert trained > 0.8 - 0.05  # of a perfect agreement, 1
    assert tested < -0.3


def test_a_variation_of_another_field_changes_nothing(tmp_path):
    when = {"vary_when": [{"when": {"digit": "b"}, "rotate": 9}]}
    found, _ = drawn(tmp_path, {**HUES, **when}, correlate=[COLOURED])
    plain, _ = drawn(tmp_path, HUES, correlate=[COLOURED])
    assert (found[0, "hue"] == plain[0, "hue"]).all()


def test_a_range_of_a_continuous_value_agrees(tmp_path):
    correlate = {
        "layer": "digit", "vary": "scale", "follows": "sky", "agree": 0.75,
        "values": {"a": [0.5, 0.99], "b": [1.01, 1.5]},
    }  # fmt: skip
    digit = {"vary": {"scale": {"normal": [1, 0.2], "range": [0.5, 1.5]}}}
    found, traits = drawn(tmp_path, digit, correlate=[correlate])
    scale = found[0, "scale"]
    small, large = scale < 0.995, scale > 1.005
    assert agrees(small[traits[:, 1] == 0], {0: 0.25, 1: 0.75})
    assert agrees(large[traits[:, 1] == 1], {0: 0.25, 1: 0.75})
    assert rank_correlation(scale[traits[:, 1] < 2], traits[traits[:, 1] < 2, 1]) > 0.3
    plain, _ = drawn(tmp_path, digit)
    assert (plain[0, "scale"][traits[:, 1] == 2] == scale[traits[:, 1] == 2]).all()


def test_a_variation_that_is_never_used(tmp_path):
    cases = [
        {"when": {"sky": ["a", "none"]}, "hue": 3},
        {"when": {"digit": "a", "sky": "b"}, "hue": 4},
        {"when": {"sky": "a", "digit": "b"}, "hue": 5},
    ]
    with pytest.raises(PlanError) as caught:
        drawn(tmp_path, {"vary_when": cases}, count=1)
    assert str(caught.value) == (
        "layer.digit.vary_when.3 is never used, because earlier ones match all that it matches; "
        "remove it, or put it before them."
    )
    drawn(tmp_path, {"vary_when": cases[::-1]}, count=1)


def test_unknown_variants(tmp_path):
    with pytest.raises(PlanError) as caught:
        drawn(tmp_path, {"vary_when": [{"when": {"sky": "x"}, "hue": 3}]}, count=1)
    assert str(caught.value) == (
        'layer.digit.vary_when.1.when.sky names "x", which is no variant of sky; '
        "expected the name of one of its files."
    )
    wrong = {**COLOURED, "values": {"x": 0}}
    with pytest.raises(PlanError) as caught:
        drawn(tmp_path, HUES, correlate=[wrong], count=1)
    assert str(caught.value) == (
        'correlate.1.values names "x", which is no variant of digit; '
        "expected the name of one of its files."
    )
