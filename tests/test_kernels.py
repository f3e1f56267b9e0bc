"""Kernels are what their types say, and refuse what they cannot work on."""

import ast
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from imggen import kernels
from imggen.assets import runs
from imggen.draw import modes, recolour, sprites, transform
from imggen.encode.png import background, deflate, filters, matches, memo
from imggen.geometry import silhouettes, trace

PACKAGE = Path(kernels.__file__).parents[1]
STUB = PACKAGE / "kernels/__init__.pyi"
NUMBER = re.compile(r"#define ([A-Z_]+) (-?\d+)\b(?!.*<)")
MODULES = (
    runs, modes, recolour, transform, sprites, background, deflate, filters, matches, memo,
    silhouettes, trace,
)  # fmt: skip
OTHER_MEANING = {"OPAQUE", "PIXELS", "ROWS", "TOP", "ONE", "FULL_ALPHA"}
# What a parameter of the stub is in a kernel's signature.
WORDS = {"int": "n", "float": "x", "npt.NDArray[np.bool_]": "u1", "Struct": "Struct"} | {
    name: name.lower() for name in ("U1", "U2", "U4", "U8", "I2", "I4", "I8", "F4")
}


def declared():
    """The kernels that have types: name to what their parameters are."""
    for node in ast.parse(STUB.read_text()).body:
        if isinstance(node, ast.FunctionDef) and node.name not in ("pack", "level"):
            yield node.name, [WORDS[ast.unparse(arg.annotation)] for arg in node.args.posonlyargs]


def signature_of(name):
    """The signature of a kernel, as C has it: see `kernels/module.c`."""
    words = getattr(kernels, name).__doc__.replace("!", "").split()
    return ["Struct" if word[0].isupper() else word for word in words]


@pytest.mark.parametrize(("name", "parameters"), [*declared()], ids=lambda value: str(value)[:20])
def test_types_are_those_of_the_kernels(name, parameters):
    assert signature_of(name) == parameters


def test_all_kernels_that_are_used_have_types():
    used = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module == "imggen.kernels":
                used |= {name.name for name in node.names}
    assert used - {"Struct", "pack"} == {name for name, _ in declared()}


def test_numbers_that_python_and_kernels_share_are_the_same():
    compared = set()
    for path in PACKAGE.rglob("*.[ch]"):
        for name, number in NUMBER.findall(path.read_text()):
            for module in MODULES:
                value = getattr(module, name, None)
                if isinstance(value, int) and name not in OTHER_MEANING:
                    assert value == int(number), f"{name} in {path.name} and {module.__name__}"
                    compared.add(name)
    assert {"GRID", "SYMBOLS", "MARGIN", "SLOTS", "SHORTEST_COPY", "FIRST_MODE"} <= compared


WORDS_OF_8 = np.zeros(4, np.uint64)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((WORDS_OF_8, 0, 1, WORDS_OF_8), "got 4 arguments; \"n\" are missing"),
        ((WORDS_OF_8, 0, 1, WORDS_OF_8, 0, 0), "got 6 arguments; \"\" are missing"),
        (
            (np.zeros(4, np.int32), 0, 1, WORDS_OF_8, 0),
            "expected an array of u8, got one of 'i'",
        ),
        ((WORDS_OF_8, 0, 1, sprites.read_only(WORDS_OF_8.copy()), 0), "read-only"),
        ((WORDS_OF_8[::2], 0, 1, WORDS_OF_8, 0), "not C-contiguous"),
        ((WORDS_OF_8, "0", 1, WORDS_OF_8, 0), "integer"),
    ],
)  # fmt: skip
def test_what_is_not_as_declared_is_refused(arguments, sentence):
    with pytest.raises((TypeError, ValueError), match=re.escape(sentence)):
        kernels.copy_bits(*arguments)


def test_a_struct_of_another_kind_is_refused():
    memo_of_bands = memo.make_memo()
    with pytest.raises(TypeError, match=r"^expected the struct Prices$"):
        kernels.expect_prices(memo_of_bands.struct)
    with pytest.raises(TypeError, match=r"^there is no such struct$"):
        kernels.pack("Nothing")
    with pytest.raises(TypeError, match=r"^expected u8! i8! i8! i8! n$"):
        kernels.pack("Memo", WORDS_OF_8)


def test_a_struct_keeps_its_arrays():
    array = np.zeros(4, np.int64)
    before = sys.getrefcount(array)
    struct = kernels.pack("Memo", WORDS_OF_8, array, array, array, 4)
    assert sys.getrefcount(array) > before
    del struct
    assert sys.getrefcount(array) == before


@pytest.mark.parametrize("build", ["v1", "v3", "v4"])
def test_the_build_that_is_named_is_used(build):
    if not (PACKAGE / f"kernels/_{build}.abi3.so").exists():
        pytest.skip("not built for this machine")
    code = "import imggen.kernels, sys; print(*(m for m in sys.modules if 'kernels._' in m))"
    env = {**os.environ, "IMGGEN_KERNELS": build}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
    )
    assert done.stdout == f"imggen.kernels._{build}\n"


# Writes one number beyond the end of an array.
BEYOND = """
import numpy as np
from imggen import kernels
kernels.sum_bytes(np.zeros(9, np.uint8), 9, np.zeros(1025, np.int64)[1024:])
"""


@pytest.mark.skipif(os.environ.get("IMGGEN_KERNELS") != "checked", reason="scripts/test-checked")
def test_the_checks_are_on():
    done = subprocess.run(
        [sys.executable, "-c", BEYOND], capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "heap-buffer-overflow" in done.stderr


# --- building -------------------------------------------------------------------------------------


@pytest.fixture
def hatch_build():
    """The module that builds the kernels; it is no part of the package."""
    path = PACKAGE.parents[1] / "hatch_build.py"
    if not path.exists():
        pytest.skip("no checkout")
    spec = importlib.util.spec_from_file_location("hatch_build", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_without_a_compiler_it_says_what_to_install(hatch_build, monkeypatch):
    monkeypatch.setenv("CC", "/no/cc -m64")
    with pytest.raises(SystemExit) as stopped:
        hatch_build.find_compiler()
    lines = stopped.value.code.splitlines()
    assert lines[0] == (
        "imggen is built with a C compiler: /no/cc was not found. Install what is missing:"
    )
    assert lines[1] == "    Debian, Ubuntu  sudo apt-get install gcc libc6-dev python3-dev"
    assert lines[-1] == "or name a compiler: CC=/path/to/cc"
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("CC")
    with pytest.raises(SystemExit, match="C compiler: none was found"):
        hatch_build.find_compiler()


def test_without_headers_it_says_what_to_install(hatch_build, monkeypatch, tmp_path):
    monkeypatch.setattr(hatch_build, "BUILT", tmp_path)
    monkeypatch.setattr(hatch_build.sysconfig, "get_path", lambda _: "/no/include")
    with pytest.raises(SystemExit, match="Python's headers are not in /no/include"):
        hatch_build.build(hatch_build.find_compiler(), "v9", ["-O0"])
    assert list(tmp_path.iterdir()) == []


def test_what_is_up_to_date_is_not_built_again(hatch_build, monkeypatch, tmp_path):
    built = []
    monkeypatch.setattr(hatch_build, "BUILT", tmp_path)
    monkeypatch.setattr(hatch_build, "build", lambda _, name, flags: built.append(name))
    for name in hatch_build.builds():
        hatch_build.path_of(name).touch()
    hatch_build.build_all()
    assert built == []
    first = min(hatch_build.builds())
    os.utime(hatch_build.path_of(first), (0, 0))
    hatch_build.build_all()
    assert built == [first]
