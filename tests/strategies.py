"""Hypothesis strategies for art, sprites and distributions."""

import numpy as np
from hypothesis import strategies as st
from tests.planning.layers import layer, variants

from imggen.config.plain import BLENDS
from imggen.config.vary import Vary
from imggen.planning.placement.anchors import POINTS

ALPHAS = st.one_of(st.just(0), st.just(255), st.integers(1, 254))


@st.composite
def alpha_rows(draw, width):
    """(width,) uint8: stretches of nothing, of full and of mixed alpha."""
    row = []
    while len(row) < width:
        length = draw(st.integers(1, 30))
        row += [draw(ALPHAS)] * length
    return np.array(row[:width], np.uint8)


@st.composite
def alphas(draw, largest=60):
    """(height, width) uint8, height and width 1 or more."""
    width = draw(st.integers(1, largest))
    height = draw(st.integers(1, 6))
    return np.stack([draw(alpha_rows(width)) for _ in range(height)])


@st.composite
def sprites(draw):
    """(height, width, 4) uint8: noise under an alpha of stretches."""
    alpha = draw(alphas())
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    pixels = rng.integers(0, 256, (*alpha.shape, 4), np.uint8)
    pixels[..., 3] = alpha
    if draw(st.booleans()):  # every level of a soft edge
        soft = rng.integers(0, 256, alpha.shape, np.uint8)
        pixels[..., 3] = np.where((alpha > 0) & (alpha < 255), soft, alpha)
    return pixels


# One value of each field of imggen.config.vary.NEUTRAL, few of each, so that some come twice.
LOOKS = st.tuples(
    st.sampled_from([0.0, 1.0]),
    st.sampled_from([1.0, 1.0, 0.5, 1.7, 0.02]),
    st.sampled_from([0.0, 0.0, 90.0, -33.0, 400.0]),
    st.sampled_from([0.0, 120.0]),
    st.sampled_from([1.0, 0.2]),
    st.sampled_from([1.0, 1.4]),
    st.sampled_from([1.0, 0.5]),
    st.one_of(st.just(0.0), st.integers(0, 11).map(float)),  # modes that grey has too
)


@st.composite
def distributions(draw, most=8):
    """A list of probabilities that sum to 1, some of them 0."""
    weights = draw(st.lists(st.integers(0, 1000), min_size=1, max_size=most).filter(any))
    return [weight / sum(weights) for weight in weights]


@st.composite
def ruled_layers(draw):
    """Layers a, b, ... of variants a0, a1, ...: their probabilities by name, and rules on them."""
    layers = "abcd"[: draw(st.integers(2, 4))]
    own = {
        layer: {f"{layer}{k}": p for k, p in enumerate(draw(distributions(4)))} for layer in layers
    }
    return own, draw(st.lists(rules(own), max_size=5))


@st.composite
def rules(draw, own):
    """A rule on the layers of `own`, as in the TOML file."""
    target, *others = draw(st.permutations(sorted(own)))
    some = st.sampled_from
    when = {
        layer: draw(st.lists(some(sorted(own[layer])), min_size=1, max_size=3))
        for layer in others[: draw(st.integers(1, min(2, len(others))))]
    }
    effect = draw(some(["forbid", "require", "probabilities"]))
    if effect != "probabilities":
        size = len(own[target])
        shown = st.lists(some(sorted(own[target])), min_size=1, max_size=max(1, size - 1))
        return {"when": when, effect: {target: draw(shown)}}
    size = len(own[target])
    weights = draw(st.lists(st.integers(0, 9), min_size=size, max_size=size).filter(any))
    chances = {name: w / sum(weights) for name, w in zip(own[target], weights, strict=True)}
    return {"when": when, "probabilities": {target: chances}}


LENGTHS = st.one_of(st.integers(-5, 40), st.sampled_from(["0%", "12.5%", "50%", "99.9%", "-10%"]))
OFFSETS = st.tuples(LENGTHS, LENGTHS)
POINT_NAMES = st.sampled_from(list(POINTS))
PLACED_ON = (40, 30)  # px, the canvas of `placements`


