"""TensorFlow decodes TFRecords, and Keras finds folders of classes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(sys.prefix) / "tensorflow"  # see scripts/test-consumers
CODE = """
import json, sys
import tensorflow as tf
from tensorflow import keras

classes, *shards = sys.argv[1:]
folders = keras.utils.image_dataset_from_directory(classes, image_size=(64, 64), shuffle=False)
side = "image/object/bbox/xmin"
kinds = {
    "image/encoded": tf.io.FixedLenFeature([], tf.string),
    "image/object/class/text": tf.io.VarLenFeature(tf.string),
    side: tf.io.VarLenFeature(tf.float32),
}
rows = []
for record in tf.data.TFRecordDataset(shards):
    one = tf.io.parse_single_example(record, kinds)
    shape = tf.io.decode_image(one["image/encoded"]).shape.as_list()
    names = [name.decode() for name in one["image/object/class/text"].values.numpy()]
    rows.append([shape, names, len(one[side].values)])
print(json.dumps([folders.class_names, len(folders.file_paths), rows]))
"""


@pytest.fixture(scope="module")
def configured(art):
    """The small art with its things as classes."""
    config = art.with_name("tensorflow.toml")
    config.write_text(f'{art.read_text()}\n[labels]\nclass_layer = "thing"\n')
    return config


def test_records_and_folders(make, configured):
    folders = make("--labels", "classes", config=configured)
    records = make("--container", "tfrecord", config=configured)
    shards = sorted(map(str, (records / "tfrecords").glob("train-*.tfrecord")))
    done = subprocess.run(
        [sys.executable, "-c", CODE, folders / "classes/train", *shards],
        env={**os.environ, "PYTHONPATH": str(FOLDER), "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    names, count, rows = json.loads(done.stdout.splitlines()[-1])
    assert names == ["bird", "cat", "dog", "none"]
    expected = {one.name: one.parent.name for one in (folders / "classes/train").rglob("*.png")}
    assert count == len(rows) == len(expected)
    shown = [expected[name] for name in sorted(expected)]
    assert rows == [[[64, 64, 3], *(([one], 1) if one != "none" else ([], 0))] for one in shown]
