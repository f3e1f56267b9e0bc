"""Articles fit the words behind them."""

import pytest

from imggen.formats.words import begins_with_vowel, joined, words_of

VOWELS = (
    "axe", "orc", "hour", "heirloom", "honest man", "honour", "X-ray", "8-ball", "11", "18 roses",
    "uninvited guest", "urn", "\u00e9clair", "onerous task", "F", "'old' axe",
)  # fmt: skip
CONSONANTS = (
    "mage", "house", "unicorn", "universe", "user", "one-eyed cat", "euro", "ewe", "t-shirt",
    "007", "1", "12", "", "\U0001f600", "U",
)  # fmt: skip


@pytest.mark.parametrize("words", VOWELS)
def test_an(words):
    assert begins_with_vowel(words)
    assert joined("with a ", words) == f"with an {words}"
    assert joined("An ", words) == f"An {words}"


@pytest.mark.parametrize("words", CONSONANTS)
def test_a(words):
    assert not begins_with_vowel(words)
    assert joined("with an ", words) == f"with a {words}"


@pytest.mark.parametrize("words", ["some bananas", "the sea", "an old axe", "two keys", "A list"])
def test_words_that_bring_their_own_article(words):
    assert joined("with a ", words) == f"with {words}"
    assert joined("in the ", words) == f"in {words}"


def test_a_large_letter_is_kept():
    assert joined("A ", "some bananas") == "Some bananas"
    assert joined("A ", "axe") == "An axe"


def test_only_an_article_right_before_is_changed():
    assert joined("a big ", "axe") == "a big axe"
    assert joined("sea ", "axe") == "sea axe"
    assert joined("the ", "axe") == "the axe"
    assert joined("", "axe") == "axe"


def test_a_letter_alone_is_no_article():
    assert joined("a ", "a") == "an a"


def test_names_become_words():
    assert words_of("old_axe\n of  stone ") == "old axe of stone"
    assert words_of("t-shirt") == "t-shirt"
