"""Splits and pairs in the configuration: what is accepted, and a sentence for each that is not."""

import pytest
from tests.art import write_toml
from tests.test_config import TINY, load_toml, problem

from imggen.config import load_config

SHARES = """
[[split]]
name = "train"
share = 0.75
[[split]]
name = "test"
share = 0.25
"""
COUNTS = SHARES.replace("share = 0.75", "count = 40").replace("share = 0.25", "count = 20")
BIRD = SHARES + '[[layer]]\nname = "bird"\nfolder = "hats"\n'
WHEN = BIRD + '[[layer.place_when]]\nwhen = { background = "night" }\nat = [1, 1]\n'
AVOID = BIRD + 'place = { x = [0, 9], y = [0, 9], avoid = "object" }\n'
UNCOUNTED = TINY.replace("count = 60\n", "")


def with_dataset(line, splits=SHARES):
    """TINY with a line more in [dataset], and splits."""
    return TINY.replace("[dataset]", f"[dataset]\n{line}", 1) + splits


def with_test(line, splits=SHARES):
    """TINY with splits, the last of which has a line more."""
    return TINY + splits + line


# --- what is accepted -----------------------------------------------------------------------------


def test_shares(tmp_path):
    config = load_toml(tmp_path, TINY + SHARES)
    assert [(split.name, split.share) for split in config.split] == [
        ("train", 0.75),
        ("test", 0.25),
    ]
    assert config.dataset.count == 60


@pytest.mark.parametrize("text", [TINY, UNCOUNTED])
def test_counts_sum_to_the_count(tmp_path, text):
    assert load_toml(tmp_path, text + COUNTS).dataset.count == 60


def test_all_of_it(tmp_path):
    text = with_dataset('stratify = ["character"]\nimage_name = "{split}/{index}"')
    config = load_toml(tmp_path, text + 'hold_out = [{ character = ["mage"], object = "axe" }]')
    assert config.dataset.stratify == ("character",)
    assert config.split[1].hold_out == ({"character": ("mage",), "object": ("axe",)},)
    config = load_toml(
        tmp_path,
        with_dataset('pair = "object"')
        + "probabilities = { background = { night = 1 } }\nweights = { object = { axe = 3 } }",
    )
    assert config.split[1].probabilities == {"background": {"night": 1}}
    assert config.dataset.pair == "object"


@pytest.mark.parametrize("splits", ["", SHARES, COUNTS, SHARES + 'hold_out = [{ object = "axe" }]'])
def test_resolved_loads_again(tmp_path, splits):
    config = load_toml(tmp_path, with_dataset('disjoint = "scenes"' if splits else "", splits))
    again = load_config(write_toml(tmp_path, config.resolved()), {})
    assert (again.dataset, again.split) == (config.dataset, config.split)


def test_without_splits_nothing_is_resolved(tmp_path):
    values = load_toml(tmp_path, TINY).resolved()
    assert list(values) == ["dataset", "canvas", "layer", "output", "labels"]
    assert not {"stratify", "disjoint", "pair"} & set(values["dataset"])


# --- what is refused: keys and sizes --------------------------------------------------------------

ODD = COUNTS.replace("40", "41").replace("20", "19")
MIXED = SHARES.replace("share = 0.25", "count = 15")
EXPECTED_SHOWN = 'a list of tables, like [{ character = "mage", object = "axe" }]'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TINY + "[split]",
         "split is a table; expected a list of tables. Write [[split]], two brackets."),
        (TINY + "[[split]]\nshare = 1", "split.1.name is missing; expected a name in quotes."),
        (with_test("shares = 1"), 'split.test.shares is not a known key; did you mean "share"?'),
        (TINY + SHARES.replace("0.25", '"all"'),
         'split.test.share is "all"; expected a number above 0, up to 1.'),
        (TINY + SHARES.replace("0.25", "0"),
         "split.test.share is 0; expected a number above 0, up to 1."),
        (TINY + COUNTS.replace("20", "0"),
         "split.test.count is 0; expected a whole number, 1 or more."),
        (with_test("count = 15"), "split.test has both share and count; expected one of them."),
        (TINY + '[[split]]\nname = "train"',
         "split.train has neither share nor count; expected one of them."),
        (TINY + MIXED,
         "split.train has a share and split.test a count; expected the same of all splits."),
        (TINY + SHARES.replace("0.25", "0.15"),
         'the shares of all splits sum to 0.9; expected 1. Use "count" for numbers of images.'),
        (TINY + COUNTS.replace("40", "50"),
         ("dataset.count is 60, and the counts of all splits sum to 70; leave it out, or give each "
          'split a "share" of it.')),
        (TINY + SHARES.replace('"test"', '"Train"'),
         ('name of split 2 is "Train", which split 1 also has (case is ignored); '
          "rename one.")),
        (TINY + SHARES.replace('"test"', '"../up"'),
         ('name of split 2 is "../up"; expected at most 64 letters, digits, spaces, _ and -, '
          "starting with a letter.")),
        (with_dataset('image_column = "split"').replace('image_column = "generated image"\n', ""),
         ('the column of splits is "split", which dataset.image_column also has (case is '
          "ignored); rename one.")),
        (with_dataset('image_name = "{split}{index}-{spilt}"'),
         'dataset.image_name has the unknown field {spilt}; did you mean "split"?'),
        (with_dataset('image_name = "{split}{index}{split}"'),
         ('dataset.image_name is "{split}{index}{split}", which could give two images one name; '
          'expected {index} at the start or end of its part of the path, separated from layers, '
          'like "{index}-...".')),
    ],
)  # fmt: skip
def test_sizes_and_names(tmp_path, text, expected):
    assert problem(tmp_path, text) == expected


