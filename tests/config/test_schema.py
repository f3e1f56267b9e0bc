"""The JSON Schema accepts what loading accepts, and marks what no configuration can hold."""

import json
import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from tests.documents import blocks

from imggen import cli
from imggen.config.schema import config_schema

REPO = Path(__file__).parents[2]
DOCUMENTS = [REPO / "README.md", *sorted((REPO / "docs").rglob("*.md"))]
FILES = [REPO / "assets" / "imggen.toml", *sorted((REPO / "docs").rglob("*.toml"))]
LAYER = {"name": "bird", "folder": "birds"}


@pytest.fixture(scope="module")
def schema():
    return Draft202012Validator(config_schema())


def test_it_is_a_json_schema():
    Draft202012Validator.check_schema(config_schema())


@pytest.mark.parametrize("toml", blocks("toml", *DOCUMENTS))
def test_it_accepts_the_documents_examples(toml, schema):
    schema.validate({"layer": [LAYER]} | tomllib.loads(toml))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_it_accepts_complete_files(path, schema):
    schema.validate(tomllib.loads(path.read_text()))


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"dataset": {"cuont": 3}}, ["dataset"]),
        ({"dataset": {"count": 0}}, ["dataset", "count"]),
        ({"layer": []}, ["layer"]),
        ({"layer": [LAYER | {"place": {"x": "5"}}]}, ["layer", 0, "place", "x"]),
        ({"layer": [LAYER | {"vary": {"scale": "big"}}]}, ["layer", 0, "vary", "scale"]),
        ({"layer": [LAYER | {"vary": {"blend": "add"}}]}, ["layer", 0, "vary", "blend"]),
        ({"labels": {"formats": "yoloo"}}, ["labels", "formats"]),
    ],
)
def test_it_marks_what_is_wrong(wrong, place, schema):
    errors = schema.iter_errors({"layer": [LAYER]} | wrong)
    assert [list(error.absolute_path) for error in errors] == [place]


@pytest.mark.parametrize(
    "written",
    [
        0.5,
        [0.5, 2],
        {"values": [0.5, 1], "weights": [1, 3]},
        {"normal": [1, 0.1]},
        {"log": [0.5, 2]},
    ],
)
def test_it_knows_all_ways_to_write_an_amount(written, schema):
    schema.validate({"layer": [LAYER | {"vary": {"scale": written}}]})


def test_the_command_prints_it(call):
    code, out, err = call(cli.main, "schema")
    assert (code, json.loads(out), err) == (0, config_schema(), "")
