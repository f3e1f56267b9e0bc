"""The package webdataset reads the shards that `imggen bulk --container webdataset` writes."""

import csv
import json
import tarfile

import numpy as np
import pytest
import supervision
import webdataset
import wids
from datasets import load_dataset
from PIL import Image
from pycocotools.mask import decode, frPyObjects, merge
from tests.consumers.conftest import COUNT, SIZE

DECODERS = {"l8": 1, "rgb8": 1, "rgba8": 1, "l": 255, "rgb": 255, "rgba": 255, "pil": 1}


def samples_of(out, split):
    shards = sorted(str(path) for path in (out / "shards").glob(f"{split}-*.tar"))
    assert shards
    return list(webdataset.WebDataset(shards, shardshuffle=False).decode("rgb8"))


def test_samples_are_the_images_and_what_they_show(make, dataset):
    options = "--container", "webdataset", "--shard-images", "10"
    out = make(*options)
    with (dataset / "data.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    count = 0
    for split in ("train", "test"):
        for sample in samples_of(out, split):
            row = rows[sample["json"]["index"]]
            assert row["split"] == split == sample["json"]["split"]
            assert row["image"] == f"{split}/{sample['__key__']}"
            assert sample["json"]["traits"] == {k: row[k] for k in ("background", "thing")}
            with Image.open(dataset / "images" / f"{row['image']}.png") as image:
                assert np.array_equal(sample["png"], np.asarray(image))
            for one in sample["json"]["objects"]:
                x, y, width, height = one["bbox"]
                assert 0 <= x < x + width <= SIZE[0]
                assert 0 <= y < y + height <= SIZE[1]
            count += 1
    assert count == COUNT


def test_wids_finds_any_sample_by_the_index(make, tmp_path):
    out = make("--container", "webdataset", "--shard-images", "10")
    for split in ("train", "test"):
        index = f"{out}/indexes/{split}.json"
        read = wids.ShardListDataset(index, transformations=[], cache_dir=str(tmp_path / split))
        expected = samples_of(out, split)
        assert len(read) == len(expected)
        for k in (len(expected) - 1, 0, len(expected) // 2):
            found, sample = read[k], expected[k]
            assert found["__key__"] == sample["__key__"]
            assert json.loads(found[".json"].read()) == sample["json"]
            with Image.open(found[".png"]) as image:
                assert np.array_equal(np.asarray(image), sample["png"])


def test_images_without_things_are_left_out_as_documented(make, tmp_path):
    out = make("--container", "webdataset")
    samples = samples_of(out, "train")
    wanted = [sample["__key__"] for sample in samples if sample["json"]["objects"]]
    assert 0 < len(wanted) < len(samples)
    shards = sorted(map(str, (out / "shards").glob("train-*.tar")))
    read = webdataset.WebDataset(shards, shardshuffle=False).decode()
    read = read.select(lambda sample: sample["json"]["objects"])
    assert [sample["__key__"] for sample in read] == wanted
    part = load_dataset(str(out), split="train", cache_dir=str(tmp_path))
    part = part.filter(lambda json: json["objects"], input_columns="json")
    assert part["__key__"][:] == wanted


def test_patterns_with_braces_and_shuffling(make):
    out = make("--container", "webdataset", "--shard-images", "10")
    last = len(list((out / "shards").glob("train-*"))) - 1
    url = f"{out}/shards/train-{{000000..{last:06d}}}.tar"
    read = webdataset.WebDataset(url, shardshuffle=10, seed=1).shuffle(20).decode("pil")
    indices = [sample["json"]["index"] for sample in read]
    expected = [sample["json"]["index"] for sample in samples_of(out, "train")]
    assert indices != expected, "shuffled"
    assert sorted(indices) == sorted(expected)


def test_pycocotools_decodes_polygons(make, art):
    exact = art.with_name("exact.toml")
    exact.write_text(f"{art.read_text()}\n[labels]\ntolerance = 0\n")
    out = make("--container", "webdataset", "--labels", "coco", config=exact)
    objects = [one for sample in samples_of(out, "train") for one in sample["json"]["objects"]]
    assert objects
    for one in objects:
        mask = decode(merge(frPyObjects(one["segmentation"], *SIZE[::-1])))
        assert (mask.shape, mask.sum()) == (SIZE[::-1], one["area"])


def test_texts_of_yolo_are_the_boxes(make):
    out = make("--container", "webdataset", "--labels", "yolo")
    count = 0
    for sample in samples_of(out, "train"):
        lines = [line.split() for line in sample["yolo.txt"].splitlines()]
        objects = sample["json"]["objects"]
        assert [int(line[0]) for line in lines] == [one["category"] for one in objects]
        for (_, *shares), one in zip(lines, objects, strict=True):
            x, y, width, height = (
                float(share) * side for share, side in zip(shares, 2 * SIZE, strict=True)
            )
            box = [x - width / 2, y - height / 2, width, height]
            assert box == pytest.approx(one["bbox"], abs=0.01)
            count += 1
    assert count


@pytest.mark.parametrize("kind", ["semantic", "instance"])
def test_decoders_read_the_values_of_masks(make, kind):
    """All of them: grey as it is, colours of which each is the value, floats of value / 255."""
    loose = make("--labels", "masks")
    out = make("--container", "webdataset", "--labels", "masks")
    shards = sorted(map(str, (out / "shards").glob("train-*.tar")))
    seen = set()
    for decoder, scale in DECODERS.items():
        for sample in webdataset.WebDataset(shards, shardshuffle=False).decode(decoder):
            with Image.open(loose / f"masks/{kind}/train/{sample['__key__']}.png") as image:
                values = np.asarray(image)
            read = np.atleast_3d(np.asarray(sample[f"{kind}.png"]) * scale)
            for channel in range(min(read.shape[2], 3)):  # the fourth is alpha
                assert np.array_equal(np.rint(read[:, :, channel]), values)
            seen |= set(values.ravel().tolist())
    assert len(seen) > 1


@pytest.mark.parametrize("form", ["yolo", "voc"])
def test_unpacked_shards_are_datasets(make, tmp_path, form):
    """YOLO's once they are renamed, as docs/containers.md does."""
    out = make("--container", "webdataset", "--labels", form)
    samples = samples_of(out, "train")
    for shard in (out / "shards").glob("train-*.tar"):
        with tarfile.open(shard) as archive:
            for member in archive:
                member.name = member.name.replace(".yolo.txt", ".txt")
                archive.extract(member, tmp_path, filter="data")
    folders = dict.fromkeys(("images_directory_path", "annotations_directory_path"), str(tmp_path))
    if form == "yolo":
        names = str(out / "data.yaml")
        read = supervision.DetectionDataset.from_yolo(**folders, data_yaml_path=names)
    else:
        read = supervision.DetectionDataset.from_pascal_voc(**folders)
    found = {path.rsplit("/", 1)[1].split(".")[0]: one for path, one in read.annotations.items()}
    assert found.keys() == {sample["__key__"] for sample in samples}
    for sample in samples:
        detections, objects = found[sample["__key__"]], sample["json"]["objects"]
        names = [read.classes[k] for k in detections.class_id]
        assert names == [one["class"] for one in objects]
        for corners, one in zip(detections.xyxy.tolist(), objects, strict=True):
            x, y, width, height = one["bbox"]
            assert corners == pytest.approx([x, y, x + width, y + height], abs=0.01)
