"""The article's 220 images, pixel for pixel, against the article's algorithm in plain Pillow."""

import itertools
import tomllib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.art import (
    ALL_OBJECTS,
    BACKGROUNDS,
    CHARACTERS,
    SMALL_GAP,
    SMALL_GROUND,
    load,
    small_article_values,
    write_toml,
)
from tests.checks import check_pixels
from tests.reference import article_image

from imggen.assets import load_assets
from imggen.draw import Painter
from imggen.planning import make_plan

SAMPLE = Path(__file__).parents[1] / "assets" / "imggen.toml"
COMBINATIONS = list(itertools.product(BACKGROUNDS, CHARACTERS, ALL_OBJECTS))
SPREAD = 23  # without common factor with 220: every background, character and object has its turn


def picks(thorough):
    """The combinations to look at: all, or some from everywhere."""
    return range(220) if thorough else range(0, 220, SPREAD)


class Rendered:
    """All combinations of a configuration, drawn when asked for."""

    def __init__(self, config):
        self.library = load_assets(config)
        self.plan = make_plan(config, self.library)
        self._painter = Painter(self.library)
        self._place = np.argsort(self.plan.order)

    def pixels(self, image):
        place = int(self._place[image])
        scene = self.plan.chunk(place, place + 1).scenes[0]
        width, height = self.library.size
        painted = self._painter.paint(scene).copy()
        return painted.reshape(height, width, self.library.channels)

    def shown(self, image):
        traits = self.plan.traits[image].tolist()
        layers = zip(self.library.layers, traits, strict=True)
        return tuple(variants.names[k] for variants, k in layers)


class Article:
    """The article's way: opened images, pasted."""

    def __init__(self, folder, **lines):
        self._folder = folder
        self._lines = lines

    def pixels(self, background, character, thing):
        opened = [self._open("backgrounds", background), self._open("characters", character)]
        opened.append(None if thing == "none" else self._open("objects", thing))
        return np.asarray(article_image(*opened, **self._lines))

    def _open(self, folder, name):
        [path] = (self._folder / folder).glob(f"{name}.*")
        return Image.open(path)


def check_article(rendered, article, thorough):
    assert rendered.plan.count == 220
    for image in picks(thorough):
        shown = rendered.shown(image)
        assert shown == COMBINATIONS[image]
        check_pixels(rendered.pixels(image), article.pixels(*shown))


def test_small(small_article, tmp_path):
    values = small_article_values(trim=False)
    for layer in values["layer"]:
        layer["folder"] = str(small_article / layer["folder"])
    config = load(write_toml(tmp_path, values), dataset__sampling="all")
    check_article(
        Rendered(config), Article(small_article, ground=SMALL_GROUND, gap=SMALL_GAP), thorough=True
    )


def without_trim(path, folder):
    """The sample's configuration with trimming off, in another folder."""
    values = tomllib.loads(path.read_text())
    for layer in values["layer"]:
        layer["trim"] = False
        layer["folder"] = str(path.parent / layer["folder"])
    return write_toml(folder, values)


def has_art():
    return all((SAMPLE.parent / f).is_dir() for f in ("backgrounds", "characters", "objects"))


needs_art = pytest.mark.skipif(not has_art(), reason="the sample's art is not there")


@needs_art
@pytest.mark.parametrize(
    "thorough", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["spread", "all"]
)
def test_sample(tmp_path, thorough):
    config = load(without_trim(SAMPLE, tmp_path), dataset__sampling="all")
    check_article(Rendered(config), Article(SAMPLE.parent), thorough)


def visible_box(pixels, background):
    """Left, top, right, bottom of what differs from the background."""
    rows, columns = np.nonzero((pixels != background).any(axis=2))
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


def test_a_trimmed_heart_touches_the_same_lines(small_article):
    """Its margins are cut: what is seen stands on the ground, `gap` beside the character."""
    rendered = Rendered(load(small_article / "imggen.toml", dataset__sampling="all"))
    objects, characters = rendered.library.layers[2], rendered.library.layers[1]
    with Image.open(small_article / "objects" / "heart.png") as heart:
        left, top, right, bottom = heart.getchannel("A").getbbox()
        assert (left, top, heart.width - right, heart.height - bottom) == (4, 4, 4, 4)
    assert objects.sizes[objects.names.index("heart")].tolist() == [right - left, bottom - top]
    for image, shown in enumerate(COMBINATIONS):
        if shown[2] != "heart":
            continue
        bare = COMBINATIONS.index((*shown[:2], "none"))
        box = visible_box(rendered.pixels(image), rendered.pixels(bare))
        width = int(characters.sizes[characters.names.index(shown[1])][0])
        assert box[0] == int(96 + width / 2 + SMALL_GAP)
        assert box[3] == SMALL_GROUND
        assert (box[2] - box[0], box[3] - box[1]) == (right - left, bottom - top)
