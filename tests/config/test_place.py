"""Places: what is accepted, what is written back, and the sentence for each that is not."""

import pytest
from tests.art import write_toml
from tests.checks import without_place

from imggen.config import load_config
from imggen.errors import ConfigError

LENGTH = 'px or a share of the canvas like "50%"'
POINT = f"two whole numbers of {LENGTH}, like [960, 1000]"
RANGE = (
    f"a whole number of {LENGTH}, or the lowest and the highest, like [200, 1720], or a table with "
    "range, values or normal"
)
TEXT = """
[[layer]]
name = "scene"
folder = "scenes"

[[layer]]
name = "hero"
folder = "heroes"

[[layer]]
name = "bird"
folder = "birds"
{place}

[[layer]]
name = "hat"
folder = "hats"
"""


def load_place(tmp_path, place):
    """The layer bird, with `place` as TOML."""
    path = tmp_path / "imggen.toml"
    path.write_text(TEXT.format(place=place))
    return load_config(path, {})


def problem(tmp_path, place):
    with pytest.raises(ConfigError) as caught:
        load_place(tmp_path, place)
    return without_place(caught.value)


def special(when, keys="at = [1, 1]"):
    return f"[[layer.place_when]]\nwhen = {when}\n{keys}\n"


@pytest.mark.parametrize(
    "place",
    [
        'place = { at = ["50%", "100%"], offset = ["-0.5%", 3] }',
        'place = { x = ["10%", 1800], y = "50%", inside = 0.75, offset = [1, "2%"] }',
        'place = { x = 1, y = 1, avoid = "hero" }',
        'place = { x = 1, y = 1, avoid = ["hero", "scene"], overlap = 0 }',
        "place = { x = 1, y = 1, avoid = [] }",
        "place = { at = [-1000000, 1000000] }",
        'place = { of = "hero", at = "top", otherwise = ["50%", 3] }',
        'place = { of = "hero", at = "top", otherwise = "refuse" }',
        'place = { x = [0, 9], y = 1, avoid = "hero" }\n'
        + special('{ scene = "desert", hero = ["m*", "none"] }', "x = 5")
        + special('{ scene = "*" }', 'of = "hero"\nat = "top"\nanchor = "bottom"')
        + special('{ scene = "*" }', "avoid = []"),
        'place = { x = 1, y = 1, avoid = "hero", overlap = 0.5 }\n'
        + special('{ scene = "*" }', "avoid = []"),
    ],
)
def test_good_places_mean_the_same_when_written(tmp_path, place):
    config = load_place(tmp_path, place)
    again = load_config(write_toml(tmp_path / "again", config.resolved()), {})
    assert [layer.places for layer in again.layer] == [layer.places for layer in config.layer]
    assert [[one.when for one in layer.place_when] for layer in again.layer] == [
        [one.when for one in layer.place_when] for layer in config.layer
    ]


