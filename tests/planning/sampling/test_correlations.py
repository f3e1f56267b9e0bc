"""Joint tables and correlations are met, and each that cannot be met is refused in a sentence."""

import numpy as np
import pytest
from tests.planning.sampling.drawing import OWN, check_shares, draw, shown
from tests.planning.scenes import distribution_of

from imggen.errors import PlanError

TABLE = {
    "day": {"mage": 0.3, "pirate": 0.05, "never": 0},
    "night": {"mage": 0.1, "pirate": 0.35, "ghost": 0.2},
}
CELLS = {(row, column): p for row, cells in TABLE.items() for column, p in cells.items()}


@pytest.mark.parametrize("flip", [False, True])
def test_joint_table(flip):
    layers, table = ["background", "character"], TABLE
    if flip:
        layers.reverse()
        table = {c: {r: CELLS[r, c] for r in TABLE if (r, c) in CELLS} for c in OWN["character"]}
    scenes = draw(joint=[{"layers": layers, "probabilities": table}])
    check_shares([scene[:2] for scene in scenes], CELLS)
    check_shares(shown(scenes, 2), OWN["object"])


def test_joint_weights():
    weights = {r: {c: 20 * p for c, p in cells.items()} for r, cells in TABLE.items()}
    one, other = (
        distribution_of(OWN, joint=[{"layers": ["background", "character"], key: table}])
        for key, table in (("probabilities", TABLE), ("weights", weights))
    )
    for a, b in zip(one.marginals(), other.marginals(), strict=True):
        np.testing.assert_allclose(a, b)


@pytest.mark.parametrize("agree", [0.95, 0.5, 1.0, 0.0])
def test_correlate(agree):
    pairs = {"m*": "key1", "pirate": ["axe", "none"]}
    correlate = {"layer": "object", "follows": "character", "agree": agree, "pairs": pairs}
    scenes = draw(correlate=[correlate])
    check_shares(shown(scenes, 1), OWN["character"])
    other = 1 - agree
    check_shares(
        shown(scenes, 2, lambda s: s[1] == "mage"),
        {"key1": agree, "axe": other * 2 / 9, "key2": other * 2 / 9, "none": other * 5 / 9},
    )
    check_shares(
        shown(scenes, 2, lambda s: s[1] == "pirate"),
        {"axe": agree * 2 / 7, "none": agree * 5 / 7, "key1": other / 3, "key2": other * 2 / 3},
    )
    check_shares(shown(scenes, 2, lambda s: s[1] == "ghost"), OWN["object"])


def test_pairs_by_name_go_before_patterns():
    pairs = {"*a*": "axe", "*": "none", "mage": "key1"}
    correlate = {"layer": "object", "follows": "character", "agree": 1, "pairs": pairs}
    scenes = draw(correlate=[correlate])
    partners = {("mage", "key1"), ("pirate", "axe"), ("ghost", "none")}
    assert {scene[1:] for scene in scenes} == partners


@pytest.mark.parametrize(
    ("tables", "sentence"),
    [
        (
            {"joint": [{"layers": ["background", "character"], "weights": {"day": {"mage": 1}}}]},
            (
                "joint.1 gives nothing for night of background; expected every variant. "
                "Give 0 to one that is never drawn."
            ),
        ),
        (
            {"joint": [{"layers": ["background", "object"], "weights": {"dya": {"axe": 1}}}]},
            'joint.1 names "dya", which is no variant of background; did you mean "day"?',
        ),
        (
            {
                "correlate": [
                    {
                        "layer": "object",
                        "follows": "character",
                        "agree": 0.9,
                        "pairs": {"elf": "axe"},
                    }
                ]
            },
            (
                'correlate.1.pairs names "elf", which is no variant of character; '
                "expected the name of one of its files."
            ),
        ),
        (
            {
                "correlate": [
                    {
                        "layer": "object",
                        "follows": "character",
                        "agree": 0.9,
                        "pairs": {"mage": "ax"},
                    }
                ]
            },
            (
                'correlate.1.pairs.mage names "ax", which is no variant of object; '
                'did you mean "axe"?'
            ),
        ),
        (
            {
                "correlate": [
                    {
                        "layer": "object",
                        "follows": "character",
                        "agree": 0.9,
                        "pairs": {"mage": "*"},
                    }
                ]
            },
            (
                "correlate.1.agree is 0.9, but all of the variants of object that can be drawn go "
                'with "mage"; expected 1. Change agree or pairs.mage, or the probabilities of '
                "object."
            ),
        ),
        (
            {
                "correlate": [
                    {
                        "layer": "character",
                        "follows": "object",
                        "agree": 0.9,
                        "pairs": {"axe": "never"},
                    }
                ]
            },
            (
                "correlate.1.agree is 0.9, but none of the variants of character that can be drawn "
                'go with "axe"; expected 0. Change agree or pairs.axe, or the probabilities of '
                "character."
            ),
        ),
    ],
)
def test_tables_that_cannot_be_met(tables, sentence):
    with pytest.raises(PlanError) as caught:
        distribution_of(OWN, **tables)
    assert str(caught.value) == sentence
