"""Distributions of `place.x` and `y`: what is kept, and each refusal's sentence."""

import pytest
from tests.art import write_toml
from tests.config.test_place import load_place, problem

from imggen.config import load_config

GOOD = [
    "x = { range = [0, 90], step = 30 }, y = 5",
    'x = { range = ["10%", "90%"], step = "5%" }, y = [0, 9]',
    'x = { values = [0, "50%", 90], weights = [1, 2, 1] }, y = { values = [3] }',
    'x = { normal = ["50%", 20] }, y = { normal = [40, "5%"], range = [0, 80], step = 4 }',
]


@pytest.mark.parametrize("place", GOOD)
def test_good_places_mean_the_same_when_written(tmp_path, place):
    config = load_place(tmp_path, f"place = {{ {place} }}")
    again = load_config(write_toml(tmp_path / "again", config.resolved()), {})
    assert again.layer[2].place == config.layer[2].place


def test_a_range_is_written_as_a_list(tmp_path):
    config = load_place(tmp_path, "place = { x = [1, 9], y = 5 }")
    place = config.resolved()["layer"][2]["place"]
    assert (place["x"], place["y"]) == ([1, 9], [5, 5])


@pytest.mark.parametrize(
    ("place", "stated"),
    [("x = [0, 9]", False), ("x = 5", True), ("x = { values = [1, 2] }", True),
     ("x = { range = [0, 9], step = 3 }", True), ("x = { normal = [5, 2] }", False)],
)  # fmt: skip
def test_what_is_stated(tmp_path, place, stated):
    place = load_place(tmp_path, f"place = {{ {place}, y = 1 }}").layer[2].place
    assert place.x.is_stated == stated


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("x = {}", "x is an empty table; expected range or values in it."),
        ("x = { values = [] }", "x.values is an empty list; expected at least one value."),
        ("x = { values = [1, 1] }", "x.values holds 1 twice; expected each value once."),
        ("x = { values = [1, 2], weights = [1] }",
         "x has 2 values and 1 weights; expected a weight for each value."),
        ("x = { values = [1, 2], range = [1, 2] }",
         "x has both range and values; expected one of them."),
        ("x = { values = [1, 2], step = 1 }",
         "x.step is 1, but needs range; give range or remove step."),
        ("x = { range = [9, 1], step = 1 }",
         "x is [9, 1]; expected the lowest first. Write [1, 9]."),
        ("x = { range = [1, 9], step = 0 }", "x.step is 0; expected a step above 0."),
        ("x = { range = [1, 9], step = 0.5 }",
         ('x.step is 0.5; expected a whole number of px or a share of the canvas like "50%", '
          "above 0.")),
        ('x = { normal = [5, "0%"] }',
         'x.normal is [5, "0%"]; expected a standard deviation above 0.'),
        ("x = { log = [5, 9] }",
         "x.log is not a known key; expected one of range, step, values, weights, normal."),
    ],
)  # fmt: skip
def test_refused(tmp_path, place, expected):
    found = problem(tmp_path, f"place = {{ {place}, y = 1 }}")
    assert found == f"layer.bird.place.{expected}"
