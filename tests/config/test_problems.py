"""All errors of a configuration are reported at once, each with its line."""

import pytest
from tests.test_config import LEAST, TINY, change, load_toml

import imggen
from imggen import bulk
from imggen.config.problems import ANY, Problems, Source, overlap
from imggen.errors import ConfigError


def errors(tmp_path, text, overrides=None):
    """The errors of a configuration, with FILE in place of its path."""
    with pytest.raises(ConfigError) as caught:
        load_toml(tmp_path, text, overrides)
    return str(caught.value).replace(str(tmp_path / "imggen.toml"), "FILE").split("\n")


THREE = (
    TINY.replace("count = 60", "cuont = 60")
    .replace("pirate = 0.5", "pirate = 0.45")
    .replace('of = "character"', 'of = "charakter"')
)


def test_three_errors_are_reported_in_the_order_of_the_file(tmp_path):
    assert errors(tmp_path, THREE) == [
        'FILE, line 4: dataset.cuont is not a known key; did you mean "count"?',
        (
            "FILE, line 19: layer.character.probabilities sums to 0.95; expected 1. "
            'Use "weights" for relative numbers.'
        ),
        (
            'FILE, line 30: layer.object.place.of is "charakter", which is no layer; '
            'did you mean "character"?'
        ),
    ]


def test_the_command_prints_them(tmp_path, capsys):
    path = tmp_path / "imggen.toml"
    path.write_text(THREE)
    assert bulk.main([str(path), "--out", str(tmp_path / "out")]) == 2
    first, *others = capsys.readouterr().err.splitlines()
    assert first.startswith(f"imggen: {path}, line 4: dataset.cuont is not a known key")
    assert [line.split(": ")[0] for line in others] == [f"{path}, line 19", f"{path}, line 30"]


def test_each_unknown_key_has_its_own_hint(tmp_path):
    assert errors(tmp_path, change("count = 60", "Count = 60\nsede = 1")) == [
        'FILE, line 4: dataset.Count is not a known key; did you mean "count"?',
        'FILE, line 5: dataset.sede is not a known key; did you mean "seed"?',
    ]


def test_each_wrong_name_of_a_list_is_an_error(tmp_path):
    text = f'{TINY}[labels]\nformats = ["coco", "jolo", "vok"]\n'
    first, second = errors(tmp_path, text)
    assert first.startswith('FILE, line 34: labels.formats has "jolo"; expected a list of table,')
    assert second.startswith('FILE, line 34: labels.formats has "vok"; expected a list of table,')


def test_options_come_first_and_have_no_line(tmp_path):
    overrides = {"dataset.count": 0, "output.format": "gif"}
    assert errors(tmp_path, change("trim = true\nprob", "trim = 3\nprob"), overrides) == [
        "--count is 0; expected a whole number, 1 or more.",
        '--format is "gif"; expected "png", "jpeg" or "webp".',
        "FILE, line 18: layer.character.trim is 3; expected true or false.",
    ]


