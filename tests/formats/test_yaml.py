"""Texts are double-quoted scalars of YAML; tests/consumers has readers of the files read them."""

import pytest

from imggen.formats.yaml import quoted


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no", '"no"'),
        ('a"b\\', r'"a\"b\\"'),
        ("007", '"007"'),
        ("", '""'),
        ("\N{FOX FACE}", '"\N{FOX FACE}"'),
        ("\u2028", r'"\U00002028"'),
        ("\x85\x7f", r'"\U00000085\U0000007f"'),
    ],
)
def test_quoted(text, expected):
    assert quoted(text) == expected
