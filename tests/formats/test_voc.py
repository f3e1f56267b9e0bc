"""Pascal VOC's files hold what painting shows, as another XML reader has it."""

from xml.etree import ElementTree as ET

from tests.art import SMALL_SIZE
from tests.formats.crowd import COUNT, SPLITS
from tests.hard_names import HARD_NAMES


def read(out, name):
    return ET.parse(out / f"Annotations/{name}.xml").getroot()


def texts(element, *paths):
    return [element.findtext(path) for path in paths]


def check_object(thing, found):
    x, y, width, height = thing.box
    edges = texts(found, *(f"bndbox/{edge}" for edge in ("xmin", "ymin", "xmax", "ymax")))
    assert [int(edge) for edge in edges] == [x + 1, y + 1, x + width, y + height]
    assert texts(found, "name", "pose", "difficult") == [thing.variant, "Unspecified", "0"]
    assert found.findtext("truncated") == str(int(thing.box != thing.whole.box))
    assert found.findtext("occluded") == str(int(thing.area < thing.whole.pixels))


def test_objects(label, truth):
    out = label("voc")
    assert len(truth) == COUNT
    for name, things in truth.items():
        root = read(out, name)
        objects = root.findall("object")
        for thing, found in zip(things, objects, strict=True):
            check_object(thing, found)
        assert texts(root, "size/width", "size/height", "size/depth") == [
            *map(str, SMALL_SIZE), "3",
        ]  # fmt: skip
        folder, filename = texts(root, "folder", "filename")
        assert (out / folder / filename).samefile(out / f"images/{name}.png")
        assert texts(root, "source/database", "segmented") == ["article", "0"]


def test_order_of_elements(label, truth):
    name = next(name for name, things in truth.items() if things)
    root = read(label("voc"), name)
    assert [child.tag for child in root][:6] == [
        "folder", "filename", "source", "size", "segmented", "object",
    ]  # fmt: skip
    assert [child.tag for child in root.find("object")] == [
        "name", "pose", "truncated", "occluded", "difficult", "bndbox",
    ]  # fmt: skip


def test_lists(label, truth):
    out = label("voc")
    names = []
    for split in SPLITS:
        names += (out / f"ImageSets/Main/{split}.txt").read_text().splitlines()
    assert sorted(names) == sorted(truth)
    assert all((out / f"Annotations/{name}.xml").exists() for name in names)


def test_images_without_things(bare, label):
    out = label("voc", dataset=bare)
    names = (out / "ImageSets/Main/all.txt").read_text().splitlines()
    assert len(names) == COUNT
    assert read(out, names[0]).findall("object") == []


def test_names(hard_names, label):
    out = label("voc", dataset=hard_names, dataset__count=len(HARD_NAMES))
    names = [read(out, k).findtext("object/name") for k in range(len(HARD_NAMES))]
    assert sorted(names) == sorted(HARD_NAMES)
