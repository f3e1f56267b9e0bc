"""TOML with comments: it says what was given, and every comment stays one."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imggen.command.scaffold.toml import Key, TomlTable, document

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
)


@given(st.dictionaries(TEXT, VALUES, max_size=4), TEXT, st.lists(TEXT, max_size=2))
def test_it_says_what_was_given(values, why, notes):
    keys = [Key(name, value, why) for name, value in values.items()]
    text = document(notes, [TomlTable("[a]", keys, notes)])
    assert tomllib.loads(text) == {"a": values}


def test_comments_stand_in_a_column_or_above_long_lines():
    table = TomlTable(
        "[a]", [Key("b", 1, "one"), Key("long", "x" * 20, "two"), Key("c", "y" * 80, "three" * 3)]
    )
    assert document(["top"], [table]) == (
        "# top\n\n"
        "[a]\n"
        "b = 1                          # one\n"
        f'long = "{"x" * 20}"  # two\n'
        "# threethreethree:\n"
        f'c = "{"y" * 80}"\n'
    )


def test_what_has_no_form():
    with pytest.raises(TypeError, match="None has no form in TOML"):
        document([], [TomlTable("[a]", [Key("b", None)])])
