"""Labels of a scene are made once, and fit each image that shows it."""

import json
from dataclasses import replace

import pytest
from tests.art import load

from imggen.assets import load_assets
from imggen.config.plain import LABEL_FORMATS, YOLO_FORMATS
from imggen.draw.sprite_cache import SpriteCache
from imggen.formats.info import DatasetInfo, ImageInfo
from imggen.formats.labeller import Labeller, formats_beside, formats_with_fragments
from imggen.planning import make_plan

OTHERS = {*YOLO_FORMATS} - {"yolo-segment"} | {"voc"}  # others have their files
FORMATS = tuple(name for name in LABEL_FORMATS if name not in OTHERS)
SETTINGS = {"labels__class_layer": "character", "labels__caption": "a {character}"}


@pytest.fixture
def label(anywhere):
    """Label a scene in which something is seen; return also an image that shows it, and another."""

    def label(*formats, **settings):
        config = load(
            anywhere / "imggen.toml", labels__formats=list(formats), **SETTINGS, **settings
        )
        library = load_assets(config)
        info = DatasetInfo.of(config, library, config.output.suffix)
        labeller = Labeller(info, library, SpriteCache(library))
        chunk = make_plan(config, library).chunk(0, config.dataset.count)
        columns = chunk.images, chunk.traits, chunk.splits
        for scene, image in zip(chunk.scenes, chunk.first.tolist(), strict=False):
            labelled = labeller.label(scene)
            (shown,) = info.images(*(one[[image]] for one in columns), ["a"])
            if not formats or len(info.seen(labelled.instances)) > 1:
                return info, labelled, shown, replace(shown, index=shown.index + 1, name="b")
        raise AssertionError("no scene shows anything")

    return label


def test_made_once_for_all_images_of_a_scene(label):
    _, labelled, *images = label("masks", "voc", "yolo")
    one, other = ({file.extension: file for file in labelled.files(it)} for it in images)
    for extension in ("semantic.png", "instance.png", "yolo.txt"):
        assert one[extension].content is other[extension].content
        assert one[extension].path.replace("/a.", "/b.") == other[extension].path
    assert b"<filename>a.png<" in one["xml"].content
    assert one["xml"].content.replace(b">a.png<", b">b.png<") == other["xml"].content


def test_fragments_of_images_differ_in_their_ids(label):
    _, labelled, *images = label("coco")
    one, other = (dict(labelled.fragments(image))["coco"] for image in images)
    one, other = (json.loads(b"[%s]" % part.removesuffix(b",\n")) for part in (one, other))
    assert len(one) > 1
    assert {own["image_id"] for own in one} == {images[0].index}
    assert not {own["id"] for own in one} & {own["id"] for own in other}
    without_ids = [{**own, "id": 0, "image_id": 0} for own in one]
    assert without_ids == [{**own, "id": 0, "image_id": 0} for own in other]


@pytest.mark.parametrize(
    ("container", "formats"),
    [
        ("files", FORMATS),
        ("webdataset", ("coco", "yolo-segment", "voc", "masks", "table", "captions")),
    ],
)
def test_all_formats_write_what_they_say(label, container, formats):
    info, labelled, image, _ = label(*formats, output__container=container)
    files = list(labelled.files(image))
    expected = [extension for one in formats_beside(info) for extension in one.extensions]
    assert [file.extension for file in files] == expected
    assert [file.path for file in files] == [
        path for one in formats_beside(info) for path in one.paths(image)
    ]
    assert len(set(expected)) == len(expected)
    assert ("caption.txt" in expected) == (container == "files"), "samples have their captions"
    assert (
        [name for name, _ in labelled.fragments(image)]
        == formats_with_fragments(info)
        == [name for name in ("coco", "coco-panoptic") if name in formats]
    )


def test_no_instances_where_no_format_needs_them(label):
    _, labelled, image, _ = label()
    assert labelled.instances == []
    assert list(labelled.files(image)) == list(labelled.fragments(image)) == []


def test_pictures_without_instances_have_paths(label):
    info, *_ = label("voc")
    (voc,) = formats_beside(info)
    assert voc.paths(ImageInfo(3, "train/3", "train", ())) == ["Annotations/train/3.xml"]
