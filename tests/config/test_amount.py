"""Distributions of `vary`: their values, how likely each is, and each refusal's sentence."""

import math
from itertools import pairwise
from statistics import NormalDist

import pytest
from tests.config.test_vary import refusal, vary_of

from imggen.config.amount import MOST_LEVELS


def levels(tmp_path, field, text):
    return vary_of(tmp_path, f"{field} = {text}").distribution(field)


def by_hand(values, mean, deviation):
    """Chances of evenly spaced values, of which each stands for what is nearest to it."""
    normal, half = NormalDist(mean, deviation), (values[1] - values[0]) / 2
    masses = [normal.cdf(value + half) - normal.cdf(value - half) for value in values]
    return [mass / sum(masses) for mass in masses]


@pytest.mark.parametrize(
    ("field", "text", "values"),
    [
        ("rotate", "{ normal = [0, 10], step = 10 }", (-30, -20, -10, 0, 10, 20, 30)),
        ("rotate", "{ normal = [0, 10], step = 20 }", (-20, 0, 20)),
        ("rotate", "{ normal = [5, 10], range = [-10, 10], step = 5 }", (-10, -5, 0, 5, 10)),
        ("scale", "{ normal = [0.5, 1], step = 0.25 }",
         tuple(0.25 * k for k in range(1, 15))),  # from the limit of 0.01 to 3 deviations
        ("opacity", "{ normal = [1, 0.1], step = 0.1 }", (0.7, 0.8, 0.9, 1.0)),
    ],
)  # fmt: skip
def test_normal(tmp_path, field, text, values):
    found = levels(tmp_path, field, text)
    assert found.values == pytest.approx(values)
    mean, deviation = vary_of(tmp_path, f"{field} = {text}").model_dump()[field]["normal"]
    assert found.chances == pytest.approx(by_hand(values, mean, deviation))
    assert math.fsum(found.chances) == pytest.approx(1)


def test_a_normal_distribution_is_cut_off_at_three_deviations(tmp_path):
    found = levels(tmp_path, "scale", "{ normal = [1, 0.1] }")
    assert (found.values[0], found.values[-1], len(found.values)) == (0.7, 1.3, 61)
    wide = levels(tmp_path, "scale", "{ normal = [1, 10] }")
    assert (wide.values[0], wide.values[-1]) == (0.01, 16)
    assert max(wide.chances) < 1.15 * min(wide.chances) * math.exp(15**2 / 200)


def test_a_very_wide_normal_distribution_is_as_a_range(tmp_path):
    found = levels(tmp_path, "hue", "{ normal = [0, 1e6], range = [-10, 10] }")
    assert found.values == vary_of(tmp_path, "hue = [-10, 10]").levels("hue")
    assert found.chances == pytest.approx([1 / 21] * 21)


def test_far_tails_keep_their_digits(tmp_path):
    found = levels(tmp_path, "hue", "{ normal = [0, 1], range = [20, 22], step = 1 }")
    ratio = found.chances[1] / found.chances[0]
    assert ratio == pytest.approx(math.exp(-(20.5**2 - 19.5**2) / 2), rel=0.1)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("{ log = [0.25, 4], factor = 2 }", (0.25, 0.5, 1, 2, 4)),
        ("{ log = [0.25, 3], factor = 2 }", (0.25, 0.5, 1, 2)),
        ("{ log = [1, 1] }", (1,)),
    ],
)
def test_log(tmp_path, text, values):
    assert levels(tmp_path, "scale", text) == (pytest.approx(values), None)


def test_log_without_a_factor_has_both_ends_and_steps_of_one_percent(tmp_path):
    values = levels(tmp_path, "scale", "{ log = [0.25, 4] }").values
    assert (values[0], values[-1]) == (0.25, 4)
    ratios = [after / before for before, after in pairwise(values)]
    assert 1.009 < min(ratios) <= max(ratios) < 1.01 + 1e-6


