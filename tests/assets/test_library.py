"""A whole library: sizes, backgrounds, sprites, digest, and what is refused."""

import numpy as np
import pytest
from PIL import Image
from tests.art import blob, load, random_pixels, save, write_dataset
from tests.checks import check_pixels, check_sentence

from imggen.assets import NO_SPRITE, load_assets
from imggen.errors import AssetError, ConfigError

RNG = np.random.default_rng(0)
SKY = {name: random_pixels(RNG, 40, 30, 3) for name in ("day", "night")}
HATS = {"cap": blob(RNG, 9, 6), "wig": blob(RNG, 12, 7, margin=2)}


def library_of(folder, layers=None, **tables):
    return load_assets(load(write_dataset(folder, layers or {"sky": SKY, "hat": HATS}, **tables)))


def sprite_of(library, layer, name):
    """The (height, width, 4) pixels of a sprite, as the library holds them."""
    variants = library.layers[layer]
    first, _, width, height = library.sprites.table[variants.sprites[variants.names.index(name)]]
    size = width * height * library.channels
    colour = library.sprites.colour[first : first + size].reshape(height, width, -1)
    if library.mode == "RGBA":
        return colour
    alpha = library.sprites.alpha[first : first + size].reshape(height, width, -1)
    assert (alpha == alpha[..., :1]).all(), "one pixel has two alphas"
    return np.concatenate([colour, alpha[..., :1]], axis=2)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_pixels_arrive(tmp_path, mode):
    library = library_of(tmp_path, canvas={"mode": mode})
    assert (library.size, library.mode) == ((40, 30), mode)
    for row, name in zip(library.layers[0].backgrounds, ("day", "night"), strict=True):
        background = library.backgrounds[row].reshape(30, 40, library.channels)
        check_pixels(background[..., :3], SKY[name])
        assert mode == "RGB" or (background[..., 3] == 255).all()
    for name, pixels in HATS.items():
        check_pixels(sprite_of(library, 1, name), pixels)
    assert library.layers[0].sprites.tolist() == [NO_SPRITE] * 2
    assert library.layers[1].sizes.tolist() == [[9, 6], [12, 7]]


def test_grey_canvas(tmp_path):
    library = library_of(tmp_path, canvas={"mode": "L"})
    expected = np.asarray(Image.fromarray(SKY["night"]).convert("L"))
    check_pixels(library.backgrounds[library.layers[0].backgrounds[1]], expected)
    check_pixels(sprite_of(library, 1, "cap")[..., 1], HATS["cap"][..., 3])


def test_trim(tmp_path):
    library = library_of(tmp_path, hat={"trim": True})
    assert library.layers[1].sizes.tolist() == [[9, 6], [8, 3]]
    check_pixels(sprite_of(library, 1, "wig"), HATS["wig"][2:-2, 2:-2])


@pytest.mark.parametrize("trim", [False, True])
def test_a_sprite_of_nothing(tmp_path, trim):
    ghost = random_pixels(RNG, 8, 5, 4)
    ghost[..., 3] = 0
    library = library_of(tmp_path, {"sky": SKY, "hat": {"ghost": ghost}}, hat={"trim": trim})
    assert library.layers[1].sizes.tolist() == [[0, 0] if trim else [8, 5]]
    assert len(library.sprites.runs) == 0


def test_the_smallest_background_gives_the_size(tmp_path):
    skies = {
        "wide": random_pixels(RNG, 90, 20, 3),
        "large": random_pixels(RNG, 50, 40, 3),
        "small": random_pixels(RNG, 33, 21, 3),
    }
    library = library_of(tmp_path, {"sky": skies, "hat": HATS})
    assert library.size == (33, 21)
    check_pixels(library.backgrounds[1].reshape(21, 33, 3), skies["small"])
    assert library.backgrounds.shape == (3, 21, 99)


@pytest.mark.parametrize("lossless", [False, True])
def test_a_smallest_background_that_the_format_cannot_hold(tmp_path, lossless):
    sky = {"sky": {"wide": np.zeros((2, 16_384, 3), np.uint8)}}
    output = {"format": "webp", "lossless": lossless}
    with pytest.raises(ConfigError) as caught:
        library_of(tmp_path / "wide", sky, output=output)
    assert str(caught.value) == (
        'the size of the smallest background is [16384, 2] and output.format is "webp", which '
        'allows at most 16383 px per side; use "png" or a smaller canvas.'
    )
    sky["sky"]["wide"] = sky["sky"]["wide"][:, 1:]
    assert library_of(tmp_path / "fits", sky, output=output).size == (16_383, 2)


def test_the_smallest_background_counts_upright(tmp_path):
    path = write_dataset(tmp_path, {"sky": {"day": random_pixels(RNG, 40, 30, 3)}})
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(random_pixels(RNG, 20, 10, 3)).save(tmp_path / "skys" / "dawn.png", exif=exif)
    assert load_assets(load(path)).size == (10, 20)


