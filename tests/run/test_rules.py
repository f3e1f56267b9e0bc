"""Runs under rules: the same files whatever the workers, the chunks, the count and the folder."""

import csv
import shutil
import tempfile
import tomllib
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.art import (
    BACKGROUND_CHANCES,
    CHARACTER_CHANCES,
    OBJECT_CHANCES,
    load,
    place_at_random,
    write_small_article,
    write_toml,
)
from tests.checks import check_same_files, file_digests
from tests.reference import ContradictionError, scene_chances
from tests.run.runs import run
from tests.strategies import rules

OWN = {
    "background": BACKGROUND_CHANCES,
    "character": CHARACTER_CHANCES,
    "object": OBJECT_CHANCES,
}
COUNT = 40


@pytest.fixture(scope="module")
def article(tmp_path_factory):
    """The small article with random places, to put rules into."""
    return place_at_random(write_small_article(tmp_path_factory.mktemp("ruled")))


def with_rules(article, folder, given_rules):
    """The article with these rules, in `folder`."""
    shutil.copytree(article, folder)
    values = tomllib.loads((article / "imggen.toml").read_text())
    write_toml(folder, {**values, "rule": given_rules})
    return folder


def rows_of(out):
    with (out / "data.csv").open() as table:
        return [tuple(row[layer] for layer in OWN) for row in csv.DictReader(table)]


@settings(max_examples=8)
@given(
    st.lists(rules(OWN), min_size=1, max_size=5),
    st.sampled_from([{}, {"dataset__sampling": "quota"}, {"dataset__unique": True}]),
    st.integers(1, 15),
    st.integers(0, 2**64 - 1),
)
def test_same_files_whatever_the_chunks_and_the_folder(article, drawn, how, chunk_size, seed):
    try:
        expected = scene_chances(OWN, drawn)
    except ContradictionError:
        expected = {}
    assume(len(expected) >= COUNT)
    how = {"dataset__seed": seed, **how}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        dataset = with_rules(article, folder / "art", drawn)
        run(dataset, folder / "one", dataset__count=COUNT, **how)
        run(folder / "one", folder / "two", chunk_size=chunk_size)
        check_same_files(folder / "two", folder / "one")
        assert set(rows_of(folder / "one")) <= set(expected)
        if "dataset__sampling" not in how:
            run(dataset, folder / "short", dataset__count=COUNT // 2, **how)
            short, long = (file_digests(folder / name / "images") for name in ("short", "one"))
            assert {image: long[image] for image in short} == short


RULES = [
    {"when": {"character": "m*"}, "forbid": {"object": ["heart", "donut"]}},
    {"when": {"object": "key"}, "require": {"background": ["desert", "forest"]}},
    {"when": {"character": "pirate"}, "probabilities": {"object": {"anchor": 0.7, "none": 0.3}}},
]


def test_same_files_whatever_the_workers(article, tmp_path):
    dataset = with_rules(article, tmp_path / "art", RULES)
    one = run(dataset, tmp_path / "one", dataset__count=COUNT)
    two = run(dataset, tmp_path / "two", dataset__count=COUNT, workers=2, chunk_size=3)
    assert one.digest == two.digest
    check_same_files(tmp_path / "two", tmp_path / "one")


def test_none_that_only_a_rule_draws(article, tmp_path):
    """A character that is not there has no place in the table, and no object beside it moves."""
    rule = {"when": {"background": "forest"}, "weights": {"character": {"none": 1}}}
    dataset = with_rules(article, tmp_path / "art", [rule])
    run(dataset, tmp_path / "out", dataset__count=COUNT)
    with (tmp_path / "out" / "data.csv").open() as table:
        rows = list(csv.DictReader(table))
    assert {row["character"] == "none" for row in rows} == {True, False}
    for row in rows:
        assert (row["character"] == "none") == (row["background"] == "forest")
        assert (row["character x"] == "") == (row["character"] == "none")


def test_counts_are_in_the_table(article, tmp_path):
    config = load(article / "imggen.toml").resolved()
    del config["layer"][1]["probabilities"]
    config["layer"][1]["counts"] = {"mage": 7, "*": 1, "warrior": "rest"}
    config["dataset"] |= {"sampling": "quota", "count": COUNT}
    write_toml(tmp_path, config)
    run(tmp_path, tmp_path / "out")
    shown = [row[1] for row in rows_of(tmp_path / "out")]
    assert {name: shown.count(name) for name in CHARACTER_CHANCES} == {
        "mage": 7, "pirate": 1, "monster": 1, "toadking": 1, "warrior": 30,
    }  # fmt: skip
