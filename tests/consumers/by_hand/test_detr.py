"""DETR's processor takes COCO's annotations, with boxes and with masks of polygons."""

import json

import numpy as np
import pytest
from PIL import Image
from tests.documents import REPO, TRAINING, blocks, check_said
from tests.formats.crowd import SPLITS, write_crowd


@pytest.mark.parametrize("masks", [False, True])
def test_annotations(torchvision, make, truth, tmp_path, masks):
    from transformers import DetrImageProcessor  # once torchvision is loaded

    out = make("--labels", "coco", config=write_crowd(tmp_path, tolerance=0))
    form = "coco_detection"
    processor = DetrImageProcessor(format=form, do_resize=False, do_pad=False)
    for split in SPLITS:
        file = json.loads((out / f"annotations/instances_{split}.json").read_text())
        names = {one["id"]: one["name"] for one in file["categories"]}
        for row in file["images"]:
            own = [one for one in file["annotations"] if one["image_id"] == row["id"]]
            with Image.open(out / "images" / split / row["file_name"]) as image:
                read = processor(
                    images=image.convert("RGB"),
                    annotations={"image_id": row["id"], "annotations": own},
                    return_segmentation_masks=masks,
                    return_tensors="pt",
                )
            [labels] = read["labels"]
            things = truth[f"{split}/{row['file_name'].removesuffix('.png')}"]
            found = [names[k] for k in labels["class_labels"].tolist()]
            assert found == [thing.variant for thing in things]
            size = np.array([row["width"], row["height"]] * 2)
            boxes = [(x + w / 2, y + h / 2, w, h) for x, y, w, h in (one.box for one in things)]
            assert np.allclose(
                labels["boxes"].numpy() * size, np.reshape(boxes, (-1, 4)), atol=0.01
            )
            if masks:
                for mask, thing in zip(labels["masks"].numpy(), things, strict=True):
                    assert np.array_equal(mask.astype(bool), thing.seen)


def test_the_code_in_the_documents(torchvision, tmp_path, monkeypatch, capsys):
    """In this process, where torchvision can be imported."""
    [code] = [one for one in blocks("python", TRAINING) if "transformers" in one.values[0]]
    (tmp_path / "assets").symlink_to(REPO / "assets")
    monkeypatch.chdir(tmp_path)
    exec(code.values[0], {})  # what the page says
    check_said(code.values[0], capsys.readouterr().out)
