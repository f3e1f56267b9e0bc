"""Loading a configuration: what is accepted, and the sentence for each thing that is not."""

import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.art import write_toml
from tests.checks import without_place

from imggen.config import load_config
from imggen.config.image_name import check_image_name
from imggen.errors import ConfigError

ROOT = Path(__file__).parents[1]
TINY = """
[dataset]
name = "tiny"
count = 60
image_column = "generated image"

[canvas]
size = [48, 32]

[[layer]]
name = "background"
folder = "backgrounds"
probabilities = { day = 0.75, night = 0.25 }

[[layer]]
name = "character"
folder = "characters"
trim = true
probabilities = { mage = 0.5, pirate = 0.5 }
place = { anchor = "bottom", at = [20, 28] }

[[layer]]
name = "object"
folder = "objects"
trim = true
weights = { none = 2, axe = 1, key = 1 }

[layer.place]
anchor = "bottom-left"
of = "character"
at = "bottom-right"
offset = [2, 0]
"""
LEAST = """
[[layer]]
name = "a"
folder = "art"
"""


def tiny():
    """The values of TINY, to change."""
    return tomllib.loads(TINY)


def load_toml(tmp_path, text, overrides=None):
    path = tmp_path / "imggen.toml"
    path.write_text(text)
    return load_config(path, overrides or {})


def problem(tmp_path, text, overrides=None):
    """The sentence that loading `text` ends in."""
    with pytest.raises(ConfigError) as caught:
        load_toml(tmp_path, text, overrides)
    message = without_place(caught.value)
    assert message[-1] in ".?"
    assert "pydantic" not in message.lower()
    return message


def change(old, new):
    assert TINY.count(old) == 1
    return TINY.replace(old, new)


# --- what is accepted -----------------------------------------------------------------------------


CARD = {"description", "licence", "author", "url", "version", "published"}


def test_the_sample_is_the_article():
    config = load_config(ROOT / "assets" / "imggen.toml", {})
    assert config.dataset.model_dump(exclude=CARD) == {
        "name": "article",
        "seed": 0,
        "count": 200,
        "sampling": "random",
        "unique": False,
        "image_name": "generated{index}",
        "image_column": "generated image",
        "stratify": None,
        "disjoint": None,
        "pair": None,
        "family": None,
    }
    assert config.canvas.size == (1920, 1078)
    assert [layer.name for layer in config.layer] == ["background", "character", "object"]
    assert config.layer[0].fit == "stretch"
    assert config.layer[1].place.at == (960, 1000)
    assert config.layer[2].place.offset == (30, 0)
    assert config.layer[2].probabilities["heart"] == 0.005
    assert config.root == ROOT / "assets"


def test_least(tmp_path):
    config = load_toml(tmp_path, LEAST)
    assert config.dataset.count == 200
    assert config.output.format == "png"


def test_a_byte_order_mark_and_windows_line_ends_are_fine(tmp_path):
    path = tmp_path / "imggen.toml"
    path.write_bytes(b"\xef\xbb\xbf" + TINY.replace("\n", "\r\n").encode())
    assert load_config(path, {}).dataset.name == "tiny"


def test_whole_numbers_are_fine_where_fractions_are(tmp_path):
    config = load_toml(tmp_path, change("{ mage = 0.5, pirate = 0.5 }", "{ mage = 1, pirate = 0 }"))
    assert config.layer[1].probabilities == {"mage": 1.0, "pirate": 0.0}


def test_probabilities_may_miss_1_by_rounding(tmp_path):
    tenths = ", ".join(f"v{k} = 0.1" for k in range(10))
    load_toml(tmp_path, change("{ mage = 0.5, pirate = 0.5 }", f"{{ {tenths} }}"))


def test_overrides_win(tmp_path):
    overrides = {"dataset.count": 7, "output.format": "jpeg", "output.quality": 50}
    config = load_toml(tmp_path, TINY, overrides)
    assert (config.dataset.count, config.output.format, config.output.quality) == (7, "jpeg", 50)


def test_dump_is_json_and_loads_again(tmp_path):
    config = load_toml(tmp_path, TINY)
    json.dumps(config.model_dump(mode="json"))
    assert load_config(write_toml(tmp_path, config.resolved()), {}).dataset == config.dataset


# --- files ----------------------------------------------------------------------------------------


