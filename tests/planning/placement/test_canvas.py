"""No sprite can leave the canvas unseen, and none is refused that cannot."""

import itertools
from contextlib import nullcontext
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.checks import check_sentence
from tests.planning.layers import check_on_canvas, layer, library, place, variants
from tests.planning.scenes import agreeing
from tests.strategies import ruled_layers

from imggen.assets import NO_SPRITE
from imggen.errors import PlanError
from imggen.planning.placement.anchors import POINTS
from imggen.planning.placement.areas import corner_ends
from imggen.planning.placement.canvas import check_targets
from imggen.planning.placement.chains import chains_of
from imggen.planning.placement.spots import make_spots
from imggen.planning.sampling.distribution import Distribution
from imggen.planning.sampling.step import Forbidden
from imggen.planning.sampling.walk import TooManyError


def check(layers, groups, size=(100, 80)):
    check_on_canvas(make_spots(layers, groups, size), library(size, *groups))


@pytest.mark.parametrize("at", [(100, 0), (0, 80), (-10, 0), (0, -20), (1000, 1000)])
def test_wholly_outside(at):
    with pytest.raises(PlanError) as caught:
        check([layer("hat", at=at)], [variants("hat", [(10, 20)])])
    check_sentence(
        caught.value,
        f'layer.hat.place puts "a" (10x20 px) at x = {at[0]}, y = {at[1]}',
        "wholly outside the canvas of 100x80 px",
        "move it",
    )


@pytest.mark.parametrize("at", [(99, 0), (0, 79), (-9, 0), (0, -19), (99, 79)])
def test_partly_outside_is_fine(at):
    check([layer("hat", at=at)], [variants("hat", [(10, 20)])])


def test_only_one_combination_is_outside():
    layers = [
        layer("hero", anchor="bottom", at=(50, 70)),
        layer("sword", anchor="bottom-left", of="hero", at="bottom-right", offset=(10, 0)),
    ]
    heroes = variants("hero", [(20, 20), (81, 20)])
    with pytest.raises(PlanError, match=r'layer\.sword\.place puts "a" \(5x5 px\) at x = 100,'):
        check(layers, [heroes, variants("sword", [(5, 5), None])])
    never = variants("hero", [(20, 20), (81, 20)], [1.0, 0.0])
    check(layers, [never, variants("sword", [(5, 5), None])])


@pytest.mark.parametrize(
    ("anchor", "point", "offset"),
    # Where the large hero, 60 x 60, puts the sword just out, and the small one, 20 x 20, does not.
    [
        ("right", "left", (-20, 0)),
        ("left", "right", (20, 0)),
        ("bottom", "top", (0, -20)),
        ("top", "bottom", (0, 20)),
    ],
)
@pytest.mark.parametrize("large", [0, 1, 2])
def test_one_variant_is_outside_on_one_side(anchor, point, offset, large):
    layers = [
        layer("hero", anchor="center", at=(50, 50)),
        layer("sword", anchor=anchor, of="hero", at=point, offset=offset),
    ]
    sizes = [(20, 20)] * 3
    check(layers, [variants("hero", sizes), variants("sword", [(5, 5)] * 3)], (100, 100))
    sizes[large] = (60, 60)
    with pytest.raises(PlanError, match=r"layer\.sword\.place puts"):
        check(layers, [variants("hero", sizes), variants("sword", [(5, 5)] * 3)], (100, 100))


@pytest.mark.parametrize("anchor", ["bottom-right", "top-left"])
@pytest.mark.parametrize("small", [0, 1, 2])
def test_one_sprite_of_a_layer_is_outside(anchor, small):
    """The smaller one does not reach from a corner outside back onto the canvas."""
    at = (105, 105) if anchor == "bottom-right" else (-5, -5)
    sizes = [(9, 9)] * 3
    check([layer("hat", anchor=anchor, at=at)], [variants("hat", sizes)], (100, 100))
    sizes[small] = (9, 5)
    with pytest.raises(PlanError, match=r'puts "[abc]" \(9x5 px\)'):
        check([layer("hat", anchor=anchor, at=at)], [variants("hat", sizes)], (100, 100))


def test_what_is_not_drawn_may_be_anywhere():
    place = {"at": (500, 500)}
    check([layer("hat", **place)], [variants("hat", [None])])
    check([layer("hat", **place)], [variants("hat", [(10, 10), None], [0.0, 1.0])])
    check([layer("hat", **place)], [variants("hat", [(0, 0)])])
    with pytest.raises(PlanError, match="wholly outside"):
        check([layer("hat", **place)], [variants("hat", [None, (10, 10)])])


