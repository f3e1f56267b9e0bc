"""`vary_when` and correlations of values: what is kept, and each refusal's sentence."""

import pytest
from tests.art import write_toml
from tests.test_config import load_toml, problem

from imggen.config import load_config
from imggen.errors import ConfigError

HEAD = """
[[layer]]
name = "sky"
folder = "skies"

[[layer]]
name = "digit"
folder = "digits"
{keys}
vary = {{ hue = {{ values = [0, 120, 240] }}, scale = [0.5, 1] }}

[[layer]]
name = "hat"
folder = "hats"
"""
CORRELATE = '[[{}correlate]]\nlayer = "digit"\nvary = "hue"\nfollows = "digit"\nagree = 0.9\n{}\n'
VALUES = "values = { zero = 0, one = [100, 200] }"


SPLIT = '[[split]]\nname = "a"\nshare = 1\n'


def text(more="", keys=""):
    return HEAD.format(keys=keys) + more


def when(table):
    return text(keys=f"vary_when = [{table}]")


def correlate(keys=VALUES, owner=""):
    return CORRELATE.format(owner, keys)


def test_resolved_means_the_same(tmp_path):
    made = (
        text(
            correlate()
            + '[[split]]\nname = "a"\nshare = 1\n'
            + correlate("values = { one = 0 }", "split."),
            'vary_when = [{ when = { hat = "x*", digit = "zero" }, hue = 5, flip = 0.5 }]',
        )
        .replace('"hue"', '"scale"')
        .replace("= 0,", "= 0.5,")
        .replace("[100, 200]", "[0.5, 0.7]")
    )
    made = made.replace("one = 0 ", "one = 1 ")
    config = load_toml(tmp_path, made)
    again = load_config(write_toml(tmp_path / "again", config.resolved()), {})
    assert again.layer[1].vary_when == config.layer[1].vary_when
    assert again.layer[1].variation == config.layer[1].variation
    assert again.correlate == config.correlate
    assert again.split == config.split
    [written] = config.resolved()["layer"][1]["vary_when"]
    assert list(written) == ["flip", "hue", "when"]


def test_variation(tmp_path):
    layer = load_toml(tmp_path, when('{ when = { sky = "*" }, hue = [0, 1], flip = 1 }')).layer[1]
    assert layer.variation.levels("hue") == (0, 120, 240, 1)
    assert layer.variation.levels("flip") == (0, 1)
    assert layer.variation.drawn == ("flip", "scale", "hue")
    assert load_toml(tmp_path, text()).layer[0].variation.is_plain


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("{ hue = 3 }", 'when is missing; expected variants of layers, like { object = "seven" }.'),
        ("{ when = {}, hue = 3 }", "when is empty; expected at least one layer."),
        ('{ when = { skyy = "a" }, hue = 3 }',
         'when names "skyy", which is no layer; did you mean "sky"?'),
        ("{ when = { sky = [] }, hue = 3 }", "when.sky is empty; expected at least one variant."),
        ('{ when = { sky = "a" }, hue = 400 }', "hue holds 400; expected -360 to 360."),
        ('{ when = { sky = "a" }, heu = 4 }', 'heu is not a known key; did you mean "hue"?'),
    ],
)  # fmt: skip
def test_refused(tmp_path, table, expected):
    assert problem(tmp_path, when(table)) == f"layer.digit.vary_when.1.{expected}"


def test_no_keys(tmp_path):
    assert problem(tmp_path, when('{ when = { sky = "a" } }')) == (
        'layer.digit.vary_when.1 gives only "when"; expected keys of a variation too, like hue.'
    )


def test_columns_need_names_of_their_own(tmp_path):
    taken = when('{ when = { sky = "a" }, opacity = 0.5 }')
    taken = taken.replace('name = "hat"', 'name = "digit opacity"')
    assert problem(tmp_path, taken) == (
        'name of layer 3 is "digit opacity", which the opacity column of layer 2 also has '
        "(case is ignored); rename one."
    )


