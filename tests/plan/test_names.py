"""What images are called."""

import numpy as np

from imggen.plan.names import Namer

LAYERS = (("sky", ("day", "night")), ("big hat", ("cap", "none")))
TRAITS = np.array([[0, 1], [1, 0]], np.uint8)


def names(template):
    return list(Namer(template, LAYERS).names(np.array([7, 12]), TRAITS))


def test_index():
    assert names("generated{index}") == ["generated7", "generated12"]


def test_leading_zeros():
    assert names("{index:06d}") == ["000007", "000012"]


def test_layers():
    assert names("{sky}/{big hat}-{index}") == ["day/none-7", "night/cap-12"]


def test_braces():
    assert names("{{sky}}{index}") == ["{sky}7", "{sky}12"]


def test_shown():
    assert Namer("{index}", LAYERS).shown(TRAITS[1]) == "sky night, big hat cap"