def test_no_such_file(tmp_path):
    path = tmp_path / "gone.toml"
    with pytest.raises(ConfigError) as caught:
        load_config(path, {})
    assert str(caught.value) == (
        f"{path} cannot be read: no such file or directory; expected a configuration file."
    )


@pytest.mark.parametrize("missing", ["my-atr", "my-art.toml", "birds.tmol"])
def test_the_nearest_configuration_is_named(tmp_path, missing):
    """Among TOML files and folders that hold one, not among others."""
    (tmp_path / "my-art").mkdir()
    (tmp_path / "my-art" / "imggen.toml").touch()
    for other in ("birds.toml", "my-atr.png", "birds.tmp"):
        (tmp_path / other).touch()
    meant = "birds.toml" if missing.startswith("birds") else "my-art"
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path / missing, {})
    assert str(caught.value) == (
        f"{tmp_path / missing} cannot be read: no such file or directory; "
        f"did you mean {tmp_path / meant}?"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[dataset]\nname = ", "line 2, column 8, where the file ends: invalid value"),
        ("[dataset]\n\nseed 5", "line 3, column 6: expected '=' after a key"),
        ("a = 1\na = 2\n", "line 2, column 6: cannot overwrite a value"),
        ("[a.b]\n[a.b]\n", 'line 2, column 5: cannot declare "a.b" twice'),
        ("name = 'x", 'line 1, column 10, where the file ends: expected "\'"'),
        ("a = " + "[" * 5000, "recursion"),
        ("a = 2021-13-40T00:00:00Z", "line 1, column"),
    ],
)
def test_broken_toml(tmp_path, text, expected):
    with pytest.raises(ConfigError) as caught:
        load_toml(tmp_path, text)
    message = str(caught.value)
    assert message.startswith(f"{tmp_path / 'imggen.toml'} is not valid TOML: ")
    assert expected in message


def test_not_utf8(tmp_path):
    path = tmp_path / "imggen.toml"
    path.write_bytes(b'[dataset]\nname = "\xff"')
    with pytest.raises(ConfigError, match=r"not UTF-8 text \(byte 18\); expected TOML, in UTF-8"):
        load_config(path, {})


