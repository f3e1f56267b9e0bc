"""`imggen init`: folders of layered art as other engines have them become a dataset at once."""

import json
import tomllib
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from tests.layered import SIZE, draw, keys_and_comments, rows, shares

from imggen.command.scaffold.names import safe_names
from imggen.config import load_config
from imggen.config.names import SAFE_NAME, fold


def test_flat_layers_with_weights_in_file_names(run, here):
    """The folders, names and weights of the engine that has most forks."""
    tree = here / "layers"
    draw(tree / "Background", "Black#1.png", opaque=True)
    draw(tree / "Eyeball", "Red#50.png", "White#50.png")
    draw(tree / "Eye color", "Cyan#1.png", "Green#1.png", "Yellow#10.png", "Purple#1.png")
    draw(tree / "Top lid", "High#30.png", "Low#20.png", "Middle.png")
    code, out, err = run("init", "--from", "layers")
    assert (code, err) == (0, "")
    assert out == (
        "imggen.toml: 4 layers, 10 variants, 24x20 px\n"
        "  The layers are sorted by name, opaque ones at the back (--order gives another one).\n"
        "  The canvas is 24x20 px, as the image of Background, the layer at the back.\n"
        "Look at it with: imggen preview imggen.toml\n"
        "Make images of it with: imggen bulk imggen.toml  (--labels coco,yolo for boxes)\n"
    )
    assert run("bulk", "--count", 2000, "--workers", 1, "--out", "out", "--quiet") == (0, "", "")
    assert list(rows(here / "out")[0]) == [
        "Background", "Eye color", "Eyeball", "Top lid", "image",
    ]  # fmt: skip
    assert shares(here / "out", "Top lid") == pytest.approx(
        {"High": 30 / 51, "Low": 20 / 51, "Middle": 1 / 51}, abs=0.04
    )
    assert shares(here / "out", "Eye color")["Yellow"] == pytest.approx(10 / 13, abs=0.04)
    values = tomllib.loads((here / "imggen.toml").read_text())
    assert values["dataset"] == {"name": "here", "count": 200, "seed": 0}
    assert values["canvas"] == {"size": list(SIZE), "mode": "RGB"}
    assert values["layer"][1] == {"name": "Eye color", "folder": "layers/Eye color"}


def test_nested_folders_with_weights(run, here):
    """Those of the engine that nests: groups, a blank NONE, names that begin with z."""
    tree = here / "my layers"
    draw(tree / "1. Background", "sky#3.png", "sea#1.png", opaque=True)
    hats = draw(
        tree / "3. Hat", "common#70/cap#3.png", "common#70/fez#1.png", "rare#20/crown#1.png"
    )
    draw(hats, "NONE#10.png", blank=True)
    draw(tree / "2. Hair", "z-1,long#1.png", "Special#10/1-line.png", "Special#10/2-fill.png")
    assert run("init", "--from", "my layers")[0] == 0
    text = (here / "imggen.toml").read_text()
    assert "# A leading z and number in a name have no meaning here.\n" in text
    assert '# Only one of the images in "Special#10" is drawn at a time.\n' in text
    assert run("bulk", "--count", 3000, "--workers", 1, "--out", "out", "--quiet") == (0, "", "")
    assert list(rows(here / "out")[0]) == ["Background", "Hair", "Hat", "image"]
    assert shares(here / "out", "Hat") == pytest.approx(
        {"cap": 0.525, "fez": 0.175, "crown": 0.2, "none": 0.1}, abs=0.03
    )
    assert tomllib.loads(text)["layer"][2] == {
        "name": "Hat", "folder": "my layers/3. Hat",
        "weights": {"none": 10, "NONE": 0, "cap": 52.5, "fez": 17.5, "crown": 20},
    }  # fmt: skip


