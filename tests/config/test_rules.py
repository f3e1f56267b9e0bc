"""Rules, joint tables, correlations and counts: what is accepted, and the sentence for the rest."""

import pytest
from tests.art import write_toml
from tests.test_config import TINY, change, load_toml, problem

from imggen.config import Rule, load_config, may_draw_none

SHOWN = 'expected layers and what they show, like { character = "mage", object = ["axe", "bomb"] }.'
WHEN = 'when = { character = "mage" }\n'
PLAIN = TINY.replace("probabilities = { mage = 0.5, pirate = 0.5 }\n", "").replace(
    "probabilities = { day = 0.75, night = 0.25 }\n", ""
)
QUOTA = "count = 60\nsampling = 'quota'"
COUNTED = change("count = 60", QUOTA)


def rule(text):
    return f"{TINY}\n[[rule]]\n{text}"


def joint(text):
    return f"{PLAIN}\n[[joint]]\n{text}"


def correlate(text):
    return f"{TINY}\n[[correlate]]\n{text}"


def counts(text, toml=COUNTED):
    return toml.replace("weights = { none = 2, axe = 1, key = 1 }", f"counts = {text}")


# --- what is accepted -----------------------------------------------------------------------------

EVERYTHING = (
    COUNTED.replace("probabilities = { mage = 0.5, pirate = 0.5 }", 'counts = { "*" = 30 }')
    + """
[[rule]]
when = { character = "m*", background = ["day", "night"] }
forbid = { object = ["axe", "k*"] }

[[rule]]
when = { object = "axe" }
require = { background = "night" }

[[rule]]
when = { character = "pirate" }
weights = { object = { axe = 1, none = 3 } }

[[rule]]
all_different = ["background", "object"]

[[rule]]
when = { character = "mage" }
all_different = ["background", "object"]

[[correlate]]
layer = "background"
follows = "character"
agree = 0.95
pairs = { mage = "night", pirate = ["day", "night"] }
"""
)


def test_everything(tmp_path):
    config = load_toml(tmp_path, EVERYTHING)
    first, second, third, fourth, fifth = config.rule
    assert first.when == {"character": ("m*",), "background": ("day", "night")}
    assert first.forbid == {"object": ("axe", "k*")}
    assert second.require == {"background": ("night",)}
    assert third.chances == {"object": {"axe": 1, "none": 3}}
    assert (fourth.when, fourth.all_different) == (None, ("background", "object"))
    assert (fifth.when, fifth.all_different) == ({"character": ("mage",)}, fourth.all_different)
    assert config.correlate[0].pairs == {"mage": ("night",), "pirate": ("day", "night")}


@pytest.mark.parametrize(
    "text", [EVERYTHING, joint('layers = ["background", "character"]\nweights.day.mage = 1')]
)
def test_the_resolved_configuration_says_the_same(tmp_path, text):
    config = load_toml(tmp_path, text)
    again = load_config(write_toml(tmp_path / "b", config.resolved()), {})
    for table in ("rule", "joint", "correlate"):
        assert getattr(again, table) == getattr(config, table)
    assert [layer.counts for layer in again.layer] == [layer.counts for layer in config.layer]


def test_without_rules_none_are_written(tmp_path):
    assert not {"rule", "joint", "correlate"} & set(load_toml(tmp_path, TINY).resolved())


def test_what_may_draw_none(tmp_path):
    rules = [Rule(when={"a": "x"}, weights={"b": {"none": 0}, "c": {"x": 1}})]
    joints = load_toml(
        tmp_path,
        joint('layers = ["background", "character"]\nweights = { none = { mage = 1 } }'),
    ).joint
    layers = ("b", "c", "background", "character")
    assert [may_draw_none(layer, rules, joints) for layer in layers] == [True, False, True, False]