@given(
    sizes=st.lists(
        st.lists(st.one_of(st.none(), st.tuples(st.integers(1, 40), st.integers(1, 40))),
                 min_size=1, max_size=3),
        min_size=3, max_size=3,
    ),
    points=st.lists(st.tuples(*[st.sampled_from(list(POINTS))] * 2), min_size=3, max_size=3),
    offsets=st.lists(st.tuples(*[st.integers(-60, 60)] * 2), min_size=3, max_size=3),
    parents=st.tuples(st.sampled_from([0]), st.sampled_from([0, 1])),
)  # fmt: skip
def test_same_as_trying_all_combinations(sizes, points, offsets, parents):
    layers = [layer("l0", anchor=points[0][0], at=(50, 40), offset=offsets[0])]
    for k in (1, 2):
        anchor, point = points[k]
        of = f"l{parents[k - 1]}"
        layers.append(layer(f"l{k}", anchor=anchor, of=of, at=point, offset=offsets[k]))
    groups = [variants(f"l{k}", sizes[k]) for k in range(3)]
    traits = np.array(list(itertools.product(*[range(len(s)) for s in sizes])))
    placed = place(layers, groups, traits)
    outside = False
    for depth, group in enumerate(groups):
        box = group.sizes[traits[:, depth]]
        corner = placed[:, depth]
        drawn = group.sprites[traits[:, depth]] != NO_SPRITE
        gone = ((corner + box <= 0) | (corner >= (100, 80))).any(axis=1)
        outside |= bool((drawn & gone).any())
    if outside:
        with pytest.raises(PlanError, match="wholly outside"):
            check(layers, groups)
    else:
        check(layers, groups)


def test_only_a_forbidden_combination_is_outside():
    """The wide hero never holds the sword that would lie beside the canvas then."""
    layers = [
        layer("hero", anchor="bottom", at=(50, 70)),
        layer("sword", anchor="bottom-left", of="hero", at="bottom-right", offset=(10, 0)),
    ]
    groups = [variants("hero", [(20, 20), (81, 20)]), variants("sword", [(5, 5), (30, 5), None])]
    wide_and_armed = {0: np.array([False, True]), 1: np.array([True, True, False])}
    free = Distribution(tuple(groups))
    ruled = replace(free, forbidden=(Forbidden("rule.1", wide_and_armed),))
    art, spots = library((100, 80), *groups), make_spots(layers, groups, (100, 80))
    check_on_canvas(spots, art, ruled)
    with pytest.raises(PlanError, match=r'puts "a" \(5x5 px\) at x = 100'):
        check_on_canvas(spots, art, ruled, free)


@pytest.mark.parametrize("limit", ["classes", "memory"])
def test_too_many_combinations_to_tell_what_rules_forbid(monkeypatch, limit):
    """Then each variant that can occur is taken to occur with each."""
    layers = [layer("hero", at=(0, 0)), layer("sword", of="hero", at="right")]
    groups = [variants("hero", [(20, 20), (99, 20)]), variants("sword", [(5, 5), (7, 5), (9, 5)])]
    wide_and_armed = {0: np.array([False, True]), 1: np.array([True, False, False])}
    ruled = Distribution(tuple(groups), forbidden=(Forbidden("rule.1", wide_and_armed),))
    spots = make_spots(layers, groups, (100, 80))
    assert len(list(chains_of(spots, ruled, 1))) == 3
    told_apart = Distribution.scenes_by_class

    def short_of_memory(self, classes):
        if any(own.any() for own in classes.values()):
            raise TooManyError
        return told_apart(self, classes)

    if limit == "classes":
        monkeypatch.setattr("imggen.planning.placement.chains.MOST_FINE", 3)
    else:
        monkeypatch.setattr(Distribution, "scenes_by_class", short_of_memory)
    assert len(list(chains_of(spots, ruled, 1))) == 1


