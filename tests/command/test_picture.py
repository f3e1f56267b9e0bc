"""`imggen show` and `imggen preview`, as they are called."""

import shutil

import numpy as np
import pytest
from PIL import Image

import imggen
from imggen import bulk, cli
from imggen.report.pictures import is_marked


@pytest.fixture
def run(call):
    """Runs a command that must succeed; returns its output."""

    def run(*args, main=cli.main):
        code, out, err = call(main, *args)
        assert (code, err) == (0, "")
        return out

    return run


@pytest.fixture
def refused(call, here):
    """Runs a command that must refuse with one sentence and write nothing; returns it."""

    def refused(*args):
        before = {path: path.read_bytes() for path in here.iterdir() if path.is_file()}
        code, out, err = call(cli.main, *args)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert {path: path.read_bytes() for path in here.iterdir() if path.is_file()} == before
        return err.removeprefix("imggen: ").rstrip("\n")

    return refused


def test_show_writes_the_file_of_a_run(run, here, small_article):
    run(small_article, "--count", 9, "-j", 1, "-q", main=bulk.main)
    said = run("show", "out/article", 7)
    made = (here / "generated7.png").read_bytes()
    assert made == (here / "out/article/images/generated7.png").read_bytes()
    lines = said.splitlines()
    assert lines[0] == "image    images/generated7.png"
    assert [line.split(":")[0] for line in lines if line.startswith("shows")] == [
        "shows    background",
        "shows    character",
        "shows    object",
    ]
    assert lines[-1] == "where    generated7.png"
    (here / "generated7.png").unlink()
    run("show", small_article, 7)
    assert (here / "generated7.png").read_bytes() == made, "the configuration gives the same"
    run("show", small_article, 7)


def test_show_says_where_objects_are(run, here, small_article):
    dataset = imggen.Dataset(small_article, objects=True)
    index = next(k for k in range(200) if len(dataset[k]["objects"]["labels"]) == 2)
    objects = dataset[index]["objects"]
    said = run("show", small_article, index, "-o", "x.png").splitlines()
    for k, line in enumerate(line for line in said if line.startswith("object")):
        left, top, right, bottom = map(int, objects["boxes"][k])
        name = dataset.object_classes[objects["labels"][k]]
        size = f"{right - left}x{bottom - top} px at ({left}, {top})"
        assert line == f"object   {name}: {size}, {objects['visible_fraction'][k]:.0%} visible"
    assert said[-1] == "where    x.png"


def test_boxes_change_their_edges_only(run, here, small_article):
    dataset = imggen.Dataset(small_article, objects=True)
    index = next(k for k in range(200) if len(dataset[k]["objects"]["labels"]) == 1)
    said = run("show", small_article, index, "--boxes")
    assert said.splitlines()[-1] == f"where    generated{index}-boxes.png"
    item = dataset[index]
    drawn = np.asarray(Image.open(here / f"generated{index}-boxes.png"))
    left, top, right, bottom = item["objects"]["boxes"][0].astype(int)
    assert (drawn[bottom - 1, left:right] == drawn[bottom - 1, left]).all()
    inside = (slice(top + 2, bottom - 2), slice(left + 2, right - 2))
    assert np.array_equal(drawn[inside], item["image"][inside])
    assert np.array_equal(drawn[bottom:], item["image"][bottom:])


def test_a_file_of_another_is_kept(run, refused, here, small_article):
    (here / "generated3.png").write_text("mine")
    sentence = refused("show", small_article, 3)
    assert sentence == 'generated3.png exists; give -o "generated3.png" to replace it.'
    run("show", small_article, 3, "-o", "generated3.png")
    (here / "preview.png").write_text("mine")
    assert refused("preview", small_article).startswith("preview.png exists; give -o ")


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["show", "{art}", 200], "INDEX is 200; expected 0 to 199, as it has so many images."),
        (["show"], "CONFIG|OUT is missing; see --help."),
        (["show", "{art}"], "INDEX is missing; see --help."),
        (["show", "{art}", -1], "-1 is not an option; see --help."),
        (["show", "{art}", "x"], "INDEX is x; expected a whole number."),
        (["show", "{art}", 1, "-o", "no/x.png"],
         "no is not a folder; create it, or give another -o."),
        (["show", "{art}", 1, "-o", "."], ". is a folder; give -o a file to write."),
        (["show", "{art}", 1, "-o", "imggen.toml"],
         "-o is imggen.toml; expected a name that ends in .png, as the file is."),
        (["preview", "{art}", "--gif", "-o", "x.png"],
         "-o is x.png; expected a name that ends in .gif, as the file is."),
        (["preview", "{art}", "--count", 0],
         "--count is 0; expected a whole number from 1 to 1000."),
        (["preview", "{art}", "--layer", "charakter"],
         '--layer is "charakter"; did you mean "character"?'),
        (["preview", "{art}", "--layer", "object", "--boxes"],
         "--layer draws each variant of a layer; leave out --boxes."),
    ],
)  # fmt: skip
def test_refusals(refused, small_article, args, sentence):
    assert refused(*[str(one).format(art=small_article) for one in args]) == sentence


