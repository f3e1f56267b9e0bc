"""What readers of a format would misread is refused before anything is written."""

import numpy as np
import pytest
from tests.art import blob, load, random_pixels, save, write_dataset
from tests.checks import check_sentence
from tests.hard_names import UNPRINTABLE
from tests.run.runs import run

from imggen.errors import AssetError, ConfigError, PlanError
from imggen.run import Options, foresee
from imggen.run.progress import Count

TRAIN = [{"name": "train", "share": 0.5}, {"name": "val", "share": 0.5}]


def dataset(folder, formats, *, split=(), things=("axe",), **settings):
    rng = np.random.default_rng(0)
    layers = {
        "sky": {"day": random_pixels(rng, 30, 20, 3)},
        "thing": {name: blob(rng, 9, 7) for name in things},
    }
    tables = {"split": split} if split else {}
    labels = {"formats": formats}
    return write_dataset(folder, layers, dataset={"count": 4, **settings}, labels=labels, **tables)


def refused(folder, formats, **settings):
    """What a run says, which must not write."""
    dataset(folder, formats, **settings)
    with pytest.raises(PlanError) as foreseen:
        foresee(load(folder / "imggen.toml"), Options(out=folder / "out", workers=1), Count())
    with pytest.raises(PlanError) as error:
        run(folder, folder / "out")
    assert str(foreseen.value) == str(error.value)
    assert not (folder / "out").exists()
    return error.value


@pytest.mark.parametrize("formats", [["yolo"], ["yolo-segment"]])
@pytest.mark.parametrize(
    "image_name", ["images/{index}", "{thing}/{index}", "a/ima{thing}/{index}", "images/b/{index}"]
)
def test_folders_that_hide_labels(tmp_path, formats, image_name):
    error = refused(tmp_path, formats, image_name=image_name, things=("axe", "images", "ges"))
    check_sentence(error, "dataset.image_name", image_name, '"images"', formats[0])


@pytest.mark.parametrize("image_name", ["{index}-images", "images{index}/a", "my images/{index}"])
def test_folders_that_hide_nothing(tmp_path, image_name):
    dataset(tmp_path, ["yolo"], image_name=image_name)
    run(tmp_path, tmp_path / "out")
    images = [path.relative_to(tmp_path / "out/images") for path in images_of(tmp_path / "out")]
    assert len(images) == 4
    assert all((tmp_path / "out/labels" / path.with_suffix(".txt")).exists() for path in images)


def images_of(out):
    return list((out / "images").rglob("*.png"))


def test_a_split_called_images(tmp_path):
    split = [*TRAIN[:1], {"name": "images", "share": 0.5}]
    check_sentence(refused(tmp_path, ["yolo"], split=split), '"images"')


def test_hidden_names(tmp_path):
    error = refused(tmp_path, ["yolo"], image_name=".{index}")
    check_sentence(error, ".{index}", "begins with a dot", "yolo")


def test_splits_without_one_to_train_with(tmp_path):
    split = [{"name": "a", "share": 0.5}, {"name": "b", "share": 0.5}]
    error = refused(tmp_path, ["yolo-segment"], split=split)
    check_sentence(error, "yolo-segment", "train or training", "a, b")


def test_splits_without_folders(tmp_path):
    error = refused(tmp_path, ["yolo"], split=TRAIN, image_name="{index}-{split}")
    check_sentence(error, "{index}-{split}", "begin it with {split}/")


@pytest.mark.parametrize("image_name", ["image {index}", "{thing}/{index}"])
def test_names_with_spaces_in_lists(tmp_path, image_name):
    error = refused(tmp_path, ["voc"], image_name=image_name, things=("an axe",))
    check_sentence(error, image_name, "spaces", "voc")


def test_more_classes_than_a_byte_can_tell_apart(tmp_path):
    things = [f"t{k}" for k in range(256)]
    error = refused(tmp_path, ["masks"], things=things)
    check_sentence(error, "masks", "255 classes", "256", "labels.layers", "labels.category")


def test_as_many_classes_as_a_byte_can_tell_apart(tmp_path):
    dataset(tmp_path, ["masks"], things=[f"t{k}" for k in range(255)])
    run(tmp_path, tmp_path / "out")
    assert (tmp_path / "out/masks/classes.json").read_text().count("\n") == 257


@pytest.mark.parametrize("name", UNPRINTABLE, ids=ascii)
def test_names_that_cannot_be_printed(tmp_path, name):
    dataset(tmp_path, ["coco", "yolo", "voc", "masks"])
    rng = np.random.default_rng(0)
    save(tmp_path / "things" / f"{name}.png", blob(rng, 9, 7))
    with pytest.raises(AssetError) as error:
        run(tmp_path, tmp_path / "out")
    check_sentence(error.value, "cannot be printed", "rename the file")
    assert not (tmp_path / "out").exists()


def test_a_name_with_characters_that_xml_has_not(tmp_path):
    path = dataset(tmp_path, ["voc"], name="a\x01b")
    with pytest.raises(ConfigError) as error:
        load(path)
    check_sentence(error.value, "dataset.name")
