"""Ultralytics finds images and labels by data.yaml, and trains on them for an epoch."""

import pytest
from tests.formats.crowd import SPLITS, write_crowd

FORMATS = {"yolo": "detect", "yolo-segment": "segment"}


@pytest.fixture(params=FORMATS)
def labelled(request, make, tmp_path):
    """What is trained, and a dataset for it."""
    config = write_crowd(tmp_path)
    return FORMATS[request.param], make("--labels", request.param, config=config)


def test_one_epoch(torchvision, labelled, truth, tmp_path, monkeypatch):
    monkeypatch.setenv("YOLO_CONFIG_DIR", str(tmp_path / "settings"))
    from ultralytics import YOLO  # it reads the variable once
    from ultralytics.data.utils import check_det_dataset

    task, out = labelled
    found = check_det_dataset(str(out / "data.yaml"), autodownload=False)
    model = YOLO(f"yolo11n{'-seg' if task == 'segment' else ''}.yaml", task=task)
    seen = []
    model.add_callback("on_train_start", lambda trainer: seen.append(trainer.train_loader.dataset))
    model.train(
        data=str(out / "data.yaml"), epochs=1, imgsz=64, batch=8, workers=0, device="cpu",
        project=str(tmp_path), plots=False, val=False, save=False, verbose=False,
    )  # fmt: skip
    [dataset] = seen
    names = [name for name in truth if name.startswith(f"{SPLITS[0]}/")]
    assert len(dataset.labels) == len(names)
    for label in dataset.labels:
        things = truth["/".join(label["im_file"].removesuffix(".png").rsplit("/", 2)[-2:])]
        variants = [found["names"][k] for k in label["cls"].ravel().astype(int).tolist()]
        assert variants == [thing.variant for thing in things]
        if task == "segment":
            assert len(label["segments"]) == len(things)