def test_numbers_decide_the_order_and_not_their_digits(run, here):
    for name in ("10_Hat", "2-Body", "1. Background", "03Eyes"):
        draw(here / "art" / name, "a.png")
    assert run("init", "--from", here / "art")[0] == 0
    config = load_config(here / "imggen.toml", {})
    assert [layer.name for layer in config.layer] == ["Background", "Body", "Eyes", "Hat"]
    assert [layer.folder for layer in config.layer] == [
        "art/1. Background", "art/2-Body", "art/03Eyes", "art/10_Hat",
    ]  # fmt: skip
    assert config.dataset.name == "art"
    assert "the numbers of their folders" in (here / "imggen.toml").read_text()


def test_a_weight_is_no_part_of_a_layers_name(run, here):
    draw(here / "art" / "1. Back ground#5", "sky#3.png", "sea.png", opaque=True)
    draw(here / "art" / "2. Hat", "cap.png")
    assert run("init", "--from", "art")[0] == 0
    config = load_config(here / "imggen.toml", {})
    assert [layer.name for layer in config.layer] == ["Back ground", "Hat"]
    assert config.layer[0].folder == "art/1. Back ground#5"
    text = (here / "imggen.toml").read_text()
    assert text.count("# The weight of the layer's own folder has no meaning here.\n") == 1


def test_a_none_that_shows_something_is_a_variant_and_said_to_be(run, here):
    draw(here / "art" / "hat", "NONE#20.png", "cap#1.png")
    assert run("init", "--from", "art")[0] == 0
    text = (here / "imggen.toml").read_text()
    assert '# "NONE" is not blank, so it is an ordinary variant.\n' in text
    assert "weights" not in text
    assert run("bulk", "--all", "--workers", 1, "--out", "out", "--quiet") == (0, "", "")
    assert {row["hat"] for row in rows(here / "out")} == {"NONE", "cap"}


def test_without_numbers_what_hides_all_is_at_the_back(run, here):
    draw(here / "art" / "accessory", "a.png")
    draw(here / "art" / "Body", "a.png")
    draw(here / "art" / "scene", "a.png", opaque=True)
    draw(here / "art" / "1 frame", "a.png", size=(9, 9), opaque=True)
    assert run("init", "--from", here / "art")[0] == 0
    config = load_config(here / "imggen.toml", {})
    assert [layer.name for layer in config.layer] == ["scene", "layer 1 frame", "accessory", "Body"]
    assert (
        "To reorder the layers, move whole [[layer]] tables" in (here / "imggen.toml").read_text()
    )


def test_the_canvas_has_the_usual_size_of_the_layer_at_the_back(run, here):
    """What differs is stretched at the back, put anywhere if it is smaller, and else centred."""
    draw(here / "art" / "1 sky", "a.png", "b.png", size=(10, 10), opaque=True)
    draw(here / "art" / "1 sky", "wide.png", size=(60, 10), opaque=True)
    draw(here / "art" / "2 hero", "a.png", size=(40, 30))
    draw(here / "art" / "3 hat", "a.png", "b.png", size=(6, 4))
    code, out, _ = run("init", "--from", "art")
    assert code == 0
    assert (
        "  The canvas is 10x10 px, as 2 of 3 images of sky, the layer at the back.\n"
        "  sky: wide is 60x10 px, not 10x10 px, the canvas's size; it is stretched to it: see "
        "fit.\n"
        "  hero: a is 40x30 px, not 10x10 px, the canvas's size; it is put in its middle: see "
        "place, or give a fit.\n"
    ) in out
    text = (here / "imggen.toml").read_text()
    assert "px: those of sky\n" in text
    config = load_config(here / "imggen.toml", {})
    assert config.canvas.size == (10, 10)
    assert [layer.fit for layer in config.layer] == ["stretch", None, None]
    assert [layer.placed_at_random for layer in config.layer] == [False, False, True]
    assert run("bulk", "--all", "--workers", 1, "--out", "out", "--quiet") == (0, "", "")
    assert json.loads((here / "out" / "run.json").read_text())["distinct"] == 6


def test_of_two_sizes_that_are_as_common_the_canvas_has_the_larger(run, here):
    draw(here / "art" / "sky", "a.png", size=(10, 10))
    draw(here / "art" / "sky", "b.png", size=(9, 12))
    assert "The canvas is 9x12 px, as 1 of 2 images of sky" in run("init", "--from", "art")[1]


