"""Layers, variants and libraries made up of sizes, without art."""

import numpy as np

from imggen.assets import NO_SPRITE, Library, Sprites, Variants
from imggen.config import Layer, Place, PlaceWhen
from imggen.config.vary import Vary
from imggen.planning.placement import boxes, canvas
from imggen.planning.placement.anchors import place_sprites
from imggen.planning.placement.looks import LookTable
from imggen.planning.placement.positions import Placer
from imggen.planning.placement.spots import choose_spots, make_spots
from imggen.planning.sampling.distribution import Distribution


def variants(name, sizes, probabilities=None):
    """A layer of sprites of these sizes, called a, b, c, ...; of none where the size is None."""
    count = len(sizes)
    return Variants(
        layer=name,
        names=tuple("none" if size is None else chr(97 + k) for k, size in enumerate(sizes)),
        probabilities=np.array(probabilities or [1 / count] * count),
        sizes=np.array([size or (0, 0) for size in sizes], np.int32),
        sprites=np.array([NO_SPRITE if s is None else k for k, s in enumerate(sizes)], np.int32),
        backgrounds=np.zeros(count, np.int32),
    )


def layer(name, *specials, **place):
    """A layer with a place and, for `specials`, dicts with `when`, others."""
    place_when = tuple(PlaceWhen(**special) for special in specials)
    return Layer(name=name, folder=name, place=Place(**place), place_when=place_when)


def library(size, *layers):
    nothing = Sprites(*[np.zeros(0, np.int64)] * 5)
    return Library(size, "RGB", layers, np.zeros((1, size[1], size[0] * 3), np.uint8), nothing, "")


def nowhere(scenes):
    """The positions of `scenes` scenes without randomly placed layers."""
    return np.zeros((scenes, 0, 2), np.int64)


# What follows is of layers that vary nothing.


def sizes_of(groups, traits):
    """Sizes of what images with `traits` show: (images, layers, 2)."""
    return boxes.sizes_of(LookTable.of([Vary()] * len(groups)), groups, traits, no_looks(traits))


def no_looks(traits):
    return np.zeros((len(traits), 0), np.uint8)


def draw_positions(seed, spots, art, traits):
    """All positions of images with `traits`, and what is crowded."""
    placer = Placer(seed, spots, art, LookTable.of([Vary()] * len(art.layers)))
    return placer.draw(traits, no_looks(traits))


def check_on_canvas(spots, art, *distributions):
    """Refuse what could lie off the canvas; without distributions, if all can occur."""
    extremes = [boxes.extreme_boxes(Vary(), one) for one in art.layers]
    canvas.check_on_canvas(spots, art, extremes, distributions or [Distribution(art.layers)])


def place(layers, groups, traits, drawn=None, size=(100, 80)):
    """Corners of the scenes with `traits` on a canvas of `size`: (scenes, layers, 2)."""
    spots = make_spots(layers, groups, size)
    traits = np.asarray(traits)
    where = nowhere(len(traits)) if drawn is None else drawn
    return place_sprites(spots, sizes_of(groups, traits), choose_spots(spots, traits), where)
