"""YOLO's files hold what painting shows; another reader of them is in tests/consumers."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.art import SMALL_SIZE, small_article_values, write_small_article, write_toml
from tests.checks import check_pixels
from tests.formats.crowd import COUNT
from tests.hard_names import HARD_NAMES
from tests.reference import fill
from tests.run.runs import run

from imggen.formats.yolo import YoloBoxes, folders, shares


def lines_of(out, name):
    """Class and numbers of each line of an image's file."""
    lines = (out / f"labels/{name}.txt").read_text().splitlines()
    return [(int(line.split()[0]), [float(part) for part in line.split()[1:]]) for line in lines]


def yaml_of(out):
    """Parts and names in data.yaml, each of whose texts is JSON too, if it can be printed."""
    parts, names = (out / "data.yaml").read_text().split("names:\n")
    return tuple(
        {key: json.loads(text) for key, text in (line.split(": ", 1) for line in lines)}
        for lines in (parts.splitlines(), names.splitlines())
    )


def check_files(out, truth, check_numbers):
    """A file for each image, with a line for each thing."""
    names = yaml_of(out)[1]
    assert len(truth) == COUNT
    assert len(list((out / "labels").rglob("*.txt"))) == COUNT
    for name, things in truth.items():
        assert (out / f"images/{name}.png").exists()
        lines = lines_of(out, name)
        assert [names[f"  {row}"] for row, _ in lines] == [thing.variant for thing in things]
        for (_, numbers), thing in zip(lines, things, strict=True):
            assert all(0 <= number <= 1 for number in numbers)
            check_numbers(numbers, thing)


def test_boxes(label, truth):
    def check(numbers, thing):
        x, y, width, height = np.array(numbers) * (*SMALL_SIZE, *SMALL_SIZE)
        box = (x - width / 2, y - height / 2, width, height)
        assert box == pytest.approx(thing.box, abs=0.001)

    check_files(label("yolo"), truth, check)


def test_polygons(label, truth):
    def check(numbers, thing):
        points = np.reshape(numbers, (-1, 2)) * SMALL_SIZE
        assert np.abs(points - points.round()).max() < 0.001
        check_pixels(fill([points.round().tolist()], SMALL_SIZE), thing.seen)

    check_files(label("yolo-segment", labels__tolerance=0), truth, check)


def test_simplified_polygons(label, truth):
    def check(numbers, thing):
        points = np.reshape(numbers, (-1, 2)) * SMALL_SIZE
        assert len(points) >= 4
        x, y, width, height = thing.box
        assert points.min(axis=0) == pytest.approx((x, y), abs=1.01)
        assert points.max(axis=0) == pytest.approx((x + width, y + height), abs=1.01)

    check_files(label("yolo-segment"), truth, check)


@pytest.mark.parametrize("format_name", ["yolo", "yolo-segment"])
def test_images_without_things_have_empty_files(bare, label, format_name):
    out = label(format_name, dataset=bare)
    files = list((out / "labels").iterdir())
    assert len(files) == COUNT
    assert {file.read_bytes() for file in files} == {b""}


@pytest.mark.parametrize(
    ("splits", "expected"),
    [
        ([], {"train": "images", "val": "images"}),
        (["train"], {"train": "images/train", "val": "images/train"}),
        (["Training", "valid"], {"train": "images/Training", "val": "images/valid"}),
        (
            ["test", "train"],
            {"train": "images/train", "val": "images/test", "test": "images/test"},
        ),
        (
            ["train", "odd", "validation", "test"],
            {"train": "images/train", "val": "images/validation", "test": "images/test"},
        ),
        (["a", "val"], {"val": "images/val"}),  # is refused
    ],
)
def test_parts(splits, expected):
    assert folders(splits) == expected


def test_parts_are_in_data_yaml(label):
    assert yaml_of(label("yolo"))[0] == {"train": "images/train", "val": "images/val"}


def test_names(hard_names, label):
    out = label("yolo", dataset=hard_names, dataset__count=len(HARD_NAMES))
    names = yaml_of(out)[1]
    assert list(names.values()) == sorted(HARD_NAMES)
    assert list(names) == [f"  {row}" for row in range(len(HARD_NAMES))]


