"""Packages load the modules of their names when these are asked for."""

from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from imggen.lazy import lazy_names

PACKAGES = ("imggen.assets", "imggen.config", "imggen.planning", "imggen.run")


@pytest.mark.parametrize("package", PACKAGES)
def test_all_names_are_found_and_none_is_a_module(package):
    found = import_module(package)
    folder = Path(found.__file__).parent
    for name in found.__all__:
        assert not isinstance(getattr(found, name), ModuleType)
        assert not (folder / f"{name}.py").exists(), f"{name} would be found in its place"


def test_a_name_is_found_in_its_module():
    find = lazy_names("imggen.run", {"Options": "options"})
    assert find("Options") is import_module("imggen.run.options").Options


@pytest.mark.parametrize("package", PACKAGES)
def test_an_unknown_name(package):
    with pytest.raises(AttributeError) as error:
        import_module(package).unknown  # noqa: B018  # it is asked for
    assert str(error.value) == f"module '{package}' has no attribute 'unknown'"
