"""Whatever a variant is called, the readers of each format give that name back."""

import csv
import json

import pandas as pd
import pytest
from pyarrow import parquet
from tests.checks import check_sentence
from tests.hard_names import DATE, HARD_NAMES, write_hats_or_none
from tests.run.runs import run

from imggen.errors import PlanError

SHOWN = sorted((*HARD_NAMES, "none"))  # by image, of each sky
FORMATS = ["table", "captions", "classes", "erc721", "solana"]
CAPTION = "{sky}: {hat}"


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """A run of all formats that take all names."""
    folder = tmp_path_factory.mktemp("hard")
    run(
        write_hats_or_none(folder, formats=FORMATS, class_layer="hat", caption=CAPTION),
        folder / "out",
    )
    return folder / "out"


def test_parquet(out):
    table = parquet.read_table(out / "labels.parquet")
    assert table["hat"].to_pylist() == SHOWN * 2
    frame = pd.read_parquet(out / "labels.parquet")
    assert frame["hat"].astype(str).tolist() == SHOWN * 2
    assert frame["hat x"].isna().tolist() == [name == "none" for name in SHOWN * 2]


def test_csv(out):
    frame = pd.read_csv(out / "labels.csv", dtype=str, keep_default_na=False)
    assert frame["hat"].tolist() == SHOWN * 2
    with (out / "labels.csv").open(newline="", encoding="utf-8") as file:
        assert [row["hat"] for row in csv.DictReader(file)] == SHOWN * 2


@pytest.mark.parametrize("folder", ["metadata", "solana"])
def test_tokens(out, folder):
    for image, name in enumerate(SHOWN * 2):
        attributes = json.loads((out / folder / f"{image}.json").read_bytes())["attributes"]
        assert attributes[1] == {"trait_type": "hat", "value": name}


def test_rarity(out):
    with (out / "rarity.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["value"] for row in rows] == ["day", "night", *SHOWN]
    frame = pd.read_csv(out / "rarity.csv", dtype=str, keep_default_na=False)
    assert frame["value"].tolist() == ["day", "night", *SHOWN]


def test_class_folders(out):
    """Sorted as torchvision does, they are the classes."""
    folders = sorted(entry.name for entry in (out / "classes").iterdir() if entry.is_dir())
    assert folders == SHOWN
    assert json.loads((out / "classes/classes.json").read_bytes())["classes"] == SHOWN
    for image, name in enumerate(SHOWN * 2):
        assert (out / "classes" / name / f"{image}.png").samefile(out / f"images/{image}.png")


def test_captions(out):
    """In words: with single spaces, on one line."""
    lines = (out / "captions.jsonl").read_text(encoding="utf-8").split("\n")
    captions = [json.loads(line)["text"] for line in lines if line]
    wanted = ["" if name == "none" else " " + " ".join(name.split()) for name in SHOWN]
    assert captions[: len(SHOWN)] == [f"day:{words}" if words else "day" for words in wanted]


def test_imagefolder(tmp_path):
    names = [name for name in HARD_NAMES if name != DATE]
    run(write_hats_or_none(tmp_path, names, formats=["imagefolder"]), tmp_path / "out")
    lines = (tmp_path / "out/images/metadata.jsonl").read_text(encoding="utf-8").split("\n")
    shown = [json.loads(line)["hat"] for line in lines if line]
    assert shown == sorted((*names, "none")) * 2


def test_imagefolder_has_no_dates(tmp_path):
    """Arrow makes times of them, in blocks where no other names are."""
    with pytest.raises(PlanError) as error:
        run(write_hats_or_none(tmp_path, formats=["imagefolder"]), tmp_path / "out")
    check_sentence(error.value, f'the variant "{DATE}"', "as a date", "leave imagefolder out")
    assert not (tmp_path / "out/images").exists()


def test_a_class_that_is_called_as_the_class_map(tmp_path):
    folder = write_hats_or_none(
        tmp_path, ["classes.json", "cap"], formats=["classes"], class_layer="hat"
    )
    with pytest.raises(PlanError) as error:
        run(folder, tmp_path / "out")
    check_sentence(error.value, 'the variant "classes.json"', "class folder", "rename it")


@pytest.mark.parametrize(("name", "mark"), [("a\\b", "backslash"), ("$HOME", "whose $")])
def test_marks_in_names_of_images(tmp_path, name, mark):
    folder = write_hats_or_none(tmp_path, [name, "cap"], formats=["imagefolder"])
    with pytest.raises(PlanError) as error:
        run(folder, tmp_path / "out", dataset__image_name="{index}-{hat}")
    check_sentence(error.value, "the variant", mark, "leave imagefolder out")
    run(folder, tmp_path / "out")
