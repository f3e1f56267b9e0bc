"""Which variants a folder holds, and what is refused."""

import os

import pytest
from tests.checks import check_sentence

from imggen.assets.folder import read_folder, with_none
from imggen.config import Layer
from imggen.errors import AssetError


def folder_of(root, *names):
    (root / "hats").mkdir(exist_ok=True)
    for name in names:
        (root / "hats" / name).write_bytes(b"")
    return root


def read(root, **settings):
    return read_folder(root, Layer(name="hat", folder="hats", **settings), count=10)


def refused(root, *parts, **settings):
    with pytest.raises(AssetError) as caught:
        read(root, **settings)
    check_sentence(caught.value, "hat", *parts)


def test_all_alike_without_numbers(tmp_path):
    folder = read(folder_of(tmp_path, "red.png", "blue.jpg"))
    assert folder.probabilities == {"blue": 0.5, "red": 0.5}
    assert [path.name for path in folder.files.values()] == ["blue.jpg", "red.png"]


def test_weights_in_file_names(tmp_path):
    folder = read(folder_of(tmp_path, "red#70.png", "blue#29.5.png", "gold#0.5.png"))
    assert folder.probabilities == {"blue": 0.295, "gold": 0.005, "red": 0.7}
    assert folder.files["red"].name == "red#70.png"


def test_a_name_without_weight_counts_as_one(tmp_path):
    folder = read(folder_of(tmp_path, "red#3.png", "blue.png"))
    assert folder.probabilities == {"blue": 0.25, "red": 0.75}


@pytest.mark.parametrize("name", ["red#.png", "#7.png", "red#-1.png", "red#x.png"])
def test_a_hash_without_number_belongs_to_the_name(tmp_path, name):
    folder = read(folder_of(tmp_path, name))
    assert list(folder.files) == [name.removesuffix(".png")]


def test_weights_are_normalised(tmp_path):
    folder = read(folder_of(tmp_path, "a.png", "b.png"), weights={"a": 3.0, "b": 1.0, "none": 4.0})
    assert folder.probabilities == {"a": 0.375, "b": 0.125, "none": 0.5}
    assert list(folder.files) == ["a", "b"]


def test_what_desktops_leave_is_no_variant(tmp_path):
    folder_of(tmp_path, "red.png", ".DS_Store", "Thumbs.db", "desktop.ini")
    (tmp_path / "hats" / "old").mkdir()
    assert list(read(tmp_path).files) == ["red"]


def test_no_folder(tmp_path):
    refused(tmp_path, tmp_path / "hats", "which is no folder", "expected one with images")


def test_empty_folder(tmp_path):
    refused(folder_of(tmp_path), tmp_path / "hats", "is empty", "expected one image file")


def test_two_files_for_one_variant(tmp_path):
    refused(
        folder_of(tmp_path, "red.png", "red.jpg"),
        "red.jpg and red.png are both variant", "Rename or remove one",
    )  # fmt: skip


def test_weighted_names_that_clash(tmp_path):
    refused(folder_of(tmp_path, "red.png", "red#7.png"), "red#7.png and red.png are both variant")


@pytest.mark.parametrize("name", ["none.png", "none#3.png"])
def test_a_file_for_none(tmp_path, name):
    refused(folder_of(tmp_path, name), name, "rename the file")


def test_broken_link(tmp_path):
    folder_of(tmp_path, "red.png")
    (tmp_path / "hats" / "blue.png").symlink_to("nowhere.png")
    with pytest.raises(AssetError) as caught:
        read(tmp_path)
    check_sentence(caught.value, tmp_path / "hats" / "blue.png", "broken link", "Replace or remove")


def test_pipe(tmp_path):
    folder_of(tmp_path, "red.png")
    os.mkfifo(tmp_path / "hats" / "blue.png")
    with pytest.raises(AssetError, match=r"blue\.png is no file but a special file"):
        read(tmp_path)


@pytest.mark.parametrize("name", [b"two\nlines.png", b"not utf-8 \xff.png"])
def test_a_name_that_cannot_be_printed(tmp_path, name):
    (tmp_path / "hats").mkdir()
    (tmp_path / "hats" / os.fsdecode(name)).write_bytes(b"")
    refused(tmp_path, "cannot be printed", "rename the file")


def test_a_configured_name_without_file(tmp_path):
    refused(
        folder_of(tmp_path, "red.png", "green.png"),
        'layer.hat.probabilities names "gren", which has no file in hats (nearest: "green")',
        probabilities={"gren": 0.5, "red": 0.5},
    )


def test_a_file_without_number(tmp_path):
    refused(
        folder_of(tmp_path, "red.png", "green.png", "blue.png"),
        "layer.hat.weights gives nothing for blue, green", "Give 0 to a variant",
        weights={"red": 1.0},
    )  # fmt: skip


def test_all_weights_in_names_zero(tmp_path):
    refused(folder_of(tmp_path, "red#0.png"), "are 0; one must be more")


def test_counts(tmp_path):
    folder = read(folder_of(tmp_path, "a.png", "b#7.png"), counts={"*": 2, "none": "rest"})
    assert folder.probabilities == {"a": 0.2, "b": 0.2, "none": 0.6}


def test_counts_that_do_not_match(tmp_path):
    folder_of(tmp_path, "red.png", "blue.png")
    refused(tmp_path, "counts names", '"rad"', '"red"', counts={"rad": 5, "blue": 5})
    refused(tmp_path, "counts names", '"r?d*x"', counts={"r?d*x": 5, "blue": 5})
    refused(tmp_path, "counts gives nothing for red", counts={"blue": 10})


def test_none_that_only_rules_draw(tmp_path):
    folder = with_none(read(folder_of(tmp_path, "a.png", "z.png")))
    assert folder.probabilities == {"a": 0.5, "none": 0, "z": 0.5}
    assert list(folder.probabilities) == ["a", "none", "z"]
    again = with_none(read(tmp_path, weights={"a": 1, "none": 1, "z": 2}))
    assert again.probabilities == {"a": 0.25, "none": 0.25, "z": 0.5}