def test_a_split_without_images_is_not_listed(tmp_path):
    folder = write_small_article(tmp_path / "art")
    values = small_article_values(trim=True)
    splits = [{"name": "train", "share": 0.999999}, {"name": "val", "share": 0.000001}]
    write_toml(folder, values | {"split": splits, "labels": {"formats": ["yolo"]}})
    run(folder, tmp_path / "out", dataset__count=3)
    assert not (tmp_path / "out/images/val").exists()
    assert yaml_of(tmp_path / "out")[0] == {"train": "images/train", "val": "images/train"}


def texts_of(size, boxes):
    """What YoloBoxes writes of `boxes` on a canvas of `size`: centre, width and height of each."""
    info = SimpleNamespace(size=size, class_of=lambda _: 0)
    things = [SimpleNamespace(visible=box) for box in boxes]
    lines = YoloBoxes(info).label_scene(things).decode().splitlines()
    assert {len(line) for line in lines} == {len("0 0.500000 0.500000 0.250000 0.250000")}
    return [line.split()[1:] for line in lines]


def check_reading(size, boxes, dtype):
    """Edges computed in `dtype` stay within 0 and 1, touch them where the box does, and are it."""
    found = np.array(texts_of(size, boxes), dtype)
    centres, sizes = found[:, :2], found[:, 2:]
    low, high = centres - sizes / 2, centres + sizes / 2
    assert low.dtype == high.dtype == dtype
    boxes = np.array(boxes)
    corners = boxes[:, :2] + boxes[:, 2:]
    assert ((low == 0) == (boxes[:, :2] == 0)).all()
    assert ((high == 1) == (corners == size)).all()
    assert low.min() >= 0
    assert high.max() <= 1
    assert (np.rint(low * size) == boxes[:, :2]).all()
    assert (np.rint(high * size) == corners).all()
    assert (np.rint(sizes * size) == boxes[:, 2:]).all()


FLOATS = pytest.mark.parametrize("dtype", [np.float32, np.float64])
LENGTHS = st.integers(1, 65_535)


@FLOATS
@pytest.mark.parametrize("length", range(1, 41))
def test_all_boxes_of_small_canvases(length, dtype):
    spans = [(low, high - low) for high in range(1, length + 1) for low in range(high)]
    boxes = [
        (x, y, width, height) for (x, width), (y, height) in zip(spans, spans[::-1], strict=True)
    ]
    check_reading((length, length), boxes, dtype)


@FLOATS
@pytest.mark.parametrize("size", [(640, 480), (1920, 1080), (4093, 3001), (16_384, 16_383)])
def test_all_boxes_at_edges_of_large_canvases(size, dtype):
    """Of each width those that begin at 0, and those that end at 1."""
    steps = range(1, max(size) + 1)
    sides = [tuple(min(step, side) for side in size) for step in steps]
    check_reading(size, [(0, 0, *side) for side in sides], dtype)
    check_reading(size, [(size[0] - w, size[1] - h, w, h) for w, h in sides], dtype)


@FLOATS
@given(st.tuples(LENGTHS, LENGTHS), st.data())
def test_boxes_anywhere(dtype, size, data):
    x, y = (data.draw(st.integers(0, side - 1)) for side in size)
    width, height = (
        data.draw(st.integers(1, side - low)) for side, low in zip(size, (x, y), strict=True)
    )
    check_reading(size, [(x, y, width, height)], dtype)


@FLOATS
@pytest.mark.parametrize("length", [1, 7, 480, 1080, 1920, 16_384, 65_535])
def test_points_of_polygons(length, dtype):
    """The box around a polygon, as readers make it, is within 0 and 1, too."""
    points = np.array(shares(length), dtype)
    assert (np.rint(points * length) == np.arange(length + 1)).all()
    for low, high in ((points[0], points), (points, points[-1])):
        centre, width = (low + high) / 2, high - low
        assert centre.dtype == dtype
        assert (centre - width / 2).min() >= 0
        assert (centre + width / 2).max() <= 1
