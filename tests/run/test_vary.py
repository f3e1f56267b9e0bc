"""Whole runs of what varies obey the laws, whatever varies: same bytes, however the work is cut."""

import csv

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.art import SMALL_SIZE, small_article_values, write_small_article, write_toml
from tests.checks import check_same_files, file_digests
from tests.run.runs import run
from tests.strategies import varies

from imggen.config.plain import BLENDS

COUNT = 24
EVERYTHING = {
    "scale": [0.5, 1.2],
    "rotate": [-30, 30],
    "flip": 0.5,
    "hue": [-90, 90],
    "saturation": [0.2, 1.5],
    "brightness": [0.5, 1.5],
    "opacity": [0.4, 1],
    "blend": {"values": list(BLENDS)},
}
FEW = {
    "scale": {"values": [0.5, 1]},
    "rotate": {"range": [0, 270], "step": 90},
    "flip": 0.5,
    "brightness": {"values": [0.8, 1]},
}


@pytest.fixture(scope="module")
def art(tmp_path_factory):
    return write_small_article(tmp_path_factory.mktemp("art"))


def dataset_of(art, folder, *, mode="RGB", character=None, thing=None, **tables):
    """The small article with characters and objects anywhere, that vary."""
    values = small_article_values(trim=True) | tables
    values["canvas"]["mode"] = mode
    for layer, varied in zip(values["layer"][1:], (character, thing), strict=True):
        layer["place"] = {"x": [-40, SMALL_SIZE[0]], "y": [-40, SMALL_SIZE[1]], "inside": 0.1}
        layer["vary"] = varied or {}
    for layer in values["layer"]:
        layer["folder"] = str(art / layer["folder"])
    write_toml(folder, values)
    return folder


def as_toml(vary, mode):
    """A `Vary` as TOML has it; without what grey does not have."""
    values = vary.model_dump(mode="json", exclude_none=True)
    return {key: value for key, value in values.items() if mode != "L" or key not in GREYLESS}


GREYLESS = ("hue", "saturation")
KINDS = st.sampled_from([("RGB", "png"), ("RGBA", "png"), ("L", "png"), ("RGB", "jpeg")])


@settings(max_examples=12)
@given(KINDS, varies(), varies(), st.integers(1, 30), st.integers(0, 99))
def test_same_bytes_whatever_the_chunks_and_the_count(
    tmp_path_factory, art, kind, one, other, chunk_size, seed
):
    folder, (mode, suffix) = tmp_path_factory.mktemp("run"), kind
    character, thing = as_toml(one, mode), as_toml(other, mode)
    dataset = dataset_of(art, folder, mode=mode, character=character, thing=thing)
    asked = {"dataset__seed": seed, "output__format": suffix}
    first = run(dataset, folder / "first", dataset__count=COUNT, **asked)
    again = run(folder / "first", folder / "again", chunk_size=chunk_size)
    assert again.digest == first.digest
    run(dataset, folder / "longer", dataset__count=2 * COUNT, **asked)
    longer, shorter = (file_digests(folder / name / "images") for name in ("longer", "first"))
    assert {name: longer[name] for name in shorter} == shorter
    rows = (folder / "longer" / "data.csv").read_text().splitlines()
    assert rows[: COUNT + 1] == (folder / "first" / "data.csv").read_text().splitlines()


@pytest.mark.parametrize(
    "output",
    [
        {"output__format": "png"},
        {"output__format": "jpeg"},
        {"output__format": "webp"},
        {"output__format": "webp", "output__lossless": True},
    ],
)
@pytest.mark.parametrize("varied", [EVERYTHING, FEW])
def test_same_bytes_whatever_the_workers(art, tmp_path, output, varied):
    dataset = dataset_of(art, tmp_path, character=varied, thing=varied)
    asked = {"dataset__count": COUNT} | output
    alone = run(dataset, tmp_path / "alone", **asked)
    shared = run(dataset, tmp_path / "shared", workers=2, chunk_size=5, **asked)
    assert shared.digest == alone.digest
    check_same_files(tmp_path / "shared", tmp_path / "alone")


def rows_of(out):
    with (out / "data.csv").open() as table:
        return list(csv.DictReader(table))


def test_the_table_has_what_is_drawn(art, tmp_path):
    varied = {"scale": {"values": [0.5, 1.25]}, "rotate": [0, 3], "flip": 0.5, "hue": 20,
              "blend": {"values": ["normal", "hue"]}}  # fmt: skip
    run(dataset_of(art, tmp_path, thing=varied), tmp_path / "out", dataset__count=60)
    rows = rows_of(tmp_path / "out")
    assert list(rows[0]) == [
        "background", "character", "object", "character x", "character y", "object x", "object y",
        "object flip", "object scale", "object rotate", "object blend", "generated image",
    ]  # fmt: skip
    drawn = [row for row in rows if row["object"] != "none"]
    nothing = [row for row in rows if row["object"] == "none"]
    assert {row["object flip"] for row in drawn} == {"0", "1"}
    assert {row["object scale"] for row in drawn} == {"0.5", "1.25"}
    assert {row["object rotate"] for row in drawn} == {"0.0", "1.0", "2.0", "3.0"}
    assert {row["object blend"] for row in drawn} == {"normal", "hue"}
    assert nothing
    for field in ("x", "y", "flip", "scale", "rotate", "blend"):
        assert {row[f"object {field}"] for row in nothing} == {""}


def test_images_that_show_the_same_are_one_scene(art, tmp_path):
    """A layer that varies and is not seen tells no images apart."""
    values = small_article_values(trim=True)
    values["layer"][2] |= {"probabilities": {"none": 1.0}, "vary": EVERYTHING}
    values["layer"][2]["probabilities"] |= dict.fromkeys(
        ("anchor", "axe", "bananas", "barrel", "bomb", "chest", "cupcake", "donut", "heart", "key"),
        0.0,
    )
    for layer in values["layer"]:
        layer["folder"] = str(art / layer["folder"])
    write_toml(tmp_path, values)
    assert run(tmp_path, tmp_path / "out", dataset__count=300).distinct <= 20


def test_a_first_layer_that_varies(art, tmp_path):
    """It is no background: each image has its own."""
    dataset = dataset_of(art, tmp_path)
    values = small_article_values(trim=True)
    values["layer"] = [values["layer"][0] | {"vary": {"brightness": [0.5, 1], "flip": 0.5}}]
    values["layer"][0]["folder"] = str(art / "backgrounds")
    write_toml(tmp_path, values)
    first = run(dataset, tmp_path / "first", dataset__count=COUNT)
    assert first.distinct > 4
    again = run(dataset, tmp_path / "again", dataset__count=COUNT, chunk_size=1)
    assert again.digest == first.digest