def test_preview_draws_images_evenly(run, here, small_article):
    said = run("preview", small_article, "--count", 4)
    assert said == "preview.png: 4 of 200 images\n"
    sheet = np.asarray(Image.open(here / "preview.png"))
    dataset = imggen.Dataset(small_article)
    height, width, _ = dataset.shape
    for place, index in enumerate((0, 66, 133, 199)):
        row, column = divmod(place, 2)
        left = 8 + column * (width + 8)  # smaller images are not enlarged
        top = 8 + row * (height + 16 + 8)
        shown = sheet[top : top + height, left : left + width]
        assert np.array_equal(shown, dataset[index]["image"])
    before = (here / "preview.png").read_bytes()
    run("preview", small_article, "--count", 5)
    assert (here / "preview.png").read_bytes() != before, "its own picture is replaced"


def test_preview_of_few_images(run, here, small_article, tmp_path):
    art = shutil.copytree(small_article, tmp_path / "art")
    toml = (art / "imggen.toml").read_text()
    (art / "imggen.toml").write_text(toml.replace("[dataset]", "[dataset]\ncount = 1"))
    assert run("preview", art) == "preview.png: 1 of 1 images\n"


@pytest.mark.parametrize("options", [[], ["--boxes"], ["--layer", "object"]], ids=str)
def test_animations(run, here, small_article, options):
    run("preview", small_article, "--gif", *options)
    with Image.open(here / "preview.gif") as picture:
        assert picture.n_frames == (11 if "--layer" in options else 20)
    assert is_marked(here / "preview.gif")


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_the_variants_of_a_layer(run, here, small_article, tmp_path, mode):
    """Each is drawn as prepared, over a checkerboard."""
    art = shutil.copytree(small_article, tmp_path / "art")
    toml = (art / "imggen.toml").read_text()
    (art / "imggen.toml").write_text(toml.replace("[canvas]", f'[canvas]\nmode = "{mode}"'))
    said = run("preview", art, "--layer", "object")
    assert said == "preview.png: 11 variants of object\n"
    sheet = np.asarray(Image.open(here / "preview.png"))
    assert sheet.ndim == 3
    assert len(np.unique(sheet.reshape(-1, 3), axis=0)) > 8
    grey = (sheet[..., 0] == sheet[..., 1]).all() and (sheet[..., 1] == sheet[..., 2]).all()
    assert grey == (mode == "L")


def test_what_is_no_marked_picture(tmp_path):
    Image.new("RGB", (2, 2)).save(tmp_path / "x.png")
    (tmp_path / "y.png").write_bytes(b"\x89PNG\r\n\x1a\nbroken")
    assert not is_marked(tmp_path / "x.png")
    assert not is_marked(tmp_path / "y.png")


@pytest.mark.parametrize(
    ("command", "said"),
    [("preview", 1), ("show", 1), ("check", 0), ("diff", 0), ("bulk", 1), ("bulk -q", 0)],
)
def test_a_warning_of_art_comes_once(call, here, small_article, command, said):
    """`check` has it among its flaws, and to `diff` it does not matter."""
    art = shutil.copytree(small_article, here / "art")
    path = art / "backgrounds" / "desert.png"
    with Image.open(path) as image:
        image.save(path, icc_profile=b"damaged")
    sentence = f"In {path}, the colour profile cannot be read, and is ignored."
    more = {"show": ["1"], "diff": [art], "bulk": ["--count", "1"]}
    name, *flags = command.split()
    _, out, err = call(cli.main, name, art, *more.get(name, ()), *flags)
    assert err.count(f"imggen: warning: {sentence}\n") == said
    assert (out + err).count(sentence) == (0 if name == "diff" or flags else 1)