@pytest.mark.parametrize(
    ("opaque", "first"), [(("apple", "meadow"), "meadow"), (("apple",), "apple"), ((), "tree")]
)
def test_without_numbers_the_layer_at_the_back_has_the_largest_images_that_hide_all(
    run, here, opaque, first
):
    for name, size in {"apple": (6, 6), "meadow": (20, 10), "tree": (20, 20)}.items():
        draw(here / "art" / name, "a.png", size=size, opaque=name in opaque)
    assert run("init", "--from", "art")[0] == 0
    config = load_config(here / "imggen.toml", {})
    assert config.layer[0].name == first
    with Image.open(here / "art" / first / "a.png") as image:
        assert config.canvas.size == image.size


def test_with_an_order_the_canvas_has_the_size_of_its_first_layer(run, here):
    draw(here / "art" / "hat", "a.png", size=(6, 4))
    draw(here / "art" / "sky", "a.png", size=(20, 10), opaque=True)
    assert run("init", "--from", "art", "--order", "hat,sky")[0] == 0
    assert load_config(here / "imggen.toml", {}).canvas.size == (6, 4)


@pytest.mark.parametrize(
    ("second", "mode"), [("opaque", "RGB"), ("holes", "RGBA"), ("none", "RGBA")]
)
def test_an_opaque_background_makes_a_canvas_without_transparency(run, here, second, mode):
    """One variant with holes, or none, is enough to need it: the canvas would be black there."""
    sky = draw(here / "art" / "1 sky", "day.png", size=(10, 10), opaque=True)
    draw(sky, f"{second}.png", size=(10, 10), opaque=second == "opaque", blank=second == "none")
    draw(here / "art" / "2 hat", "cap.png")
    assert run("init", "--from", "art")[0] == 0
    assert load_config(here / "imggen.toml", {}).canvas.mode == mode


def test_none_in_small_letters_needs_no_weights(run, here):
    draw(draw(here / "art" / "hat", "cap#1.png"), "none#3.png", blank=True)
    draw(here / "art" / "bow", "None#3.png", "Red#1.png")
    assert run("init", "--from", "art")[0] == 0
    values = tomllib.loads((here / "imggen.toml").read_text())
    assert all("weights" not in layer for layer in values["layer"])
    assert run("bulk", "--all", "--workers", 1, "--out", "out", "--quiet") == (0, "", "")
    assert {row["hat"] for row in rows(here / "out")} == {"none", "cap"}
    assert {row["bow"] for row in rows(here / "out")} == {"None", "Red"}


def test_another_file_and_folder(run, here):
    draw(here / "deep" / "art" / "a", "x.png")
    (here / "sets").mkdir()
    assert run("init", "--from", "deep/art", "sets")[0] == 0
    assert run("init", "sets/second.toml", "--from", "deep/art")[0] == 0
    for name in ("imggen.toml", "second.toml"):
        assert load_config(here / "sets" / name, {}).layer[0].folder == "../deep/art/a"
        out = f"out-{name}"
        assert run("bulk", f"sets/{name}", "--count", 1, "--workers", 1, "--out", out)[0] == 0


def test_a_folder_is_made(run, here):
    draw(here / "art" / "a", "x.png")
    assert run("init", "--from", "art", "new")[0] == 0
    assert load_config(here / "new" / "imggen.toml", {}).layer[0].folder == "../art/a"


# --- what init finds in folders -------------------------------------------------------------------


def test_every_key_is_explained(run, here):
    draw(here / "art" / "1 sky", "a.png", "b.png", size=(10, 10), opaque=True)
    draw(here / "art" / "2 hero", "a.png", size=(40, 30))
    for number in "12":
        draw(here / "art" / f"3 bird{number}", "a.png", "b.png", size=(6, 4))
    assert run("init", "--from", "art")[0] == 0
    explained = dict(keys_and_comments((here / "imggen.toml").read_text()))
    assert len(explained) > 10
    assert [line for line, is_explained in explained.items() if not is_explained] == []


