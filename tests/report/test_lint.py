"""`imggen check`: each flaw of art is found, with its file; art without flaws is passed."""

import json

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageDraw

from imggen import cli
from imggen.report.fringes import find_matte

SIZE = (96, 64)
BASE = """
[[layer]]
name = "back"
folder = "back"

[[layer]]
name = "thing"
folder = "thing"
place = { x = [0, 40], y = [0, 30] }
"""


def disc(colour, size=32, paper=None, scale=8):
    """A disc with smooth edges; on `paper`, whose colour stays in its edges."""
    large = Image.new("L", (size * scale, size * scale))
    ImageDraw.Draw(large).ellipse((scale, scale, (size - 1) * scale, (size - 1) * scale), fill=255)
    alpha = np.asarray(large.resize((size, size), Image.Resampling.BOX))
    flat = np.full((size, size, 3), colour, float)
    if paper is not None:
        share = alpha[..., None] / 255
        flat = share * flat + (1 - share) * paper
    return Image.fromarray(np.dstack([flat.round().astype(np.uint8), alpha]))


@pytest.fixture
def art(tmp_path):
    """Art without flaws: two backgrounds and three discs."""
    rng = np.random.default_rng(3)
    (tmp_path / "art/back").mkdir(parents=True)
    (tmp_path / "art/thing").mkdir()
    for name in ("day", "night"):
        pixels = rng.integers(0, 256, (SIZE[1], SIZE[0], 3), np.uint8)
        Image.fromarray(pixels).save(tmp_path / f"art/back/{name}.png")
    for name, colour in {
        "red": (200, 30, 30),
        "green": (40, 160, 60),
        "sky": (90, 150, 230),
    }.items():
        disc(colour).save(tmp_path / f"art/thing/{name}.png")
    (tmp_path / "art/imggen.toml").write_text(BASE)
    return tmp_path / "art"


@pytest.fixture
def check(call, art):
    """Checks the art; returns the exit code and the flaws by kind, without the folder's name."""

    def check():
        code, out, err = call(cli.main, "check", art, "--json")
        assert err == ""
        *flaws, checked = map(json.loads, out.splitlines())
        assert checked["flaws"] == len(flaws)
        found = {}
        for flaw in flaws:
            found.setdefault(flaw["kind"], []).append(flaw["text"].replace(f"{art}/", ""))
        assert code == bool(flaws)
        return found

    return check


def test_art_without_flaws(check, call, art):
    assert check() == {}
    assert call(cli.main, "check", art) == (0, "checked  5 files: 0 flaws\n", "")
    assert call(cli.main, "check", art, "-q") == (0, "", "")


def test_the_sample_has_none(call, small_article):
    assert call(cli.main, "check", small_article)[0] == 0


def test_an_empty_file(check, art):
    Image.new("RGBA", (20, 20)).save(art / "thing/nothing.png")
    assert check() == {
        "empty": [
            (
                "thing/nothing.png is fully transparent, so it draws nothing; name it none, or "
                "remove it."
            )
        ]
    }


@pytest.mark.parametrize(
    ("size", "effect"),
    [((20, 20), "is drawn as a rectangle"), (SIZE, "hides all layers behind it")],
)
def test_no_transparency(check, art, size, effect):
    Image.new("RGB", size, (9, 99, 9)).save(art / "thing/box.png")
    (art / "imggen.toml").write_text(BASE.replace("y = [0, 30]", "y = [0, 30], inside = 0.1"))
    assert check()["opaque"] == [
        f"thing/box.png has no transparent pixel, so it {effect}; save it with transparency."
    ]


@pytest.mark.parametrize(("paper", "called"), [(255, "white"), (0, "black")])
def test_a_fringe(check, art, paper, called):
    disc((230, 200, 40) if paper == 0 else (60, 20, 90), paper=paper).save(art / "thing/cut.png")
    assert check() == {
        "fringe": [
            (
                f"thing/cut.png has a {called} fringe: the colour of its edges is mixed with "
                f"{called}; export it without a matte, or remove the {called} in an image editor."
            )
        ]
    }