# --- rules ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "rule = 5\n" + TINY,
            "rule is 5; expected a list of tables. Write [[rule]], two brackets.",
        ),
        (
            TINY + "[rule]\nwhen = {}",
            "rule is a table; expected a list of tables. Write [[rule]], two brackets.",
        ),
        (
            rule(WHEN + "forbids = { object = 'axe' }"),
            'rule.1.forbids is not a known key; did you mean "forbid"?',
        ),
        (rule("forbid = { object = 'axe' }"), f"rule.1.when is missing; {SHOWN}"),
        (rule("when = 'mage'\nforbid = { object = 'axe' }"), f'rule.1.when is "mage"; {SHOWN}'),
        (
            rule("when = { character = 3 }\nforbid = { object = 'axe' }"),
            f"rule.1.when.character is 3; {SHOWN}",
        ),
        (
            rule(WHEN + "forbid = { object = ['axe', 3] }"),
            f'rule.1.forbid.object is ["axe", 3]; {SHOWN}',
        ),
        (
            rule(WHEN),
            (
                "rule.1 has no effect; "
                "expected one of forbid, require, probabilities, weights, instances, all_different."
            ),
        ),
        (
            rule(WHEN + "forbid = { object = 'axe' }\nrequire = { object = 'key' }"),
            (
                "rule.1 has forbid and require; "
                "expected one of forbid, require, probabilities, weights, instances, all_different."
            ),
        ),
        (
            rule("when = {}\nforbid = { object = 'axe' }"),
            "rule.1.when is empty; expected at least one layer.",
        ),
        (rule(WHEN + "forbid = {}"), "rule.1.forbid is empty; expected at least one layer."),
        (
            rule("when = { character = [] }\nforbid = { object = 'axe' }"),
            "rule.1.when.character is empty; expected at least one variant.",
        ),
        (
            rule(WHEN + "require = { object = [] }"),
            "rule.1.require.object is empty; expected at least one variant.",
        ),
        (
            rule("when = { charcter = 'mage' }\nforbid = { object = 'axe' }"),
            'rule.1.when names "charcter", which is no layer; did you mean "character"?',
        ),
        (
            rule(WHEN + "forbid = { hat = 'axe' }"),
            (
                'rule.1.forbid names "hat", which is no layer; '
                "expected one of background, character, object."
            ),
        ),
        (
            rule(WHEN + "forbid = { character = 'pirate' }"),
            "rule.1 has character in when and in forbid; expected different layers.",
        ),
        (
            rule(WHEN + "weights = { character = { pirate = 1 } }"),
            "rule.1 has character in when and in weights; expected different layers.",
        ),
        (
            rule(WHEN + "probabilities = { object = { axe = 0.5, key = 0.4 } }"),
            (
                "rule.1.probabilities.object sums to 0.9; expected 1. "
                'Use "weights" for relative numbers.'
            ),
        ),
        (
            rule(WHEN + "probabilities = { object = { axe = 1.5 } }"),
            (
                "rule.1.probabilities.object.axe is 1.5; expected numbers from 0 to 1 by layer and "
                "variant, like { object = { axe = 0.3, none = 0.7 } }."
            ),
        ),
        (
            rule(WHEN + "weights = { object = { axe = 0, key = 0 } }"),
            "rule.1.weights.object are all 0; expected at least one above 0.",
        ),
        (
            rule(WHEN + "probabilities = { object = {} }"),
            "rule.1.probabilities.object is empty; expected at least one variant.",
        ),
        (
            rule(WHEN + "forbid = { object = 'axe' }\n[[rule]]\n" + WHEN),
            (
                "rule.2 has no effect; "
                "expected one of forbid, require, probabilities, weights, instances, all_different."
            ),
        ),
        (
            rule("all_different = 'object'"),
            (
                'rule.1.all_different is ["object"], and object has no instances; expected names '
                'of two layers or more, like ["hat", "coat"], or of layers with instances, like '
                '["bird"].'
            ),
        ),
        (
            rule("all_different = []"),
            (
                "rule.1.all_different is []; expected names of two layers or more, like "
                '["hat", "coat"], or of layers with instances, like ["bird"].'
            ),
        ),
        (
            rule("all_different = ['object', 'hat']"),
            (
                'rule.1.all_different names "hat", which is no layer; expected one of background, '
                "character, object."
            ),
        ),
        (
            rule("all_different = ['object', 'character', 'object']"),
            'rule.1.all_different names "object" twice; expected it once.',
        ),
        (
            rule(WHEN + "all_different = ['object', 'character']"),
            "rule.1 has character in when and in all_different; expected different layers.",
        ),
        (
            rule("all_different = ['object', 'character']\nforbid = { object = 'axe' }"),
            (
                "rule.1 has forbid and all_different; "
                "expected one of forbid, require, probabilities, weights, instances, all_different."
            ),
        ),
        (
            rule("when = {}\nall_different = ['object', 'character']"),
            "rule.1.when is empty; expected at least one layer.",
        ),
    ],
)
def test_rules(tmp_path, text, expected):
    assert problem(tmp_path, text) == expected