# --- keys and types -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            change('folder = "objects"\ntrim', 'folder = "objects"\ntrimm'),
            'layer.object.trimm is not a known key; did you mean "trim"?',
        ),
        (
            change("count = 60", "cuont = 60"),
            'dataset.cuont is not a known key; did you mean "count"?',
        ),
        (
            change("[canvas]", "[kanvas]"),
            'kanvas is not a known key; did you mean "canvas"?',
        ),
        (
            "root = '/'\n" + TINY,
            (
                "root is not a known key; expected one of "
                "dataset, canvas, layer, rule, joint, correlate, split, camera, view, "
                "output, labels."
            ),
        ),
        (
            change("offset = [2, 0]", "ofset = [2, 0]"),
            'layer.object.place.ofset is not a known key; did you mean "offset"?',
        ),
        (
            change('name = "object"\n', "kind = 3\n"),
            (
                "layer.3.kind is not a known key; expected one of name, folder, fit, size, "
                "resample, trim, probabilities, weights, counts, parts, instances, depth, "
                "depth_group, class, classes_from, threshold, feather, shadow, art, keypoints, "
                "place, place_when, vary, vary_when."
            ),
        ),
        (
            change('name = "object"\n', ""),
            "layer.3.name is missing; expected a name in quotes.",
        ),
        (
            change('folder = "objects"\n', ""),
            "layer.object.folder is missing; expected a folder with one image file per variant.",
        ),
        ("", "layer is missing; expected at least one [[layer]]."),
        ("layer = []", "layer is an empty list; expected at least one [[layer]]."),
        (
            "[layer]\nname = 'a'",
            "layer is a table; expected a list of tables. Write [[layer]], two brackets.",
        ),
        (f"dataset = 5\n{LEAST}", "dataset is 5; expected a table of settings."),
        ("layer = [1]", "layer.1 is 1; expected a table of settings."),
        (
            change("count = 60", 'count = "60"'),
            'dataset.count is "60"; expected a whole number, 1 or more.',
        ),
        (
            change("count = 60", "count = true"),
            "dataset.count is true; expected a whole number, 1 or more.",
        ),
        (
            change("count = 60", "count = 60.0"),
            "dataset.count is 60.0; expected a whole number, 1 or more.",
        ),
        (
            change("count = 60", "count = 0"),
            "dataset.count is 0; expected a whole number, 1 or more.",
        ),
        (
            change("count = 60", "count = 1000000000001"),
            "dataset.count is 1000000000001; expected at most 1,000,000,000,000.",
        ),
        (
            change("count = 60", "seed = -1"),
            "dataset.seed is -1; expected a whole number from 0 to 2^64 - 1.",
        ),
        (
            change("count = 60", "sampling = 'al'"),
            (
                'dataset.sampling is "al"; expected "random", "sobol", "latin", "all", "grid" or '
                '"quota". Did you mean "all"?'
            ),
        ),
        (change("count = 60", "unique = 1"), "dataset.unique is 1; expected true or false."),
        (
            change("size = [48, 32]", "size = [0, 32]"),
            (
                "canvas.size is [0, 32]; "
                "expected width and height, 1 to 65535 px each, like [1920, 1078]."
            ),
        ),
        (
            change("size = [48, 32]", "size = [48]"),
            (
                "canvas.size is [48]; "
                "expected width and height, 1 to 65535 px each, like [1920, 1078]."
            ),
        ),
        (
            change("size = [48, 32]", "size = 48"),
            "canvas.size is 48; expected width and height, 1 to 65535 px each, like [1920, 1078].",
        ),
        (
            change("size = [48, 32]", "size = [60000, 60000]"),
            "canvas.size is [60000, 60000], 3600 million pixels; expected at most 268 million.",
        ),
        (
            change("size = [48, 32]", "mode = 'CMYK'"),
            'canvas.mode is "CMYK"; expected "RGB", "RGBA" or "L".',
        ),
        (
            change("size = [48, 32]", "color = 'Display P3'"),
            'canvas.color is "Display P3"; expected "srgb".',
        ),
        (
            change("size = [48, 32]", "resample = 'bilinear'"),
            'canvas.resample is "bilinear"; expected "smooth" or "nearest".',
        ),
        (
            change('folder = "objects"\ntrim = true', 'folder = "objects"\nresample = true'),
            'layer.object.resample is true; expected "smooth" or "nearest".',
        ),
        (
            change('folder = "objects"\ntrim = true', 'folder = "objects"\nfit = "fill"'),
            'layer.object.fit is "fill"; expected "stretch", "cover", "contain" or "none".',
        ),
        (
            change('folder = "objects"', 'folder = ""'),
            'layer.object.folder is ""; expected a folder with one image file per variant.',
        ),
        (
            change("offset = [2, 0]", "offset = [2.5, 0]"),
            (
                "layer.object.place.offset is [2.5, 0]; expected two whole numbers of px or a "
                'share of the canvas like "50%", like [960, 1000].'
            ),
        ),
        (
            change('anchor = "bottom",', 'anchor = "middle",'),
            (
                'layer.character.place.anchor is "middle"; expected "top-left", "top", '
                '"top-right", "left", "center", "right", "bottom-left", "bottom" or "bottom-right".'
            ),
        ),
    ],
)
def test_keys_and_types(tmp_path, text, expected):
    assert problem(tmp_path, text) == expected


# --- probabilities --------------------------------------------------------------------------------

HALVES = "{ mage = 0.5, pirate = 0.5 }"
WHOSE = "layer.character.probabilities"
SHARES = "numbers from 0 to 1 that sum to 1, like { a = 0.3, b = 0.7 }"
WEIGHTS = "numbers from 0 to 1e15, like { a = 3, b = 7 }"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            "{ mage = 0.5, pirate = 0.45 }",
            f'{WHOSE} sums to 0.95; expected 1. Use "weights" for relative numbers.',
        ),
        (
            "{ mage = 0.5, pirate = 0.50000001 }",
            f'{WHOSE} sums to 1.00000001; expected 1. Use "weights" for relative numbers.',
        ),
        ("{ mage = 1.5, pirate = 0 }", f"{WHOSE}.mage is 1.5; expected {SHARES}."),
        ("{ pirate = -0.5, mage = 1 }", f"{WHOSE}.pirate is -0.5; expected {SHARES}."),
        ("{ mage = nan, pirate = 1 }", f"{WHOSE}.mage is nan; expected {SHARES}."),
        ("{ mage = inf, pirate = 1 }", f"{WHOSE}.mage is inf; expected {SHARES}."),
        ("{ mage = '1' }", f'{WHOSE}.mage is "1"; expected {SHARES}.'),
        ("{ mage = true }", f"{WHOSE}.mage is true; expected {SHARES}."),
        (
            "{}",
            f"{WHOSE} is empty; expected a number per variant. Remove it to draw all equally.",
        ),
        (
            "[0.5, 0.5]",
            (
                f"{WHOSE} is [0.5, 0.5]; "
                "expected numbers from 0 to 1 that sum to 1, like { a = 0.3, b = 0.7 }."
            ),
        ),
    ],
)
def test_probabilities(tmp_path, given, expected):
    assert problem(tmp_path, change(HALVES, given)) == expected


