"""Every container that a configuration may name has a class, in a module of its own or near kin."""

import subprocess
import sys

import pytest

from imggen.config import Output
from imggen.config.output import CONTAINERS, SUFFIXES
from imggen.config.plain import LABEL_FORMATS
from imggen.containers import REGISTRY, Container, find_container, make_container, names_written
from imggen.formats.registry import find_format

HEAVY = {"pydantic", "pandas", "pyarrow", "typer", "rich"}


def test_the_configuration_and_the_registry_name_the_same():
    assert tuple(REGISTRY) == CONTAINERS


@pytest.mark.parametrize("name", REGISTRY)
def test_says_all_that_others_ask(name):
    container = make_container(Output(container=name))
    assert isinstance(container, Container)
    assert container.name == name
    assert container.way_out
    assert set(container.unused) < set(Output.model_fields)
    assert set(container.instead) <= {find_format(name).kind for name in LABEL_FORMATS} - {""}
    assert sum([container.loose, container.sharded, container.pixels]) == 1
    assert container.sharded == hasattr(container, "suffix")


@pytest.mark.parametrize("name", REGISTRY)
def test_only_what_is_used_is_in_the_resolved_settings(name):
    settings = Output(container=name)
    kept = set(Output.model_fields) - set(find_container(name).unused)
    assert {"container"} <= kept
    assert settings.suffix == SUFFIXES["pixels" if name in ("npy", "npz") else "png"]


def test_an_unknown_container_wrote_nothing():
    assert names_written("of-a-later-version") == ()
    assert names_written("parquet") == ("data",)


@pytest.mark.parametrize("name", REGISTRY)
def test_loads_no_other_container_and_nothing_heavy(name):
    code = (
        "import sys; from imggen.containers import find_container; "
        f"find_container({name!r}); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    modules = set(done.stdout.split())
    assert modules.isdisjoint({"pandas", "pyarrow", "typer", "rich"})
    if name == "files":
        others = {f"imggen.containers.{module}" for module, _ in REGISTRY.values()}
        assert modules & others == {"imggen.containers.files"}
