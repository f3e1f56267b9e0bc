"""`[layer.vary]`: the ways to write a value, the values it gives, and each refusal's sentence."""

from itertools import pairwise

import pytest
from tests.art import write_toml
from tests.test_config import load_toml, problem

from imggen.config import load_config
from imggen.config.plain import BLENDS, FIELDS, NEUTRAL, VARIED
from imggen.config.vary import LIMITS, STEPS, Vary

HEAD = """
[[layer]]
name = "background"
folder = "backgrounds"

[[layer]]
name = "hat"
folder = "hats"
"""


def vary_of(tmp_path, text):
    return load_toml(tmp_path, f"{HEAD}[layer.vary]\n{text}").layer[1].vary


def refusal(tmp_path, text, more=""):
    return problem(tmp_path, f"{more}{HEAD}[layer.vary]\n{text}")


# --- what is meant --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "field", "levels"),
    [
        ("", "scale", (1.0,)),
        ("scale = 2", "scale", (2.0,)),
        ("scale = { values = [0.5, 1, 2] }", "scale", (0.5, 1.0, 2.0)),
        ("scale = [0.9, 0.93]", "scale", (0.9, 0.91, 0.92, 0.93)),
        ("scale = [1, 1]", "scale", (1.0,)),
        ("scale = { range = [0.7, 1.3], step = 0.2 }", "scale", (0.7, 0.9, 1.1, 1.3)),
        ("scale = { range = [0.7, 1.3], step = 0.4 }", "scale", (0.7, 1.1)),
        ("scale = { range = [0.2, 0.8], step = 0.1 }", "scale",
         (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)),
        ("rotate = [-1.5, 1]", "rotate", (-1.5, -0.666666667, 0.166666667, 1.0)),
        ("rotate = -90.5", "rotate", (-90.5,)),
        ("flip = 0.25", "flip", (0.0, 1.0)),
        ("flip = 1", "flip", (1.0,)),
        ('blend = "multiply"', "blend", (1.0,)),
        ('blend = { values = ["screen", "normal"] }', "blend", (2.0, 0.0)),
    ],
)  # fmt: skip
def test_values(tmp_path, text, field, levels):
    assert vary_of(tmp_path, text).levels(field) == levels


@pytest.mark.parametrize("field", LIMITS)
def test_a_range_without_a_step_has_both_ends_and_no_larger_steps(field):
    lowest, highest = LIMITS[field]
    levels = Vary.model_validate({field: [lowest, highest]}).levels(field)
    assert (levels[0], levels[-1]) == (lowest, highest)
    gaps = [after - before for before, after in pairwise(levels)]
    assert max(gaps) <= STEPS[field] + 1e-8
    assert len(levels) < 2 * (highest - lowest) / STEPS[field]


def test_what_images_draw(tmp_path):
    text = "scale = [1, 2]\nhue = 5\nflip = 0.5\nrotate = { values = [3] }\nopacity = [1, 1]"
    vary = vary_of(tmp_path, text)
    assert vary.drawn == ("flip", "scale")
    assert not vary.is_plain


@pytest.mark.parametrize(
    "text", ["", "scale = 1", "flip = 0", 'blend = "normal"', "saturation = [1, 1]"]
)
def test_plain(tmp_path, text):
    assert vary_of(tmp_path, text).is_plain


def test_the_defaults_change_nothing():
    assert Vary().is_plain
    assert set(FIELDS) == set(NEUTRAL)
    assert set(VARIED) == {*LIMITS, "flip", "blend"}


def test_resolved_means_the_same(tmp_path):
    text = """
scale = [0.7, 1.3]
rotate = { range = [0, 90], step = 45 }
flip = 0.5
hue = 12
saturation = { values = [0.5, 1] }
blend = { values = ["normal", "hue"] }
"""
    config = load_toml(tmp_path, f"{HEAD}[layer.vary]\n{text}")
    again = load_config(write_toml(tmp_path / "again", config.resolved()), {})
    assert again.layer[1].vary == config.layer[1].vary
    assert config.resolved()["layer"][0]["vary"] == {"flip": 0, "blend": {"values": ["normal"]}}


# --- what is refused ------------------------------------------------------------------------------

