"""Each planted flaw is named on the first screen, and clean datasets raise no alarm."""

import pytest
from tests.report.page.flaws import CLEAN, PLANTED, write
from tests.test_recipes import RECIPES, drawn

from imggen.config import load_config
from imggen.report.page.facts import Facts
from imggen.report.page.findings import find_all
from imggen.run.recipe import make_recipe


def findings_in(folder):
    """The findings of the dataset of a folder, from its plan and its art; nothing is written."""
    return find_all(Facts(make_recipe(load_config(folder / "imggen.toml", {}))))


@pytest.mark.parametrize("name", PLANTED)
def test_names_a_planted_flaw(tmp_path, name):
    values, change, kind, words, severity = PLANTED[name]
    folder = write(tmp_path, values)
    if change is not None:
        change(folder)
    found = findings_in(folder)
    named = [
        one for one in found if one.kind == kind and all(word in one.sentence for word in words)
    ]
    assert named, [(one.kind, one.sentence) for one in found]
    assert named[0].severity == severity
    assert named[0].images or named[0].chart or named[0].pictures or kind == "wish"


@pytest.mark.parametrize("name", CLEAN)
def test_raises_no_alarm_on_clean_datasets(tmp_path, name):
    found = findings_in(write(tmp_path, CLEAN[name]))
    assert [one.sentence for one in found if one.severity == "wrong"] == []


@pytest.mark.parametrize("recipe", RECIPES)
def test_raises_no_alarm_on_recipes(tmp_path, recipe):
    config = load_config(drawn(recipe, tmp_path / "art") / "imggen.toml", {"dataset.count": 120})
    found = find_all(Facts(make_recipe(config)))
    assert [one.sentence for one in found if one.severity == "wrong"] == []
