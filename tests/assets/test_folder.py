"""Which variants a folder holds, and what is refused."""

import os

import numpy as np
import pytest
from tests.art import save
from tests.checks import check_sentence

from imggen.assets.folder import read_folder, with_none
from imggen.config import Layer
from imggen.errors import AssetError


def folder_of(root, *names):
    (root / "hats").mkdir(exist_ok=True, parents=True)
    for name in names:
        path = root / "hats" / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(b"")
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


@pytest.mark.parametrize("name", ["red #70.png", "red  #70.png"])
def test_spaces_before_a_weight_are_no_part_of_the_name(tmp_path, name):
    folder = read(folder_of(tmp_path, name, "dark blue #30.png"))
    assert folder.probabilities == {"dark blue": 0.3, "red": 0.7}
    given = read(tmp_path, weights={"red": 1.0, "dark blue": 1.0})
    assert given.files["red"].name == name


def test_names_that_differ_in_spaces_before_a_weight(tmp_path):
    folder_of(tmp_path, "red #7.png", "red.png")
    refused(tmp_path, 'red #7.png and red.png are both variant "red"')


NO_WEIGHTS = [
    " #7.png",
    "red#.png",
    "#7.png",
    "red#-1.png",
    "red#x.png",
    "red#1e3.png",
    "red#7 .png",
]


@pytest.mark.parametrize("name", [*NO_WEIGHTS, "red#1000000000000001.png"])
def test_a_hash_without_weight(tmp_path, name):
    folder_of(tmp_path, "blue#3.png", name)
    with pytest.raises(AssetError) as caught:
        read(tmp_path)
    assert str(caught.value) == (
        f"layer.hat: {tmp_path / 'hats' / name} has a #, but is called by no name and weight; "
        'expected one like "red#70". Rename it, or give probabilities or weights.'
    )


@pytest.mark.parametrize("name", NO_WEIGHTS)
def test_a_hash_without_weight_belongs_to_the_name_where_weights_are_given(tmp_path, name):
    stem = name.removesuffix(".png")
    folder = read(folder_of(tmp_path, name), weights={stem: 1.0})
    assert list(folder.files) == [stem]


def test_given_numbers_win(tmp_path):
    folder = read(
        folder_of(tmp_path, "red#70.png", "blue#30.png"), probabilities={"red": 0.1, "blue": 0.9}
    )
    assert folder.probabilities == {"blue": 0.9, "red": 0.1}
    assert folder.files["red"].name == "red#70.png"


def test_fractions_and_large_weights(tmp_path):
    folder = read(folder_of(tmp_path, "a#.5.png", "b#0.25.png", "c#0.png", "d#1.25.png"))
    assert folder.probabilities == {"a": 0.25, "b": 0.125, "c": 0.0, "d": 0.625}
    assert read(folder_of(tmp_path / "large", "e#1000000000000000.png")).probabilities == {"e": 1.0}


def test_the_last_hash_counts(tmp_path):
    assert list(read(folder_of(tmp_path, "no #1#3.png")).files) == ["no #1"]


# --- groups ---------------------------------------------------------------------------------------


def test_folders_without_weight_only_sort(tmp_path):
    plain = read(folder_of(tmp_path / "flat", "cap#2.png", "crown.png", "gem#5.png"))
    sorted_ = read(folder_of(tmp_path, "cap#2.png", "rare/crown.png", "rare/very/gem#5.png"))
    assert (
        sorted_.probabilities == plain.probabilities == {"cap": 0.25, "crown": 0.125, "gem": 0.625}
    )
    assert sorted_.files["gem"] == tmp_path / "hats/rare/very/gem#5.png"


def test_a_weighted_folder_is_shared_by_what_is_in_it(tmp_path):
    """As by the engines that nest folders: first the folder, then the file."""
    folder = read(
        folder_of(
            tmp_path, "cap#15.png", "rare#5/crown.png", "rare#5/gem#3.png", "old#20/top.png",
            "old#20/more#1/fez.png", "old#20/more#1/bowler#2.png",
        )
    )  # fmt: skip
    rare, old = 5 / 40, 20 / 40
    assert folder.probabilities == pytest.approx({
        "cap": 15 / 40, "crown": rare / 4, "gem": rare * 3 / 4,
        "top": old / 2, "fez": old / 6, "bowler": old / 3,
    })  # fmt: skip
    assert sum(folder.probabilities.values()) == pytest.approx(1)


def test_a_group_of_weight_0(tmp_path):
    folder = read(folder_of(tmp_path, "cap.png", "rare#0/crown.png", "rare#0/gem#0.png"))
    assert folder.probabilities == {"cap": 1.0, "crown": 0.0, "gem": 0.0}


def test_a_group_that_could_not_be_shared(tmp_path):
    folder_of(tmp_path, "cap.png", "rare#5/crown#0.png")
    with pytest.raises(AssetError) as caught:
        read(tmp_path)
    assert str(caught.value) == (
        f"layer.hat: {tmp_path / 'hats' / 'rare#5'} weighs 5, but all weights in it are 0; "
        "one must be more."
    )


def test_a_group_with_a_hash_and_no_weight(tmp_path):
    folder_of(tmp_path, "cap.png", "rare#x/crown.png")
    refused(tmp_path, "rare#x has a #, but is called by no name and weight")


def test_names_of_variants_in_groups_must_differ(tmp_path):
    folder_of(tmp_path, "common/cap.png", "rare#5/cap#3.png")
    with pytest.raises(AssetError) as caught:
        read(tmp_path)
    assert str(caught.value) == (
        'layer.hat: common/cap.png and rare#5/cap#3.png are both variant "cap"; expected one file '
        "per variant. Rename or remove one."
    )


