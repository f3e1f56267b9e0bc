"""DALI reads tar shards by our indexes, which are those of its own tool, and COCO's polygons."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from nvidia.dali import fn, pipeline_def
from tests.formats.crowd import write_crowd

from imggen.formats.coco_files import FIRST_ID


@pytest.fixture(scope="module")
def shards(make):
    """A dataset in tar shards, with masks."""
    return make("--container", "webdataset", "--shard-images", "10", "--labels", "masks")


def test_indexes_are_those_of_the_tool(shards, tmp_path):
    tool = Path(sys.executable).with_name("wds2idx")
    for shard in sorted((shards / "shards").glob("*.tar")):
        theirs = tmp_path / f"{shard.stem}.idx"
        subprocess.run([tool, shard, theirs], check=True, stdout=subprocess.DEVNULL)
        assert (shards / f"indexes/{shard.stem}.idx").read_bytes() == theirs.read_bytes()


def test_shards_are_read_by_their_index(shards, dataset):
    """On the CPU; images are decoded, the rest are bytes."""
    paths = sorted(map(str, (shards / "shards").glob("train-*.tar")))
    indexes = [path.replace("/shards/", "/indexes/").replace(".tar", ".idx") for path in paths]

    @pipeline_def(batch_size=1, num_threads=1, device_id=None)
    def samples():
        image, said = fn.readers.webdataset(paths=paths, index_paths=indexes, ext=["png", "json"])
        return fn.decoders.image(image), said

    pipeline = samples()
    pipeline.build()
    names = sorted((dataset / "images/train").glob("*.png"))
    for name in names:
        image, said = (one.as_array()[0] for one in pipeline.run())
        shown = json.loads(said.tobytes())
        assert shown["index"] == int(name.stem)
        assert np.array_equal(image, read_png(name))


def read_png(path):
    import cv2  # beside DALI's own decoders

    return cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)


def test_coco_with_polygons(make, truth, tmp_path):
    out = make("--labels", "coco", config=write_crowd(tmp_path))
    file = json.loads((out / "annotations/instances_train.json").read_text())
    names = [one["name"] for one in file["categories"]]

    @pipeline_def(batch_size=1, num_threads=1, device_id=None)
    def samples():
        read = fn.readers.coco(
            file_root=str(out / "images/train"),
            annotations_file=str(out / "annotations/instances_train.json"),
            polygon_masks=True,
            image_ids=True,
            skip_empty=False,
        )
        return tuple(read)

    pipeline = samples()
    pipeline.build()
    for _ in file["images"]:
        _, boxes, labels, polygons, vertices, number = (one.as_array()[0] for one in pipeline.run())
        [row] = [one for one in file["images"] if one["id"] == number[0]]
        things = truth[f"train/{row['file_name'].removesuffix('.png')}"]
        shown = [names[k - FIRST_ID] for k in labels.ravel().tolist()]
        assert shown == [thing.variant for thing in things]
        assert np.allclose(boxes, np.reshape([thing.box for thing in things], (-1, 4)))
        assert {*polygons[:, 0].tolist()} == {*range(len(things))}
        assert polygons[:, 2].max(initial=0) == len(vertices)
