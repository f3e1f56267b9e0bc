"""The camera's values depend on seed, name and image alone, and are recorded as others are."""

import csv

import numpy as np
import pyarrow.parquet as pq
import pytest
from tests.art import blob, load, random_pixels, write_dataset
from tests.checks import check_same_files
from tests.run.runs import run

import imggen
from imggen.assets import load_assets
from imggen.config.plain import CAMERA_FIELDS
from imggen.errors import PlanError
from imggen.planning import make_plan

CAMERA = {
    "blur": [0, 1.5], "vignette": 0.3, "brightness": [0.8, 1.2], "contrast": 1.1,
    "noise": [0, 10], "jpeg": {"values": [0, 30, 80]},
}  # fmt: skip
COUNT = 24
DRAWN = ["blur", "brightness", "noise", "jpeg"]


def write(folder, camera=CAMERA, **tables):
    rng = np.random.default_rng(0)
    backs = {"noise": random_pixels(rng, 40, 30, 3), "grey": np.full((30, 40, 3), 130, np.uint8)}
    things = {"a": blob(rng, 12, 9), "b": blob(rng, 9, 14)}
    tables = {"dataset": {"count": COUNT}, **tables}
    layers = {"back": backs, "thing": things}
    return write_dataset(folder, layers, **({"camera": camera} if camera else {}), **tables)


def plan_of(path, **overrides):
    config = load(path, **overrides)
    return make_plan(config, load_assets(config))


def cameras_of(folder, camera, **overrides):
    return plan_of(write(folder, camera), **overrides).cameras


def test_images_draw_their_own_values_and_noise(tmp_path):
    cameras = cameras_of(tmp_path, CAMERA, dataset__count=3000)
    values = dict(zip(CAMERA_FIELDS, cameras.values.T, strict=True))
    assert set(values["vignette"]) == {0.3}
    assert set(values["contrast"]) == {1.1}
    assert set(values["jpeg"]) == {0, 30, 80}
    for field, (low, high) in {
        "blur": (0, 1.5),
        "brightness": (0.8, 1.2),
        "noise": (0, 10),
    }.items():
        assert (values[field].min(), values[field].max()) == (low, high)
        assert abs(values[field].mean() - (low + high) / 2) < 0.05 * (high - low)
    still = values["noise"] == 0
    assert still.any()
    assert (cameras.seeds[still] == 0).all()
    assert len(set(cameras.seeds[~still].tolist())) == np.count_nonzero(~still)
    for one, other in [("blur", "noise"), ("blur", "brightness"), ("noise", "jpeg")]:
        assert abs(np.corrcoef(values[one], values[other])[0, 1]) < 0.08


def test_longer_runs_and_other_keys_leave_them_as_they_are(tmp_path):
    few = cameras_of(tmp_path / "few", CAMERA)
    many = cameras_of(tmp_path / "many", CAMERA, dataset__count=3 * COUNT)
    np.testing.assert_array_equal(many.take(slice(0, COUNT)).values, few.values)
    np.testing.assert_array_equal(many.seeds[:COUNT], few.seeds)
    alone = cameras_of(tmp_path / "alone", {"brightness": CAMERA["brightness"]})
    at = CAMERA_FIELDS.index("brightness")
    np.testing.assert_array_equal(alone.values[:, at], few.values[:, at])
    other = cameras_of(tmp_path / "other", CAMERA, dataset__seed=1)
    assert (other.values[:, at] != few.values[:, at]).any()


def test_likely_values_come_often(tmp_path):
    jpeg = {"jpeg": {"values": [0, 50, 90], "weights": [1, 0, 3]}}
    cameras = cameras_of(tmp_path, jpeg, dataset__count=4000)
    qualities = cameras.values[:, CAMERA_FIELDS.index("jpeg")]
    shares = [float((qualities == quality).mean()) for quality in (0, 50, 90)]
    np.testing.assert_allclose(shares, [0.25, 0, 0.75], atol=0.02)


def test_a_layer_called_camera_draws_other_values(tmp_path):
    rng = np.random.default_rng(0)
    layers = {"back": {"a": random_pixels(rng, 9, 9, 3)}, "camera": {"b": blob(rng, 5, 5)}}
    varied = {"vary": {"brightness": CAMERA["brightness"]}}
    path = write_dataset(tmp_path / "layer", layers, camera=varied, dataset={"count": COUNT})
    plan = plan_of(path)
    cameras = cameras_of(tmp_path / "camera", {"brightness": CAMERA["brightness"]})
    assert plan.looks.shape == cameras.rows.shape
    assert (plan.looks != cameras.rows).mean() > 0.8


