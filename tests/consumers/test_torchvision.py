"""torchvision reads images, boxes and masks, and its transforms move them together."""

import numpy as np
import pytest
from tests.formats.crowd import SPLITS, write_crowd

import imggen


@pytest.fixture(scope="module")
def devkit(make, tmp_path_factory):
    """A folder with a dataset where torchvision looks for Pascal VOC's, as documented."""
    root = tmp_path_factory.mktemp("voc")
    config = write_crowd(tmp_path_factory.mktemp("crowd"))
    options = "--labels", "voc-segment", "--format", "jpeg"
    make(*options, config=config, out=root / "VOCdevkit" / "VOC2012")
    return root


@pytest.mark.parametrize("split", SPLITS)
def test_voc_detection(torchvision, devkit, truth, split):
    read = torchvision.datasets.VOCDetection(devkit, year="2012", image_set=split)
    names = [name for name in truth if name.startswith(f"{split}/")]
    assert len(read) == len(names) > 0
    for path, (image, target) in zip(read.images, read, strict=True):
        said = target["annotation"]
        things = truth[f"{split}/{path.rsplit('/', 1)[1].removesuffix('.jpg')}"]
        assert image.size == tuple(int(said["size"][side]) for side in ("width", "height"))
        found = [(one["name"], box_of(one["bndbox"])) for one in said["object"]]
        assert found == [(thing.variant, thing.box) for thing in things]


def box_of(corners):
    x, y, right, bottom = (int(corners[edge]) for edge in ("xmin", "ymin", "xmax", "ymax"))
    return x - 1, y - 1, right - x + 1, bottom - y + 1


@pytest.mark.parametrize("split", SPLITS)
def test_voc_segmentation(torchvision, devkit, truth, split):
    read = torchvision.datasets.VOCSegmentation(devkit, year="2012", image_set=split)
    root = devkit / "VOCdevkit" / "VOC2012"
    names = [line.split(":")[0] for line in (root / "labelmap.txt").read_text().splitlines()[1:]]
    assert len(read) == sum(name.startswith(f"{split}/") for name in truth)
    for path, (image, mask) in zip(read.images, read, strict=True):
        values = np.asarray(mask)
        assert values.shape == image.size[::-1]
        expected = np.zeros_like(values)
        for thing in truth[f"{split}/{path.rsplit('/', 1)[1].removesuffix('.jpg')}"]:
            expected[thing.seen] = names.index(thing.variant)
        assert np.array_equal(values, expected)


def test_class_folders(torchvision, make, art):
    """The numbers are those of the class map, in each split."""
    config = art.with_name("folders.toml")
    config.write_text(f'{art.read_text()}\n[labels]\nclass_layer = "thing"\n')
    out = make("--labels", "classes,table", config=config)
    for split in ("train", "test"):
        read = torchvision.datasets.ImageFolder(out / "classes" / split)
        assert read.classes == ["bird", "cat", "dog", "none"]
        files = sorted(path.name for path in (out / "images" / split).glob("*.png"))
        assert sorted(path.rsplit("/", 1)[1] for path, _ in read.samples) == files


def test_coco_and_its_boxes_as_v2_has_them(torchvision, torch, make, truth, tmp_path):
    from torchvision import tv_tensors  # only where the fixture has found it

    out = make("--labels", "coco", config=write_crowd(tmp_path))
    for split in SPLITS:
        coco = torchvision.datasets.CocoDetection(
            out / "images" / split, out / f"annotations/instances_{split}.json"
        )
        keys = "boxes", "labels", "masks"
        read = torchvision.datasets.wrap_dataset_for_transforms_v2(coco, target_keys=keys)
        names = {row["id"]: row["name"] for row in coco.coco.cats.values()}
        for k, (_, target) in zip(coco.ids, read, strict=True):
            things = truth[f"{split}/{coco.coco.imgs[k]['file_name'].removesuffix('.png')}"]
            if not things:
                assert target == {}  # as v2 has images without annotations
                continue
            assert isinstance(target["boxes"], tv_tensors.BoundingBoxes)
            assert [names[k] for k in target["labels"].tolist()] == [one.variant for one in things]
            corners = [[x, y, x + w, y + h] for x, y, w, h in (one.box for one in things)]
            assert target["boxes"].tolist() == corners
            assert isinstance(target["masks"], tv_tensors.Mask)
            assert target["masks"].dtype == torch.uint8


def test_transforms_move_items_as_their_masks(torchvision, torch, tmp_path):
    """After mirroring, cropping and resizing by whole numbers, boxes are still around masks."""
    from torchvision import tv_tensors  # as above
    from torchvision.transforms import v2  # as above

    dataset = imggen.Dataset(write_crowd(tmp_path), masks=True)
    height, width = dataset[0]["image"].shape[:2]
    move = v2.Compose([v2.RandomHorizontalFlip(1), v2.Resize((2 * height, 3 * width))])
    keep = v2.Compose([v2.RandomIoUCrop(), v2.SanitizeBoundingBoxes()])
    torch.manual_seed(0)
    kept = 0
    for item in dataset:
        objects = item["objects"]
        sample = {
            "image": tv_tensors.Image(item["image"].transpose(2, 0, 1)),
            "boxes": tv_tensors.BoundingBoxes(
                torch.from_numpy(objects["boxes"]), format="XYXY", canvas_size=(height, width)
            ),
            "masks": tv_tensors.Mask(torch.from_numpy(objects["masks"])),
            "labels": torch.from_numpy(objects["labels"]),
        }
        moved = move(sample)
        assert moved["image"].shape == (3, 2 * height, 3 * width)
        assert moved["boxes"].tolist() == [box_around(mask) for mask in moved["masks"].numpy()]
        cropped = keep(sample)
        assert len(cropped["boxes"]) == len(cropped["labels"]) == len(cropped["masks"])
        kept += len(cropped["boxes"])
    assert kept


def box_around(mask):
    """The box of a mask that shows anything: left, top, and the first px outside."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return [columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]
