"""Class folders number classes alike in all splits, whatever these show."""

import errno
import json
import os

import pytest
from tests.art import CHARACTERS, small_article_values, write_small_article, write_toml
from tests.run.runs import run

SPLITS = ("train", "test")


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    """The train split has no pirates, and no image shows a toadking."""
    folder = write_small_article(tmp_path_factory.mktemp("article"))
    values = small_article_values(trim=True)
    del values["layer"][1]["probabilities"]
    values["layer"][1]["weights"] = dict.fromkeys(CHARACTERS, 1) | {"toadking": 0}
    no_pirates = {"character": dict.fromkeys(CHARACTERS, 1) | {"pirate": 0, "toadking": 0}}
    values["split"] = [
        {"name": "train", "count": 30, "weights": no_pirates},
        {"name": "test", "count": 30},
    ]
    values["labels"] = {"formats": ["classes"], "class_layer": "character"}
    write_toml(folder, values | {"dataset": values["dataset"] | {"count": 60}})
    return folder


@pytest.fixture(scope="module")
def out(dataset, tmp_path_factory):
    folder = tmp_path_factory.mktemp("run") / "out"
    run(dataset, folder)
    return folder


def read_as_torchvision(root):
    """Classes to their numbers, and path and number of each image, as its `ImageFolder` does."""
    classes = sorted(entry.name for entry in os.scandir(root) if entry.is_dir())
    numbers = {name: number for number, name in enumerate(classes)}
    samples = []
    for name in classes:
        for folder, _, files in sorted(os.walk(root / name, followlinks=True)):
            samples += [(f"{folder}/{file}", numbers[name]) for file in sorted(files)]
    return numbers, samples


def test_numbers_are_those_of_torchvision(out):
    wanted = json.loads((out / "classes/classes.json").read_text())
    assert wanted["layer"] == "character"
    assert wanted["classes"] == list(CHARACTERS)
    for split in SPLITS:
        numbers, samples = read_as_torchvision(out / "classes" / split)
        assert numbers == wanted["class_to_idx"]
        assert len(samples) == 30


def test_empty_folders_keep_the_numbers(out):
    assert not list((out / "classes/train/pirate").iterdir())
    assert list((out / "classes/test/pirate").iterdir())
    assert not list((out / "classes/test/toadking").iterdir())


def test_links_to_the_images(out):
    rows = (out / "data.csv").read_text().splitlines()[1:]
    for row in rows:
        _, character, _, split, name = row.split(",")
        image, link = out / "images" / f"{name}.png", out / "classes" / split / character
        assert (link / f"{name.removeprefix(split + '/')}.png").samefile(image)


@pytest.mark.parametrize(
    ("image_name", "expected"),
    [
        ("{character}/{index}", "{split}/{character}/{index}.png"),
        ("{split}/{character}/{index}", "{split}/{character}/{index}.png"),
        ("{character}/{split}/{index}", "{split}/{character}/{split}/{index}.png"),
        ("{background}/{index}", "{split}/{character}/{background}/{index}.png"),
        ("{index}/{character}", "{split}/{character}/{index}/{character}.png"),
        ("{character}s/{index}", "{split}/{character}/{character}s/{index}.png"),
    ],
)
def test_no_class_folder_within_another(dataset, tmp_path, image_name, expected):
    run(dataset, tmp_path, dataset__image_name=image_name)
    lines = (tmp_path / "data.csv").read_text().splitlines()
    rows = [dict(zip(lines[0].split(","), line.split(","), strict=True)) for line in lines[1:]]
    paths = {expected.format(**row, index=index) for index, row in enumerate(rows)}
    root = tmp_path / "classes"
    assert {str(path.relative_to(root)) for path in root.rglob("*.png")} == paths
    assert len(paths) == len(rows)


def test_copies_where_there_are_no_links(dataset, out, tmp_path, monkeypatch):
    def no_link(*_, **__):
        raise OSError(errno.EMLINK, "Too many links")

    monkeypatch.setattr(os, "link", no_link)
    run(dataset, tmp_path / "out")
    for path in (out / "classes").rglob("*.png"):
        copy = tmp_path / "out" / path.relative_to(out)
        assert copy.read_bytes() == path.read_bytes()
        assert copy.stat().st_nlink == 1