def test_folders_with_the_same_files_are_instances(run, here):
    draw(here / "art" / "01_sky", "day.png", opaque=True)
    for folder in ("02_bird1", "03_bird2", "04_bird3"):
        draw(here / "art" / folder, "robin#3.png", "crow#1.png", size=(4, 4))
    draw(here / "art" / "05_bird4", "robin#3.png", "owl#1.png", size=(4, 4))
    code, out, _ = run("init", "--from", "art")
    assert code == 0
    assert (
        "  bird: 02_bird1, 03_bird2 and 04_bird3 hold the same files, so they are instances of one "
        "layer.\n"
    ) in out
    layers = load_config(here / "imggen.toml", {}).layer
    assert [(layer.name, layer.instances) for layer in layers] == [
        ("sky", None), ("bird", 3), ("bird4", None),
    ]  # fmt: skip
    assert run("bulk", "--count", 40, "--workers", 1, "--out", "out", "--quiet") == (0, "", "")
    assert {row["bird"] for row in rows(here / "out")} == {"3"}


def test_repeats_that_may_show_nothing_have_the_distribution_of_their_number(run, here):
    draw(here / "art" / "1 sky", "day.png", opaque=True)
    for number in "12":
        folder = draw(here / "art" / f"2 bird{number}", "robin#3.png", size=(4, 4))
        draw(folder, "no bird#1.png", size=(4, 4), blank=True)
    assert run("init", "--from", "art")[0] == 0
    layer = load_config(here / "imggen.toml", {}).layer[1]
    assert layer.instances == pytest.approx({"0": 1 / 16, "1": 6 / 16, "2": 9 / 16})
    assert layer.weights == {"robin": 3, "no bird": 0}
    assert run("bulk", "--count", 10, "--workers", 1, "--out", "out", "--quiet") == (0, "", "")


def test_a_blank_file_is_the_probability_of_nothing(run, here):
    hats = draw(here / "art" / "hat", "cap#3.png", "fez#1.png")
    draw(hats, "bald#4.png", blank=True)
    code, out, _ = run("init", "--from", "art")
    assert code == 0
    note = '"bald" is fully transparent, so it is the variant none, which draws nothing.\n'
    assert f"  hat: {note}" in out
    assert f"# {note}" in (here / "imggen.toml").read_text()
    assert load_config(here / "imggen.toml", {}).layer[0].weights == {
        "none": 4, "bald": 0, "cap": 3, "fez": 1,
    }  # fmt: skip
    assert run("bulk", "--count", 400, "--workers", 1, "--out", "out", "--quiet") == (0, "", "")
    assert shares(here / "out", "hat")["none"] == pytest.approx(0.5, abs=0.08)


def test_files_of_other_sizes_are_said(run, here):
    draw(here / "art" / "1 sky", "a.png", opaque=True)
    draw(here / "art" / "2 hat", "a.png", "b.png", size=(6, 4))
    draw(draw(here / "art" / "3 bow", "a.png"), "b.png", size=(5, 7))
    out = run("init", "--from", "art")[1]
    assert (
        "  hat: 2 files (as a, 6x4 px) are not 24x20 px, the canvas's size; they are put anywhere "
        "in it: see place.\n"
        "  bow: b is 5x7 px, not 24x20 px, the canvas's size; it is put in its middle: see "
        "place, or give a fit.\n"
    ) in out


def test_order_says_which_folders_are_layers(run, refused, here):
    for name in ("Body", "2. Hat", "Sky", "old"):
        draw(here / "art" / name, "a.png")
    code, out, _ = run("init", "--from", "art", "--order", "Sky, body,Hat")
    assert code == 0
    assert "  art/old is not in --order, so it is no layer.\n" in out
    config = load_config(here / "imggen.toml", {})
    assert [layer.folder for layer in config.layer] == ["art/Sky", "art/Body", "art/2. Hat"]
    assert refused("x.toml", "--from", "art", "--order", "Sky,Boddy") == (
        '--order names "Boddy", which is no folder of art; did you mean "Body"?'
    )
    assert refused("x.toml", "--from", "art", "--order", "Sky,Hat,2. Hat") == (
        '--order names "2. Hat" twice; expected each layer once.'
    )


