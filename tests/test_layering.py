"""The house keeps its shape: imports go one way only."""

import ast
from pathlib import Path

import pytest

import imggen

PACKAGE = Path(imggen.__file__).parent
ORDER = [
    "config", "assets", "planning", "draw", "encode", "store", "geometry", "formats", "containers",
    "run", "dataset", "report", "api", "bulk",
]  # fmt: skip
# Within planning, in the same way.
PLANNING_ORDER = [
    "streams", "permutation", "sobol", "draws", "matching", "groups", "families", "slots",
    "columns", "sampling", "placement",
]  # fmt: skip
# Modules on the right that are loaded by name, each by one package: only they know what to check.
PLUG_INS = {
    ("config", "imggen.formats.registry"),
    ("config", "imggen.containers"),
    ("url_files", "imggen.store.url_errors"),
    ("url_files", "imggen.store.url_store"),
}
# What every package may use.
BELOW_ALL = (
    "errors", "signals", "kernels", "lazy", "sizes", "streams", "paths", "urls", "url_files",
    "swept",
)  # fmt: skip
# All at the right end: the commands, and the package itself, which offers what users import.
COMMANDS = ("bulk", "cli", "command", "options", "__main__", "__init__")
MODULES = sorted(PACKAGE.rglob("*.py"))


def room_of(module):
    """The name in ORDER that a dotted module name below imggen belongs to."""
    room = module.split(".")[1] if "." in module else ""
    return "bulk" if room in COMMANDS else room


def imports_of(path):
    """The dotted names of the imggen modules that the file imports, at any depth."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name.startswith("imggen"))
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import on line {node.lineno}"
            if node.module == "imggen":
                yield from (f"imggen.{name.name}" for name in node.names)
            elif (node.module or "").startswith("imggen."):
                yield node.module
        elif isinstance(node, ast.Call):
            yield from modules_named(node)


def modules_named(call):
    """The names of imggen modules that are given to `import_module`, also through a thread."""
    if "import_module" in {getattr(node, "id", None) for node in ast.walk(call)}:
        texts = (node.value for node in ast.walk(call) if isinstance(node, ast.Constant))
        yield from (text for text in texts if str(text).startswith("imggen."))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_only_from_the_left(path):
    own = room_of(".".join(["imggen", *path.relative_to(PACKAGE).with_suffix("").parts]))
    for module in imports_of(path):
        room = room_of(module)
        if room in ("", "__version__", own, *BELOW_ALL) or (own, module) in PLUG_INS:
            continue
        assert room in ORDER, f"{module} is in no known package; add it to ORDER or BELOW_ALL"
        assert own in ORDER, f"{path} imports {module} but has no place in ORDER"
        assert ORDER.index(room) < ORDER.index(own), f"{own} must not import {module}"


@pytest.mark.parametrize(
    "path",
    sorted((PACKAGE / "planning").glob("*/*.py")),
    ids=lambda path: f"{path.parent.name}/{path.stem}",
)
def test_the_wings_of_planning_import_one_way(path):
    own = PLANNING_ORDER.index(path.parent.name)
    for module in imports_of(path):
        if module.startswith("imggen.planning"):
            wing = module.split(".")[2]
            assert PLANNING_ORDER.index(wing) <= own, f"{path.parent.name} must not import {module}"


def test_sees_imports_within_functions(tmp_path):
    path = tmp_path / "x.py"
    path.write_text(
        "def f():\n    from imggen.run import generate\n    import imggen.planning.draws\n"
        "    import_module('imggen.draw')\n    Thread(import_module, args=('imggen.encode',))\n"
    )
    found = ["imggen.run", "imggen.planning.draws", "imggen.draw", "imggen.encode"]
    assert list(imports_of(path)) == found


def test_plug_ins_are_loaded_by_name():
    loaded = {
        (path.relative_to(PACKAGE).with_suffix("").parts[0], module)
        for path in MODULES
        for module in imports_of(path)
    }
    assert loaded >= PLUG_INS
