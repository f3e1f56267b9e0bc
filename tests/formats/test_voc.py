"""Pascal VOC's files hold what painting shows, as another XML reader has it."""

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PIL import Image
from tests.art import SMALL_SIZE
from tests.formats.crowd import COUNT, SPLITS
from tests.hard_names import HARD_NAMES, write_hats
from tests.run.runs import run

from imggen import bulk
from imggen.config.sentences import show
from imggen.errors import ConfigError, PlanError
from imggen.formats.voc import label_map
from imggen.geometry.mask_png import voc_colours

REFUSED = ("a: b", " spaces ")


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


def test_images_are_where_readers_look(label, truth):
    out = label("voc")
    assert (out / "JPEGImages").readlink() == Path("images")
    for name in truth:
        assert (out / f"JPEGImages/{name}.png").samefile(out / f"images/{name}.png")


def test_label_map(label):
    lines = (label("voc") / "labelmap.txt").read_text().splitlines()
    names = [line.split(":")[0] for line in lines[2:]]
    assert lines[:4] == [
        "# label:color_rgb:parts:actions",
        "background:0,0,0::",
        f"{names[0]}:128,0,0::",
        f"{names[1]}:0,128,0::",
    ]
    file = json.loads((label("voc", "masks") / "masks/classes.json").read_text())
    assert names == [one["name"] for one in file.values()]
    assert [line.split(":")[1] for line in lines[2:]] == [
        ",".join(map(str, one["colour"])) for one in file.values()
    ]


def test_label_map_of_more_classes_than_colours():
    lines = [*label_map([f"t{k}" for k in range(256)])]
    assert lines[1:3] + lines[-1:] == [b"background:::\n", b"t0:::\n", b"t255:::\n"]
    assert [*label_map([f"t{k}" for k in range(255)])][-1] == b"t254:224,224,192::\n"


def test_masks(label, truth):
    """Objects are numbered as in the XML file; colours are those of the label map."""
    out = label("voc-segment")
    names = [line.split(":")[0] for line in (out / "labelmap.txt").read_text().splitlines()[1:]]
    for name, things in truth.items():
        kinds, objects = np.zeros(SMALL_SIZE[::-1], int), np.zeros(SMALL_SIZE[::-1], int)
        for number, thing in enumerate(things, 1):
            kinds[thing.seen], objects[thing.seen] = names.index(thing.variant), number
        for folder, values in (("SegmentationClass", kinds), ("SegmentationObject", objects)):
            with Image.open(out / f"{folder}/{name}.png") as mask:
                assert mask.mode == "P"
                assert np.array_equal(np.asarray(mask), values)
                colours = np.reshape(mask.getpalette(), (-1, 3))
                assert np.array_equal(colours, voc_colours()[: len(colours)])
        assert read(out, name).findtext("segmented") == "1"


def test_all_else_is_as_without_masks(label, truth):
    boxes, both = label("voc"), label("voc-segment")
    for split in SPLITS:
        names = (both / f"ImageSets/Segmentation/{split}.txt").read_text()
        assert names == (both / f"ImageSets/Main/{split}.txt").read_text()
        assert names == (boxes / f"ImageSets/Main/{split}.txt").read_text()
    for name in truth:
        found = (both / f"Annotations/{name}.xml").read_text()
        without = (boxes / f"Annotations/{name}.xml").read_text()
        assert found == without.replace("<segmented>0<", "<segmented>1<") != without
    assert not (boxes / "SegmentationClass").exists()


def test_a_lost_link_is_made_again_and_a_moved_one_holds(label, tmp_path):
    out = tmp_path / "moved"
    shutil.copytree(label("voc"), out, symlinks=True)
    assert next((out / "JPEGImages").rglob("*.png")).is_file()
    (out / "JPEGImages").unlink()
    bulk.main([str(out / "imggen.toml"), "--out", str(out), "--resume"])
    assert (out / "JPEGImages").readlink() == Path("images")


def test_a_folder_in_place_of_the_link_is_named(label, tmp_path, capsys):
    out = Path(shutil.copytree(label("voc"), tmp_path / "copied"))
    assert bulk.main([str(out / "imggen.toml"), "--out", str(out), "--resume"]) != 0
    assert (
        f"{out}/JPEGImages is a folder, where a link to images belongs, perhaps of a copy that "
        "followed links; remove that folder, then give --resume." in capsys.readouterr().err
    )
    shutil.rmtree(out / "JPEGImages")
    assert bulk.main([str(out / "imggen.toml"), "--out", str(out), "--resume"]) == 0
    assert (out / "JPEGImages").readlink() == Path("images")


def test_images_without_things(bare, label):
    out = label("voc", dataset=bare)
    names = (out / "ImageSets/Main/train.txt").read_text().splitlines()
    assert len(names) == COUNT
    assert read(out, names[0]).findall("object") == []


def test_names(label, tmp_path):
    names = [name for name in HARD_NAMES if name not in REFUSED]
    out = label("voc", dataset=write_hats(tmp_path, names), dataset__count=len(names))
    assert sorted(read(out, k).findtext("object/name") for k in range(len(names))) == sorted(names)
    lines = (out / "labelmap.txt").read_text().splitlines()
    assert [line.split(":")[0] for line in lines] == ["# label", "background", *sorted(names)]


@pytest.mark.parametrize(
    ("name", "hat", "why"),
    [
        *((name, {}, "cannot be there") for name in REFUSED),
        ("#1", {"class": "#1"}, "cannot be there"),
        ("background", {}, "stands for all that is no thing"),
    ],
)
def test_names_that_a_label_map_cannot_hold(tmp_path, name, hat, why):
    path = write_hats(tmp_path, ["cap" if hat else name], hat=hat)
    with pytest.raises(PlanError) as error:
        run(path, tmp_path / "out", labels__formats=["voc"])
    assert str(error.value) == (
        f'labels.formats has "voc", whose labelmap.txt lists the classes; {show(name)} {why}. '
        "Call it something else, with class in [[layer]]."
    )
    assert not (tmp_path / "out").exists()


def test_one_of_both(tmp_path):
    with pytest.raises(ConfigError) as error:
        run(write_hats(tmp_path), tmp_path / "out", labels__formats=["voc", "voc-segment"])
    assert str(error.value) == (
        '--labels has "voc" and "voc-segment", which write the same files; give one of them.'
    )


@pytest.mark.parametrize(
    ("container", "way_out"),
    [
        ("webdataset", 'give "voc" and "masks" instead, which put the same into each sample'),
        ("parquet", '"coco" is written beside it and has the same masks, so give that'),
    ],
)
def test_shards_have_no_folders(tmp_path, container, way_out):
    settings = {"labels__formats": ["voc-segment"], "output__container": container}
    with pytest.raises(ConfigError) as error:
        run(write_hats(tmp_path), tmp_path / "out", **settings)
    assert str(error.value) == (
        '--labels has "voc-segment", which has no place with output.container = '
        f'"{container}"; {way_out}.'
    )


def test_masks_leave_out_the_value_that_readers_ignore(tmp_path):
    path = write_hats(tmp_path, [f"t{k}" for k in range(255)])
    with pytest.raises(PlanError) as error:
        run(path, tmp_path / "out", labels__formats=["voc-segment"])
    assert str(error.value) == (
        'labels.formats has "voc-segment", which number up to 254 classes; there are 255. Name '
        'fewer layers in labels.layers, or set labels.category = "layer".'
    )