def test_only_keys_that_were_given_are_written(tmp_path):
    """Those that were not are those of `place`, whatever their defaults."""
    config = load_place(tmp_path, 'place = { anchor = "top" }\n' + special('{ hero = "a" }'))
    [written] = config.resolved()["layer"][2]["place_when"]
    assert written == {"when": {"hero": ["a"]}, "at": [1, 1]}
    given = load_place(
        tmp_path,
        'place = { anchor = "top" }\n'
        + special('{ hero = "a" }', 'at = [1, 1]\nanchor = "top-left"'),
    )
    assert config.model_dump(mode="json") != given.model_dump(mode="json")
    assert [layer.places[-1].anchor for layer in (config.layer[2], given.layer[2])] == [
        "top", "top-left",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (
            'at = ["half", 1]',
            (
                f'.at is ["half", 1]; expected {POINT}, or with "of" "top-left", '
                '"top", "top-right", "left", "center", "right", "bottom-left", "bottom" or '
                '"bottom-right".'
            ),
        ),
        ('at = [0, 0], offset = ["5", 0]', f'.offset is ["5", 0]; expected {POINT}.'),
        (
            'at = [0, 0], offset = ["5 %", 0]',
            f'.offset is ["5 %", 0]; expected {POINT}. Write "5%", without a space.',
        ),
        (
            "at = [0, 0], offset = [0, -1000001]",
            f".offset is [0, -1000001]; expected {POINT}. The limit is 1,000,000 px.",
        ),
        (
            'x = ["0%", "10000%"], y = 1',
            (
                f'.x is ["0%", "10000%"]; expected {RANGE}. A share has up to 4 digits and 6 '
                'decimals, like "12.5%".'
            ),
        ),
        ('x = "a%", y = 1', f'.x is "a%"; expected {RANGE}.'),
        ("x = [1, 2, 3], y = 1", f".x is [1, 2, 3]; expected {RANGE}."),
        ("x = 1.5, y = 1", f".x is 1.5; expected {RANGE}."),
        (
            "x = 1, y = 1, inside = 0",
            (
                ".inside is 0; expected true, false or a share of the "
                "sprite's box, above 0 and at most 1, like 0.75."
            ),
        ),
        (
            "x = 1, y = 1, inside = 1.2",
            (
                ".inside is 1.2; expected true, false or a share of the "
                "sprite's box, above 0 and at most 1, like 0.75."
            ),
        ),
        (
            "at = [1, 1], inside = 0.5",
            (
                ".inside is 0.5, but goes with x and y, the ranges of a "
                "random place, which are missing; give them or remove it."
            ),
        ),
        (
            'at = [1, 1], avoid = "hero"',
            (
                '.avoid is ["hero"], but goes with x and y, the ranges of '
                "a random place, which are missing; give them or remove it."
            ),
        ),
        (
            "at = [1, 1], overlap = 0.1",
            (
                ".overlap is 0.1, but goes with x and y, the ranges of a "
                "random place, which are missing; give them or remove it."
            ),
        ),
        (
            "x = 1, y = 1, overlap = 0.1",
            (
                ".overlap is 0.1, but goes with avoid, the layers to "
                "overlap with, which is missing; give it or remove this."
            ),
        ),
        (
            'x = 1, y = 1, avoid = "hero", overlap = 1',
            (".overlap is 1; expected a share of the sprite's box from 0 to below 1, like 0.1."),
        ),
        (
            "x = 1, y = 1, avoid = 3",
            ('.avoid is 3; expected names of earlier layers, like ["character"], or "self".'),
        ),
        (
            'x = 1, y = 1, avoid = "heroo"',
            ('.avoid names "heroo", which is no layer; did you mean "hero"?'),
        ),
        (
            'x = 1, y = 1, avoid = ["hero", "hat"]',
            (
                '.avoid names "hat", which is drawn later; '
                "expected an earlier layer. Change their order."
            ),
        ),
        (
            'x = 1, y = 1, avoid = "bird"',
            ('.avoid names "bird", the layer itself; expected an earlier one.'),
        ),
        (
            "at = [1, 1], otherwise = [1, 1]",
            (
                '.otherwise is [1, 1], but goes with "of", the layer '
                "that may draw nothing, which is missing; give it or remove this."
            ),
        ),
        (
            'of = "hero", at = "top", otherwise = "skip"',
            (f'.otherwise is "skip"; expected {POINT}, "refuse" or "drop".'),
        ),
        (
            "x = 1, y = 1, otherwise = [1, 1]",
            (
                " has otherwise and x; expected x and y for a random "
                "place on the canvas, or of and at for a fixed one."
            ),
        ),
        (
            'of = "hero", at = "top", ofset = [1, 1]',
            ('.ofset is not a known key; did you mean "offset"?'),
        ),
    ],
)
def test_bad_places(tmp_path, place, expected):
    assert problem(tmp_path, f"place = {{ {place} }}") == f"layer.bird.place{expected}"


