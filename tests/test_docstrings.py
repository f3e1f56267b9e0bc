"""Docstrings are plain sentences, and a class name stands for one thing."""

import ast
from collections import Counter
from pathlib import Path

import pytest

import imggen

PACKAGE = Path(imggen.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
# Openings that leave open what the thing is or does. "Return", "Write", "Check" or a noun do not.
BANNED = ("All that", "How", "Of", "That", "Those", "What", "Where", "Whether", "Which")
# Class names that still stand for two things. Delete a name when one of them is renamed.
SHARED_NAMES = {"Dataset", "Prepared", "Scratch"}


def name_of(path):
    """Return the path of a module within the package, like "run/record.py"."""
    return path.relative_to(PACKAGE).as_posix()


def docstrings_of(tree):
    """Yield the name and docstring of the module and of its public classes and functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            name = getattr(node, "name", "the module")
            if not name.startswith("_") and ast.get_docstring(node):
                yield name, ast.get_docstring(node)


def opens_badly(docstring):
    """Return True if a docstring opens with a banned word."""
    return any(docstring.startswith(f"{word} ") for word in BANNED)


def bad_docstrings(path):
    """Return the names of what has a docstring that opens badly."""
    return [name for name, text in docstrings_of(ast.parse(path.read_text())) if opens_badly(text)]


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_docstrings_say_what_a_thing_is_or_does(path):
    assert bad_docstrings(path) == []


def test_class_names_are_unique():
    trees = (ast.parse(path.read_text()) for path in MODULES)
    counts = Counter(
        node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)
    )
    assert {name for name, count in counts.items() if count > 1} == SHARED_NAMES


def test_sees_docstrings_that_open_badly(tmp_path):
    path = tmp_path / "x.py"
    path.write_text(
        '"""What it is for."""\nclass A:\n    """A thing."""\n'
        '    def f(self):\n        """Whether it is."""\n'
        'def _g():\n    """How it is."""\ndef all_of():\n    """Allow all of it."""\n'
    )
    assert bad_docstrings(path) == ["the module", "f"]