def test_a_sum_that_misses_1_names_the_files_without_probability(tmp_path):
    (tmp_path / "characters").mkdir()
    for name in ("mage.png", "pirate.png", "monster.png", "heart.png", ".hidden"):
        (tmp_path / "characters" / name).touch()
    assert problem(tmp_path, change(HALVES, "{ mage = 0.5, pirate = 0.45 }")) == (
        f"{WHOSE} sums to 0.95; expected 1 (missing: heart, monster). "
        'Use "weights" for relative numbers.'
    )


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("{ mage = 0, pirate = 0 }", "layer.character.weights are all 0; expected at least one"),
        ("{ mage = -1 }", f"layer.character.weights.mage is -1; expected {WEIGHTS}."),
        ("{ mage = inf }", f"layer.character.weights.mage is inf; expected {WEIGHTS}."),
        ("{}", "layer.character.weights is empty; expected a number per variant."),
    ],
)
def test_weights(tmp_path, given, expected):
    text = change(f"probabilities = {HALVES}", f"weights = {given}")
    assert problem(tmp_path, text).startswith(expected)


def test_probabilities_and_weights(tmp_path):
    text = change(HALVES, HALVES + "\nweights = { mage = 1 }")
    assert problem(tmp_path, text) == (
        "layer.character has both probabilities and weights; expected one of them."
    )


# --- names and places -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["", "a/b", "..", "a.b", "a{b", "-a", " a", "a ", "9lives", "=1+1", "a\nb", "a,b", "x" * 65],
)
def test_unsafe_layer_names(tmp_path, name):
    values = tiny()
    values["layer"][2]["name"] = name
    with pytest.raises(ConfigError) as caught:
        load_config(write_toml(tmp_path, values), {})
    assert without_place(caught.value).startswith("name of layer 3 is ")
    assert str(caught.value).endswith(
        "expected at most 64 letters, digits, spaces, _ and -, starting with a letter."
    )


@pytest.mark.parametrize("name", ["a", "sword-hand", "left hand", "_x", "Größe", "背景", "x" * 64])
def test_safe_layer_names(tmp_path, name):
    values = tiny()
    values["layer"][2]["name"] = name
    assert load_config(write_toml(tmp_path, values), {}).layer[2].name == name


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("background", "layer 1"),
        ("Background", "layer 1"),
        ("generated image", "dataset.image_column"),
        ("Generated Image", "dataset.image_column"),
    ],
)
def test_clashing_layer_names(tmp_path, name, other):
    assert problem(tmp_path, change('name = "object"', f'name = "{name}"')) == (
        f'name of layer 3 is "{name}", which {other} also has (case is ignored); rename one.'
    )


def test_layer_names_that_image_name_needs(tmp_path):
    assert problem(tmp_path, change('name = "object"', 'name = "Index"')) == (
        'name of layer 3 is "Index", which is reserved in image_name; rename the layer.'
    )


