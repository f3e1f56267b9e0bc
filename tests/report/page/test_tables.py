"""Tables of a report that have no rows are sentences, not headings above nothing."""

from types import SimpleNamespace

from tests.art import load

from imggen.report.page.facts import Facts
from imggen.report.page.tables import radar_rows, rule_table
from imggen.run.recipe import make_recipe

NO_PAIR = "<p>No two factors hang together by more than chance.</p>"
NO_RULE = "<p>No factor alone tells a class by more than chance in so many images.</p>"


def test_nothing_found_is_said():
    facts = SimpleNamespace(radar=SimpleNamespace(pairs=[], rules=[]))
    assert list(radar_rows(facts, None)) == [NO_PAIR]
    assert list(rule_table(facts)) == [NO_RULE]


def test_one_image_has_no_pair(small_article):
    facts = Facts(make_recipe(load(small_article / "imggen.toml", dataset__count=1)))
    assert list(rule_table(facts)) == [NO_RULE]
