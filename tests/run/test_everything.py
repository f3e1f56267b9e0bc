"""Rules, joint tables, places, variation, splits and pairs obey the laws together."""

import csv

import pytest
from tests.art import small_article_values, write_small_article, write_toml
from tests.checks import check_same_files
from tests.run.runs import run

COUNT = 60
ANYWHERE = {"x": ["0%", "100%"], "y": ["30%", "100%"], "inside": 0.75}
CHARACTER = {
    "place": {"anchor": "bottom", **ANYWHERE},
    "place_when": [{"when": {"background": "desert"}, "at": [90, 100]}],
    "vary": {"flip": 0.5, "scale": {"range": [0.8, 1.2], "step": 0.2}},
}
OBJECT = {
    "place": {"anchor": "center", **ANYWHERE, "avoid": "character", "overlap": 0.05},
    "place_when": [
        {"when": {"character": ["mage", "pirate"]}, "of": "character", "at": "center"},
    ],
    "vary": {"rotate": [-30, 30], "hue": [0, 90], "blend": {"values": ["normal", "multiply"]}},
}
TABLES = {
    "joint": [
        {
            "layers": ["background", "character"],
            "weights": {
                "countryside": {"mage": 2, "warrior": 2},
                "desert": {"mage": 1, "pirate": 2, "toadking": 1},
                "forest": {"monster": 3, "toadking": 1},
                "glacial": {"mage": 1, "monster": 1},
            },
        }
    ],
    "rule": [
        {"when": {"character": "mage"}, "forbid": {"object": ["axe", "b*"]}},
        {"when": {"object": "key"}, "require": {"background": "desert"}},
    ],
    "split": [
        {"name": "train", "share": 0.8},
        {
            "name": "test",
            "share": 0.2,
            "rule": [{"when": {"background": "forest"}, "forbid": {"object": "none"}}],
        },
    ],
}


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    folder = write_small_article(tmp_path_factory.mktemp("art"))
    values = small_article_values(trim=True) | TABLES
    for layer, changes in zip(values["layer"], ({}, CHARACTER, OBJECT), strict=True):
        if layer["name"] in TABLES["joint"][0]["layers"]:
            del layer["probabilities"]
        layer.update(changes)
    write_toml(folder, values)
    return folder


def rows_of(out):
    with (out / "data.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_same_bytes_whatever_the_chunks_and_the_count(dataset, tmp_path):
    first = run(dataset, tmp_path / "first", dataset__count=COUNT, dataset__unique=True)
    again = run(tmp_path / "first", tmp_path / "again", chunk_size=7)
    assert again.digest == first.digest
    check_same_files(tmp_path / "first" / "images", tmp_path / "again" / "images")
    assert rows_of(tmp_path / "first") == rows_of(tmp_path / "again")
    run(dataset, tmp_path / "short", dataset__count=COUNT // 2)
    run(dataset, tmp_path / "long", dataset__count=COUNT)
    assert rows_of(tmp_path / "long")[: COUNT // 2] == rows_of(tmp_path / "short")


def test_the_rules_hold(dataset, tmp_path):
    run(dataset, tmp_path / "out", dataset__count=300)
    rows = rows_of(tmp_path / "out")
    assert {row["split"] for row in rows} == {"train", "test"}
    for row in rows:
        weights = TABLES["joint"][0]["weights"][row["background"]]
        assert row["character"] in weights
        assert row["character"] != "mage" or row["object"] != "axe"
        assert row["object"] != "key" or row["background"] == "desert"
        assert (row["split"], row["background"], row["object"]) != ("test", "forest", "none")


def test_pairs_differ_in_one_thing(dataset, tmp_path):
    """What else the table tells is alike."""
    run(dataset, tmp_path / "out", dataset__count=40, dataset__pair="object")
    rows = rows_of(tmp_path / "out")
    looks = [f"object {field}" for field in ("rotate", "hue", "blend")]
    for one, other in zip(rows[::2], rows[1::2], strict=True):
        assert one["object"] != other["object"]
        kept = [key for key in one if not key.startswith("object") and key != "generated image"]
        assert [one[key] for key in kept] == [other[key] for key in kept]
        if "none" not in (one["object"], other["object"]):
            assert [one[key] for key in looks] == [other[key] for key in looks]