@pytest.mark.parametrize(
    ("when", "keys", "expected"),
    [
        (
            "{}",
            "at = [1, 1]",
            (
                ".when is empty; expected variants of earlier layers, like "
                '{ background = "desert" }.'
            ),
        ),
        (
            '"desert"',
            "at = [1, 1]",
            (
                '.when is "desert"; expected variants of earlier layers, like '
                '{ background = "desert" }.'
            ),
        ),
        (
            "{ hero = 5 }",
            "at = [1, 1]",
            (
                ".when.hero is 5; expected variants of earlier layers, "
                'like { background = "desert" }.'
            ),
        ),
        (
            "{ hero = [] }",
            "at = [1, 1]",
            ('.when.hero is an empty list; expected variants of hero, like ["desert", "red*"].'),
        ),
        (
            '{ heroo = "a" }',
            "at = [1, 1]",
            ('.when names "heroo", which is no layer; did you mean "hero"?'),
        ),
        (
            '{ hat = "a" }',
            "at = [1, 1]",
            (
                '.when names "hat", which is drawn later; expected an '
                "earlier layer. Change their order."
            ),
        ),
        (
            '{ bird = "a" }',
            "at = [1, 1]",
            ('.when names "bird", the layer itself; expected an earlier one.'),
        ),
        ('{ hero = "a" }', "", ' gives only "when"; expected keys of a place too, like at.'),
        ('{ hero = "a" }', "att = [1, 1]", '.att is not a known key; did you mean "at"?'),
        (
            '{ hero = "a" }',
            "at = [1]",
            (
                f'.at is [1]; expected {POINT}, or with "of" "top-left", '
                '"top", "top-right", "left", "center", "right", "bottom-left", "bottom" or '
                '"bottom-right".'
            ),
        ),
        (
            '{ hero = "a" }',
            "x = [9, 1]\ny = 1",
            (".x is [9, 1]; expected the lowest first. Write [1, 9]."),
        ),
        ('{ hero = "a" }', "x = 1", f".y is missing; expected {RANGE}, as x is given."),
        (
            '{ hero = "a" }',
            'of = "hero"',
            (
                '.at is missing; expected a point of "hero" like '
                '"bottom-right", as "of" is given. Use "offset" for px.'
            ),
        ),
        (
            '{ hero = "a" }',
            'at = "top"',
            (
                '.at is "top"; expected two whole numbers of px, like '
                '[960, 1000], or "of" with the layer that this is a point of.'
            ),
        ),
        (
            '{ hero = "a" }',
            "x = 1\ny = 1\nat = [1, 1]",
            (
                " has at and x; expected x and y for a "
                "random place on the canvas, or at for a fixed one."
            ),
        ),
    ],
)
def test_bad_special_places(tmp_path, when, keys, expected):
    given = "place = { at = [2, 2] }\n" + special(when, keys)
    assert problem(tmp_path, given) == f"layer.bird.place_when.1{expected}"


def test_the_second_special_place_is_called_so(tmp_path):
    given = special('{ hero = "a" }') + "\n" + special('{ hero = "b" }', "inside = true")
    assert problem(tmp_path, given) == (
        "layer.bird.place_when.2.inside is true, but goes with x and y, the ranges of a random "
        "place, which are missing; give them or remove it."
    )


def test_no_when(tmp_path):
    assert problem(tmp_path, "[[layer.place_when]]\nat = [1, 1]") == (
        "layer.bird.place_when.1.when is missing; expected variants of earlier layers, like "
        '{ background = "desert" }.'
    )


def test_one_bracket(tmp_path):
    assert problem(tmp_path, "[layer.place_when]\nat = [1, 1]") == (
        "layer.bird.place_when is a table; expected a list of tables. "
        "Write [[layer.place_when]], two brackets."
    )


def test_the_first_layer_has_nothing_before_it(tmp_path):
    path = tmp_path / "imggen.toml"
    path.write_text('[[layer]]\nname = "a"\nfolder = "a"\n' + special('{ b = "x" }'))
    with pytest.raises(ConfigError) as caught:
        load_config(path, {})
    assert without_place(caught.value) == (
        'layer.a.place_when.1.when names "b", and this is the first layer; expected an earlier one.'
    )


def test_columns_of_a_place_that_is_random_only_sometimes(tmp_path):
    """They are taken as well."""
    text = TEXT.replace('name = "hat"', 'name = "bird x"')
    path = tmp_path / "imggen.toml"
    path.write_text(text.format(place=special('{ hero = "a" }', "x = 1\ny = 1")))
    with pytest.raises(ConfigError, match='name of layer 4 is "bird x", which the x column of'):
        load_config(path, {})