def test_what_is_hidden_or_empty_is_no_group(tmp_path):
    folder_of(tmp_path, "cap.png", ".old/crown.png", "rare#5/.hidden.png")
    assert read(tmp_path).probabilities == {"cap": 1.0}


def test_given_numbers_are_for_variants_in_groups_too(tmp_path):
    folder_of(tmp_path, "cap#1.png", "rare#5/crown#0.png")
    assert read(tmp_path, weights={"cap": 1.0, "crown": 3.0}).probabilities == {
        "cap": 0.25, "crown": 0.75,
    }  # fmt: skip


# --- none -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["none#3.png", "rest#3/none#7.png"])
def test_a_blank_file_for_none_gives_its_weight(tmp_path, name):
    folder_of(tmp_path, "red#1.png")
    save(tmp_path / "hats" / name, np.zeros((4, 5, 4), np.uint8))
    folder = read(tmp_path)
    assert folder.probabilities == {"none": 0.75, "red": 0.25}
    assert list(folder.files) == ["red"]


@pytest.mark.parametrize("channels", [3, 4])
def test_a_file_for_none_that_draws_something(tmp_path, channels):
    folder_of(tmp_path, "red#1.png")
    pixels = np.zeros((4, 5, channels), np.uint8)
    pixels[2, 3] = 9
    path = save(tmp_path / "hats" / "none.png", pixels)
    with pytest.raises(AssetError) as caught:
        read(tmp_path)
    assert str(caught.value) == (
        f'layer.hat: {path} is named "none", which draws nothing, and is not fully transparent; '
        "rename the file."
    )


def test_none_alone_is_no_variant(tmp_path):
    save(tmp_path / "hats" / "none.png", np.zeros((4, 5, 4), np.uint8))
    refused(tmp_path, "is empty; expected one image file per variant")


# --- what is refused ------------------------------------------------------------------------------


def test_weights_are_normalised(tmp_path):
    folder = read(folder_of(tmp_path, "a.png", "b.png"), weights={"a": 3.0, "b": 1.0, "none": 4.0})
    assert folder.probabilities == {"a": 0.375, "b": 0.125, "none": 0.5}
    assert list(folder.files) == ["a", "b"]


def test_what_systems_leave_is_no_variant(tmp_path):
    folder_of(
        tmp_path, "red.png", ".DS_Store", "Thumbs.db", "desktop.ini", "Icon\r", "._red.png",
        "@eaDir/red.png/SYNOFILE_THUMB_M.png", "old/@eaDir/red.png", ".@__thumb/red.png",
        "__MACOSX/._red.png", "#recycle/red.png", "$RECYCLE.BIN/red.png", "lost+found/red.png",
    )  # fmt: skip
    (tmp_path / "hats" / "old").mkdir(exist_ok=True)
    assert list(read(tmp_path).files) == ["red"]


# --- Unicode forms --------------------------------------------------------------------------------

NFC = "caf\N{LATIN SMALL LETTER E WITH ACUTE}"
NFD = "cafe\N{COMBINING ACUTE ACCENT}"


@pytest.mark.parametrize("name", [NFC, NFD])
def test_a_name_of_either_form_is_one_variant(tmp_path, name):
    folder_of(tmp_path, f"{name}.png", "red.png")
    folder = read(tmp_path, weights={NFC: 3.0, "red": 1.0})
    assert folder.probabilities == {NFC: 0.75, "red": 0.25}
    assert folder.files[NFC].name == f"{name}.png"
    assert read(tmp_path, counts={"caf?": 9, "red": 1}).probabilities[NFC] == 0.9


@pytest.mark.parametrize("name", [NFC, NFD])
@pytest.mark.parametrize("given", [NFC, NFD])
def test_a_folder_is_found_in_either_form(tmp_path, name, given):
    path = folder_of(tmp_path / name) / "hats"
    folder_of(tmp_path / name, "red.png")
    folder = read_folder(tmp_path, Layer(name="hat", folder=f"{given}/hats"), count=10)
    assert list(folder.files.values()) == [path / "red.png"]


def test_a_folder_is_the_one_that_is_written_where_both_are_there(tmp_path):
    folder_of(tmp_path / NFC, "red.png")
    folder_of(tmp_path / NFD, "blue.png")
    for name, variant in ((NFC, "red"), (NFD, "blue")):
        folder = read_folder(tmp_path, Layer(name="hat", folder=f"{name}/hats"), count=10)
        assert list(folder.files) == [variant]


def test_names_that_differ_only_in_form(tmp_path):
    folder_of(tmp_path, f"{NFC}.png", f"{NFD}.png")
    with pytest.raises(AssetError) as caught:
        read(tmp_path)
    assert str(caught.value) == (
        f'layer.hat: {NFD}.png and {NFC}.png are both variant "{NFC}" (their names differ only in '
        "their Unicode form, NFC and NFD); expected one file per variant. Rename or remove one."
    )


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


def test_the_nearest_folder_is_named(tmp_path):
    (tmp_path / "hat").mkdir()
    refused(tmp_path, f'hats", which is no folder; did you mean "{tmp_path}/hat"?')


def test_a_configured_name_without_file(tmp_path):
    refused(
        folder_of(tmp_path, "red.png", "green.png"),
        'layer.hat.probabilities names "gren", which has no file in hats; did you mean "green"?',
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
