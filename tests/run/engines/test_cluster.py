"""Clusters whose workers cannot be used are refused, with one sentence."""

from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from imggen.errors import InputError
from imggen.run.engines import cluster
from imggen.run.engines.choice import Choice
from imggen.run.engines.cluster import check_workers, open_cluster
from imggen.run.engines.host import own_version

CHOICE = Choice("dask", "tcp://head:8786")


def refusal(monkeypatch, versions):
    """The sentence on a cluster of workers with these versions of imggen."""
    connected = SimpleNamespace(size=len(versions), ask=lambda question: versions)
    engine = SimpleNamespace(connected=lambda choice, workers: nullcontext(connected))
    monkeypatch.setattr(cluster, "import_module", lambda name: engine)
    with pytest.raises(InputError) as caught, open_cluster(CHOICE, 2, None):
        pass
    return str(caught.value)


def test_no_workers(monkeypatch):
    assert refusal(monkeypatch, {}) == (
        "--scheduler is tcp://head:8786, of a cluster without workers; start some."
    )


def test_a_worker_without_imggen(monkeypatch):
    versions = {"one": own_version(), "two": ModuleNotFoundError("No module named 'imggen'")}
    assert refusal(monkeypatch, versions) == (
        "The worker two has no imggen (ModuleNotFoundError(\"No module named 'imggen'\")); install "
        f"version {own_version()} there, with the same packages as here."
    )


def test_a_worker_with_another_version(monkeypatch):
    assert refusal(monkeypatch, {"one": own_version(), "two": "9.9"}) == (
        f"The worker on two has imggen 9.9, and this machine {own_version()}; all must have the "
        "same, as the bytes of images depend on it."
    )


def test_workers_that_can_be_used():
    check_workers({"one": own_version(), "two": own_version()})
