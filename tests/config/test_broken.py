"""However a configuration is broken, it is refused in sentences."""

import copy
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imggen.config.load import make_config
from imggen.config.problems import Source
from imggen.errors import ConfigError

FULL = tomllib.loads("""
[dataset]
name = "tiny"
count = 60
image_name = "{split}/{index}"

[canvas]
size = [48, 32]

[[layer]]
name = "background"
folder = "backgrounds"

[[layer]]
name = "character"
folder = "characters"
weights = { mage = 1, pirate = 2 }
place = { anchor = "bottom", at = [20, 28] }

[[layer]]
name = "object"
folder = "objects"
probabilities = { none = 0.5, axe = 0.5 }
parts = { back = -1, front = 0 }
place = { of = "character", at = "bottom-right", otherwise = [2, "50%"] }
vary = { scale = [0.5, 1], flip = 0.5, opacity = { values = [0.5, 1] }, blend = "multiply" }

[[layer.place_when]]
when = { background = "day" }
x = [0, "50%"]
y = 3
avoid = "character"
overlap = 0.25

[[layer]]
name = "hat"
folder = "hats"

[[rule]]
when = { background = "day" }
forbid = { object = ["axe", "k*"] }

[[rule]]
all_different = ["background", "character"]

[[joint]]
layers = ["background", "hat"]
weights = { day = { cap = 1 } }

[[split]]
name = "train"
share = 0.5
hold_out = [{ object = "axe" }]
weights = { object = { axe = 1 } }

[[split]]
name = "test"
share = 0.5
rule = [{ when = { object = "axe" }, forbid = { background = "day" } }]
correlate = [{ layer = "character", follows = "hat", agree = 0.5, pairs = { cap = "mage" } }]

[output]
container = "webdataset"
shard_bytes = "5M"

[labels]
formats = ["coco", "table", "captions"]
threshold = 100
caption = "a {character}[ with a {object}]"
words = { object = { axe = "old axe" } }
collection = { creators = { a = 100 } }
""")
JUNK = [None, True, -1, 0.5, 10**20, float("nan"), "", "x", "{", [], [[]], [1, 0], {}, {"x": 1}]

junk = st.sampled_from(JUNK).map(copy.deepcopy)


def tables_in(value):
    """All tables and lists in a value, itself included."""
    if isinstance(value, dict | list):
        yield value
        for inner in value.values() if isinstance(value, dict) else value:
            yield from tables_in(inner)


@st.composite
def broken(draw):
    """FULL with some settings that are removed, renamed, or hold something else."""
    values = copy.deepcopy(FULL)
    for _ in range(draw(st.integers(1, 4))):
        table = draw(st.sampled_from([table for table in tables_in(values) if table]))
        if isinstance(table, list):
            table[draw(st.integers(0, len(table) - 1))] = draw(junk)
            continue
        key = draw(st.sampled_from(list(table)))
        old = table.pop(key)
        change = draw(st.sampled_from(["remove", "rename", "replace"]))
        if change != "remove":
            table[key if change == "replace" else f"{key}s"] = (
                draw(junk) if change == "replace" else old
            )
    return copy.deepcopy(values)


def test_as_it_is_it_is_right(tmp_path):
    assert make_config(Source(FULL), tmp_path).split[0].name == "train"


def test_values_are_checked_whatever_the_canvas(tmp_path):
    """Checks of labels and views rely on them."""
    values = copy.deepcopy(FULL)
    values["canvas"] = None
    values["layer"][2]["vary"]["opacity"] = {}
    values["layer"][2]["vary_when"] = [{"when": {"background": "day"}, "scale": {}}]
    with pytest.raises(ConfigError) as caught:
        make_config(Source(values), tmp_path)
    assert str(caught.value).split("\n") == [
        "canvas is null; expected a table of settings.",
        "layer.object.vary.opacity is an empty table; expected range or values in it.",
        "layer.object.vary_when.1.scale is an empty table; expected range or values in it.",
    ]


@settings(max_examples=200)
@given(values=broken())
def test_it_is_refused_in_sentences(values, tmp_path_factory):
    try:
        make_config(Source(values), tmp_path_factory.getbasetemp())
    except ConfigError as error:
        lines = str(error).split("\n")
        assert all(line[-1] in ".?" for line in lines), lines
        assert len(lines) == len(set(lines)), lines