def test_weights(tmp_path):
    text = "{ values = [0, 120, 240, 300], weights = [6, 0, 3, 1] }"
    found = levels(tmp_path, "hue", text)
    assert found == ((0, 240, 300), pytest.approx((0.6, 0.3, 0.1)))
    blend = '{ values = ["screen", "normal"], weights = [3, 1] }'
    assert levels(tmp_path, "blend", blend) == ((2.0, 0.0), (0.75, 0.25))
    flip = vary_of(tmp_path, "flip = 0.3").distribution("flip")
    assert flip == ((0, 1), pytest.approx((0.7, 0.3)))


def test_one_likely_value_is_not_drawn(tmp_path):
    text = "hue = { values = [0, 9], weights = [1, 0] }\nscale = { normal = [1, 0.1] }\n"
    text += "rotate = { log = [5, 5] }"
    assert vary_of(tmp_path, text).drawn == ("scale",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hue = { weights = [1, 2] }",
         "hue.weights is [1.0, 2.0], but needs values; give values or remove weights."),
        ("hue = { range = [0, 9], weights = [1] }",
         "hue.weights is [1.0], but needs values; give values or remove weights."),
        ("hue = { values = [1, 2], weights = [1] }",
         "hue has 2 values and 1 weights; expected a weight for each value."),
        ("hue = { values = [1, 2], weights = [0, 0] }",
         "hue.weights are all 0; expected at least one above 0."),
        ("hue = { values = [1, 2], weights = [1, -1] }",
         ("hue.weights is [1, -1]; expected a list of numbers from 0 to 1e15, one for each of "
          "values, like [3, 1, 1].")),
        ("blend = { values = ['hue'], weights = [1, 1] }",
         "blend has 1 values and 2 weights; expected a weight for each value."),
        ("scale = { normal = [1, 0] }",
         "scale.normal is [1, 0]; expected a standard deviation above 0, or a single number."),
        ("scale = { normal = [20, 1] }", "scale holds 20; expected 0.01 to 16."),
        ("scale = { normal = [1] }",
         "scale.normal is [1]; expected the mean and the standard deviation, like [1, 0.2]."),
        ("scale = { normal = [1, 0.1], range = [3, 2] }",
         "scale is [3, 2]; expected the lowest first. Write [2, 3]."),
        ("hue = { normal = [0, 1], range = [100, 110] }",
         ("hue.range is [100, 110], which a normal distribution with mean 0 and standard deviation "
          "1 never reaches; change one of them.")),
        ("scale = { normal = [1, 0.1], values = [1, 2] }",
         "scale has both values and normal; expected one of them."),
        ("scale = { log = [1, 2], range = [1, 2] }",
         "scale has both range and log; expected one of them."),
        ("scale = { log = [1, 2], step = 0.1 }",
         "scale.step is 0.1, but needs range; give range or remove step."),
        ("scale = { normal = [1, 0.1], factor = 2 }",
         "scale.factor is 2.0, but needs log; give log or remove factor."),
        ("hue = { log = [0, 10] }", "hue.log is [0, 10]; expected two numbers above 0."),
        ("scale = { log = [2, 1] }",
         "scale.log is [2, 1]; expected the lowest first. Write [1, 2]."),
        ("scale = { log = [1, 4], factor = 1 }", "scale.factor is 1; expected a number above 1."),
        ("scale = { log = [1, 4], factor = 5 }",
         ("scale.factor is 5, and the highest of [1, 4] is 4 times the lowest; expected a smaller "
          "factor, or a single number.")),
        ("scale = { log = [1, 4], factor = 1.00001 }",
         (f"scale.factor is 1.00001, which gives 138,631 values in [1, 4]; expected at most "
          f"{MOST_LEVELS:,}. Use a larger factor.")),
    ],
)  # fmt: skip
def test_refused(tmp_path, text, expected):
    assert refusal(tmp_path, text) == f"layer.hat.vary.{expected}"
