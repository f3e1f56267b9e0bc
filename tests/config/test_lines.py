"""The line of each key, in every way that TOML can write it."""

import tomllib

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from imggen.config.lines import Lines

TEXT = '''# [dataset]
[dataset]
name = "a # no comment" # one
"co.unt" = """
[canvas]
seed = 1 \\""" still"""
a.b . 'c d' = 1979-05-27 07:32:00Z # a date

[[layer]]
name = 'x'
place = { at = [1, 2], "of" = "]}" }
[layer.vary]
scale = [
  1, # [
  "]",
  { x = 1, y = { z = -inf } },
]
[[layer.place_when]]
when = {}
[[layer.place_when]]
at = 5
[[layer]]
name = "b"
  [ layer . "place" ]
  x = \'\'\'it's ]\'\'\'\'
  y = [[1], [2,
    3]]
'''


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (("dataset",), 2),
        (("dataset", "name"), 3),
        (("dataset", "co.unt"), 4),
        (("dataset", "seed"), 2),
        (("dataset", "a", "b", "c d"), 7),
        (("layer",), 9),
        (("layer", 0), 9),
        (("layer", 0, "name"), 10),
        (("layer", 0, "place", "of"), 11),
        (("layer", 0, "place", "at", 1), 11),
        (("layer", 0, "vary"), 12),
        (("layer", 0, "vary", "scale", 1), 15),
        (("layer", 0, "vary", "scale", 2, "y", "z"), 16),
        (("layer", 0, "place_when", 0, "when"), 19),
        (("layer", 0, "place_when", 1, "at"), 21),
        (("layer", 1), 22),
        (("layer", 1, "folder"), 22),
        (("layer", 1, "place"), 24),
        (("layer", 1, "place", "x"), 25),
        (("layer", 1, "place", "y", 1, 1), 27),
        (("canvas", "size"), None),
        ((), None),
    ],
)
def test_lines(keys, line):
    assert Lines(TEXT).line_of(keys) == line
    assert Lines(TEXT.replace("\n", "\r\n")).line_of(keys) == line


def test_names_are_composed():
    assert Lines('[a]\n"e\\u0301" = 1').line_of(("a", "\N{LATIN SMALL LETTER E WITH ACUTE}")) == 2


words = st.text("ab.\"'\\#=[]{}, \n", max_size=5)
values = st.recursive(
    st.booleans() | st.integers() | st.floats() | st.datetimes() | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=12,
)


def keys_in(value, keys=()):
    """The keys of all settings and items in a value."""
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield (*keys, key)
            yield from keys_in(inner, (*keys, key))


@given(st.dictionaries(words, values, max_size=4), st.booleans())
def test_all_keys_are_found_and_no_others(settings, several):
    text = tomli_w.dumps(settings, multiline_strings=several)
    assert set(Lines(text).found) == set(keys_in(tomllib.loads(text)))
