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
# Modules with docstrings that are still to be rewritten. Delete an entry when it is done.
TO_DO = {
    "assets/counts.py", "assets/decode.py", "assets/folder.py", "assets/library.py",
    "assets/load.py", "assets/runs.py", "assets/samples.py", "assets/weights.py",
    "config/joints.py", "config/labels.py", "config/output.py", "config/place.py",
    "config/plain.py", "config/vary.py", "containers/__init__.py", "containers/base.py",
    "containers/latents.py", "containers/parquet_rows.py", "containers/webdataset_sample.py",
    "dataset/dataset.py", "dataset/given.py", "dataset/maker.py", "dataset/objects.py",
    "draw/finish.py", "draw/rail.py", "draw/resample.py", "draw/wardrobe.py", "encode/codec.py",
    "encode/encoders.py", "encode/jpeg/encoder.py", "encode/jpeg/grid.py",
    "encode/jpeg/interval.py", "encode/jpeg/scan.py", "encode/parts.py", "encode/png/backdrop.py",
    "encode/png/chunks.py", "encode/png/prior.py", "encode/png/scratch.py",
    "encode/png/search.py", "encode/support.py", "formats/checks.py", "formats/format.py",
    "formats/image_names.py", "formats/labeller.py", "formats/rarity.py", "formats/tokens.py",
    "geometry/__init__.py", "geometry/corners.py", "geometry/instances.py", "run/chunk.py",
    "run/contents.py", "run/engine.py", "run/folder.py", "run/forecast.py", "run/handover.py",
    "run/limits.py", "run/recipe.py", "run/repeats.py", "run/space.py",
}  # fmt: skip
# Class names that still stand for two things. Delete a name when one of them is renamed.
SHARED_NAMES = {"Coder", "Dataset", "Place", "Row", "RowSink"}


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


@pytest.mark.parametrize(
    "path", [path for path in MODULES if name_of(path) not in TO_DO], ids=name_of
)
def test_docstrings_say_what_a_thing_is_or_does(path):
    assert bad_docstrings(path) == []


def test_modules_to_do_exist():
    assert {name_of(path) for path in MODULES} >= TO_DO


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
