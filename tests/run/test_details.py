"""Labels of more kinds are the same in all containers, whatever the workers and interruptions."""

import json
import shutil
import tarfile

import numpy as np
import pyarrow.parquet as pq
import pytest
from tests.checks import check_same_files
from tests.formats.check_details import (
    ALL_NAMES,
    OWN_NAMES,
    check_points,
    over,
)
from tests.formats.scenes import FORMATS, SIZE, pictures_of, write_crowded
from tests.formats.test_coco import mask_of
from tests.run.runs import run

from imggen import Dataset
from imggen.report.main import verify
from imggen.run.progress import Count

COUNT, SEED = 12, 1
LABELS = [*FORMATS, "yolo-pose"]


@pytest.fixture(scope="module")
def crowded(tmp_path_factory):
    """A random crowded dataset."""
    return write_crowded(tmp_path_factory.mktemp("crowded"), SEED, COUNT)


@pytest.fixture(scope="module")
def pictures(crowded):
    """What its images show."""
    return pictures_of(crowded)


@pytest.fixture(scope="module")
def whole(crowded, tmp_path_factory):
    """A run that was not interrupted."""
    out = tmp_path_factory.mktemp("whole") / "out"
    run(crowded, out, labels__formats=LABELS)
    return out


@pytest.mark.parametrize("settings", [{"chunk_size": 1}, {"workers": 2, "chunk_size": 5}], ids=str)
def test_workers_and_chunks_change_nothing(crowded, whole, tmp_path, settings):
    run(crowded, tmp_path / "out", labels__formats=LABELS, **settings)
    check_same_files(tmp_path / "out", whole)


@pytest.mark.parametrize(
    "lost",
    ["amodal/**/*.png", "depth/**/*.png", "occlusion/**/*.json", "annotations/*/*.png", "data.yaml",
     "annotations/panoptic*.json", "labels/**/*.txt"],
)  # fmt: skip
def test_what_is_lost_is_found_and_made_again(crowded, whole, tmp_path, lost):
    out = tmp_path / "out"
    shutil.copytree(whole, out)
    path = min(path for path in out.glob(lost) if path.is_file())
    path.write_bytes(path.read_bytes()[:-1])
    found = verify(out, 1, Count(), repair=False).before.findings
    assert [one.name for one in found] == [str(path.relative_to(out))]
    path.unlink()
    run(crowded, out, labels__formats=LABELS, existing="resume")
    check_same_files(out, whole)


def samples_of(out):
    """The members of each sample, by its key and extension."""
    samples = {}
    for shard in sorted((out / "shards").iterdir()):
        with tarfile.open(shard) as archive:
            for member in archive:
                key, extension = member.name.split(".", 1)
                samples.setdefault(key, {})[extension] = archive.extractfile(member).read()
    return samples


def test_samples_of_shards(crowded, whole, pictures, tmp_path):
    run(crowded, tmp_path / "out", labels__formats=LABELS, output__container="webdataset")
    samples = samples_of(tmp_path / "out")
    assert len(samples) == COUNT
    for name, picture in pictures.items():
        sample = samples[name.rsplit("/", 1)[-1]]
        for extension, folder in {
            "amodal.png": "amodal", "depth.png": "depth", "pose.txt": "labels",
            "occlusion.json": "occlusion",
        }.items():  # fmt: skip
            suffix = extension.rsplit(".", 1)[1]
            assert sample[extension] == (whole / f"{folder}/{name}.{suffix}").read_bytes()
        panoptic = f"panoptic_{picture.split}" if picture.split else "panoptic"
        path = whole / f"annotations/{panoptic}/{name.rsplit('/', 1)[-1]}.png"
        assert sample["panoptic.png"] == path.read_bytes()
        check_objects(json.loads(sample["json"])["objects"], picture.things)
    for path in whole.glob("annotations/*.json"):  # shards have images in another order
        lines, others = (
            sorted(line.removesuffix(",") for line in one.read_text().splitlines())
            for one in (path, tmp_path / "out/annotations" / path.name)
        )
        assert lines == others


