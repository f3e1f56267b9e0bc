"""The images that a report counts: all of a small set, and parts from everywhere in a large one."""

from types import SimpleNamespace

import pytest
from tests.art import load

from imggen.report.page.facts import Facts
from imggen.report.page.sample import MOST_SLOTS, ranges_to_read
from imggen.run.recipe import make_recipe

SIZE = 131_072


def segments(count, slots, family=1):
    """Segments of images with so many slots."""

    class Segments(list):
        def bounds(self, number):
            return self[number]

    found = Segments((start, min(start + SIZE, count)) for start in range(0, count, SIZE))
    found.family, found.columns = family, [SimpleNamespace(slots=slice(0, slots))]
    return found


@pytest.mark.parametrize(
    ("count", "slots", "counted"),
    [(1000, 3, 1000), (SIZE, 20, SIZE), (1_000_000, 3, 1_000_000), (800 * SIZE, 3, 8 * SIZE)],
)
def test_all_of_few_slots_are_counted(count, slots, counted):
    assert sum(stop - start for start, stop in ranges_to_read(segments(count, slots))) == counted


def test_parts_of_many_slots_are_from_everywhere():
    ranges = ranges_to_read(segments(1_000_000, 61, family=4))
    assert [start for start, _ in ranges] == list(range(0, 1_000_000, SIZE))
    lengths = {stop - start for start, stop in ranges}
    assert len(lengths) == 1
    (length,) = lengths
    assert length % 4 == 0
    assert 0.99 * MOST_SLOTS < 8 * 61 * length <= MOST_SLOTS


def test_parts_show_what_whole_segments_show(small_article):
    """An image is the same whether its segment, a part of it, or it alone is planned."""
    recipe = make_recipe(load(small_article / "imggen.toml", dataset__count=600))
    whole, part = recipe.segments[0], recipe.segments.plan(100, 500)
    assert (part.traits == whole.traits[100:500]).all()
    fresh = make_recipe(recipe.config).segments
    fresh.__dict__["_kept"].clear()
    assert (fresh.of_image(77).traits == whole.traits[77]).all()
    assert Facts(recipe).looked_at == 600
