"""The tutorial and the how-to pages are followed, block by block, each in an empty folder.

All but the training with Ultralytics, and Docker (blocks of `bash`). The training was followed by
hand, with the figures that the tutorial shows.
"""

import re
from pathlib import Path

import pytest
from tests.documents import check_printed, follow

DOCS = Path(__file__).parents[1] / "docs"
TUTORIAL = DOCS / "tutorial.md"
HOW_TO = sorted((DOCS / "howto").glob("*.md"))


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """The folder in which the tutorial was followed, and what was said."""
    folder = tmp_path_factory.mktemp("tutorial")
    return folder, follow(TUTORIAL, folder)


def test_commands_print_what_the_tutorial_shows(followed):
    shown = [(printed, page) for printed, page in followed[1] if page]
    assert len(shown) == 3
    for printed, page in shown:
        check_printed(printed, page)


def test_files_are_those_that_the_tutorial_lists(followed):
    lines = re.findall(r"^      (\S.+)$", TUTORIAL.read_text(), re.MULTILINE)
    names = [name for line in lines for name in re.findall(r"[\w-]+(?:/\w+/|/|\.\w+)", line)]
    assert len(names) == 17
    layers = followed[0] / "layers"
    for name in names:
        folders = (followed[0] / "out" / "toys", layers, *layers.iterdir())
        assert any((folder / name).exists() for folder in folders), name


def test_the_report_says_what_the_tutorial_says(followed):
    out = followed[0] / "out"
    assert "Nothing stands out." in (out / "toys" / "report.html").read_text()
    ruled = (out / "ruled" / "report.html").read_text()
    assert "toys gives grounds away" in ruled
    assert "the rules make &quot;boat&quot; 12.5 % instead of 25 %" in ruled
    assert "It follows from rule.1" in ruled


@pytest.mark.parametrize("path", HOW_TO, ids=lambda path: path.stem)
def test_how_to_pages_can_be_followed(path, tmp_path):
    for printed, page in follow(path, tmp_path):
        if page:
            check_printed(printed, page)


def test_all_how_to_pages_are_in_the_index():
    index = (DOCS / "howto" / "README.md").read_text()
    for path in HOW_TO:
        assert path.name == "README.md" or f"]({path.name})" in index