def test_through_links(run, here, tmp_path):
    """The way to the layers is that of the disk, not that of the names."""
    draw(tmp_path / "far" / "away" / "a", "x.png")
    (here / "art").symlink_to(tmp_path / "far" / "away")
    (here / "sets").symlink_to(tmp_path / "far")
    assert run("init", "--from", "art", "sets")[0] == 0
    assert load_config(here / "sets" / "imggen.toml", {}).layer[0].folder == "away/a"
    assert run("bulk", "sets", "--count", 1, "--workers", 1, "--out", "out")[0] == 0


# --- what other systems do to trees ---------------------------------------------------------------


def decomposed(text):
    """`text` as a Mac names files."""
    return unicodedata.normalize("NFD", text)


def test_names_from_a_mac_stay_readable(run, here):
    draw(here / decomposed("Jürgen") / decomposed("1. Décor"), decomposed("Straße.png"))
    draw(
        here / decomposed("Jürgen") / decomposed("2. Büste"),
        decomposed("naïve #3.png"), decomposed("café#1.png"),
    )  # fmt: skip
    assert run("init", "--from", decomposed("Jürgen"))[0] == 0
    config = load_config(here / "imggen.toml", {})
    assert config.dataset.name == "Jürgen"
    assert [layer.name for layer in config.layer] == ["Décor", "Büste"]
    text = (here / "imggen.toml").read_text()
    (here / "imggen.toml").write_text(unicodedata.normalize("NFC", text))  # as editors save it
    assert run("bulk", "--count", 40, "--workers", 1, "--out", "out", "--quiet") == (0, "", "")
    table = (here / "out" / "data.csv").read_text()
    assert table == unicodedata.normalize("NFC", table)
    assert {row["Büste"] for row in rows(here / "out")} == {"naïve", "café"}


@pytest.mark.parametrize(
    "left", ["__MACOSX/1. Sky/._a.png", "@eaDir/1. Sky/a.png", "1. Sky/@eaDir/a.png/thumb.png",
             "1. Sky/Icon\r", "#recycle/b.png", "$RECYCLE.BIN/b.png", "lost+found/b.png"],
)  # fmt: skip
def test_what_systems_leave_is_no_layer_and_no_variant(run, here, left):
    """Both walks agree: what init does not see, bulk does not draw."""
    draw(here / "art" / "1. Sky", "a.png")
    draw(here / "art" / "2. Hat", "a.png", "b.png")
    draw(here, "thumb.png", size=(8, 6))
    (here / "art" / left).parent.mkdir(parents=True, exist_ok=True)
    (here / "thumb.png").rename(here / "art" / left)
    assert run("init", "--from", "art")[1].startswith("imggen.toml: 2 layers, 3 variants, 24x20 px")
    assert run("bulk", "--all", "--workers", 1, "--out", "out", "--quiet") == (0, "", "")
    assert [row["Sky"] for row in rows(here / "out")] == ["a", "a"]


@pytest.mark.parametrize("orientation", [3, 6])
def test_the_canvas_is_that_of_the_upright_image(run, here, orientation):
    (here / "art" / "sky").mkdir(parents=True)
    stored = Image.new("RGB", SIZE)
    stored.save(here / "art" / "sky" / "a.tif", tiffinfo={0x0112: orientation})
    assert run("init", "--from", "art")[0] == 0
    upright = SIZE[::-1] if orientation == 6 else SIZE
    assert load_config(here / "imggen.toml", {}).canvas.size == upright
    assert run("bulk", "--count", 1, "--workers", 1, "--out", "out", "--quiet") == (0, "", "")
    with Image.open(here / "out" / "images" / "0.png") as image:
        assert image.size == upright


def test_art_that_cannot_be_read_is_refused_at_once(refused, here):
    (here / "art" / "sky").mkdir(parents=True)
    Image.new("F", SIZE, 0.5).save(here / "art" / "sky" / "a.tif")
    assert refused("--from", "art").startswith(
        "art/sky/a.tif holds floating-point numbers (Pillow's mode F), and nothing says which"
    )