def test_another_count_on_the_command_line(tmp_path):
    assert problem(tmp_path, TINY + COUNTS, {"dataset.count": 100}) == (
        "--count is 100, and the counts of all splits sum to 60; leave it out, or give each split "
        'a "share" of it.'
    )


# --- distributions and what is held out -----------------------------------------------------------


CORRELATE = """
[[split.correlate]]
layer = "object"
follows = "object"
agree = 1
pairs = { a = "b" }
"""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("probabilities = { backgrond = { day = 1 } }",
         ('split.test.probabilities names "backgrond", which is no layer; did you mean '
          '"background"?')),
        ("weights = { 5 = { day = 1 } }",
         ('split.test.weights names "5", which is no layer; expected one of background, character, '
          "object.")),
        ("probabilities = { background = { day = 0.5 } }",
         ('split.test.probabilities.background sums to 0.5; expected 1. Use "weights" for relative '
          "numbers.")),
        ("probabilities = { background = {} }",
         "split.test.probabilities.background is empty; expected a number per variant."),
        ("weights = { background = { day = 0 } }",
         "split.test.weights.background are all 0; expected at least one above 0."),
        ("weights = { background = { day = -1 } }",
         ("split.test.weights.background.day is -1; expected numbers of 0 or more by layer and "
          "variant, like { object = { axe = 3, none = 7 } }.")),
        ("probabilities = { background = 1 }",
         ("split.test.probabilities.background is 1; expected numbers from 0 to 1 by layer and "
          "variant, like { object = { axe = 0.3, none = 0.7 } }.")),
        ("probabilities = { object = { axe = 1 } }\nweights = { object = { axe = 1 } }",
         'split.test has both probabilities and weights for "object"; expected one of them.'),
        ('hold_out = ["mage"]', f'split.test.hold_out is ["mage"]; expected {EXPECTED_SHOWN}.'),
        ("hold_out = [{ object = 3 }]",
         f'split.test.hold_out is [{{"object": 3}}]; expected {EXPECTED_SHOWN}.'),
        ('hold_out = [{ thing = "axe" }]',
         ('split.test.hold_out names "thing", which is no layer; expected one of background, '
          "character, object.")),
        ("hold_out = [{}]", "split.test.hold_out is empty; expected at least one layer."),
        ("hold_out = [{ object = [] }]",
         "split.test.hold_out.object is empty; expected at least one variant."),
        ("rule = 3",
         ("split.test.rule is 3; expected a list of tables. Write [[split.rule]], two brackets.")),
        ("[[split.rule]]\nwhen = 3",
         ("split.test.rule.1.when is 3; expected layers and what they show, like "
          '{ character = "mage", object = ["axe", "bomb"] }.')),
        ("[[split.rule]]\nforbid = {}",
         ("split.test.rule.1.when is missing; expected layers and what they show, like "
          '{ character = "mage", object = ["axe", "bomb"] }.')),
        ("[[split.rule]]\nwhen = { object = 'axe' }\nforbit = {}",
         'split.test.rule.1.forbit is not a known key; did you mean "forbid"?'),
        ("[[split.rule]]\nwhen = { object = 'axe' }\nforbid = { hat = 'cap' }",
         ('split.test.rule.1.forbid names "hat", which is no layer; expected one of background, '
          "character, object.")),
        (CORRELATE,
         'split.test.correlate.1 names "object" twice; expected two different layers.'),
    ],
)  # fmt: skip
def test_distributions(tmp_path, line, expected):
    assert problem(tmp_path, with_test(line)) == expected


