"""Captions say what is shown, and leave out what is not."""

import json
from types import SimpleNamespace

import pytest
from tests.art import small_article_values, write_toml
from tests.checks import check_sentence
from tests.run.runs import run

from imggen.config.labels import Labels
from imggen.errors import PlanError
from imggen.formats.captions import Captioner
from imggen.planning.columns import LayerColumns

TEMPLATE = "a {character} with a {object} in the {background}"


def caption(template, words=None, **shown):
    """The caption of an image that shows one variant of each layer."""
    layers = tuple((layer, (variant,)) for layer, variant in shown.items())
    columns = [
        LayerColumns(layer, names, names, slice(place, place + 1), None)
        for place, (layer, names) in enumerate(layers)
    ]
    labels = Labels(caption=template, words=words or {})
    info = SimpleNamespace(labels=labels, layers=layers, columns=columns)
    return Captioner(info).caption(tuple(shown.values()))


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (("mage", "axe", "desert"), "a mage with an axe in the desert"),
        (("orc", "none", "old_town"), "an orc in the old town"),
        (("none", "key", "desert"), "with a key in the desert"),
        (("mage", "none", "none"), "a mage"),
        (("none", "none", "none"), ""),
    ],
)
def test_a_layer_takes_the_words_before_it_with_it(shown, expected):
    layers = dict(zip(("character", "object", "background"), shown, strict=True))
    assert caption(TEMPLATE, **layers) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("A photo of a {hat}[ above {bird}s], outside.", "A photo of a cap, outside."),
        ("[a {bird} below ]a {hat}", "a cap"),
        ("a {hat}, a {bird}, a {hat}", "a cap, a cap"),
        ("A {bird}. A {hat}.", "A cap."),
        ("A {bird}, {hat}", "Cap"),
        ("a {hat}; {bird}!", "a cap!"),
        ("[[{hat}]] {{x}}", "[cap] {x}"),
    ],
)
def test_what_is_left_out(template, expected):
    assert caption(template, hat="cap", bird="none") == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("a {hat}[ above a {bird}] outside.", "a !tag, outside."),
        ("[a {bird} below ]{hat}", "!tag,"),
        ("{hat}[ and a {bird}]", "!tag,"),
        ("{bird} on a {hat}!", "on a !tag,!"),
        ("{bird}, {hat}", "!tag,"),
    ],
)
def test_marks_of_a_variant_are_no_marks_of_the_template(template, expected):
    assert caption(template, hat="!tag,", bird="none") == expected


def test_words_instead_of_names():
    words = {
        "hat": {"cap": "some caps", "none": "nothing", "wig": ""},
        "sky": {"day": "a sunny  day"},
    }
    assert (
        caption("A {hat} in the {sky}", words, hat="cap", sky="day") == "Some caps in a sunny day"
    )
    assert caption("{hat} in the {sky}", words, hat="none", sky="day") == "nothing in a sunny day"
    assert caption("a {hat} in the {sky}", words, hat="wig", sky="day") == "in a sunny day"


def test_words_for_what_is_no_variant(small_article, tmp_path):
    words = {"labels__words": {"object": {"ax": "an old axe", "none": "nothing"}}}
    with pytest.raises(PlanError) as error:
        run(small_article, tmp_path / "out", **words)
    check_sentence(error.value, "labels.words.object", '"ax"', 'mean "axe"?')


def test_files(small_article, tmp_path):
    values = small_article_values(trim=True)
    for layer in values["layer"]:
        layer["folder"] = str(small_article / layer["folder"])
    values["labels"] = {"formats": ["captions"], "caption": TEMPLATE}
    values["split"] = [{"name": "train", "share": 0.5}, {"name": "test", "share": 0.5}]
    write_toml(tmp_path, values)
    run(tmp_path, tmp_path / "out", dataset__count=20)
    lines = (tmp_path / "out/captions.jsonl").read_text().splitlines()
    assert len(lines) == 20
    for number, line in enumerate(lines):
        entry = json.loads(line)
        image = tmp_path / "out" / entry["file_name"]
        assert image.is_file()
        assert image.stem == f"generated{number}"
        text = tmp_path / "out/captions" / image.parent.name / f"{image.stem}.txt"
        assert text.read_text() == entry["text"] + "\n"
        assert "none" not in entry["text"]
