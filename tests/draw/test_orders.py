"""Orders of many sprites at once are those of each, made number by number."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.draw.transforms import Order, orders_of
from tests.strategies import LOOKS

from imggen.config.plain import FIELDS, NEUTRAL
from imggen.draw.modes import FIRST_MODE
from imggen.draw.orders import make_orders
from imggen.draw.recolour import IDENTITY, colour_matrix
from imggen.draw.sprite_cache import some_of
from imggen.planning.placement.scaling import scaled_sizes, turned_sizes

SIZES = np.array([[23, 15], [1, 1], [120, 7]])
NEAREST = np.array([False, True, False])


def order_of_look(row, values):
    """The order of one sprite."""
    look = dict(zip(FIELDS, values, strict=True))
    scaled = scaled_sizes(SIZES[row], look["scale"])
    colours = look["hue"], look["saturation"], look["brightness"]
    return Order(
        row,
        tuple(scaled.tolist()),
        tuple(turned_sizes(scaled, look["rotate"]).tolist()),
        look["rotate"],
        mirrored=bool(look["flip"]),
        nearest=bool(NEAREST[row]),
        matrix=IDENTITY if colours == (0, 1, 1) else colour_matrix(*colours),
        opacity=look["opacity"],
        kind=FIRST_MODE + int(look["blend"]) - 1 if look["blend"] else 0,
    )


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.one_of(st.just(tuple(NEUTRAL.values())), LOOKS)), max_size=6
    ),
    st.sampled_from(["L", "RGB"]),
)
def test_as_one_by_one(items, mode):
    rows = np.array([row for row, _ in items], np.int64)
    looks = np.array([values for _, values in items], float).reshape(-1, len(FIELDS))
    made = make_orders(rows, looks, SIZES, NEAREST, grey=mode == "L")
    expected = orders_of(
        [order_of_look(*item) for item in items], [SIZES[row].tolist() for row in rows], mode
    )
    check_orders(made, expected)
    for first, places, count in ((1, (0, 1, 2), 3), (1, (2, 0), 3), (0, (1,), 2)):
        if first + count <= len(items):
            rows = [first + place for place in places]
            some = some_of(made, first, places, count)
            needs = [expected.needs[row] for row in rows]
            check_orders(some, (expected.numbers[rows], expected.colours[rows], needs))


def check_orders(made, expected):
    for one, other in zip(made, expected, strict=True):
        np.testing.assert_array_equal(one, other)
