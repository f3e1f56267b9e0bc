"""Whole runs of layers with instances: tables, captions, names, containers."""

import csv
import json
import tarfile

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from tests.checks import check_same_files
from tests.planning.crowd import ANYWHERE, BIRD, TREE, counts_of, plan_of, write_crowd
from tests.run.runs import run

import imggen
from imggen.errors import InputError

COUNT = 30
VARIED = {**BIRD, "vary": {"scale": [0.5, 1.5], "flip": 0.5}, "depth": "random"}
FORMATS = ["coco", "yolo-segment", "voc", "masks", "table", "instances", "imagefolder", "captions"]
CAPTION = "A {sky} with a {bird}[ by the {tree}]."


def write(folder, **tables):
    """A crowd with all labels."""
    settings = {
        "dataset": {"count": COUNT, "seed": 3},
        "bird": VARIED,
        "labels": {"formats": FORMATS, "caption": CAPTION},
        **tables,
    }
    return write_crowd(folder, **settings)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("crowd")
    write(folder)
    run(folder, folder / "out")
    return folder


def read_rows(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_cell_of_the_table_says_how_many(folder):
    plan = plan_of(folder / "imggen.toml")
    for name, image in (("data.csv", "image"), ("labels.csv", "image")):
        rows = read_rows(folder / "out" / name)
        assert [int(row[image]) for row in rows] == list(range(COUNT))
        for layer in ("bird", "tree"):
            assert [int(row[layer]) for row in rows] == counts_of(plan, layer).tolist()
            assert not [column for column in rows[0] if column.startswith(f"{layer} ")]


def test_captions_count(folder):
    lines = (folder / "out" / "captions.jsonl").read_text().splitlines()
    numbers = ("", "a", "two", "three", "four", "five", "six", "seven")
    for line, row in zip(map(json.loads, lines), read_rows(folder / "out/data.csv"), strict=True):
        trees = " by the two trees" if row["tree"] == "2" else ""
        birds = f"{numbers[int(row['bird'])]} birds"
        assert line["text"] == f"A {row['sky']} with {birds}{trees}."


def test_imagefolder_and_coco_have_each_instance(folder):
    found = json.loads((folder / "out/annotations/instances.json").read_text())
    lines = (folder / "out/images/metadata.jsonl").read_text().splitlines()
    dataset = imggen.Dataset(folder, objects=True)
    assert len({one["id"] for one in found["annotations"]}) == len(found["annotations"])
    for image, line in enumerate(map(json.loads, lines)):
        own = [one for one in found["annotations"] if one["image_id"] == image]
        labels = dataset[image]["objects"]["labels"]
        assert [one["category_id"] - 1 for one in own] == labels.tolist()
        assert line["objects"]["category"] == labels.tolist()
        assert line["objects"]["area"] == [one["area"] for one in own]
        assert line["objects"]["bbox"] == [one["bbox"] for one in own]
        assert line["bird"] == str(len(dataset[image]["shown"]["bird"]))


def test_any_chunks_and_workers_give_the_same_bytes(folder, tmp_path):
    write(tmp_path)
    run(tmp_path, tmp_path / "out", workers=2, chunk_size=7)
    check_same_files(tmp_path / "out", folder / "out")


def test_names_tell_how_many(tmp_path):
    write(tmp_path, dataset={"count": COUNT, "seed": 3, "image_name": "{bird}/{tree}-{index}"})
    run(tmp_path, tmp_path / "out")
    for row in read_rows(tmp_path / "out" / "data.csv"):
        assert row["image"].split("-")[0] == f"{row['bird']}/{row['tree']}"
        assert (tmp_path / f"out/images/{row['image']}.png").is_file()


def test_captions_call_instances_by_their_class(tmp_path):
    labels = {"formats": ["captions"], "caption": "a {bird}", "words": {"bird": {"3": "a trio"}}}
    write(tmp_path, labels=labels, bird={**VARIED, "class": "grey_fox", "instances": [0, 3]})
    run(tmp_path, tmp_path / "out")
    lines = (tmp_path / "out" / "captions.jsonl").read_text().splitlines()
    texts = {json.loads(line)["text"] for line in lines}
    assert texts == {"", "a grey fox", "two grey foxes", "a trio"}


def test_words_for_numbers(tmp_path):
    words = {"bird": {str(number): f"{number} of them" for number in range(3, 8)}}
    labels = {"formats": ["captions"], "caption": "{bird}", "words": words}
    write(tmp_path, labels=labels)
    run(tmp_path, tmp_path / "out")
    lines = (tmp_path / "out" / "captions.jsonl").read_text().splitlines()
    texts = {json.loads(line)["text"] for line in lines}
    assert texts == {f"{number} of them" for number in range(3, 8)}


def test_words_for_variants_are_refused(tmp_path):
    labels = {"formats": ["captions"], "caption": "{bird}", "words": {"bird": {"red": "robin"}}}
    path = write(tmp_path, labels=labels)
    with pytest.raises(InputError) as error:
        imggen.Dataset(path)
    assert str(error.value) == (
        'labels.words.bird names "red", but bird has instances, whose number captions tell; '
        'expected numbers, like { 1 = "a goose", 2 = "two geese" }.'
    )


@pytest.mark.parametrize("container", ["webdataset", "parquet"])
def test_shards(tmp_path, container):
    formats = ["coco"] if container == "webdataset" else []
    write(tmp_path, output={"container": container}, labels={"formats": formats})
    run(tmp_path, tmp_path / "out")
    dataset = imggen.Dataset(tmp_path, objects=True)
    for image, (bird, boxes) in enumerate(shown_in(tmp_path / "out", container)):
        item = dataset[image]
        assert int(bird) == len(item["shown"]["bird"])
        edges = [[x, y, x + w, y + h] for x, y, w, h in boxes]
        assert edges == item["objects"]["boxes"].tolist()


def shown_in(out, container):
    """The number of birds and the boxes of each image, in the order of images."""
    if container == "parquet":
        rows = pd.concat(map(pd.read_parquet, sorted(out.rglob("*.parquet"))))
        for row in rows.sort_values("index").to_dict("records"):
            yield row["bird"], [one["bbox"].tolist() for one in row["objects"]]
        return
    found = {}
    for path in out.rglob("*.tar"):
        with tarfile.open(path) as tar:
            for member in tar:
                if member.name.endswith(".json"):
                    sample = json.load(tar.extractfile(member))
                    found[sample["index"]] = sample
    for _, sample in sorted(found.items()):
        yield sample["traits"]["bird"], [one["bbox"] for one in sample["objects"]]


def test_arrays_have_columns_for_each_instance(tmp_path):
    write(tmp_path, output={"container": "npz"}, labels={"formats": []})
    run(tmp_path, tmp_path / "out")
    [path] = (tmp_path / "out").glob("*.npz")
    arrays = np.load(path)
    names = arrays["latents_names"].tolist()
    plan = plan_of(tmp_path / "imggen.toml")
    values = dict(zip(names, arrays["latents_values"].T, strict=True))
    for number in range(7):
        slot = plan.slots.columns[2].start + number
        assert values[f"bird/{number}"].tolist() == plan.traits[:, slot].tolist()
        present = plan.traits[:, slot] != plan.library.layers[slot].names.index("none")
        for column in ("x", "y", "scale", "flip"):
            found = values[f"bird/{number} {column}"]
            assert np.array_equal(~np.isnan(found), present)


def test_what_is_left_out_is_said(tmp_path):
    place = {"x": [0, 17], "y": [0, 9], "avoid": ["self"], "otherwise": "drop"}
    write_crowd(tmp_path, dataset={"count": 9}, bird={"instances": 6, "place": place})
    run(tmp_path, tmp_path / "out")
    summary = json.loads((tmp_path / "out" / "run.json").read_text())
    kept = sum(int(row["bird"]) for row in read_rows(tmp_path / "out" / "data.csv"))
    assert summary["dropped"] == {"bird": 54 - kept}
    assert summary["crowded"] == {"bird": 0}


def test_a_blank_file_with_a_weight_is_refused(tmp_path):
    path = write_crowd(tmp_path, bird={"instances": 2, "place": ANYWHERE}, tree=TREE)
    blank = tmp_path / "birds" / "none#3.png"
    Image.new("RGBA", (4, 4)).save(blank)
    with pytest.raises(InputError) as error:
        imggen.Dataset(path)
    assert str(error.value) == (
        f"layer.bird: {blank} gives none a weight, and layer.bird.instances says how many are "
        "shown; remove the file, and let instances be 0 as often."
    )
