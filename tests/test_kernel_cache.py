"""Where compiled kernels are kept, and that none is taken for unchanged that is not."""

import ast
import os
from importlib import import_module
from pathlib import Path

import pytest
from numba.core.dispatcher import Dispatcher

from imggen import kernel_cache
from imggen.compile import DECLARES, kernel_modules
from imggen.kernel_cache import PACKAGE, folder, is_kept, made_from, sources
from imggen.kernels import KernelCache

MODULES = [import_module(name) for name in kernel_modules()]
KERNELS = [
    value
    for module in MODULES
    for value in vars(module).values()
    if isinstance(value, Dispatcher)
    and isinstance(value._cache, KernelCache)
    and value.__module__ == module.__name__
]


def test_no_kernel_is_elsewhere():
    found = {path for path in PACKAGE.rglob("*.py") if DECLARES in path.read_text()}
    assert found == {Path(module.__file__) for module in MODULES}


def test_each_is_compiled_for_the_types_that_it_is_called_with():
    assert len(KERNELS) > 30
    for kernel in KERNELS:
        assert len(kernel.signatures) == 1
        assert not kernel._can_compile


@pytest.mark.parametrize("kernel", KERNELS, ids=lambda kernel: kernel.__name__)
def test_a_kernel_is_made_from_nothing_else(kernel):
    allowed = made_from(Path(kernel.py_func.__code__.co_filename))
    used = files_used(kernel.py_func)
    assert used <= allowed
    assert allowed <= sources()


def files_used(function):
    """The files of imggen whose names `function` uses, directly or in what it calls."""
    used, seen, new = set(), set(), [function]
    while new:
        function = new.pop()
        if function.__code__ in seen:
            continue
        seen.add(function.__code__)
        path = Path(function.__code__.co_filename)
        used.add(path)
        imported = imports_of(path)
        for name in names_in(function.__code__):
            if name in imported:
                used.add(imported[name])
            value = function.__globals__.get(name)
            value = getattr(value, "py_func", getattr(value, "_defn", value))
            if hasattr(value, "__code__") and value.__module__.startswith("imggen"):
                new.append(value)
    return used


def names_in(code):
    """All names that `code` and what is defined in it looks up."""
    yield from code.co_names
    for constant in code.co_consts:
        if hasattr(constant, "co_names"):
            yield from names_in(constant)


def imports_of(path):
    """The file that each name comes from that the file imports from imggen."""
    home = PACKAGE.parent
    return {
        name.asname or name.name: home.joinpath(*node.module.split(".")).with_suffix(".py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ImportFrom) and node.module.startswith("imggen")
        for name in node.names
    }


@pytest.fixture
def nowhere(monkeypatch, tmp_path):
    """A file, below which nothing can be made, and no other place known."""
    monkeypatch.setattr(kernel_cache, "PACKAGE", Path(os.devnull))
    monkeypatch.setenv("XDG_CACHE_HOME", os.devnull)
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.delenv(kernel_cache.TEMPORARY, raising=False)
    folder.cache_clear()
    yield Path(os.devnull)
    folder.cache_clear()


def test_beside_the_package_if_possible(nowhere, monkeypatch, tmp_path):
    monkeypatch.setattr(kernel_cache, "PACKAGE", tmp_path)
    assert folder() == tmp_path / "__pycache__"
    assert is_kept(folder())


def test_else_for_the_user(nowhere, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert folder().parent == tmp_path
    assert is_kept(folder())


def test_where_numba_is_told_to(nowhere, monkeypatch, tmp_path):
    monkeypatch.setattr(kernel_cache, "PACKAGE", tmp_path / "package")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "told"))
    assert folder().parent == tmp_path / "told"
    assert is_kept(folder())


def test_two_copies_of_imggen_share_no_place(nowhere, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    first = folder()
    folder.cache_clear()
    monkeypatch.setattr(kernel_cache, "PACKAGE", nowhere / "another")
    assert folder() != first
    assert folder().parent == first.parent


def test_nowhere_is_a_place_for_this_process_and_its_children(nowhere, monkeypatch):
    monkeypatch.setattr(kernel_cache.atexit, "register", lambda *_, **__: None)
    made = folder()
    monkeypatch.setenv(
        kernel_cache.TEMPORARY, os.environ[kernel_cache.TEMPORARY]
    )  # undone at the end
    assert made.is_dir()
    assert not is_kept(made)
    folder.cache_clear()
    assert folder() == made
    made.rmdir()
    made.parent.rmdir()


def test_what_was_compiled_by_another_user_is_used(monkeypatch, tmp_path):
    places = [tmp_path / "own", tmp_path / "theirs"]
    places[1].mkdir()
    kernel_cache.mark_whole(places[1], kernel_cache.fingerprint())
    monkeypatch.setattr(kernel_cache, "places", lambda: iter(places))
    monkeypatch.setattr(kernel_cache, "can_write", lambda _: False)
    folder.cache_clear()
    assert folder() == places[1]
    folder.cache_clear()


@pytest.mark.parametrize("fact", ["version", "cpu", "sources"])
def test_whole_no_more(monkeypatch, tmp_path, fact):
    kernel_cache.mark_whole(tmp_path, kernel_cache.fingerprint())
    assert kernel_cache.is_whole(tmp_path)
    others = {
        "version": lambda _: "0.0",
        "cpu": lambda: "another",
        "sources": lambda: frozenset([*sources(), PACKAGE / "errors.py"]),
    }
    monkeypatch.setattr(kernel_cache, fact, others[fact])
    assert not kernel_cache.is_whole(tmp_path)
