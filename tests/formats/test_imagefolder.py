"""ImageFolder's metadata lie beside the images, and the card describes them."""

import json
from collections import Counter

import pytest
from tests.art import place_at_random, write_small_article, write_toml
from tests.checks import check_sentence
from tests.run.runs import run

from imggen.config.load import load_config, read_source
from imggen.errors import ConfigError
from imggen.formats.card import cell, size_category

COUNT = 60


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = place_at_random(write_small_article(tmp_path_factory.mktemp("article")))
    values = read_source(folder / "imggen.toml").settings
    values["split"] = [{"name": "train", "count": COUNT - 1}, {"name": "test", "count": 1}]
    values["labels"] = {
        "formats": ["imagefolder", "table"],
        "least_visible": 0.5,
        "caption": "a {character}[ with a {object}]",
    }
    values["dataset"]["count"] = COUNT
    write_toml(folder, values)
    run(folder, folder / "out")
    return folder / "out"


def entries(out, split=""):
    path = out / "images" / split / "metadata.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def rows(out):
    import pandas as pd

    return pd.read_parquet(out / "labels.parquet").to_dict("records")


def test_each_image_is_in_its_split(out):
    found = {
        (out / "images" / split / entry["file_name"]).resolve()
        for split in ("train", "test")
        for entry in entries(out, split)
    }
    assert found == {path.resolve() for path in (out / "images").rglob("*.png")}
    assert len(found) == COUNT
    assert len(entries(out, "test")) == 1


def test_what_a_line_says(out):
    by_name = {row["file_name"]: row for row in rows(out)}
    names = ["character", "object"]
    seen = 0
    for entry in entries(out, "train"):
        row = by_name[f"train/{entry['file_name']}"]
        for key, column in {"text": "caption", "background": "background"}.items():
            assert entry[key] == row[column]
        wanted = [
            [row[f"{name} visible {side}"] for side in ("x", "y", "width", "height")]
            for name in names
            if row[f"{name} visible fraction"] >= 0.5
        ]
        assert entry["objects"]["bbox"] == wanted
        assert len(entry["objects"]["category"]) == len(wanted)
        assert entry["objects"]["id"] == list(range(len(wanted)))
        seen += len(wanted)
    assert seen


def test_categories_are_rows_of_the_card(out):
    lines = (out / "README.md").read_text().splitlines()
    start = lines.index("        class_label:", lines.index("    - name: category")) + 2
    names = [line.split(": ")[1].strip('"') for line in lines[start : start + 15]]
    for entry in entries(out, "train"):
        own = [names[category] for category in entry["objects"]["category"]]
        assert set(own) <= {entry["character"], entry["object"]}


def test_the_card_counts(out):
    card = (out / "README.md").read_text()
    assert card.startswith("---\n")
    counts = Counter(row["background"] for row in rows(out))
    assert f"| background | desert | 0.3 | {counts['desert']} |" in card
    assert f"| train | {COUNT - 1} |" in card
    assert '    path: "images/train/**"' in card
    assert "- object-detection" in card
    assert "- image-to-text" in card


def test_backgrounds_alone_have_no_objects(small_article, tmp_path):
    values = read_source(small_article / "imggen.toml").settings
    layer = values["layer"][0]
    layer["folder"] = str(small_article / layer["folder"])
    labels = {"formats": ["imagefolder"]}
    write_toml(tmp_path, {**values, "layer": [layer], "labels": labels})
    run(tmp_path, tmp_path / "out", dataset__count=5)
    assert [list(entry) for entry in entries(tmp_path / "out")] == [["file_name", "background"]] * 5
    card = (tmp_path / "out/README.md").read_text()
    assert "object" not in card
    assert '  - split: "train"\n    path: "images/**"' in card


@pytest.mark.parametrize(
    ("values", "parts"),
    [
        ({"layer": [{"name": "objects", "folder": "a"}]}, ["name of layer 1", '"objects"']),
        ({"layer": [{"name": "hat_file_name", "folder": "a"}]}, ['"hat_file_name"']),
        ({"split": [{"name": "hard-test", "share": 1.0}]}, ["split.hard-test", "letters"]),
        ({"split": [{"name": "all", "share": 1.0}]}, ["split.all", "rename"]),
        (
            {
                "split": [{"name": "a", "share": 1.0}],
                "dataset": {"image_name": "x/{split}/{index}"},
            },
            ["dataset.image_name", "a folder for each split", '"{split}/{index}"'],
        ),
        ({"dataset": {"image_name": "$HOME{index}"}}, ["$HOME{index}", "variable", "leave it out"]),
    ],
)
def test_what_datasets_would_misread(tmp_path, values, parts):
    layers = {"layer": [{"name": "hat", "folder": "hats"}]}
    path = write_toml(tmp_path, {**layers, **values, "labels": {"formats": ["imagefolder"]}})
    with pytest.raises(ConfigError) as error:
        load_config(path, {})
    check_sentence(error.value, *parts)


def test_a_folder_of_splits_that_is_given(tmp_path):
    values = {
        "layer": [{"name": "hat", "folder": "hats"}],
        "split": [{"name": "a", "share": 1.0}],
        "dataset": {"image_name": "{split}/x/{index}"},
        "labels": {"formats": ["imagefolder"]},
    }
    load_config(write_toml(tmp_path, values), {})


def test_texts_in_the_page():
    assert cell("a|b<c>*") == "a&#124;b&lt;c&gt;&#42;"


@pytest.mark.parametrize(
    ("count", "name"), [(999, "n<1K"), (1000, "1K<n<10K"), (10**9, "1B<n<10B")]
)
def test_sizes(count, name):
    assert size_category(count) == name
