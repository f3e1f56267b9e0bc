"""Variants in parts: read together, trimmed together, drawn where their depths say."""

import unicodedata

import numpy as np
import pytest
from PIL import Image
from tests.art import load, save, write_toml
from tests.checks import check_pixels

from imggen.assets import load_assets
from imggen.draw import Painter
from imggen.errors import AssetError
from imggen.planning import make_plan

SIZE = (40, 30)
RED, GREEN, BLUE, GREY = (255, 0, 0), (0, 255, 0), (0, 0, 255), (90, 90, 90)


def box(colour, left, top, right, bottom, size=SIZE):
    """A box of one colour on nothing."""
    pixels = np.zeros((size[1], size[0], 4), np.uint8)
    pixels[top:bottom, left:right] = (*colour, 255)
    return pixels


def full(colour, alpha=255):
    return np.full((SIZE[1], SIZE[0], 4), (*colour, alpha), np.uint8)


def write(folder, back=None, front=None, settings=None, **canvas):
    """A grey scene, a green head, and long hair, blue behind it and red in front of it."""
    save(folder / "scene" / "grey.png", full(GREY))
    save(folder / "head" / "round.png", box(GREEN, 10, 5, 30, 25))
    parts = {"back": box(BLUE, 5, 2, 35, 20), "front": box(RED, 12, 5, 28, 9)}
    for name, pixels in parts.items():
        given = {"back": back, "front": front}[name]
        save(folder / "hair" / "long" / f"{name}.png", pixels if given is None else given)
    hair = {"name": "hair", "folder": "hair", "parts": {"front": 0, "back": -1}}
    layers = [{"name": name, "folder": name} for name in ("scene", "head")]
    return write_toml(folder, {
        "canvas": {"size": list(SIZE), **canvas},
        "dataset": {"count": 20},
        "layer": [*layers, hair | (settings or {})],
    })  # fmt: skip


def paint(path, image=0):
    """What `image` shows: (height, width, channels)."""
    config = load(path)
    library = load_assets(config)
    plan = make_plan(config, library)
    row = int(np.flatnonzero(plan.order == image)[0])
    pixels = Painter(library).paint(plan.chunk(row, row + 1).scenes[0])
    return pixels.reshape(*SIZE[::-1], -1)


def layered(*boxes):
    """Boxes of colours over one another: colour, left, top, right, bottom each."""
    pixels = np.zeros((*SIZE[::-1], 3), np.uint8)
    for colour, left, top, right, bottom in boxes:
        pixels[top:bottom, left:right] = colour
    return pixels


SCENE, BACK, HEAD, FRONT = (
    (GREY, 0, 0, 40, 30), (BLUE, 5, 2, 35, 20), (GREEN, 10, 5, 30, 25), (RED, 12, 5, 28, 9),
)  # fmt: skip


@pytest.mark.parametrize("trim", [False, True])
def test_behind_and_in_front_of_the_head(tmp_path, trim):
    settings = {"trim": trim, "place": {"at": [5, 2] if trim else [0, 0]}}
    path = write(tmp_path, settings=settings)
    check_pixels(paint(path), layered(SCENE, BACK, HEAD, FRONT))
    sizes = load_assets(load(path)).layers[2].sizes
    assert sizes.tolist() == [[30, 18] if trim else [40, 30]]


def test_behind_the_first_layer(tmp_path):
    """Which then is no background, though it covers the canvas."""
    path = write(tmp_path, settings={"parts": {"front": 0, "back": -2}})
    check_pixels(paint(path), layered(SCENE, HEAD, FRONT))
    save(tmp_path / "scene" / "grey.png", box(GREY, 0, 0, 40, 10))
    expected = layered((BLUE, 5, 2, 35, 20), (GREY, 0, 0, 40, 10), HEAD, FRONT)
    check_pixels(paint(path), expected)


def test_parts_of_the_first_layer(tmp_path):
    path = write(tmp_path)
    values = {"layer": [{"name": "hair", "folder": "hair", "parts": {"back": 0, "front": 0}}]}
    path = write_toml(tmp_path, values)  # the canvas has the size of a part
    check_pixels(paint(path), layered(BACK, FRONT))


def test_a_part_that_is_not_there_shows_nothing(tmp_path):
    path = write(tmp_path)
    (tmp_path / "hair" / "long" / "back.png").unlink()
    check_pixels(paint(path), layered(SCENE, HEAD, FRONT))


