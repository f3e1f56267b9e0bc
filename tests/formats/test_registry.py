"""Every format that can be asked for has its module, and all of them keep the same promises."""

from itertools import combinations
from pathlib import Path

import pytest

import imggen.formats
from imggen.config.plain import FORMAT_MODULES, LABEL_FORMATS
from imggen.formats.format import Format
from imggen.formats.registry import find_format, owned_names
from imggen.store.layout import CONTENT

FOLDER = Path(imggen.formats.__file__).parent


@pytest.mark.parametrize("name", LABEL_FORMATS)
def test_every_name_has_a_module(name):
    found = find_format(name)
    assert issubclass(found, Format)
    assert found.name == name
    assert found.__module__ == f"imggen.formats.{FORMAT_MODULES[name]}"


def test_every_format_has_a_name():
    modules = [path.stem for path in FOLDER.glob("*.py") if "\nFORMATS = (" in path.read_text()]
    assert sorted(modules) == sorted(set(FORMAT_MODULES.values()))


@pytest.mark.parametrize("name", LABEL_FORMATS)
def test_names_in_the_dataset_are_its_own(name):
    found = find_format(name)
    assert found.owned_names
    assert not set(found.owned_names) & set(CONTENT)
    assert owned_names([name, "unknown"]) == set(found.owned_names)


@pytest.mark.parametrize("name", LABEL_FORMATS)
def test_masks_are_of_instances(name):
    assert find_format(name).needs_boxes >= find_format(name).needs_masks


def test_extensions_are_all_different():
    for one, other in combinations(map(find_format, LABEL_FORMATS), 2):
        both = set(one.extensions) & set(other.extensions)
        assert not both or FORMAT_MODULES[one.name] == FORMAT_MODULES[other.name]


def test_owned_names_of_several():
    assert owned_names(["erc721", "solana"]) == {"metadata", "solana", "rarity.csv", "ranks.csv"}