@given(ruled_layers(), st.data())
def test_what_rules_forbid_may_be_anywhere(ruled, data):
    """Refused if and only if a scene that can occur has a sprite outside, by trying all."""
    distribution, expected = agreeing(*ruled)
    side = st.sampled_from([1, 5, 60])
    groups, layers = [], []
    for depth, group in enumerate(distribution.layers):
        sizes = data.draw(st.lists(st.tuples(side, side), min_size=4, max_size=4))
        groups.append(replace(group, sizes=np.array(sizes[: len(group.names)], np.int32)))
        point, anchor = (data.draw(st.sampled_from(list(POINTS))) for _ in range(2))
        offset = data.draw(st.tuples(st.integers(-25, 25), st.integers(-25, 25)))
        at = {"of": layers[-1].name, "at": point} if depth else {"at": (50, 40)}
        layers.append(layer(group.layer, anchor=anchor, offset=offset, **at))
    distribution = replace(distribution, layers=tuple(groups))
    traits = np.array([
        [group.names.index(name) for group, name in zip(groups, scene, strict=True)]
        for scene in expected
    ])  # fmt: skip
    placed = place(layers, groups, traits)
    boxes = np.stack([g.sizes[traits[:, d]] for d, g in enumerate(groups)], axis=1)
    outside = ((placed + boxes <= 0) | (placed >= (100, 80))).any()
    art = library((100, 80), *groups)
    spots = make_spots(layers, groups, art.size)
    with pytest.raises(PlanError, match="wholly outside") if outside else nullcontext():
        check_on_canvas(spots, art, distribution)


def test_checks_more_combinations_than_could_be_tried():
    sizes = [(10 + k % 7, 10) for k in range(200)]
    layers = [layer("l0", at=(40, 40))]
    layers += [layer(f"l{k}", of=f"l{k - 1}", at="top-left") for k in range(1, 5)]
    groups = [variants(f"l{k}", sizes) for k in range(5)]
    check(layers, groups)  # 200^5
    layers[4] = layer("l4", of="l3", at="right", offset=(44, 0))
    with pytest.raises(PlanError, match=r"layer\.l4\.place puts .* at x = 100,"):
        check(layers, groups)


# --- random positions -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "corner"),
    [
        ({"x": (0, 100), "y": (0, 0)}, (100, 0)),
        ({"x": (-10, 50), "y": (0, 0)}, (-10, 0)),
        ({"x": (0, 0), "y": (5, 80)}, (0, 80)),
        ({"x": 0, "y": (-20, 60)}, (0, -20)),
        ({"x": (0, 60), "y": (0, 60), "offset": (40, 0)}, (100, 60)),
    ],
)
def test_a_range_that_can_put_a_sprite_wholly_outside(place, corner):
    with pytest.raises(PlanError) as caught:
        check([layer("hat", inside=False, **place)], [variants("hat", [(10, 20)])])
    check_sentence(
        caught.value,
        f'layer.hat.place can put "a" (10x20 px) at x = {corner[0]}, y = {corner[1]}, wholly '
        "outside the canvas of 100x80 px; narrow x and y, or set inside = true.",
    )


def test_what_is_relative_to_a_range_can_be_outside():
    layers = [layer("hat", x=(0, 90), y=0), layer("pin", of="hat", at="right", offset=(5, 0))]
    groups = [variants("hat", [(10, 20)]), variants("pin", [(3, 3)])]
    with pytest.raises(PlanError) as caught:
        check(layers, groups)
    check_sentence(
        caught.value,
        'layer.pin.place can put "a" (3x3 px) at x = 105, y = 10, wholly outside the canvas of '
        "100x80 px; narrow x and y of layer.hat.place, or move it.",
    )
    check([layer("hat", x=(0, 84), y=0), layers[1]], groups)


def test_a_range_that_hangs_over_is_fine():
    check([layer("hat", x=(-9, 99), y=(-19, 79), inside=False)], [variants("hat", [(10, 20)])])


def test_one_variant_has_no_position_inside():
    sizes = [(10, 10), (40, 10)]
    hat = layer("hat", anchor="top-right", x=(0, 30), y=(0, 80), offset=(-2, 0))
    with pytest.raises(PlanError) as caught:
        check([hat], [variants("hat", sizes)])
    check_sentence(
        caught.value,
        'layer.hat.place.inside is true, but "b" (40x10 px) is on the canvas of 100x80 px only '
        "with x from 42 to 102, and x is [0, 30]; change it or set inside = false.",
    )
    check([hat], [variants("hat", sizes, [1.0, 0.0])])
    check([layer("hat", anchor="top-right", x=(0, 42), y=(0, 80), offset=(-2, 0))],
          [variants("hat", sizes)])  # fmt: skip


@pytest.mark.parametrize(
    ("x", "shown"),
    [
        (95, "95"),
        ("95%", '"95%", which is 95 px'),
        (("93%", "99.5%"), '["93%", "99.5%"], which is 93 to 99 px'),
    ],
)
def test_a_range_is_shown_as_it_is_given(x, shown):
    hat = layer("hat", x=x if isinstance(x, tuple) else (x, x), y=(0, 80))
    with pytest.raises(PlanError) as caught:
        check([hat], [variants("hat", [(10, 10)])])
    check_sentence(
        caught.value,
        'layer.hat.place.inside is true, but "a" (10x10 px) is on the canvas of 100x80 px only '
        f"with x from 0 to 90, and x is {shown}; change it or set inside = false.",
    )


