"""Later members of a family keep all positions of the first, or come as near as they may."""

import numpy as np
import pytest
from tests.planning.drawn import HALVES
from tests.planning.layers import layer, library, no_looks, variants

from imggen.config import Config
from imggen.planning import make_plan
from imggen.planning.families import interleave
from imggen.planning.placement.looks import LookTable
from imggen.planning.placement.positions import Placer
from imggen.planning.placement.spots import make_spots
from imggen.planning.sampling.families import DrawnScenes
from imggen.planning.sampling.images import ImageSource

SIZES = [(11, 20), (40, 7), None, (24, 24)]


def places_of(inside, pairs=400, seed=0):
    """Layers and positions of pairs: of one layer that changes between two that do not."""
    own = [
        variants("back", [(30, 30), (9, 9)]),
        variants("thing", SIZES),
        variants("front", [(5, 6)]),
    ]
    layers = [
        layer("back", x=(0, 200), y=(0, 100)),
        layer("thing", anchor="bottom", x=(-20, 150), y=(10, 130), inside=inside),
        layer("front", anchor="center", of="back", at="right"),
    ]
    config = Config(layer=layers, dataset={"pair": "thing", "count": 2 * pairs, "seed": seed})
    library_ = library((150, 120), *own)
    source = ImageSource.of(config, own)
    first, splits = source.draw_scenes(pairs)
    scenes = DrawnScenes(seed, source.slots, source.distributions, first, first, splits)
    _, second = source.family.members(scenes)
    spots = make_spots(layers, own, library_.size)
    both = interleave([first, second])
    placer = Placer(seed, spots, library_, LookTable.of([one.vary for one in layers]))
    drawn = placer.draw_families(both, no_looks(both), 2, [1]).positions
    return first, second, drawn[::2], drawn[1::2]


@pytest.mark.parametrize("inside", [True, False])
def test_the_anchor_stays(inside):
    first, second, before, after = places_of(inside)
    np.testing.assert_array_equal(before[:, 0], after[:, 0])
    sizes = np.array([size or (0, 0) for size in SIZES])
    anchor = np.stack([(sizes[:, 0] + 1) // 2, sizes[:, 1]], axis=1)
    drawn = (first[:, 1] != 2) & (second[:, 1] != 2)
    old = before[:, 1] + anchor[first[:, 1]]
    new = after[:, 1] + anchor[second[:, 1]]
    box = sizes[second[:, 1]]
    if inside:  # no further than the canvas asks for
        lowest, highest = anchor[second[:, 1]], (150, 120) - box + anchor[second[:, 1]]
        old = np.clip(old, np.maximum(lowest, (-20, 10)), np.minimum(highest, (150, 130)))
    np.testing.assert_array_equal(new[drawn], old[drawn])
    assert drawn.sum() > 100
    assert (after[second[:, 1] == 2, 1] == 0).all()


def test_an_anchor_that_stays_may_be_crowded():
    """The first image finds room; the second keeps the place, and is counted if it has none."""
    own = [variants("back", [(30, 30)]), variants("thing", [(4, 4), (60, 60)])]
    layers = [
        layer("back", at=(60, 45)),
        layer("thing", anchor="center", x=(0, 150), y=(0, 120), inside=False, avoid=["back"]),
    ]
    config = Config(layer=layers, dataset={"pair": "thing", "count": 1000})
    plan = make_plan(config, library((150, 120), *own))
    corners, sizes = plan.positions[:, 0], np.array([(4, 4), (60, 60)])[plan.traits[:, 1]]
    np.testing.assert_array_equal((corners + sizes // 2)[::2], (corners + sizes // 2)[1::2])
    overlaps = ((corners < (90, 75)) & (corners + sizes > (60, 45))).all(axis=1)
    assert not overlaps[::2].any()
    assert plan.crowded == {"thing": overlaps.sum()}
    assert overlaps.sum() > 20


def test_a_whole_plan_of_pairs():
    """Firsts and seconds in turn, both halves of a pair in one split and one after the other."""
    own = [variants("back", [(30, 30)]), variants("thing", SIZES)]
    tables = {
        "dataset": {"pair": "thing", "count": 200},
        "layer": [{"name": n, "folder": n} for n in ("back", "thing")],
        "split": HALVES,
    }
    plan = make_plan(Config.model_validate(tables), library((150, 120), *own))
    assert plan.count == 200
    assert (plan.traits[::2, 0] == plan.traits[1::2, 0]).all()
    assert (plan.traits[::2, 1] != plan.traits[1::2, 1]).all()
    assert (plan.splits[::2] == plan.splits[1::2]).all()