def test_what_systems_leave_beside_parts(tmp_path):
    path = write(tmp_path)
    for name in ("@eaDir/long/thumb.png", "long/@eaDir/back.png", "long/._back.png", "Icon\r"):
        save(tmp_path / "x.png", full(RED)).rename(made(tmp_path / "hair" / name))
    check_pixels(paint(path), layered(SCENE, BACK, HEAD, FRONT))


def made(path):
    """`path`, whose folder is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_parts_and_their_folders_in_either_unicode_form(tmp_path, form):
    path = write(tmp_path, settings={"parts": {"f\N{LATIN SMALL LETTER U WITH DIAERESIS}r": -1}})
    name = unicodedata.normalize(form, "f\N{LATIN SMALL LETTER U WITH DIAERESIS}r")
    (tmp_path / "hair" / "long" / "back.png").rename(tmp_path / "hair" / "long" / f"{name}.png")
    (tmp_path / "hair" / "long" / "front.png").unlink()
    (tmp_path / "hair" / "long").rename(tmp_path / "hair" / name)
    check_pixels(paint(path), layered(SCENE, BACK, HEAD))
    assert load_assets(load(path)).layers[2].names == (unicodedata.normalize("NFC", name),)


def test_a_part_with_more_frames_is_named(tmp_path):
    path = write(tmp_path)
    back = tmp_path / "hair" / "long" / "back.png"
    frames = [Image.fromarray(full(RED)), Image.fromarray(full(BLUE))]
    frames[0].save(back, save_all=True, append_images=frames[1:])
    assert load_assets(load(path)).warnings == (f"In {back}, only the first frame is used.",)


def test_parts_vary_as_one(tmp_path):
    path = write(tmp_path, settings={"vary": {"rotate": 180, "opacity": 1}})
    turned = layered(SCENE, (BLUE, 5, 10, 35, 28), HEAD, (RED, 12, 21, 28, 25))
    check_pixels(paint(path), turned)


def test_weights_in_the_names_of_folders(tmp_path):
    path = write(tmp_path)
    save(tmp_path / "hair" / "short#3" / "front.png", box(RED, 12, 5, 28, 9))
    hair = load_assets(load(path)).layers[2]
    assert hair.names == ("long", "short")
    assert hair.probabilities.tolist() == [0.25, 0.75]
    assert hair.parts == 2


@pytest.mark.parametrize("mode", ["RGBA", "L"])
def test_other_canvases(tmp_path, mode):
    path = write(tmp_path, mode=mode)
    expected = Image.fromarray(layered(SCENE, BACK, HEAD, FRONT)).convert(mode)
    check_pixels(paint(path).squeeze(), np.asarray(expected))


# --- refused --------------------------------------------------------------------------------------


def refusal(path):
    with pytest.raises(AssetError) as caught:
        load_assets(load(path))
    return str(caught.value)


def test_files_beside_the_folders(tmp_path):
    path = write(tmp_path)
    save(tmp_path / "hair" / "bald.png", full(RED))
    assert refusal(path) == (
        f'layer.hair has parts, so in its folder "{tmp_path}/hair" each variant is a folder with '
        "one image per part, but bald.png is a file."
    )


def test_no_folders(tmp_path):
    path = write(tmp_path)
    for file in (tmp_path / "hair" / "long").iterdir():
        file.unlink()
    (tmp_path / "hair" / "long").rmdir()
    assert refusal(path).endswith("with one image per part, but there is none.")


def test_an_empty_folder(tmp_path):
    path = write(tmp_path)
    (tmp_path / "hair" / "short").mkdir()
    assert refusal(path) == (
        f"{tmp_path}/hair/short holds no image; expected one per part of layer.hair: front, back."
    )


def test_a_file_of_no_part(tmp_path):
    path = write(tmp_path)
    file = save(tmp_path / "hair" / "long" / "bakc.png", full(RED))
    assert refusal(path) == (
        f'{file} is of no part that layer.hair.parts names; did you mean "back"?'
    )


def test_two_files_of_one_part(tmp_path):
    path = write(tmp_path)
    save(tmp_path / "hair" / "long" / "back.webp", full(RED))
    assert refusal(path) == (
        f"{tmp_path}/hair/long/back.png and back.webp are the same part; "
        "expected one file. Remove one."
    )


def test_parts_of_two_sizes(tmp_path):
    path = write(tmp_path, front=box(RED, 1, 1, 3, 3, size=(20, 10)))
    assert refusal(path) == (
        f"{tmp_path}/hair/long/front.png is 20x10 px and back.png 40x30 px; "
        "expected parts of one variant to be of one size."
    )