@st.composite
def places(draw, earlier):
    """The keys of a place after layers called `earlier`."""
    anchor = {"anchor": draw(POINT_NAMES)}
    kind = draw(st.sampled_from(["at", "range", "range", "of"] if earlier else ["at", "range"]))
    if kind == "at":
        return anchor | {"at": draw(OFFSETS)}
    if kind == "of":
        of = {"of": draw(st.sampled_from(earlier)), "at": draw(POINT_NAMES)}
        otherwise = draw(st.one_of(st.just({}), st.builds(dict, otherwise=OFFSETS)))
        return anchor | of | otherwise | {"offset": draw(OFFSETS)}
    ranges = {
        "x": (draw(st.integers(-30, 0)), "100%"),
        "y": (-20, draw(st.integers(30, 40))),
        "inside": draw(st.sampled_from([False, True, 0.25, 0.6, 1.0])),
    }
    if earlier and draw(st.booleans()):
        avoid = draw(st.lists(st.sampled_from(earlier), min_size=1, max_size=2, unique=True))
        ranges |= {"avoid": tuple(avoid), "overlap": draw(st.sampled_from([None, 0.0, 0.3]))}
    return anchor | ranges


@st.composite
def placements(draw):
    """Three layers with places of every kind, and their variants, for a canvas of PLACED_ON."""
    boxes = st.tuples(st.integers(1, 12), st.integers(1, 12))
    names = ["a", "b", "c"]
    layers, groups = [], []
    for depth, name in enumerate(names):
        sizes = draw(st.lists(st.one_of(boxes, boxes, st.none()), min_size=1, max_size=3))
        groups.append(variants(name, sizes))
        specials = []
        for other in draw(st.permutations(names[:depth])) if draw(st.booleans()) else []:
            shown = groups[names.index(other)].names
            when = {other: (draw(st.sampled_from(shown)),)}
            specials.append({"when": when} | draw(places(names[:depth])))
        layers.append(layer(name, *specials, **draw(places(names[:depth]))))
    return layers, groups


@st.composite
def split_layers(draw, shown_first=False):
    """The same with splits: shares and, unless what is shown decides, distributions and rules."""
    own, ruled = draw(ruled_layers())
    weights = draw(st.lists(st.integers(1, 9), min_size=1, max_size=3))
    splits = [
        {"name": name, "share": weight / sum(weights)}
        for name, weight in zip(("train", "validation", "test"), weights, strict=False)
    ]
    for place, split in enumerate(splits):
        if place > 0 and draw(st.booleans()):
            split["hold_out"] = draw(st.lists(held_out(own), min_size=1, max_size=2))
        if not shown_first and draw(st.booleans()):
            layer = draw(st.sampled_from(sorted(own)))
            size = len(own[layer])
            weights = draw(st.lists(st.integers(0, 9), min_size=size, max_size=size).filter(any))
            chances = (weight / sum(weights) for weight in weights)
            split["probabilities"] = {layer: dict(zip(own[layer], chances, strict=True))}
        if not shown_first and draw(st.booleans()):
            split["rule"] = [draw(rules(own))]
    return own, ruled, splits


@st.composite
def held_out(draw, own):
    """Variants of one or two layers of `own`."""
    layers = draw(st.lists(st.sampled_from(sorted(own)), min_size=1, max_size=2, unique=True))
    return {layer: [draw(st.sampled_from(sorted(own[layer])))] for layer in layers}


@st.composite
def varies(draw):
    """A `Vary` with some of its fields set, in any of the ways to write them."""
    values = {}
    for field, (lowest, highest) in {
        "scale": (0.25, 2.0), "rotate": (-360.0, 360.0), "hue": (-360.0, 360.0),
        "saturation": (0.0, 2.0), "brightness": (0.0, 2.0), "opacity": (0.25, 1.0),
    }.items():  # fmt: skip
        numbers = st.floats(lowest, highest).map(lambda x: round(x, 2))
        if draw(st.booleans()):
            values[field] = draw(amounts(numbers))
    values["flip"] = draw(st.sampled_from([0, 0.5, 1]))
    names = st.sampled_from(BLENDS[:12])  # modes that grey has too
    values["blend"] = {"values": draw(st.lists(names, min_size=1, max_size=3, unique=True))}
    return Vary.model_validate(values)


def amounts(numbers):
    """A number, a range, a range in steps or a list, as TOML has them."""
    ends = st.lists(numbers, min_size=2, max_size=2, unique=True).map(sorted)
    return st.one_of(
        numbers,
        ends,
        ends.map(lambda two: {"range": two, "step": (two[1] - two[0]) / 4}),
        st.lists(numbers, min_size=1, max_size=4, unique=True).map(lambda some: {"values": some}),
    )
