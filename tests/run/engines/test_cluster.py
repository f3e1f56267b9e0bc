"""Clusters whose workers cannot be used are refused, with one sentence."""

from collections import Counter
from concurrent.futures import CancelledError
from contextlib import contextmanager, nullcontext
from errno import ENOSPC
from types import SimpleNamespace

import pytest

from imggen.errors import InputError, RunError
from imggen.run.engines import cluster
from imggen.run.engines.choice import Choice
from imggen.run.engines.cluster import open_cluster
from imggen.run.engines.host import own_version
from imggen.run.stored.sender import check_reach

CHOICE = Choice("dask", "tcp://head:8786")


class Asked(cluster.Cluster):
    """A cluster of workers that answer with their versions of imggen, or not at all."""

    assign = workers = send = wait = reply = drop = None

    def __init__(self, versions, url=None):
        super().__init__(url)
        self.versions, self.size, self.asked = versions, len(versions), []

    def ask(self, question, workers):
        self.asked += workers
        is_of_store = question.func is check_reach
        found = {one: None if is_of_store else self.versions[one] for one in workers}
        return {one: (one, said) for one, said in found.items() if said != "lost"}


def refusal(versions):
    """The sentence on workers with these versions of imggen."""
    with pytest.raises(InputError) as caught:
        Asked(versions).admit(list(versions))
    return str(caught.value)


def test_no_workers(monkeypatch):
    engine = SimpleNamespace(connected=lambda choice, workers, url: nullcontext(Asked({})))
    monkeypatch.setattr(cluster, "import_module", lambda name: engine)
    with pytest.raises(InputError) as caught, open_cluster(CHOICE, 2, None):
        pass
    assert str(caught.value) == (
        "--scheduler is tcp://head:8786, of a cluster without workers; start some."
    )


def test_a_worker_without_imggen():
    versions = {"one": own_version(), "two": ModuleNotFoundError("No module named 'imggen'")}
    assert refusal(versions) == (
        "The worker two has no imggen (ModuleNotFoundError(\"No module named 'imggen'\")); install "
        f"version {own_version()} there, with the same packages as here."
    )


def test_a_worker_with_another_version():
    assert refusal({"one": own_version(), "two": "9.9"}) == (
        f"The worker on two has imggen 9.9, and this machine {own_version()}; all must have the "
        "same, as the bytes of images depend on it."
    )


@pytest.mark.parametrize(("url", "questions"), [(None, 1), ("s3://bucket/x", 2)])
def test_each_worker_is_asked_once_when_it_comes(url, questions):
    versions = dict.fromkeys(("one", "two", "late"), own_version()) | {"gone": "lost"}
    asked = Asked(versions, url)
    assert asked.admit(["one", "gone", "two"]) == ["one", "two"]
    assert Counter(asked.asked) == {"one": questions, "two": questions, "gone": 1}
    asked.asked.clear()
    assert asked.admit(["two", "late"]) == ["two", "late"]
    assert asked.asked == ["late"] * questions


def test_a_worker_that_cannot_use_the_store(monkeypatch):
    asked = Asked({"one": own_version()}, "s3://bucket/x")
    refused = InputError("s3://bucket/x cannot be used.")
    answers = iter([own_version(), refused])
    monkeypatch.setattr(asked, "ask", lambda question, workers: {"one": ("one", next(answers))})
    with pytest.raises(InputError) as caught:
        asked.admit(["one"])
    assert str(caught.value) == ("The worker one cannot write there: s3://bucket/x cannot be used.")


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


def test_a_late_worker_that_cannot_be_used_fails_a_run_that_goes_on(monkeypatch):
    with pytest.raises(RunError, match=r"^The worker two has no imggen"):
        use(monkeypatch, Gone(InputError("The worker two has no imggen.")))


def test_errors_of_files_stay_what_they_are(monkeypatch):
    with pytest.raises(OSError, match="No space left"):
        use(monkeypatch, Gone(OSError(ENOSPC, "No space left on device", "x.png")))


def use(monkeypatch, gone):
    """Open and leave the crew of a job."""
    monkeypatch.setattr(cluster, "make_assignment", lambda config, job: None)
    monkeypatch.setattr(cluster, "Job", SimpleNamespace)
    with cluster.start_crew(CHOICE, gone, object(), None, SimpleNamespace(library=None)):
        pass
