"""The template of captions is cut into pieces, or refused."""

import pytest
from tests.checks import check_sentence

from imggen.config.caption import Piece, Slot, parse_caption
from imggen.errors import ConfigError

LAYERS = ("hat", "bird")


def test_a_layer_and_the_words_before_it():
    assert parse_caption("a {hat} on a {bird}!", LAYERS) == [
        Piece((Slot("a ", "hat"),)),
        Piece((Slot(" on a ", "bird"),)),
        Piece((), "!"),
    ]


def test_marks_end_a_piece():
    assert parse_caption("See. A {hat}, one {bird}", LAYERS) == [
        Piece((), "See."),
        Piece((Slot(" A ", "hat"),)),
        Piece((Slot(", one ", "bird"),)),
    ]


def test_brackets():
    assert parse_caption("[a {hat} and {bird} of] mine [[x]]", LAYERS) == [
        Piece((Slot("a ", "hat"), Slot(" and ", "bird")), " of"),
        Piece((), " mine [x]"),
    ]


@pytest.mark.parametrize(
    "template", ["[{hat}", "{hat}]", "[[{hat}]", "[{hat} [{bird}]]", "[a] {hat}"]
)
def test_brackets_that_do_not_fit(template):
    with pytest.raises(ConfigError) as error:
        parse_caption(template, LAYERS)
    check_sentence(error.value, "labels.caption is", "pairs of brackets", "[[ and ]]")