@pytest.mark.parametrize("field", ["name", "image_column"])
def test_unsafe_dataset_names(tmp_path, field):
    values = tiny()
    values["dataset"][field] = "../up"
    with pytest.raises(ConfigError, match=rf'dataset.{field} is "../up"; expected at most 64'):
        load_config(write_toml(tmp_path, values), {})


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            'of = "character"',
            'of = "charakter"',
            'layer.object.place.of is "charakter", which is no layer; did you mean "character"?',
        ),
        (
            'of = "character"',
            'of = "zzz"',
            'layer.object.place.of is "zzz", which is no layer; expected background, character.',
        ),
        (
            'of = "character"',
            'of = "object"',
            'layer.object.place.of is "object", the layer itself; expected an earlier one.',
        ),
        (
            "at = [20, 28]",
            'of = "object", at = "top"',
            (
                'layer.character.place.of is "object", which is drawn later; '
                "expected an earlier layer. Change their order."
            ),
        ),
        (
            "at = [20, 28]",
            'at = "top"',
            (
                'layer.character.place.at is "top"; expected two whole numbers of px, '
                'like [960, 1000], or "of" with the layer that this is a point of.'
            ),
        ),
        (
            'at = "bottom-right"',
            "at = [0, 0]",
            (
                'layer.object.place.at is [0, 0]; expected a point of "character" like '
                '"bottom-right", as "of" is given. Use "offset" for px.'
            ),
        ),
        (
            'at = "bottom-right"\n',
            "",
            (
                'layer.object.place.at is missing; expected a point of "character" like '
                '"bottom-right", as "of" is given. Use "offset" for px.'
            ),
        ),
        (
            "at = [20, 28]",
            "at = [20, 28, 3]",
            (
                "layer.character.place.at is [20, 28, 3]; expected two whole numbers of px or a "
                'share of the canvas like "50%", like [960, 1000], or with "of" "top-left", "top", '
                '"top-right", "left", "center", "right", "bottom-left", "bottom" or '
                '"bottom-right".'
            ),
        ),
    ],
)
def test_places(tmp_path, old, new, expected):
    assert problem(tmp_path, change(old, new)) == expected


RANGE = (
    'expected a whole number of px or a share of the canvas like "50%", '
    "or the lowest and the highest, like [200, 1720], or a table with range, values or normal"
)


def test_random_places(tmp_path):
    config = load_toml(tmp_path, change("at = [20, 28]", "x = [-5, 40], y = 28"))
    place = config.layer[1].place
    assert [axis.range for axis in place.axes] == [(-5, 40), (28, 28)]
    assert place.inside
    assert config.layer[2].place.axes is None
    config = load_toml(tmp_path, change("at = [20, 28]", "x = 3, y = 4, inside = false"))
    assert not config.layer[1].place.inside
    again = load_config(write_toml(tmp_path, config.resolved()), {})
    assert [layer.place for layer in again.layer] == [layer.place for layer in config.layer]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("x = [0, 9]", f".y is missing; {RANGE}, as x is given."),
        ("y = 5", f".x is missing; {RANGE}, as y is given."),
        ("x = [9, 0], y = 1", ".x is [9, 0]; expected the lowest first. Write [0, 9]."),
        ("x = 0, y = [-1, -2]", ".y is [-1, -2]; expected the lowest first. Write [-2, -1]."),
        ("x = 1.5, y = 1", f".x is 1.5; {RANGE}."),
        ("x = true, y = 1", f".x is true; {RANGE}."),
        ("x = 1, y = 'top'", f'.y is "top"; {RANGE}.'),
        ("x = 1, y = [1, 2, 3]", f".y is [1, 2, 3]; {RANGE}."),
        ("x = 1, y = 1000001", f".y is 1000001; {RANGE}. The limit is 1,000,000 px."),
        (
            "at = [0, 0], y = 1",
            (
                " has at and y; expected x and y for a random place on the canvas, "
                "or at for a fixed one."
            ),
        ),
        (
            "of = 'background', at = 'top', x = 1, y = 1",
            (
                " has of and x; expected x and y for a random place on the canvas, "
                "or of and at for a fixed one."
            ),
        ),
        (
            "at = [1, 1], inside = false",
            (
                ".inside is false, but goes with x and y, the ranges of a random place, "
                "which are missing; give them or remove it."
            ),
        ),
    ],
)
def test_bad_random_places(tmp_path, given, expected):
    text = change("at = [20, 28]", given)
    assert problem(tmp_path, text) == f"layer.character.place{expected}"


def test_columns_of_random_places_are_taken(tmp_path):
    moved = change("at = [20, 28]", "x = 1, y = 1")
    text = moved.replace('name = "object"', 'name = "Character Y"')
    assert problem(tmp_path, text) == (
        'name of layer 3 is "Character Y", which the y column of layer 2 also has '
        "(case is ignored); rename one."
    )
    text = moved.replace('name = "background"', 'name = "character x"')
    assert problem(tmp_path, text) == (
        'the x column of layer 2 is "character x", which layer 1 also has '
        "(case is ignored); rename one."
    )
    text = moved.replace('"generated image"', '"character x"')
    assert problem(tmp_path, text) == (
        'the x column of layer 2 is "character x", which dataset.image_column also has '
        "(case is ignored); rename one."
    )
    load_toml(tmp_path, change('name = "object"', 'name = "character x"'))