def check_objects(objects, things):
    """The objects of a sample, or of a row of Parquet, are `things`."""
    assert len(objects) == len(things)
    for one, thing in zip(objects, things, strict=True):
        np.testing.assert_allclose(one["obb"], thing.corners.ravel(), atol=0.002)
        assert (mask_of(one["amodal_segmentation"]) == (thing.parts >= 0)).all()
        covering = [k for k, other in enumerate(things) if over(other, thing)]
        assert one["occluded_by"] == covering
        check_points(one["keypoints"], thing, ALL_NAMES, tolerance=0.002)


def test_the_card_has_the_types_of_samples(crowded, tmp_path):
    run(crowded, tmp_path / "out", labels__formats=LABELS, output__container="webdataset")
    card = (tmp_path / "out/README.md").read_text()
    for line in (
        '{name: "obb", list: float64}',
        '{name: "occluded_by", list: int64}',
        '{name: "keypoints", list: {list: float64}}',
        '{name: "amodal.png", dtype: image}',
        '{name: "panoptic.png", dtype: image}',
        '{name: "pose.txt", dtype: string}',
    ):
        assert line in card


def test_parquet(crowded, pictures, tmp_path):
    run(crowded, tmp_path / "out", labels__formats=["coco"], output__container="parquet")
    paths = sorted((tmp_path / "out/data").iterdir())
    rows = [row for path in paths for row in pq.read_table(path).to_pylist()]
    assert len(rows) == COUNT
    by_name = {name.rsplit("/", 1)[-1]: picture for name, picture in pictures.items()}
    for row in rows:
        check_objects(row["objects"], by_name[row["image"]["path"].removesuffix(".png")].things)
    info = json.loads(pq.read_schema(paths[0]).metadata[b"huggingface"])["info"]
    [thing] = info["features"]["objects"]
    assert thing["obb"]["length"] == 8
    assert thing["keypoints"]["length"] == len(ALL_NAMES)


def test_items_of_a_dataset(crowded, pictures):
    dataset = Dataset(crowded, masks=True)
    shown = {name.rsplit("/", 1)[-1]: picture for name, picture in pictures.items()}
    batch = dataset.batch(range(COUNT))["objects"]
    for k in range(COUNT):
        things, found = shown[str(k)].things, dataset[k]["objects"]
        n = len(things)
        assert found["obb"].shape == (n, 4, 2)
        assert found["keypoints"].shape == (n, len(ALL_NAMES), 3)
        assert found["amodal_masks"].shape == (n, *SIZE[::-1])
        assert found["occlusion"].tolist() == [[over(a, b) for b in things] for a in things]
        for i, thing in enumerate(things):
            np.testing.assert_allclose(found["obb"][i], thing.corners, atol=1e-4)
            assert (found["amodal_masks"][i] == (thing.parts >= 0)).all()
            check_points(found["keypoints"][i], thing, ALL_NAMES, tolerance=1e-4)
        for name in ("obb", "keypoints", "occlusion", "amodal_masks"):
            assert (batch[k][name] == found[name]).all()


def test_nothing_more_where_nothing_is_asked_for(crowded, tmp_path):
    """But for keypoints, which the layers have."""
    objects = Dataset(crowded, masks=True, overrides={"labels.fields": []})[0]["objects"]
    assert "keypoints" in objects
    assert not {"obb", "occlusion", "amodal_masks"} & set(objects)
    run(crowded, tmp_path / "out", labels__formats=["coco"], labels__fields=[])
    for path in (tmp_path / "out/annotations").iterdir():
        for one in json.loads(path.read_bytes())["annotations"]:
            assert not {"obb", "amodal_segmentation", "occluded_by"} & set(one)
            assert len(one["keypoints"]) == 3 * len(OWN_NAMES[one["layer"]])