@pytest.mark.parametrize("box", [(101, 10), (10, 81)])
def test_larger_than_the_canvas(box):
    place = {"anchor": "center", "x": (0, 100), "y": (0, 80)}
    with pytest.raises(PlanError) as caught:
        check([layer("hat", **place)], [variants("hat", [(10, 10), box])])
    check_sentence(
        caught.value,
        f'layer.hat.place.inside is true, but "b" ({box[0]}x{box[1]} px) is larger than the '
        "canvas of 100x80 px; make it smaller or set inside = false.",
    )
    check([layer("hat", inside=False, **place)], [variants("hat", [(10, 10), box])])


def test_none_needs_not_be_inside():
    check([layer("hat", x=(500, 600), y=0)], [variants("hat", [None])])


# --- places by what is shown ----------------------------------------------------------------------


def test_only_one_place_of_several_is_outside():
    specials = [
        {"when": {"scene": ("a",)}, "at": (90, 0)},
        {"when": {"scene": ("b",)}, "at": (100, 0)},
    ]
    layers = [layer("scene"), layer("hat", *specials)]
    scenes = [(100, 80)] * 3
    with pytest.raises(PlanError) as caught:
        check(layers, [variants("scene", scenes), variants("hat", [(10, 20)])])
    assert str(caught.value) == (
        'layer.hat.place_when.2 puts "a" (10x20 px) at x = 100, y = 0, wholly outside the canvas '
        "of 100x80 px; move it."
    )
    check(layers, [variants("scene", scenes, [0.5, 0.0, 0.5]), variants("hat", [(10, 20)])])


def test_only_combinations_that_occur_are_tried():
    """The sword is beside the wide hero, and the wide hero on the left, both only in scene a."""
    layers = [
        layer("scene"),
        layer("hero", {"when": {"scene": ("a",)}, "at": (0, 0)}, at=(60, 0)),
        layer("sword", {"when": {"scene": ("a",)}, "of": "hero", "at": "top-right"}),
    ]
    groups = [
        variants("scene", [(100, 80)] * 2), variants("hero", [(50, 9)]), variants("sword", [(5, 5)])
    ]  # fmt: skip
    check(layers, groups)
    layers[2] = layer("sword", {"when": {"scene": ("b",)}, "of": "hero", "at": "top-right"})
    with pytest.raises(
        PlanError, match=r'layer\.sword\.place_when\.1 puts "a" \(5x5 px\) at x = 110'
    ):
        check(layers, groups)


def test_what_is_placed_otherwise_is_checked_there():
    layers = [layer("hero", at=(99, 0)), layer("hat", of="hero", at="top-right", otherwise=(9, 9))]
    hats = variants("hat", [(5, 5)])
    check(layers, [variants("hero", [None]), hats])
    with pytest.raises(PlanError, match=r'layer\.hat\.place puts "a" \(5x5 px\) at x = 100, y = 0'):
        check(layers, [variants("hero", [None, (1, 1)]), hats])
    layers[1] = layer("hat", of="hero", at="top", otherwise=(9, 80))
    with pytest.raises(PlanError, match=r'layer\.hat\.place puts "a" \(5x5 px\) at x = 9, y = 80'):
        check(layers, [variants("hero", [None, (1, 1)]), hats])


def test_a_share_that_no_position_keeps():
    with pytest.raises(PlanError) as caught:
        check([layer("hat", x=(-9, -4), y=(-9, 0), inside=0.75)], [variants("hat", [(10, 20)])])
    assert str(caught.value) == (
        "layer.hat.place.inside is 0.75, but no x and y in the ranges keep that share of "
        '"a" (10x20 px) on the canvas of 100x80 px; change them or lower inside.'
    )


@pytest.mark.parametrize(
    "second", [{"scene": ("a",)}, {"scene": ("a", "b")}, {"scene": ("a",), "hero": ("*",)}]
)
def test_a_place_that_is_never_used(second):
    specials = [
        {"when": {"scene": ("a",)}, "at": (1, 1)},
        {"when": {"scene": ("b",)}, "at": (1, 1)},
        {"when": second, "at": (2, 2)},
    ]
    layers = [layer("scene"), layer("hero"), layer("hat", *specials)]
    groups = [variants("scene", [(9, 9)] * 3, [0.5, 0.0, 0.5]), variants("hero", [(9, 9)] * 2)]
    with pytest.raises(PlanError) as caught:
        check(layers, [*groups, variants("hat", [(5, 5)])])
    assert str(caught.value) == (
        "layer.hat.place_when.3 is never used, because earlier ones match all that it matches; "
        "remove it, or put it before them."
    )