@pytest.mark.parametrize("paper", [None, 0, 255])
@pytest.mark.parametrize("colour", [(250, 250, 250), (4, 4, 4), (128, 60, 200)], ids=str)
def test_fringes_of_all_colours(colour, paper):
    """One of the sprite's own colour cannot be seen, and is none."""
    pixels = np.asarray(disc(colour, paper=paper))
    seen = paper is not None and abs(np.mean(colour) - paper) > 60
    assert find_matte(pixels) == ({0: "black", 255: "white"}[paper] if seen else None)


def test_an_outline_is_no_fringe():
    picture = disc((0, 0, 0), size=64)
    inner = disc((250, 220, 80), size=52)
    picture.alpha_composite(inner, (6, 6))
    assert find_matte(np.asarray(picture)) is None


def test_a_file_twice(check, art):
    disc((200, 30, 30)).save(art / "thing/twin.png")
    found = check()
    assert found["alike"] == [
        "thing/red.png and thing/twin.png look the same, but are two variants; remove one of them."
    ]


def test_nearly_the_same(check, art):
    disc((201, 30, 31)).save(art / "thing/twin.png")
    [sentence] = check()["alike"]
    assert sentence.startswith("thing/red.png and thing/twin.png differ by 1 of 255, but")


def test_another_size_of_the_same_is_no_twin(check, art):
    disc((200, 30, 30), size=36).save(art / "thing/large.png")
    assert check() == {}


def test_backgrounds_of_another_shape(check, art):
    Image.open(art / "back/day.png").resize((96, 50)).save(art / "back/wide.png")
    (art / "imggen.toml").write_text("[canvas]\nsize = [96, 64]\n" + BASE)
    assert check() == {
        "size": [
            (
                "back/wide.png: 96x50 px, and the canvas is 96x64 px, so it is stretched by 1 and "
                "1.28; export it at the size of the canvas."
            )
        ]
    }


def test_backgrounds_that_are_scaled_down_are_right(check, art):
    Image.open(art / "back/day.png").resize((192, 128)).save(art / "back/large.png")
    (art / "imggen.toml").write_text("[canvas]\nsize = [96, 64]\n" + BASE)
    assert "size" not in check()


def test_a_page_of_another_size(check, art):
    """Where files are as large as the canvas, one that is not is drawn at a corner."""
    for name in ("red", "green"):
        page = Image.new("RGBA", SIZE)
        page.alpha_composite(Image.open(art / f"thing/{name}.png"), (30, 9))
        page.save(art / f"thing/{name}.png")
    (art / "imggen.toml").write_text(BASE.replace("place = { x = [0, 40], y = [0, 30] }\n", ""))
    assert check() == {
        "size": [
            (
                "thing/sky.png: 32x32 px, and the canvas is 96x64 px, so it is drawn at the top "
                "left corner; export it at the size of the canvas."
            )
        ]
    }


def test_a_variant_that_rules_never_draw(check, art):
    rule = '\n[[rule]]\nwhen = { back = "*" }\nforbid = { thing = "sky" }\n'
    (art / "imggen.toml").write_text(BASE + rule)
    assert check() == {
        "never": [
            (
                'layer.thing: "sky" is asked for with 33.3 % and can never be drawn, because of '
                "the rules; change them, or give it 0."
            )
        ]
    }


def test_what_lies_in_front_hides_a_layer(check, art):
    (art / "lid").mkdir()
    lid = Image.new("RGBA", SIZE, (1, 2, 3, 255))
    lid.putpixel((0, 0), (0, 0, 0, 0))
    lid.save(art / "lid/lid.png")
    (art / "imggen.toml").write_text(BASE + '\n[[layer]]\nname = "lid"\nfolder = "lid"\n')
    [sentence, *_] = [text for text in check()["hidden"] if text.startswith("layer.thing")]
    assert "can have the same pixels (image " in sentence


def test_a_profile_that_is_not_srgb(check, art):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    path = art / "thing/red.png"
    Image.open(path).save(path, icc_profile=profile.tobytes())
    assert list(check()) == ["file"]
