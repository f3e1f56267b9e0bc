"""The template of captions is cut into pieces, or refused."""

import pytest
from tests.checks import check_sentence

from imggen.config.caption import Phrase, Slot, parse_caption
from imggen.errors import ConfigError

LAYERS = ("hat", "bird")


def test_a_layer_and_the_words_before_it():
    assert parse_caption("a {hat} on a {bird}!", LAYERS) == [
        Phrase((Slot("a ", "hat"),)),
        Phrase((Slot(" on a ", "bird"),)),
        Phrase((), "!"),
    ]


def test_marks_end_a_piece():
    assert parse_caption("See. A {hat}, one {bird}", LAYERS) == [
        Phrase((), "See."),
        Phrase((Slot(" A ", "hat"),)),
        Phrase((Slot(", one ", "bird"),)),
    ]


def test_brackets():
    assert parse_caption("[a {hat} and {bird} of] mine [[x]]", LAYERS) == [
        Phrase((Slot("a ", "hat"), Slot(" and ", "bird")), " of"),
        Phrase((), " mine [x]"),
    ]


@pytest.mark.parametrize(
    "template", ["[{hat}", "{hat}]", "[[{hat}]", "[{hat} [{bird}]]", "[a] {hat}"]
)
def test_brackets_that_do_not_fit(template):
    with pytest.raises(ConfigError) as error:
        parse_caption(template, LAYERS)
    check_sentence(error.value, "labels.caption is", "pairs of brackets", "[[ and ]]")
