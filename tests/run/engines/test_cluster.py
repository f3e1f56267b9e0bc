"""Clusters whose workers cannot be used are refused, with one sentence."""

from concurrent.futures import CancelledError
from contextlib import contextmanager, nullcontext
from errno import ENOSPC
from types import SimpleNamespace

import pytest

from imggen.errors import InputError, RunError
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


class Gone(cluster.Cluster):
    """A cluster that fails in a way of its own as it is used."""

    ask = assign = workers = send = wait = reply = drop = None

    def __init__(self, error):
        self.error = error

    @contextmanager
    def crew(self, *_):
        yield self
        raise self.error


@pytest.mark.parametrize(
    "error", [CancelledError("bundle-1"), OSError("in <TCP (closed)>: Closed")]
)
def test_a_scheduler_that_dies_is_named(monkeypatch, error):
    with pytest.raises(RunError, match=r"^the scheduler, tcp://head:8786, does not answer"):
        use(monkeypatch, Gone(error))


def test_errors_of_files_stay_what_they_are(monkeypatch):
    with pytest.raises(OSError, match="No space left"):
        use(monkeypatch, Gone(OSError(ENOSPC, "No space left on device", "x.png")))


def use(monkeypatch, gone):
    """Open and leave the crew of a job."""
    monkeypatch.setattr(cluster, "make_assignment", lambda config, job: None)
    monkeypatch.setattr(cluster, "Job", SimpleNamespace)
    with cluster.start_crew(CHOICE, gone, object(), None, SimpleNamespace(library=None)):
        pass