# --- joint tables ---------------------------------------------------------------------------------

PAIR = 'layers = ["background", "character"]\n'
HALVES = "{ day = { mage = 0.5 }, night = { pirate = 0.5 } }"
TURNED = 'when = { character = "mage" }\nprobabilities = { background = { day = 1 } }\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            joint("layers = ['background']"),
            (
                'joint.1.layers is ["background"]; '
                'expected the names of two layers, like ["background", "character"].'
            ),
        ),
        (
            joint(PAIR),
            "joint.1 has neither probabilities nor weights; expected one of them.",
        ),
        (
            joint(f"{PAIR}probabilities = {HALVES}\nweights = {HALVES}"),
            "joint.1 has both probabilities and weights; expected one of them.",
        ),
        (
            joint(PAIR.replace("background", "backgroun") + f"probabilities = {HALVES}"),
            'joint.1.layers names "backgroun", which is no layer; did you mean "background"?',
        ),
        (
            joint(PAIR.replace("background", "character") + f"probabilities = {HALVES}"),
            'joint.1.layers names "character" twice; expected two different layers.',
        ),
        (
            joint(PAIR + "probabilities = { day = { mage = 0.5 }, night = { pirate = 0.4 } }"),
            'joint.1.probabilities sums to 0.9; expected 1. Use "weights" for relative numbers.',
        ),
        (
            joint(PAIR + "probabilities = { day = 0.5 }"),
            (
                "joint.1.probabilities.day is 0.5; expected numbers from 0 to 1 by the first "
                "layer's variant, then the second's, like { forest = { mage = 0.3 } }."
            ),
        ),
        (
            joint(PAIR + "weights = { day = { mage = 0 } }"),
            "joint.1.weights are all 0; expected at least one above 0.",
        ),
        (
            joint(PAIR + "weights = {}"),
            "joint.1.weights is empty; expected a number per variant.",
        ),
        (
            joint('layers = ["background", "object"]\nweights = { day = { axe = 1 } }'),
            (
                "layer.object.weights and joint.1 both give the probabilities of object; "
                "remove one of them."
            ),
        ),
        (
            joint(
                f"{PAIR}probabilities = {HALVES}\n[[joint]]\n"
                f'layers = ["character", "background"]\nprobabilities = {HALVES}'
            ),
            (
                "joint.1 and joint.2 both give the probabilities of character; "
                "remove one of them, or use rules."
            ),
        ),
        *(
            (
                joint(f"{PAIR}probabilities = {HALVES}\n{tables}{TURNED}"),
                (
                    f"{called} gives probabilities of background that depend on character, but "
                    "joint.1 already gives those of all pairs of the two; change the numbers of "
                    "joint.1, or remove one of them."
                ),
            )
            for tables, called in (
                ("[[rule]]\n", "rule.1"),
                ('[[split]]\nname = "a"\nshare = 1\n[[split.rule]]\n', "split.a.rule.1"),
            )
        ),
    ],
)
def test_joint_tables(tmp_path, text, expected):
    assert problem(tmp_path, text) == expected


# --- correlations ---------------------------------------------------------------------------------

