"""A worker process of a cluster makes the images, and lets go of the art when it gives up."""

import gc
import pickle
from functools import partial
from pathlib import Path
from threading import Thread

import pytest
from tests.art import load, write_small_article
from tests.run.runs import Watcher, run

from imggen.run import Options, render
from imggen.run.chunks.complete import render_task
from imggen.run.engines import host
from imggen.run.engines.cluster import Cluster, start_crew
from imggen.run.engines.engine import Engine
from imggen.run.engines.handover import Flag, GivenUp
from imggen.run.engines.host import Host
from imggen.run.engines.shared import shared_folder
from imggen.run.main import make_dataset
from imggen.run.recipe import make_recipe

COUNT = 24


class Here(Cluster):
    """A cluster of one worker process: this one."""

    size = 1

    def __init__(self):
        super().__init__()
        self.host = Host()
        self.key = None
        self.tasks = []

    def ask(self, question):
        return {"here": question()}

    def assign(self, assignment):
        self.key = assignment.key
        self.host.assign(assignment)

    def workers(self):
        return ["here"]

    def send(self, worker, work):
        self.tasks.append(work[-1])
        return self.host.work(*work)

    def wait(self, handles, seconds):
        return handles

    def reply(self, handle, worker):
        return handle

    def give_up(self):
        self.host.drop(self.key)

    def dismiss(self):
        self.host.drop(self.key)


class EndError(Exception):
    """The run ends."""


class Interrupted(Here):
    """A cluster whose run ends before its first bundle is rendered; the worker knows its job."""

    def send(self, worker, work):
        self.tasks.append(work[-1])
        raise EndError

    def dismiss(self):
        """Do not."""


def render_first(job, bundle):
    """Render the first chunk of a bundle."""
    return render_task(job, bundle[0])


def make(art, out, cluster):
    """Make the dataset on `cluster`; returns its digest."""
    config = load(art / "imggen.toml", dataset__count=COUNT)
    with shared_folder() as shared:
        engine = Engine(shared, partial(start_crew, cluster, config), 1)
        return make_dataset(
            make_recipe(config), Options(out=out, workers=1), Watcher(), engine
        ).digest


def maps_library(key):
    """Return whether this process maps the library of a job."""
    return f"/imggen-{key}/library" in Path("/proc/self/maps").read_text()


@pytest.fixture
def art(tmp_path):
    return write_small_article(tmp_path / "art")


@pytest.fixture
def worker(art, tmp_path):
    """A worker that has a job, and one chunk of it at hand."""
    cluster = Interrupted()
    with pytest.raises(EndError):
        make(art, tmp_path / "out", cluster)
    yield cluster
    cluster.host.drop(cluster.key)


@pytest.fixture
def no_collections():
    """As in a worker that has nothing to do: what only a collection frees stays."""
    gc.disable()
    yield
    gc.enable()


def test_the_dataset_is_that_of_one_process(art, tmp_path, monkeypatch):
    cluster, mapped = Here(), []

    def render_mapped(job, task):
        mapped.append(maps_library(cluster.key))
        return render_task(job, task)

    monkeypatch.setattr(render, "render_task", render_mapped)
    digest = make(art, tmp_path / "out", cluster)
    assert mapped == [True] * len(cluster.tasks)
    assert not maps_library(cluster.key)
    monkeypatch.undo()
    assert digest == run(art, tmp_path / "one", dataset__count=COUNT).digest


def test_a_chunk_that_is_given_up_keeps_no_library(worker, no_collections):
    told = Thread(target=worker.host.drop, args=[worker.key])

    def wait_for_the_end(job, bundle):
        told.start()
        flag = Flag(job.shared)
        while True:
            flag.check()

    reply = worker.host.work(worker.key, wait_for_the_end, worker.tasks[0])
    told.join()
    assert not maps_library(worker.key)
    assert isinstance(pickle.loads(reply)[1], GivenUp)


def test_a_job_that_is_dropped_while_it_opens_gives_up(worker, monkeypatch):
    told, opened = [], host.open_job

    def open_slowly(*how):
        told.append(Thread(target=worker.host.drop, args=[worker.key]))
        told[0].start()
        told[0].join(0.2)  # it waits for the chunk in hand, by then
        return opened(*how)

    monkeypatch.setattr(host, "open_job", open_slowly)
    reply = worker.host.work(worker.key, render_first, worker.tasks[0])
    told[0].join()
    assert isinstance(pickle.loads(reply)[1], GivenUp)
    assert not maps_library(worker.key)


def test_a_chunk_that_fails_keeps_no_library_after_the_job(worker, no_collections):
    def fail(job, bundle):
        raise ValueError(job, bundle)

    worker.host.work(worker.key, fail, worker.tasks[0])
    assert maps_library(worker.key)  # the next chunk may need it
    worker.host.drop(worker.key)
    assert not maps_library(worker.key)


def test_what_comes_late_opens_nothing(worker):
    worker.host.drop(worker.key)
    reply = worker.host.work(worker.key, render_first, worker.tasks[0])
    assert isinstance(pickle.loads(reply)[1], GivenUp)
    assert not maps_library(worker.key)