def test_instances(tmp_path):
    keys = 'instances = 2\nvary_when = [{ when = { digit = "a" }, hue = 3 }]'
    load_toml(tmp_path, text(keys=keys))
    other = text(keys="instances = 2") + 'vary_when = [{ when = { digit = "a" }, hue = 3 }]\n'
    assert problem(tmp_path, other) == (
        "layer.hat.vary_when.1.when names digit, which has instances, so that an image may show "
        "several of its variants; name a layer without instances."
    )
    load_toml(tmp_path, text(correlate(), "instances = 2"))


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ('vary_when = [{ when = { digit = "a" }, hue = 3 }]\n', "layer.hat.vary_when.1"),
        ('vary = { hue = { values = [0, 150] } }\n'
         + correlate().replace('layer = "digit"', 'layer = "hat"'), "correlate.1"),
    ],
)  # fmt: skip
def test_pairs(tmp_path, more, where):
    assert problem(tmp_path, '[dataset]\npair = "digit"\n' + text(more)) == (
        f'dataset.pair is "digit", and {where} varies hat by what it shows, so that it could '
        'change when "digit" changes; remove it, or pair another layer.'
    )
    own = text(correlate(), 'vary_when = [{ when = { digit = "a" }, opacity = 0.5 }]')
    load_toml(tmp_path, '[dataset]\npair = "digit"\n' + own)


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("", ("values is missing; expected the values that go with each variant, like "
              "{ zero = 0, one = [90, 150] }.")),
        ("values = {}", "values is empty; expected at least one variant."),
        ("values = { zero = 15 }",
         ("values.zero has none of the values of layer.digit.vary.hue; expected some of 0, 120, "
          "240.")),
        ("values = { zero = [-10, 300] }",
         ("values.zero has all of the values of layer.digit.vary.hue; expected some of 0, 120, "
          "240.")),
        ("values = { zero = { range = [0, 9], step = 3 } }",
         "values.zero is a table; expected a number, a range like [90, 150] or values."),
        ("values = { zero = 'x' }",
         ('values.zero is "x"; expected the values that go with each variant, like '
          "{ zero = 0, one = [90, 150] }.")),
    ],
)  # fmt: skip
def test_values_refused(tmp_path, keys, expected):
    assert problem(tmp_path, text(correlate(keys))) == f"correlate.1.{expected}"


def test_pairs_and_values(tmp_path):
    pairs = 'pairs = { zero = "a" }'
    assert problem(tmp_path, text(correlate(pairs))) == (
        'correlate.1 has pairs, and correlate.1.vary is "hue"; expected values, the values that '
        "go with each variant, like { zero = 0, one = [90, 150] }."
    )
    plain = correlate().replace('vary = "hue"\n', "")
    assert problem(tmp_path, text(plain)) == (
        "correlate.1 has values, and correlate.1.vary is missing; expected pairs, what goes with "
        'each variant, like { mage = "forest", pirate = ["sea", "bay"] }.'
    )


def test_one_place_decides(tmp_path):
    assert problem(tmp_path, text(correlate() + correlate())) == (
        "correlate.1 and correlate.2 both give the probabilities of digit hue; remove one of them."
    )
    special = 'vary_when = [{ when = { sky = "a" }, hue = 3 }]'
    assert problem(tmp_path, text(correlate(), special)) == (
        "correlate.1 and layer.digit.vary_when.1 both say how likely the values of digit hue are; "
        "remove one of them."
    )
    fixed = text(correlate()).replace("{ values = [0, 120, 240] }", "5")
    assert problem(tmp_path, fixed) == (
        "correlate.1.vary is hue, and layer.digit.vary.hue has one value; give it several."
    )


def test_splits_that_come_later_cannot_have_their_own(tmp_path):
    splits = '[[split]]\nname = "a"\nshare = 1\n' + correlate(owner="split.")
    assert problem(tmp_path, '[dataset]\nsampling = "all"\n' + text(splits)) == (
        'split.a has correlate of its own, but with dataset.sampling = "all" what an image '
        'shows decides its split; remove them, or use "hold_out".'
    )


def test_families_of_values_have_one_distribution(tmp_path):
    head = '[dataset.family]\nlayer = "digit"\nvary = "hue"\n'
    special = 'vary_when = [{ when = { sky = "a" }, hue = 3 }]'
    assert problem(tmp_path, head + text(keys=special)) == (
        'dataset.family.vary is "hue", and layer.digit.vary_when.1 gives other values of it; '
        "remove one of them."
    )
    assert problem(tmp_path, head + text(correlate())) == (
        'dataset.family.vary is "hue", so that each scene has all its values, and correlate.1 says '
        "how likely they are; remove one of them."
    )


def test_all_errors_at_once(tmp_path):
    keys = 'vary_when = [{ when = { sky = [] }, hue = 3 }, { when = { skyy = "a" }, hue = 999 }]'
    wrong = text(correlate("values = { zero = 7 }"), keys).replace("[0, 120, 240]", "[0, 0]")
    with pytest.raises(ConfigError) as caught:
        load_toml(tmp_path, wrong)
    assert [line.split(": ", 1)[1] for line in str(caught.value).splitlines()] == [
        "layer.digit.vary_when.1.when.sky is empty; expected at least one variant.",
        'layer.digit.vary_when.2.when names "skyy", which is no layer; did you mean "sky"?',
        "layer.digit.vary.hue.values holds 0.0 twice; expected each value once.",
    ]


def test_views_have_no_values_of_their_own(tmp_path):
    own = correlate(owner="view.")
    views = f'[[view]]\nname = "a"\n[[view]]\nname = "b"\nanother = "digit"\n{own}'
    assert problem(tmp_path, text(views)) == (
        'view.b.correlate.1.vary is "hue", and a view draws another variant, but no values; give '
        "it in [[correlate]] instead."
    )