def test_jpeg_has_no_transparency(tmp_path):
    text = change("size = [48, 32]", "mode = 'RGBA'")
    sentence = (
        ' is "jpeg" and canvas.mode is "RGBA", but JPEG has no transparency; '
        'use "png" or "webp", or mode "RGB".'
    )
    assert problem(tmp_path, text, {"output.format": "jpeg"}) == f"--format{sentence}"
    in_file = f"{text}\n[output]\nformat = 'jpeg'\n"
    assert problem(tmp_path, in_file) == f"output.format{sentence}"


def test_a_canvas_that_the_format_cannot_hold(tmp_path):
    text = change("size = [48, 32]", "size = [16384, 1]")
    assert problem(tmp_path, text, {"output.format": "webp"}) == (
        'canvas.size is [16384, 1] and output.format is "webp", which allows at most 16383 px '
        'per side; use "png" or a smaller canvas.'
    )
    assert problem(tmp_path, text, {"output.format": "webp", "output.lossless": True}) == (
        'canvas.size is [16384, 1] and output.format is "webp", which allows at most 16383 px '
        'per side; use "png" or a smaller canvas.'
    )


@pytest.mark.parametrize(("image_format", "has"), [("png", "always"), ("jpeg", "never")])
def test_lossless_is_for_webp(tmp_path, image_format, has):
    overrides = {"output.format": image_format, "output.lossless": True}
    rest = (
        f' is true, but output.format is "{image_format}", which {has} is lossless; leave lossless '
        'out, or use "webp".'
    )
    assert problem(tmp_path, TINY, overrides) == f"--lossless{rest}"
    in_file = f"{TINY}\n[output]\nformat = '{image_format}'\nlossless = true\n"
    assert problem(tmp_path, in_file) == f"output.lossless{rest}"
    load_toml(tmp_path, TINY, {"output.format": image_format, "output.lossless": False})


def test_lossless_has_no_quality(tmp_path):
    text = f"{TINY}\n[output]\nformat = 'webp'\nlossless = true\n"
    assert problem(tmp_path, f"{text}quality = 90\n") == (
        "output.quality is 90, but lossless WebP keeps every pixel as it is; leave out quality or "
        "lossless."
    )
    resolved = load_toml(tmp_path, text).resolved()["output"]
    assert resolved["lossless"]
    assert "quality" not in resolved


def test_lossless_is_true_or_false(tmp_path):
    text = f"{TINY}\n[output]\nformat = 'webp'\nlossless = 1\n"
    assert problem(tmp_path, text) == "output.lossless is 1; expected true or false."


# --- overrides ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("dataset.count", 0, "--count is 0; expected a whole number, 1 or more."),
        ("dataset.count", -5, "--count is -5; expected a whole number, 1 or more."),
        ("dataset.seed", -1, "--seed is -1; expected a whole number from 0 to 2^64 - 1."),
        ("output.quality", 101, "--quality is 101; expected a whole number from 1 to 100."),
        ("output.format", "gif", '--format is "gif"; expected "png", "jpeg" or "webp".'),
        ("output.duplicates", "no", '--duplicates is "no"; expected "write" or "link".'),
    ],
)
def test_errors_of_overrides_name_the_option(tmp_path, key, value, expected):
    assert problem(tmp_path, TINY, {key: value}) == expected


def test_an_override_does_not_hide_a_broken_table(tmp_path):
    message = problem(tmp_path, "output = 3\n" + TINY, {"output.format": "png"})
    assert message == "output is 3; expected a table of settings."


# --- image names ----------------------------------------------------------------------------------

LAYERS = ["background", "my object"]