def test_more_combinations_of_conditions_than_can_be_tried():
    names = [f"l{k}" for k in range(4)]
    specials = [{"when": {n: (chr(97 + k),)}, "at": (k, 0)} for n in names[:3] for k in range(110)]
    layers = [*map(layer, names[:3]), layer("l3", *specials)]
    with pytest.raises(PlanError) as caught:
        check(layers, [variants(name, [(9, 9)] * 110) for name in names])
    assert str(caught.value) == (
        "layer.l3 has a place that depends on 1,331,000 combinations of variants; expected at most "
        "1,000,000. Use * in place_when."
    )


def test_a_place_for_each_of_many_variants_and_sceneries_is_checked():
    """100 heroes with a place for each of 100 sceneries, and a hat with one for each hero."""
    many = [(100, 80)] * 100
    hero = [{"when": {"scene": (chr(97 + k),)}, "at": (k % 90, 0)} for k in range(100)]
    hat = [{"when": {"hero": (chr(97 + k),)}, "offset": (k % 9, 0)} for k in range(100)]
    layers = [layer("scene"), layer("hero", *hero), layer("hat", *hat, of="hero", at="top-left")]
    check(layers, [variants("scene", many), variants("hero", many), variants("hat", [(5, 5)])])
    layers[1] = layer("hero", *hero[:-1], hero[-1] | {"at": (92, 0)})
    with pytest.raises(PlanError, match=r"layer\.hat\.place_when\.9 puts .* at x = 100, y = 0"):
        check(layers, [variants("scene", many), variants("hero", many), variants("hat", [(5, 5)])])


# --- what lies relative to nothing ----------------------------------------------------------------


def targets(traits, **place):
    layers = [layer("hero"), layer("hat", of="hero", at="top", **place)]
    groups = [variants("hero", [(9, 9), None]), variants("hat", [(5, 5), None])]
    check_targets(make_spots(layers, groups, (100, 80)), groups, np.array(traits))


def test_nothing_to_lie_on():
    with pytest.raises(PlanError) as caught:
        targets([[0, 0], [1, 1], [1, 0]], otherwise="refuse")
    assert str(caught.value) == (
        'layer.hat.place.otherwise is "refuse", and image 2 shows "a" where hero draws nothing; '
        "give it a place like [960, 1000], or forbid the two together."
    )
    targets([[0, 0], [1, 1], [0, 1]], otherwise="refuse")
    targets([[1, 0]], otherwise=(5, 5))
    targets([[1, 0]])


@given(
    sizes=st.lists(st.tuples(st.integers(1, 12), st.integers(1, 12)), min_size=1, max_size=3),
    x=st.tuples(st.integers(-20, 50), st.integers(0, 12)),
    y=st.tuples(st.integers(-20, 40), st.integers(0, 12)),
    anchor=st.sampled_from(list(POINTS)),
    point=st.sampled_from(list(POINTS)),
    offset=st.tuples(*[st.integers(-25, 25)] * 2),
    inside=st.booleans(),
)
def test_same_as_trying_all_positions(sizes, x, y, anchor, point, offset, inside):
    """Of a layer with ranges, and of one relative to it."""
    ranges = {"x": (x[0], sum(x)), "y": (y[0], sum(y))}
    layers = [
        layer("a", anchor=anchor, inside=inside, **ranges),
        layer("b", of="a", at=point, offset=offset),
    ]
    groups = [variants("a", sizes), variants("b", [(4, 3)])]
    size = (40, 30)
    [spot] = make_spots(layers, groups, size)[0].spots
    lowest, highest = corner_ends(spot, groups[0].sizes.astype(np.int64), size)
    outside = bool((lowest > highest).any())
    for variant, box in enumerate(sizes):
        for axis in (0, 1):
            corners = np.arange(lowest[variant, axis], highest[variant, axis] + 1)
            positions = np.zeros((len(corners), 1, 2), np.int64)
            positions[:, 0, axis] = corners
            traits = np.full((len(corners), 2), variant) * [1, 0]
            placed = place(layers, groups, traits, positions, size)[..., axis]
            boxes = np.array([box[axis], (4, 3)[axis]])
            outside |= bool(((placed + boxes <= 0) | (placed >= size[axis])).any())
    if outside:
        with pytest.raises(PlanError):
            check(layers, groups, size)
    else:
        check(layers, groups, size)
