"""What [labels] refuses, and how it says so."""

import pytest
from tests.checks import check_sentence, without_place

from imggen.command import options
from imggen.config.labels import Labels
from imggen.config.load import load_config
from imggen.config.plain import LABEL_FORMATS, labelled_layers
from imggen.errors import ConfigError

LAYERS = [
    {"name": "sky", "folder": "skies"},
    {"name": "hat", "folder": "hats", "vary": {"opacity": [0.3, 1]}},
    {"name": "bird", "folder": "birds"},
]


def all_errors(tmp_path, toml, **overrides):
    """The text of all errors of the layers above with this [labels]."""
    path = tmp_path / "imggen.toml"
    layers = "".join(
        f'[[layer]]\nname = "{one["name"]}"\nfolder = "{one["folder"]}"\n'
        + ("vary = { opacity = [0.3, 1] }\n" if "vary" in one else "")
        for one in LAYERS
    )
    path.write_text(f"{layers}\n[labels]\n{toml}\n")
    with pytest.raises(ConfigError) as error:
        load_config(path, overrides)
    return str(error.value)


def refused(tmp_path, toml, **overrides):
    """The only sentence that is said of the layers above with this [labels]."""
    return without_place(all_errors(tmp_path, toml, **overrides))


@pytest.mark.parametrize(
    ("toml", "parts"),
    [
        ('formats = ["coco", "jolo"]', ['labels.formats has "jolo"; expected', "yolo-segment"]),
        ('formats = ["yolo", "yolo-segment"]\nlayers = "bird"', ["the same files", "give one"]),
        ('formats = "coco"\nlayers = "brid"', ["labels.layers", '"brid"', 'mean "bird"?']),
        ('class_layer = "brid"', ["labels.class_layer", 'mean "bird"?']),
        ("words = { brid = { a = 'b' } }", ["labels.words", 'mean "bird"?']),
        ('formats = "classes"', ['labels.class_layer = "character"']),
        ('formats = "captions"', ["expected their template", "labels.caption = "]),
        ('caption = "a {brid}"', ["unknown field {brid}", 'mean "bird"?']),
        ('caption = "a {bird"', ["cannot be read", "{{ and }}"]),
        ('caption = "a {bird:5}"', ["expected plain {bird}"]),
        ("threshold = 0", ["labels.threshold is 0", "1 to 255"]),
        ('formats = "coco"', ["labels.threshold is 128", "layer.hat.vary.opacity", "may be 0.3"]),
        ("colection = {}", ['mean "collection"?']),
        ("collection = { tax = 3 }", ["labels.collection.tax", "expected one of"]),
        ("[labels.collection.creators]\na = 60", ["labels.collection.creators", "sum to 100"]),
        ('collection = { base_uri = "ipfs://CID" }', ["labels.collection.base_uri", "a slash"]),
        ('collection = { royalty = "5%" }', ['collection.royalty is "5%"', "0 to 10000"]),
    ],
)
def test_sentences(tmp_path, toml, parts):
    check_sentence(refused(tmp_path, toml), *parts)


def test_each_format_says_what_is_wrong(tmp_path):
    toml = 'threshold = 200\nformats = ["captions", "yolo", "classes", "yolo-segment"]'
    place = f"{tmp_path / 'imggen.toml'}, line"
    assert all_errors(tmp_path, toml).splitlines() == [
        (
            f"{place} 13: labels.threshold is 200, but layer.hat.vary.opacity may be 0.3, where no "
            "alpha is above 76; lower the threshold, or leave the layer out of labels.layers."
        ),
        (
            f'{place} 14: labels.formats has "captions"; expected their template, like '
            'labels.caption = "a {character} in the {background}".'
        ),
        (
            f'{place} 14: labels.formats has "classes", a folder for each variant of one layer; '
            'name it, like --class-layer character or labels.class_layer = "character".'
        ),
        (
            f'{place} 14: labels.formats has "yolo" and "yolo-segment", which write the same '
            "files; give one of them."
        ),
    ]


def test_masks_are_grey_or_have_a_palette(tmp_path):
    error = refused(tmp_path, 'masks = "colour"')
    assert error == 'labels.masks is "colour"; expected "grey" or "palette".'


def test_the_option_is_called_as_people_gave_it(tmp_path):
    error = refused(tmp_path, "", **{"labels.formats": ["coco", "jolo"]})
    check_sentence(error, '--labels has "jolo"; expected a list of table, coco')


def test_the_option_s_help_names_all_formats():
    (option,) = options.Labels.__metadata__
    for name in LABEL_FORMATS:
        assert f" {name}" in option.help


def test_layers_that_are_labelled():
    assert labelled_layers(Labels(), ["sky", "hat", "bird"]) == ("hat", "bird")
    assert labelled_layers(Labels(), ["hat"]) == ("hat",)
    assert labelled_layers(Labels(layers=("bird", "sky")), ["sky", "hat", "bird"]) == (
        "sky",
        "bird",
    )