def test_held_out_from_no_other_split(tmp_path):
    held = 'hold_out = [{ object = "axe" }]\n'
    text = TINY + SHARES.replace("share = 0.75\n", "share = 0.75\n" + held) + held
    assert problem(tmp_path, text) == (
        'split.train.hold_out holds out { object = "axe" } from no other split; '
        "expected a split that does not have it."
    )


# --- settings that contradict each other ----------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (with_dataset('stratify = ["character"]', ""),
         'dataset.stratify is ["character"], but there is no [[split]]; add some or remove it.'),
        (with_dataset('disjoint = "scenes"', ""),
         'dataset.disjoint is "scenes", but there is no [[split]]; add some or remove it.'),
        (with_dataset("disjoint = true"),
         'dataset.disjoint is true; expected "scenes" or "combinations".'),
        (with_dataset("stratify = []"),
         'dataset.stratify is []; expected names of layers, like ["character"].'),
        (with_dataset('stratify = ["charakter"]'),
         'dataset.stratify names "charakter", which is no layer; did you mean "character"?'),
        (with_dataset('stratify = ["object", "object"]'),
         'dataset.stratify names "object" twice; expected it once.'),
        (with_dataset('stratify = ["object"]\nsampling = "all"', COUNTS),
         ('split.train.count is 40, but with dataset.sampling = "all" counts follow from what '
          'images show; expected a "share".')),
        (with_dataset('stratify = ["object"]') + "weights = { object = { axe = 1 } }",
         ("split.test.weights changes how likely variants of object are in split.test, but "
          "dataset.stratify names it, so that object is drawn before the split; let the split "
          "change other layers.")),
        (with_dataset('stratify = ["object"]') + 'weights = { character = { mage = 1 } }\n'
         '[[split.rule]]\nwhen = { object = "axe" }\nforbid = { character = "mage" }\n'
         '[[rule]]\nwhen = { character = "mage" }\nweights = { object = { axe = 1 } }',
         ("split.test.weights changes how likely variants of character are in split.test, but "
          "object depends on it (rule.1), so that character is drawn before the split; let the "
          "split change other layers.")),
        (with_dataset('stratify = ["object"]') + 'hold_out = [{ object = "axe" }]\n'
         'weights = { character = { mage = 1 } }',
         ("split.test.hold_out names object, but dataset.stratify names it, so that object is "
          "drawn before the split and comes in all splits; hold out combinations with other "
          "layers.")),
        (with_dataset('sampling = "quota"\ndisjoint = "combinations"', COUNTS),
         ('split.train.count is 40, but with dataset.disjoint = "combinations" counts follow from '
          'what images show; expected a "share".')),
        (with_dataset('disjoint = "combinations"') + "weights = { object = { axe = 1 } }",
         ('split.test has weights of its own, but with dataset.disjoint = "combinations" what an '
          'image shows decides its split; remove them, or use "hold_out".')),
        (with_dataset('sampling = "all"') + "probabilities = { object = { axe = 1 } }",
         ('split.test has probabilities of its own, but with dataset.sampling = "all" what an '
          'image shows decides its split; remove them, or use "hold_out".')),
        (with_dataset('pair = "objekt"'),
         'dataset.pair is "objekt", which is no layer; did you mean "object"?'),
        (with_dataset('pair = "object"\nunique = true'),
         ('dataset.pair is "object", whose second images may repeat other scenes, and '
          "dataset.unique is true; give one or the other.")),
        (with_dataset('pair = "object"\nsampling = "quota"'),
         ('dataset.pair is "object", which draws a second image, and dataset.sampling is "quota", '
          'which leaves it no choice; use "random".')),
        (with_dataset('pair = "character"'),
         ('dataset.pair is "character", and layer.object is placed relative to it, so that it '
          'could move when "character" changes; place object relative to others, or pair another '
          "layer.")),
        (with_dataset('pair = "background"', WHEN),
         ('dataset.pair is "background", and layer.bird is placed by what it shows, so that it '
          'could move when "background" changes; place bird relative to others, or pair another '
          "layer.")),
        (with_dataset('pair = "object"', AVOID),
         ('dataset.pair is "object", and layer.bird is placed clear of it, so that it could move '
          'when "object" changes; place bird relative to others, or pair another layer.')),
        (with_dataset('pair = "object"', ODD),
         ("split.test.count is 19, but dataset.pair makes images in pairs; expected an even "
          "number, like 20.")),
        (with_dataset('pair = "object"', "").replace("count = 60", "count = 61"),
         ("dataset.count is 61, but dataset.pair makes images in pairs; expected an even number, "
          "like 62.")),
        (with_dataset('pair = "object"\nstratify = ["object"]'),
         ('dataset.pair is "object", and dataset.stratify names it, too; stratify by other '
          "layers.")),
        (with_dataset('pair = "object"\nstratify = ["character"]')
         + 'hold_out = [{ object = "axe" }]',
         ('dataset.pair is "object", and split.test.hold_out names it, too, so that with '
          "dataset.stratify a pair could belong to two splits; hold out other layers.")),
        (with_dataset('pair = "object"\nfamily = { layer = "object" }'),
         ('dataset.pair is "object", and dataset.family is given, too; expected one of them. A '
          "pair is a family of size 2.")),
        (with_dataset('family = { layer = "objekt" }'),
         'dataset.family.layer is "objekt", which is no layer; did you mean "object"?'),
        (with_dataset('family = { layer = "object", size = 1 }'),
         'dataset.family.size is 1; expected a whole number from 2 to 1000, or "all".'),
        (with_dataset('family = { layer = "object", size = "some" }'),
         'dataset.family.size is "some"; expected a whole number from 2 to 1000, or "all".'),
        (with_dataset('family = { layer = "object", sise = 4 }'),
         'dataset.family.sise is not a known key; did you mean "size"?'),
        (with_dataset('family = { layer = "object", size = 4 }\nunique = true'),
         ('dataset.family.layer is "object", whose other images may repeat those of other scenes, '
          "and dataset.unique is true; give one or the other.")),
        (with_dataset('family = { layer = "object", size = 4 }\nsampling = "quota"'),
         ('dataset.family.layer is "object", which draws other images of each scene, and '
          'dataset.sampling is "quota", which leaves it no choice; use "random".')),
        (with_dataset('family = { layer = "character", size = 4 }'),
         ('dataset.family.layer is "character", and layer.object is placed relative to it, so that '
          'it could move when "character" changes; place object relative to others, or choose '
          "another layer.")),
        (with_dataset('family = { layer = "object", size = 8 }', ""),
         ("dataset.count is 60, but dataset.family makes 8 images of each scene; expected a "
          "multiple of 8, like 64.")),
        (with_dataset('family = { layer = "object", size = 4 }', ODD),
         ("split.test.count is 19, but dataset.family makes 4 images of each scene; expected a "
          "multiple of 4, like 20.")),
        (with_dataset('family = { layer = "object", size = 4 }\nstratify = ["character"]')
         + 'hold_out = [{ object = "axe" }]',
         ('dataset.family.layer is "object", and split.test.hold_out names it, too, so that with '
          "dataset.stratify a family could belong to two splits; hold out other layers.")),
        (with_dataset('family = { layer = "object", vary = "blur" }'),
         ('dataset.family.vary is "blur", which is no key of vary; expected one of flip, scale, '
          "rotate, hue, saturation, brightness, opacity, blend, feather, "
          "shadow_x, shadow_y, shadow_blur, shadow_opacity.")),
        (with_dataset('family = { layer = "object", vary = "scale", size = 2 }'),
         ("dataset.family.size is 2, but a family with vary goes through all its values; leave "
          "size out, or give vary fewer values.")),
        (with_dataset('family = { layer = "object", vary = "scale" }'),
         ('dataset.family.vary is "scale", but layer.object.vary.scale has only one value; give it '
          "several, like { values = [...] }.")),
        (with_dataset('family = { layer = "object", size = 4 }\nimage_column = "member"', "")
         .replace('image_column = "generated image"\n', ""),
         ('a column of families is "member", which dataset.image_column also has (case is '
          "ignored); rename one.")),
        (with_dataset('pair = "object"\nimage_column = "pair_id"', "")
         .replace('image_column = "generated image"\n', ""),
         ('the column of pairs is "pair_id", which dataset.image_column also has (case is '
          "ignored); rename one.")),
    ],
)  # fmt: skip
def test_contradictions(tmp_path, text, expected):
    assert problem(tmp_path, text) == expected
