"""Plans stay what they are: what a configuration and a seed draw is the same in every version."""

import hashlib

import pytest
from tests.art import BACKGROUND_CHANCES, CHARACTER_CHANCES, OBJECT_CHANCES
from tests.planning.drawn import HALVES, draw_numbers

ARTICLE = {
    "background": BACKGROUND_CHANCES,
    "character": CHARACTER_CHANCES,
    "object": OBJECT_CHANCES,
}
SQUARES = {f"l{k}": {f"v{i:02}": (i + 1) / 300 for i in range(24)} for k in range(6)}
RULES = [
    {"when": {"character": ["monster", "toadking"]}, "forbid": {"object": ["axe", "key"]}},
    {"when": {"object": "k*"}, "require": {"background": "desert", "character": "[mp]*"}},
    {"when": {"character": "pirate"}, "weights": {"object": {"anchor": 7, "none": 3}}},
    {"when": {"background": "forest", "character": "mage"}, "forbid": {"object": ["bomb", "a*"]}},
]
CORRELATE = {
    "layer": "background", "follows": "character", "agree": 0.9,
    "pairs": {"mage": "forest", "*": ["desert", "glacial"]},
}  # fmt: skip
HELD = [HALVES[0], {**HALVES[1], "hold_out": [{"character": "toadking"}, {"object": "a*"}]}]
OWN = [HALVES[0], {**HALVES[1], "weights": {"background": {"glacial": 2, "forest": 1}}}]
COUNTS = [{"name": "train", "count": 700}, {"name": "test", "count": 300}]
PAIRS = [
    {"when": {f"l{k}": f"v{3 * k + j:02}"}, "forbid": {f"l{m}": [f"v{j:02}", "v2*"]}}
    for k in range(5)
    for m in range(k + 1, 6)
    for j in range(2)
]

CASES = {
    "random": (ARTICLE, [], {}),
    "quota": (ARTICLE, [], {"sampling": "quota"}),
    "unique": (SQUARES, [], {"unique": True}),
    "rules": (ARTICLE, [], {"rules": RULES}),
    "rules, quota": (ARTICLE, [], {"rules": RULES, "sampling": "quota"}),
    "rules, unique": (ARTICLE, [], {"rules": RULES, "unique": True, "count": 90}),
    "rules, all": (ARTICLE, [], {"rules": RULES, "sampling": "all"}),
    "correlate": (ARTICLE, [], {"correlate": [CORRELATE], "rules": RULES[:1]}),
    "many forbids": (SQUARES, [], {"rules": PAIRS, "count": 5000}),
    "shares": (ARTICLE, HALVES, {}),
    "counts": (ARTICLE, COUNTS, {"rules": RULES}),
    "own, held out": (ARTICLE, [OWN[1], HELD[0]], {}),
    "held out": (ARTICLE, HELD, {"rules": RULES}),
    "held out, stratify": (ARTICLE, HELD, {"stratify": ["character"]}),
    "held out, combinations": (ARTICLE, HELD, {"disjoint": "combinations"}),
    "held out, quota": (ARTICLE, HELD, {"sampling": "quota"}),
    "held out, all": (ARTICLE, HELD, {"sampling": "all"}),
    "shares, unique": (SQUARES, HALVES, {"unique": True}),
    "own, unique": (ARTICLE, OWN, {"unique": True, "count": 120}),
}
GOLDEN = {
    "random": "6a5495bebb424134",
    "quota": "65d8c50d65d3f14d",
    "unique": "18c914f0964b0b16",
    "rules": "61c32bdaafdf9ff6",
    "rules, quota": "31be361e7ca6973d",
    "rules, unique": "9d66e97edf479d82",
    "rules, all": "dfd6de1a94ec20f1",
    "correlate": "204d56ae3a166b5b",
    "many forbids": "da079440d3a65274",
    "shares": "8928fc99fa812d35",
    "counts": "cbde833068df4691",
    "own, held out": "81c6cc5adb43805f",
    "held out": "fdfa5ef2218e81b9",
    "held out, stratify": "37706a0c02676394",
    "held out, combinations": "9c0d0e3761e50ee6",
    "held out, quota": "5ed035c1fb2b8a87",
    "held out, all": "5d13b4947036bf46",
    "shares, unique": "47cbb3d2d8d115bd",
    "own, unique": "a65a76fbace999a6",
}


@pytest.mark.parametrize("name", CASES)
def test_the_same_plan_as_ever(name):
    own, splits, how = CASES[name]
    traits, places = draw_numbers(own, splits, **{"count": 1000, "seed": 7, **how})
    digest = hashlib.blake2b(traits.astype("u1").tobytes() + places.astype("u1").tobytes())
    assert digest.hexdigest()[:16] == GOLDEN[name]