def test_settings_of_a_program_have_no_place():
    layer = {"name": "a", "folder": "a", "trimm": 1, "weights": {}}
    with pytest.raises(ConfigError) as caught:
        imggen.Dataset({"layer": [layer]}, overrides={"dataset.count": 0})
    assert str(caught.value).split("\n") == [
        "dataset.count is 0; expected a whole number, 1 or more.",
        'layer.a.trimm is not a known key; did you mean "trim"?',
        "layer.a.weights is empty; expected a number per variant. Remove it to draw all equally.",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Counts need quota sampling, which may be what is misspelt.
        (
            '[dataset]\nsampling = "qouta"\n' + LEAST + "counts = { b = 100, c = 'rest' }",
            [('FILE, line 2: dataset.sampling is "qouta"; expected "random", "sobol", "latin", '
              '"all", "grid" or "quota". Did you mean "quota"?')],
        ),
        # A sum without a wrong number means nothing.
        (
            LEAST + "probabilities = { b = 0.5, c = 5 }",
            [("FILE, line 5: layer.a.probabilities.c is 5; "
             "expected numbers from 0 to 1 that sum to 1, like { a = 0.3, b = 0.7 }.")],
        ),
        # The misspelt table is the one that is said to be missing.
        (
            '[dataset]\nstratify = "a"\n[[splitt]]\nshare = 1' + LEAST,
            ['FILE, line 3: splitt is not a known key; did you mean "split"?'],
        ),
        ("[[layers]]\nname = 'a'", [('FILE, line 1: layers is not a known key; did you mean '
                                    '"layer"?')]),
        # The name is broken, so others cannot be compared with it.
        (
            LEAST.replace('"a"', '"a/"') + '[[rule]]\nwhen = { a = "b" }\nforbid = { a = "c" }',
            [('FILE, line 3: name of layer 1 is "a/"; expected at most 64 letters, digits, spaces, '
             "_ and -, starting with a letter.")],
        ),
        # A range that is upside down has no values, so labels cannot be checked.
        (
            LEAST + "vary = { opacity = [0.9, 0.1] }\n[labels]\nformats = 'coco'",
            [("FILE, line 5: layer.a.vary.opacity is [0.9, 0.1]; expected the lowest first. "
             "Write [0.1, 0.9].")],
        ),
    ],
)  # fmt: skip
def test_no_error_follows_from_another(tmp_path, text, expected):
    assert errors(tmp_path, text) == expected


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (TINY + '[[split]]\nname = "a"\nshare = 0.5\n[[split]]\nname = "b"\nshare = 0.4', 33),
        (TINY + '[[split]]\nname = "a"\nshare = 0.5\n[[split]]\nname = "A"\nshare = 0.5', 37),
        (change('name = "object"', 'name = "Character"'), 23),
        (TINY + "[labels.collection]\nbase_uri = 'ipfs://CID'", 34),
        (TINY + "[output]\ncontainer = 'parquet'\nduplicates = 'link'", 35),
        (TINY + "[[rule]]\nwhen = { object = 'axe' }", 33),
        (TINY + "[[rule]]\nwhen = { object = 'axe' }\nforbid = { hat = 'x' }", 35),
        (change("offset = [2, 0]", "otherwise = 5"), 32),
        (change('image_column = "generated image"', 'image_name = "x"'), 5),
        (change('folder = "objects"\n', ""), 22),
    ],
)
def test_lines_of_errors(tmp_path, text, line):
    [error] = errors(tmp_path, text)
    assert error.startswith(f"FILE, line {line}: "), error


def test_root_is_no_key(tmp_path):
    [error] = errors(tmp_path, f"root = '/'\n{LEAST}")
    assert error.startswith("FILE, line 1: root is not a known key; expected one of dataset, ")


def test_without_a_line_the_file_is_named(tmp_path):
    problems = Problems(Source({"a": {"b": 1}}, tmp_path / "imggen.toml", "not what was read"))

    def refuse():
        raise ConfigError("a.b is 1.")

    problems.check([("a",)], refuse)
    with pytest.raises(ConfigError) as caught:
        problems.refuse()
    assert str(caught.value) == f"{tmp_path / 'imggen.toml'}: a.b is 1."


def test_a_check_waits_for_all_that_it_reads():
    problems = Problems(Source({"layer": [{"a": 1}, {"a": 1}]}))

    def refuse():
        raise ConfigError("layer.2.a is 1.")

    problems.check([("layer", 1)], refuse)
    assert problems.check([("layer", 0)], lambda: "runs") == "runs"
    assert problems.check([("layer", ANY, "b")], lambda: "runs") == "runs"
    assert problems.check([("layer", ANY, "a")], lambda: "runs") is None
    assert problems.check([("layer",)], lambda: "runs") is None


@pytest.mark.parametrize(
    ("some", "others", "expected"),
    [
        (("a",), ("a", "b"), True),
        (("a", "b"), ("a",), True),
        (("a", "b"), ("a", "c"), False),
        (("a", 1, "b"), ("a", ANY, "b"), True),
        ((), ("a",), True),
    ],
)
def test_overlap(some, others, expected):
    assert overlap(some, others) is expected