@pytest.mark.parametrize(
    "template",
    [
        "{index}",
        "generated{index}",
        "{index:06d}",
        "{index:06}",
        "img1{index}2",
        "{background}/{index}",
        "{background}/{my object}/{index}-x",
        "{background}-{my object}-{index}",
        "{index}_{background}_{my object}",
        "a/b/{index}",
        "{{x}}{index}",
        "{token}",
        "{background}/{token:05d}",
    ],
)
def test_good_image_names(template):
    check_image_name(template, LAYERS)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("image", 'is "image"; expected {index} in it, like "image{index}".'),
        ("", 'is ""; expected {index} in it, like "image{index}".'),
        ("{background}", 'is "{background}"; expected {index} in it, like "image{index}".'),
        ("{{index}}", 'is "{{index}}"; expected {index} in it, like "image{index}".'),
        ("{indx}", 'has the unknown field {indx}; did you mean "index"?'),
        ("{index}{}", "has the unknown field {}; expected one of index, token, background, "),
        ("{index}{0}", "has the unknown field {0}; expected one of index, token, background, "),
        ("{index.real}", 'has the unknown field {index.real}; did you mean "index"?'),
        ("{index}-{split}", "holds {split}, but there is no [[split]]; add some or remove it."),
        (
            "{index",
            (
                "is \"{index\", which cannot be read (expected '}' before end of string); "
                "write {{ and }} for braces."
            ),
        ),
        ("{index:.1f}", "holds {index:.1f}; expected {index} or, with leading zeros, {index:06d}."),
        ("{index:c}", "holds {index:c}; expected {index} or, with leading zeros, {index:06d}."),
        ("{index!r}", "holds {index!r}; expected {index} or, with leading zeros, {index:06d}."),
        (
            "{index:{background}}",
            "holds {index:{background}}; expected {index} or, with leading zeros, {index:06d}.",
        ),
        ("{index}-{background:.1}", "holds {background:.1}; expected plain {background}."),
        ("{index}/{index:x}", "holds {index:x}; expected {index} or, with leading zeros"),
        (
            "{index}.png",
            'is "{index}.png"; the extension is added by itself. Write "{index}".',
        ),
        ("a/{index}.JPEG", 'the extension is added by itself. Write "a/{index}".'),
        ("../{index}", 'is "../{index}"; expected a path inside the output folder, without ..'),
        ("a/../{index}", "expected a path inside the output folder"),
        ("./{index}", "expected a path inside the output folder"),
        ("/{index}", "expected a path inside the output folder"),
        ("/tmp/{index}", "expected a path inside the output folder"),
        ("a//{index}", "expected a path inside the output folder"),
        ("{index}/", "expected a path inside the output folder"),
        ("a\\{index}", "expected no backslashes and no control characters. Use / between folders."),
        ("a\0{index}", "expected no backslashes and no control characters"),
        ("a\n{index}", "expected no backslashes and no control characters"),
        ("x" * 201 + "{index}", "has a part of 201 bytes; expected at most 200."),
        ("ü" * 101 + "{index}", "has a part of 202 bytes; expected at most 200."),
        ("abc/" * 300 + "{index}", "has 1207 bytes; expected at most 1000."),
        (
            "{background}{index}",
            (
                'is "{background}{index}", which could give two images one name; expected {index} '
                "at the start or end of its part of the path, separated from layers, like "
                '"{index}-...".'
            ),
        ),
        ("{index}{background}", "could give two images one name"),
        ("{token}{background}", "could give two images one name"),
        ("{token:5}", "holds {token:5}; expected {token} or, with leading zeros, {token:06d}."),
        ("{background}7{index}", "could give two images one name"),
        ("{background}-{index}-{my object}", "could give two images one name"),
    ],
)
def test_bad_image_names(template, expected):
    with pytest.raises(ConfigError) as caught:
        check_image_name(template, LAYERS)
    assert str(caught.value).startswith("dataset.image_name ")
    assert expected in str(caught.value)


variant = st.text("a1-_", min_size=1, max_size=3)
pieces = st.sampled_from(
    ["{index}", "{background}", "{my object}", "-", "1", "a", "/", "{index:03d}"]
)


@given(
    template=st.lists(pieces, min_size=1, max_size=6).map("".join),
    images=st.lists(st.tuples(variant, variant), min_size=2, max_size=2),
    indices=st.lists(st.integers(0, 130), min_size=2, max_size=2, unique=True),
)
def test_accepted_names_differ(template, images, indices):
    try:
        check_image_name(template, LAYERS)
    except ConfigError:
        return
    names = {
        template.format(index=index, **dict(zip(LAYERS, variants, strict=True)))
        for index, variants in zip(indices, images, strict=True)
    }
    assert len(names) == 2


def test_relative_folders_start_from_the_file(tmp_path, monkeypatch):
    path = write_toml(tmp_path, tiny())
    monkeypatch.chdir("/")
    resolved = load_config(path, {}).resolved()
    assert Path(resolved["layer"][0]["folder"]) == tmp_path / "backgrounds"