def test_a_background_with_holes_lies_on_black(tmp_path):
    lace = random_pixels(RNG, 40, 30, 4)
    black = np.zeros((30, 40, 3), np.uint8)
    library = library_of(tmp_path, {"sky": {"lace": lace}, "hat": HATS})
    image = Image.fromarray(black)
    image.paste(Image.fromarray(lace).convert("RGB"), (0, 0), Image.fromarray(lace[..., 3]))
    check_pixels(library.backgrounds[0].reshape(30, 40, 3), image)


def test_a_background_with_holes_keeps_its_alpha(tmp_path):
    lace = random_pixels(RNG, 40, 30, 4)
    lace[:5, :5, 3] = 0
    library = library_of(tmp_path, {"sky": {"lace": lace}}, canvas={"mode": "RGBA"})
    expected = np.where(lace[..., 3:] > 0, lace, 0)
    check_pixels(library.backgrounds[0].reshape(30, 40, 4), expected)


def test_a_background_that_does_not_fill_the_canvas_is_a_sprite(tmp_path):
    library = library_of(tmp_path, sky={"fit": "none"}, canvas={"size": [50, 30]})
    assert library.layers[0].sprites.tolist() == [0, 1]
    assert library.layers[0].backgrounds.tolist() == [0, 0]
    assert library.backgrounds.shape == (1, 30, 150)
    assert not library.backgrounds.any()


def test_no_background_may_be_drawn(tmp_path):
    chances = {"day": 0.5, "night": 0.25, "none": 0.25}
    library = library_of(tmp_path, sky={"probabilities": chances})
    assert library.layers[0].names == ("day", "night", "none")
    assert not library.backgrounds[library.layers[0].backgrounds[2]].any()


def test_only_backgrounds(tmp_path):
    library = library_of(tmp_path, {"sky": SKY})
    assert len(library.sprites.table) == 0
    assert library.backgrounds.shape == (2, 30, 120)


def change_pixel(folder):
    SKY["day"].flags.writeable = True
    pixels = SKY["day"].copy()
    pixels[3, 4, 1] ^= 1
    save(folder / "skys" / "day.png", pixels)


def change_hidden_alpha(folder):
    pixels = HATS["cap"].copy()
    pixels[0, 0, 3] ^= 1
    save(folder / "hats" / "cap.png", pixels)


def change_name(folder):
    (folder / "hats" / "cap.png").rename(folder / "hats" / "cup.png")


def change_weight(folder):
    (folder / "hats" / "cap.png").rename(folder / "hats" / "cap#2.png")


@pytest.mark.parametrize("change", [change_pixel, change_hidden_alpha, change_name, change_weight])
def test_digest_tells_what_makes_other_images(tmp_path, change):
    before = library_of(tmp_path).digest
    assert load_assets(load(tmp_path / "imggen.toml")).digest == before
    change(tmp_path)
    assert load_assets(load(tmp_path / "imggen.toml")).digest != before


def test_digest_is_of_the_pixels_not_the_file(tmp_path):
    before = library_of(tmp_path).digest
    Image.fromarray(SKY["day"]).save(tmp_path / "skys" / "day.png", compress_level=1)
    assert load_assets(load(tmp_path / "imggen.toml")).digest == before


def test_warnings_name_files_and_come_once_each(tmp_path):
    frames = [Image.new("RGB", (40, 30), (k, 0, 0)) for k in (0, 200)]
    path = write_dataset(tmp_path, {"sky": SKY, "hat": HATS})
    assert load_assets(load(path)).warnings == ()
    for name in ("a", "b", "c", "d", "e"):
        frames[0].save(tmp_path / "skys" / f"{name}.gif", save_all=True, append_images=frames[1:])
    frames[0].save(tmp_path / "hats" / "cap.png", icc_profile=b"damaged")
    skys, hats = tmp_path / "skys", tmp_path / "hats"
    assert load_assets(load(path)).warnings == (
        f"In {skys}/a.gif, {skys}/b.gif, {skys}/c.gif and 2 more, only the first frame is used.",
        f"In {hats}/cap.png, the colour profile cannot be read, and is ignored.",
    )


def test_warnings_change_no_digest(tmp_path):
    before = library_of(tmp_path).digest
    with Image.open(tmp_path / "skys" / "day.png") as image:
        image.save(tmp_path / "skys" / "day.png", icc_profile=b"damaged")
    library = load_assets(load(tmp_path / "imggen.toml"))
    assert len(library.warnings) == 1
    assert library.digest == before


def test_the_first_bad_file_is_named(tmp_path):
    write_dataset(tmp_path, {"sky": SKY, "hat": HATS})
    (tmp_path / "hats" / "wig.png").write_bytes(b"words")
    with pytest.raises(AssetError) as caught:
        load_assets(load(tmp_path / "imggen.toml"))
    check_sentence(caught.value, tmp_path / "hats" / "wig.png", "is not an image")
