"""Ultralytics finds images and labels by data.yaml or by folders of classes, and trains on them."""

import numpy as np
import pytest
from tests.formats.crowd import SPLITS, write_crowd
from tests.formats.scenes import SIZE, pictures_of, write_crowded


@pytest.fixture
def train(torchvision, torch, monkeypatch, tmp_path):
    """Trains a small model for an epoch; returns the images that Ultralytics has found."""
    monkeypatch.setenv("YOLO_CONFIG_DIR", str(tmp_path / "settings"))
    from ultralytics import YOLO  # it reads the variable once

    # torchvision may lack its operators, and what an untrained model finds is of no interest.
    monkeypatch.setattr("torchvision.ops.nms", lambda boxes, *_: torch.arange(len(boxes)))

    def train(model, data):
        model = YOLO(f"yolo11n{model}.yaml")
        seen = []
        model.add_callback("on_train_start", lambda one: seen.append(one.train_loader.dataset))
        model.train(
            data=str(data), epochs=1, imgsz=64, batch=8, workers=0, device="cpu",
            project=str(tmp_path), plots=False, val=False, save=False, verbose=False,
        )  # fmt: skip
        return seen[0]

    return train


def shown(dataset, label):
    """What the variants in an image are called, to Ultralytics."""
    return [dataset.data["names"][k] for k in label["cls"].ravel().astype(int).tolist()]


def name_of(label):
    """The name of an image, with its split."""
    return "/".join(label["im_file"].removesuffix(".png").rsplit("/", 2)[-2:])


@pytest.mark.parametrize(("labels", "model"), [("yolo", ""), ("yolo-segment", "-seg")])
def test_boxes_and_polygons(train, make, truth, tmp_path, labels, model):
    out = make("--labels", labels, config=write_crowd(tmp_path))
    dataset = train(model, out / "data.yaml")
    assert len(dataset.labels) == sum(name.startswith(f"{SPLITS[0]}/") for name in truth)
    for label in dataset.labels:
        things = truth[name_of(label)]
        assert shown(dataset, label) == [thing.variant for thing in things]
        if model:
            assert len(label["segments"]) == len(things)


@pytest.mark.parametrize("kind", ["obb", "pose"])
def test_oriented_boxes_and_poses(train, make, tmp_path, kind):
    config = write_crowded(tmp_path / "crowded", 4, 24, splits=True)
    out = make("--labels", f"yolo-{kind}", config=config)
    dataset = train(f"-{kind}", out / "data.yaml")
    pictures = pictures_of(config)
    assert len(dataset.labels) == sum(one.split == "train" for one in pictures.values())
    for label in dataset.labels:
        things = pictures[name_of(label)].things
        assert shown(dataset, label) == [thing.variant for thing in things]
        if kind == "obb" and things:
            corners = np.array(label["segments"])[:, :4] * SIZE
            expected = [thing.corners.clip(0, SIZE) for thing in things]
            np.testing.assert_allclose(corners, expected, atol=0.01)
        if kind == "pose":
            found = [(points[:, 2] > 0).sum() for points in label["keypoints"]]
            expected = [
                sum(seen > 0 for _, _, seen in thing.keypoints.values()) for thing in things
            ]
            assert found == expected


def test_classes(train, make, art):
    """Folders of classes are found by split."""
    config = art.with_name("classes.toml")
    config.write_text(f'{art.read_text()}\n[labels]\nclass_layer = "thing"\n')
    out = make("--labels", "classes", config=config)
    dataset = train("-cls", out / "classes")
    assert dataset.base.classes == ["bird", "cat", "dog", "none"]
    assert len(dataset.samples) == len([*(out / "images/train").iterdir()])