def test_an_existing_file_is_kept(run, refused, here):
    draw(here / "art" / "a", "x.png")
    (here / "imggen.toml").write_text("mine")
    assert refused("--from", "art") == (
        "imggen.toml exists; give --overwrite to replace it, or name another file."
    )
    assert (here / "imggen.toml").read_text() == "mine"
    assert run("init", "--from", "art", "--overwrite")[0] == 0
    assert load_config(here / "imggen.toml", {}).layer[0].name == "a"
    assert not list(here.glob("*.part"))


def test_wrong_calls(refused, here):
    (here / "file").touch()
    (here / "empty").mkdir()
    draw(here / "art" / "a", "x.png")
    draw(here / "bad" / "a", "red#x.png")
    (here / "bad2" / "a").mkdir(parents=True)
    (here / "bad3" / "a").mkdir(parents=True)
    (here / "bad3" / "a" / "x.png").write_text("no image")
    assert refused() == (
        "init needs the name of a folder to make, like my-set, or --from and a folder of layers, "
        "like --from layers."
    )
    expected = "expected one with a folder of images per layer."
    assert refused("--from", "gone") == f"gone is not a folder; {expected}"
    assert refused("--from", "file") == f"file is not a folder; {expected}"
    (here / "art.ZIP").touch()
    assert refused("--from", "art.ZIP") == f"art.ZIP is not a folder; {expected} Unpack it first."
    assert refused("--from", "art", "--order", "sky") == (
        '--order names "sky", which is no folder of art; expected one of a.'
    )
    assert refused("--from", "empty") == (
        "empty holds no folders; expected one per layer, with one image per variant."
    )
    draw(here / "loose", "a.png", "b.png", "c.png")
    assert refused("--from", "loose") == (
        "loose holds files (a.png, b.png, ...) and no folders; expected a folder per layer: move "
        "what lies behind to one, like backgrounds, and what is drawn on it to another, like "
        "objects."
    )
    assert refused("--from", "art", "gone/sets/imggen.toml") == (
        "gone is not a folder; create it, so imggen.toml can be written."
    )
    assert refused("--from", "art", "file") == (
        "file is a file; name a folder, or a file that ends in .toml."
    )
    assert refused("--from", "art", "--order", "a,,b") == (
        '--order is "a,,b"; expected names of folders, like Background,Body,Hat.'
    )
    assert refused("--from", "bad") == (
        "layer.a: bad/a/red#x.png has a #, but is called by no name and weight; expected one like "
        '"red#70". Rename it, or give probabilities or weights.'
    )
    assert refused("--from", "bad2") == (
        'layer.a.folder "bad2/a" is empty; expected one image file per variant.'
    )
    assert refused("--from", "bad3").startswith("bad3/a/x.png is not an image that can be read")


TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=80), max_size=6)


@given(TEXTS)
def test_names_are_safe_and_differ(texts):
    names = safe_names(texts)
    assert len(names) == len(texts)
    assert all(SAFE_NAME.fullmatch(name) for name in names)
    assert len({fold(name) for name in names} | {"index", "split", "image"}) == len(names) + 3


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Eye color", "Eye color"), ("v1.2 (new)", "v1 2 new"), ("Größe", "Größe"),
        ("3D", "layer 3D"), ("index", "layer index"), ("Image", "layer Image"), ("!!", "layer"),
        ("-a-", "a"), ("x" * 90, "x" * 60),
    ],
)  # fmt: skip
def test_names_stay_near(text, name):
    assert safe_names([text]) == [name]


def test_names_alike_are_numbered():
    assert safe_names(["a b", "A.B", "a-b", "a b 2"]) == ["a b", "A B 2", "a-b", "a b 2 2"]


def test_names_that_toml_must_escape(run, here):
    draw(here / 'a "b"' / "c 'd' \\e", "x.png")
    assert run("init", "--from", 'a "b"')[0] == 0
    assert load_config(here / "imggen.toml", {}).layer[0].folder == "a \"b\"/c 'd' \\e"
    assert run("bulk", "--count", 1, "--workers", 1, "--out", "out", "--quiet") == (0, "", "")