FOLLOWS = 'layer = "background"\nfollows = "character"\n'
FULL = FOLLOWS + 'agree = 0.9\npairs = { mage = "night" }\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            correlate(FOLLOWS + "pairs = {}"),
            "correlate.1.agree is missing; expected a number from 0 to 1.",
        ),
        (
            correlate(FULL.replace("0.9", "95")),
            "correlate.1.agree is 95; expected a number from 0 to 1.",
        ),
        (
            correlate(FULL.replace('"character"', '"charakter"')),
            'correlate.1.follows names "charakter", which is no layer; did you mean "character"?',
        ),
        (
            correlate(FULL.replace('"background"', '"bg"')),
            (
                'correlate.1.layer names "bg", which is no layer; '
                "expected one of background, character, object."
            ),
        ),
        (
            correlate(FULL.replace('"background"', '"character"')),
            'correlate.1 names "character" twice; expected two different layers.',
        ),
        (
            correlate(FULL.replace('mage = "night"', "")),
            "correlate.1.pairs is empty; expected at least one pair of variants.",
        ),
        (
            correlate(FULL.replace('"night"', "[]")),
            "correlate.1.pairs.mage is empty; expected at least one variant.",
        ),
        (
            correlate(FULL.replace('"night"', "0.9")),
            (
                "correlate.1.pairs.mage is 0.9; expected what goes with each variant, "
                'like { mage = "forest", pirate = ["sea", "bay"] }.'
            ),
        ),
        (
            correlate(FULL + "[[correlate]]\n" + FULL),
            (
                "correlate.1 and correlate.2 both give the probabilities of background; "
                "remove one of them, or use rules."
            ),
        ),
        (
            joint(f"{PAIR}probabilities = {HALVES}\n[[correlate]]\n{FULL}"),
            (
                "joint.1 and correlate.1 both give the probabilities of background; "
                "remove one of them, or use rules."
            ),
        ),
    ],
)
def test_correlations(tmp_path, text, expected):
    assert problem(tmp_path, text) == expected


# --- counts ---------------------------------------------------------------------------------------

COUNTS = "layer.object.counts"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            counts("{ axe = 60 }", TINY),
            (
                f'{COUNTS} is given and dataset.sampling is "random"; expected "quota", '
                'which draws exact counts. Use "weights" for relative numbers.'
            ),
        ),
        (counts("{}"), f"{COUNTS} is empty; expected a number per variant."),
        (
            counts("{ axe = 60 }\nweights = { axe = 1 }"),
            "layer.object has both weights and counts; expected one of them.",
        ),
        (
            counts("{ axe = 1.5 }"),
            (
                f"{COUNTS}.axe is 1.5; expected whole numbers, 0 or more, "
                'or "rest", like { a = 100, b = "rest" }.'
            ),
        ),
        (
            counts("{ axe = -1 }"),
            (
                f"{COUNTS}.axe is -1; expected whole numbers, 0 or more, "
                'or "rest", like { a = 100, b = "rest" }.'
            ),
        ),
        (
            counts('{ axe = "rest", none = "rest" }'),
            (
                f'{COUNTS} gives "rest" to "axe", "none"; expected it for one variant, '
                "which gets all images that the others leave."
            ),
        ),
        (
            counts("{ axe = 60 }") + "\n[[rule]]\n" + WHEN + "weights = { object = { axe = 1 } }",
            (
                f"{COUNTS} gives exact counts, but rule.1 gives other probabilities of object; "
                "remove one of them."
            ),
        ),
        (
            counts("{ axe = 60 }")
            + '\n[[correlate]]\nlayer = "object"\nfollows = "character"\nagree = 1\n'
            + 'pairs = { mage = "axe" }',
            (
                f"{COUNTS} gives exact counts, but correlate.1 gives other probabilities of "
                "object; remove one of them."
            ),
        ),
        (
            counts(
                "{ axe = 60 }",
                COUNTED.replace("probabilities = { mage = 0.5, pirate = 0.5 }", "counts.mage = 60"),
            )
            + "\n[[rule]]\n"
            + WHEN
            + "forbid = { object = 'axe' }",
            (
                "rule.1 excludes combinations of character and object, which all have counts; "
                "expected at least one of them without counts."
            ),
        ),
        (
            counts(
                "{ axe = 60 }",
                COUNTED.replace("probabilities = { mage = 0.5, pirate = 0.5 }", "counts.mage = 60"),
            )
            + "\n[[rule]]\nall_different = ['background', 'character', 'object']",
            (
                "rule.1 excludes combinations of character and object, which all have counts; "
                "expected at least one of them without counts."
            ),
        ),
        (
            counts("{ axe = 60 }", PLAIN.replace("count = 60", QUOTA))
            + '\n[[joint]]\nlayers = ["background", "object"]\nweights = { day = { axe = 1 } }',
            (f"{COUNTS} and joint.1 both give the probabilities of object; remove one of them."),
        ),
    ],
)
def test_counts(tmp_path, text, expected):
    assert problem(tmp_path, text) == expected


def test_counts_and_all(tmp_path):
    overrides = {"dataset.sampling": "all"}
    expected = f'{COUNTS} is given and dataset.sampling is "all"; expected "quota", '
    assert problem(tmp_path, counts("{ axe = 60 }"), overrides).startswith(expected)