NUMBERS = ", or a table with range, values, normal or log."
SCALE = f"a number from 0.01 to 16, a range of them like [0.7, 1.3]{NUMBERS}"
ROTATE = f"a number from -360 to 360, a range of them like [-15, 15]{NUMBERS}"
MODES = 'expected a list of blend modes, like ["normal", "multiply"].'
BLEND = f"one of {', '.join(BLENDS)}, or a table with values, a list of them."
COLOUR = 'which needs colours, and canvas.mode is "L"; remove it or use mode "RGB".'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("scael = 2", 'scael is not a known key; did you mean "scale"?'),
        ("scale = { rnage = [1, 2] }", 'scale.rnage is not a known key; did you mean "range"?'),
        ("blend = { value = ['hue'] }", 'blend.value is not a known key; did you mean "values"?'),
        ("scale = 'big'", f'scale is "big"; expected {SCALE}'),
        ("scale = true", f"scale is true; expected {SCALE}"),
        ("scale = [0.5, 1, 2]", f"scale is [0.5, 1, 2]; expected {SCALE}"),
        ("scale = [0.5, 'x']", f'scale is [0.5, "x"]; expected {SCALE}'),
        ("scale = nan", f"scale is nan; expected {SCALE}"),
        ("rotate = []", f"rotate is []; expected {ROTATE}"),
        ("scale = { range = [1, 2, 3] }",
         "scale.range is [1, 2, 3]; expected the lowest and the highest, like [0.7, 1.3]."),
        ("scale = { values = 'x' }",
         'scale.values is "x"; expected a list of numbers, like [0.5, 1, 2].'),
        ("scale = { range = [1, 2], step = 0 }", "scale.step is 0; expected a number above 0."),
        ("scale = { range = [1, 2], step = -1 }", "scale.step is -1; expected a number above 0."),
        ("flip = 2", "flip is 2; expected a probability, from 0 to 1."),
        ("flip = [0, 1]", "flip is [0, 1]; expected a probability, from 0 to 1."),
        ("blend = 'dodge'", f'blend is "dodge"; expected {BLEND} Did you mean "color-dodge"?'),
        ("blend = ['hue', 'color']", f'blend is ["hue", "color"]; expected {BLEND}'),
        ("blend = { values = ['colour'] }",
         f'blend.values has "colour"; {MODES} Did you mean "color"?'),
        ("blend = {}",
         f"blend.values is missing; {MODES}"),
    ],
)  # fmt: skip
def test_keys_and_types(tmp_path, text, expected):
    assert refusal(tmp_path, text) == f"layer.hat.vary.{expected}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("scale = { range = [1, 2], values = [1, 2] }",
         "scale has both range and values; expected one of them."),
        ("scale = {}", "scale is an empty table; expected range or values in it."),
        ("scale = { step = 0.1 }",
         "scale.step is 0.1, but needs range; give range or remove step."),
        ("scale = { values = [1, 2], step = 1 }",
         "scale.step is 1.0, but needs range; give range or remove step."),
        ("scale = { values = [] }",
         "scale.values is an empty list; expected at least one value."),
        ("hue = { values = [1, 2, 1.0] }",
         "hue.values holds 1.0 twice; expected each value once."),
        ("blend = { values = ['hue', 'hue'] }",
         'blend holds "hue" twice; expected each value once.'),
        ("blend = { values = [] }", "blend is an empty list; expected at least one value."),
        ("scale = [1.3, 0.7]", "scale is [1.3, 0.7]; expected the lowest first. Write [0.7, 1.3]."),
        ("scale = 0", "scale holds 0; expected 0.01 to 16."),
        ("scale = [0.5, 20]", "scale holds 20; expected 0.01 to 16."),
        ("rotate = { values = [0, 400] }", "rotate holds 400; expected -360 to 360."),
        ("hue = -1000", "hue holds -1000; expected -360 to 360."),
        ("saturation = -0.1", "saturation holds -0.1; expected 0 to 16."),
        ("brightness = [0, 17]", "brightness holds 17; expected 0 to 16."),
        ("opacity = 0", "opacity holds 0; expected 0.01 to 1."),
        ("opacity = [0.5, 1.5]", "opacity holds 1.5; expected 0.01 to 1."),
        ("rotate = { range = [0, 10], step = 20 }",
         ("rotate.step is 20, and the range [0, 10] is 10 long; "
         "expected a smaller step, or a single number.")),
        ("rotate = { range = [0, 300], step = 0.001 }",
         ("rotate.step is 0.001, which gives 300,001 values in [0, 300]; "
         "expected at most 65,536. Use a larger step.")),
    ],
)  # fmt: skip
def test_contradictions(tmp_path, text, expected):
    assert refusal(tmp_path, text) == f"layer.hat.vary.{expected}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hue = 5", f" has hue, {COLOUR}"),
        ("saturation = [0.5, 1]", f" has saturation, {COLOUR}"),
        ('blend = "luminosity"', f'.blend is "luminosity", {COLOUR}'),
        ('blend = { values = ["multiply", "color"] }', f'.blend is "color", {COLOUR}'),
    ],
)
def test_grey_has_no_colours(tmp_path, text, expected):
    grey = '[canvas]\nmode = "L"\n'
    assert refusal(tmp_path, text, grey) == f"layer.hat.vary{expected}"


@pytest.mark.parametrize("text", ["brightness = 0.5", 'blend = "multiply"', "scale = [1, 2]"])
def test_grey_has_the_rest(tmp_path, text):
    load_toml(tmp_path, f'[canvas]\nmode = "L"\n{HEAD}[layer.vary]\n{text}')


def test_columns_need_names_of_their_own(tmp_path):
    text = '[[layer]]\nname = "hat scale"\nfolder = "x"\n'
    assert refusal(tmp_path, "scale = [1, 2]", text) == (
        'the scale column of layer 3 is "hat scale", which layer 1 also has '
        "(case is ignored); rename one."
    )
    load_toml(tmp_path, f"{text}{HEAD}[layer.vary]\nscale = 2")  # which is no column


def test_no_table(tmp_path):
    text = f"{HEAD}vary = 3"
    assert problem(tmp_path, text) == "layer.hat.vary is 3; expected a table of settings."
