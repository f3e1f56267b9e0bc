"""Every container that a configuration may name has a class, in a module of its own or near kin."""

import subprocess
import sys

import pytest
from tests.art import load

from imggen.config import Output
from imggen.config.output import CONTAINERS, SUFFIXES
from imggen.config.plain import LABEL_FORMATS
from imggen.containers import REGISTRY, Container, find_container, make_container, names_owned_by
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
def test_settings_that_mean_nothing_are_left_out_of_the_resolved_ones(small_article, name):
    config = load(small_article / "imggen.toml", output__container=name)
    kept = set(Output.model_fields) - set(find_container(name).unused) - {"shard_images", "size"}
    assert set(config.resolved()["output"]) - {"shard_images", "size"} == kept
    assert config.output.suffix == SUFFIXES["pixels" if name in ("npy", "npz") else "png"]


def test_an_unknown_container_wrote_nothing():
    assert names_owned_by("of-a-later-version") == ()
    assert names_owned_by("parquet") == ("data",)


@pytest.mark.parametrize("name", REGISTRY)
def test_loads_no_other_container_and_nothing_heavy(name):
    code = (
        "import sys; from imggen.containers import find_container; "
        f"assert find_container({name!r}); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    modules = set(done.stdout.split())
    assert modules.isdisjoint(HEAVY)
    containers = {f"imggen.containers.{module}" for module, _ in REGISTRY.values()}
    assert modules & containers == {f"imggen.containers.{REGISTRY[name][0]}"}