def test_both_images_of_a_pair_are_taken_alike(tmp_path):
    path = write(tmp_path, dataset={"count": COUNT, "pair": "thing"})
    dataset = imggen.Dataset(path, objects=True)
    for k in range(0, COUNT, 2):
        first, second = dataset[k], dataset[k + 1]
        assert first["camera"] == second["camera"]
        assert first["shown"]["thing"] != second["shown"]["thing"]
        if first["camera"]["jpeg"] == 0:  # beyond the blur of both things, the same noise
            np.testing.assert_array_equal(first["image"][20:], second["image"][20:])


def test_equal_scenes_taken_otherwise_are_different_images(tmp_path):
    path = write(tmp_path, {"brightness": {"values": [0.5, 1]}}, dataset={"count": 200})
    plan = plan_of(path)
    assert plan.distinct == 2 * 2 * 2
    chunk = plan.chunk(0, 200)
    assert len(chunk.scenes) == 8
    kinds = [(scene.background, scene.items.tobytes(), scene.shot) for scene in chunk.scenes]
    assert len(set(kinds)) == 8
    for scene, first in zip(chunk.scenes, chunk.first[:-1].tolist(), strict=True):
        values = plan.cameras.values[chunk.images[first]]
        assert scene.shot == (tuple(values), 0)


def test_splits_that_show_one_scene_are_not_disjoint_whatever_the_noise(tmp_path):
    splits = [{"name": "train", "share": 0.5}, {"name": "test", "share": 0.5}]
    path = write(tmp_path, dataset={"count": 60, "disjoint": "scenes"}, split=splits)
    with pytest.raises(PlanError, match=r"image 7 of train and image 58 of test show the same"):
        plan_of(path)


@pytest.mark.parametrize("output", [
    {"format": "png"}, {"format": "jpeg", "quality": 80}, {"format": "webp"},
    {"format": "webp", "lossless": True}, {"container": "npz"},
])  # fmt: skip
def test_files_are_those_of_the_dataset_however_the_work_is_cut(tmp_path, output):
    """With all label formats that a camera could touch."""
    labels = {"formats": ["table", "coco", "masks"]} if "container" not in output else {}
    write(tmp_path / "art", output=output, labels=labels)
    run(tmp_path / "art", tmp_path / "a", chunk_size=5)
    run(tmp_path / "art", tmp_path / "b", chunk_size=24)
    check_same_files(tmp_path / "a", tmp_path / "b")
    if "container" in output:
        return
    dataset = imggen.Dataset(tmp_path / "art")
    for k in range(COUNT):
        assert (tmp_path / "a" / dataset.name(k)).read_bytes() == dataset.encode(k)


def test_values_are_in_the_tables_the_arrays_and_the_items(tmp_path):
    write(tmp_path / "art", labels={"formats": ["table"]})
    run(tmp_path / "art", tmp_path / "out")
    run(tmp_path / "art", tmp_path / "npz", output__container="npz", labels__formats=[])
    dataset = imggen.Dataset(tmp_path / "art")
    with (tmp_path / "out/data.csv").open() as file:
        rows = list(csv.DictReader(file))
    table = pq.read_table(tmp_path / "out/labels.parquet").to_pylist()
    with (tmp_path / "out/labels.csv").open() as file:
        texts = list(csv.DictReader(file))
    arrays = np.load(tmp_path / "npz/dataset.npz")
    names = arrays["latents_names"].tolist()
    assert [name for name in names if name.startswith("camera ")] == [f"camera {f}" for f in DRAWN]
    assert [key for key in rows[0] if key.startswith("camera ")] == [f"camera {f}" for f in DRAWN]
    batch = dataset.batch(range(COUNT))["camera"]
    for k, item in enumerate(dataset):
        assert list(item["camera"]) == list(CAMERA_FIELDS)
        for field, value in item["camera"].items():
            assert batch[field][k] == value
            assert table[k][f"camera {field}"] == value
            assert float(texts[k][f"camera {field}"]) == value
            if field in DRAWN:
                assert float(rows[k][f"camera {field}"]) == value
                column = names.index(f"camera {field}")
                assert arrays["latents_values"][k, column] == value
                row = arrays["latents_classes"][k, column]
                camera = load(tmp_path / "art/imggen.toml").camera
                assert camera.levels(field)[row] == value


def test_labels_are_those_without_a_camera(tmp_path):
    sharp = imggen.Dataset(write(tmp_path / "sharp", None), masks=True)
    taken = imggen.Dataset(write(tmp_path / "taken"), masks=True)
    assert "camera" not in sharp[0]
    for one, other in zip(sharp, taken, strict=True):
        assert (one["image"] != other["image"]).any()
        for name, values in one["objects"].items():
            np.testing.assert_array_equal(values, other["objects"][name])
