"""Each public name has an example in its docstring; they run as they are written, on the sample."""

import doctest
import inspect

import pytest
from tests.documents import REPO

import imggen
from imggen.api.planned import Planned
from imggen.dataset import Batch, Item, Objects
from imggen.run import Summary

# No example shows how these come about.
STOPS = (imggen.errors.RunError, imggen.errors.ExplainedError, imggen.errors.InstallError)
ERRORS = [one for one in vars(imggen.errors).values() if inspect.isclass(one) and one not in STOPS]
FUNCTIONS = [imggen.load, imggen.plan, imggen.render, imggen.generate]
PUBLIC = [*FUNCTIONS, Planned, imggen.Dataset, Item, Objects, Batch, Summary, *ERRORS]


@pytest.fixture
def sample(tmp_path, monkeypatch):
    """A working directory with the sample in `assets`."""
    (tmp_path / "assets").symlink_to(REPO / "assets")
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("public", PUBLIC, ids=lambda one: one.__name__)
def test_examples_run(public, sample, capsys):
    """Those of a class and its methods, one after the other: they share their names."""
    name, names = public.__name__, {"imggen": imggen}
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE, verbose=False)
    tests = [one for one in doctest.DocTestFinder().find(public, name, globs={}) if one.examples]
    for test in tests:
        test.globs = names
        assert runner.run(test, clear_globs=False).failed == 0, capsys.readouterr().out
    assert {test.name for test in tests} >= {name, *members_of(public)}


def members_of(public):
    """The names of the public methods and properties of a class that has its own."""
    if public not in (imggen.Dataset, Planned):
        return []
    own = vars(public)
    return [f"{public.__name__}.{name}" for name in own if not name.startswith("_")]


def test_all_public_names_are_in_the_reference():
    text = (REPO / "docs" / "api.md").read_text()
    names = [name for name in imggen.__all__ if name != "__version__"]
    assert [name for name in names if f".{name}\n" not in text] == []
