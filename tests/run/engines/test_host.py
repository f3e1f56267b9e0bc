"""A worker process of a cluster makes the images, and lets go of the art when it gives up."""

import gc
import pickle
import platform
import re
import threading
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Thread

import pytest
from tests.art import load, write_small_article
from tests.run.runs import Watcher, run, wait_until

from imggen.errors import RunError
from imggen.run import Options, render
from imggen.run.chunks.complete import render_task
from imggen.run.engines import assignment, cluster, host
from imggen.run.engines.bundles import BundleResult
from imggen.run.engines.choice import Choice
from imggen.run.engines.cluster import Cluster, start_crew
from imggen.run.engines.engine import Engine
from imggen.run.engines.handover import Flag, GivenUp
from imggen.run.engines.host import Host
from imggen.run.engines.shared import memory_folder, shared_folder
from imggen.run.main import make_dataset
from imggen.run.recipe import make_recipe
from imggen.swept import PREFIX

COUNT = 24


class Here(Cluster):
    """A cluster of one worker process: this one."""

    size = 1

    def __init__(self):
        super().__init__(None)
        self.host = Host()
        self.key = None
        self.tasks = []

    def ask(self, question, workers):
        return {one: (one, question()) for one in workers}

    def hosts(self):
        return ["elsewhere"]

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

    def drop(self, key, seconds):
        self.host.drop(key)


class EndError(Exception):
    """The run ends."""


class Interrupted(Here):
    """A cluster whose run ends before its first bundle is rendered; the worker knows its job."""

    def send(self, worker, work):
        self.tasks.append(work[-1])
        raise EndError

    def drop(self, key, seconds):
        """Do not."""


def render_first(job, bundle):
    """Render the first chunk of a bundle."""
    return render_task(job, bundle[0])


def make(art, out, here):
    """Make the dataset on the cluster `here`; returns its digest."""
    config = load(art / "imggen.toml", dataset__count=COUNT)
    with shared_folder() as shared:
        engine = Engine(shared, partial(start_crew, Choice("dask"), here, config), 1)
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
    here = Interrupted()
    with pytest.raises(EndError):
        make(art, tmp_path / "out", here)
    yield here
    here.host.drop(here.key)


@pytest.fixture
def no_collections():
    """As in a worker that has nothing to do: what only a collection frees stays."""
    gc.disable()
    yield
    gc.enable()


def test_the_dataset_is_that_of_one_process(art, tmp_path, monkeypatch):
    here, mapped = Here(), []

    def render_mapped(job, task):
        mapped.append(maps_library(here.key))
        return render_task(job, task)

    monkeypatch.setattr(render, "render_task", render_mapped)
    digest = make(art, tmp_path / "out", here)
    assert mapped == [True] * len(here.tasks)
    assert not maps_library(here.key)
    monkeypatch.undo()
    assert digest == run(art, tmp_path / "one", dataset__count=COUNT).digest


def test_the_library_of_the_parent_is_that_of_its_host(art, tmp_path, monkeypatch):
    here, mapped = Here(), []

    def render_mapped(job, task):
        mapped.append(maps_library(here.key))
        return render_task(job, task)

    monkeypatch.setattr(here, "hosts", lambda: [platform.node()])
    monkeypatch.setattr(render, "render_task", render_mapped)
    monkeypatch.setattr(assignment, "load_library", None)
    make(art, tmp_path / "out", here)
    assert mapped
    assert all(mapped)
    assert not maps_library(here.key)
    assert not list(memory_folder().glob(f"{PREFIX}{here.key}"))


def test_art_that_workers_see_changed(art, tmp_path, monkeypatch):
    made = cluster.make_assignment

    def make_other(config, job):
        assignment = made(config, job)
        layer = next(layer for layer, files in assignment.art["art"].items() if "axe.png" in files)
        assignment.art["art"][layer] = {**assignment.art["art"][layer], "axe.png": "0"}
        return assignment

    monkeypatch.setattr(cluster, "make_assignment", make_other)
    with pytest.raises(RunError, match=r"^The worker on \S+ sees other art: .*axe\.png has chang"):
        make(art, tmp_path / "out", Here())


def test_art_that_workers_do_not_see(art, tmp_path, monkeypatch):
    made = cluster.make_assignment

    def make_elsewhere(config, job):
        art.rename(tmp_path / "elsewhere")
        return made(config, job)

    monkeypatch.setattr(cluster, "make_assignment", make_elsewhere)
    with pytest.raises(RunError) as caught:
        make(art, tmp_path / "out", Here())
    assert re.fullmatch(
        rf"The worker on \S+ cannot load the art: .*{re.escape(str(art))}.*\. All workers must see "
        r"the folders of CONFIG as this machine does\.",
        str(caught.value),
    )


def test_a_folder_that_workers_do_not_see(art, tmp_path, monkeypatch):
    made = cluster.make_assignment
    monkeypatch.setattr(assignment, "SEEN_SECONDS", 0.2)
    monkeypatch.setattr(
        cluster, "make_assignment", lambda *what: replace(made(*what), manifest={"other": 1})
    )
    with pytest.raises(RunError) as caught:
        make(art, tmp_path / "out", Here())
    assert re.fullmatch(
        rf"The worker on \S+ does not see this run in {re.escape(str(tmp_path / 'out'))}, and "
        r"would write elsewhere\. Give an --out that all machines share\.",
        str(caught.value),
    )


def test_workers_with_other_packages(art, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "versions", lambda: {"isal": "0.1"})
    with pytest.raises(RunError) as caught:
        make(art, tmp_path / "out", Here())
    assert re.fullmatch(
        r"The worker on \S+ has isal \S+, and this machine 0\.1; all must have the same, as the "
        r"bytes of images depend on it\.",
        str(caught.value),
    )


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


class Sent:
    """A stand-in for `render_and_send`: each bundle is rendered at once, and sent when told."""

    def __init__(self):
        self.futures = []

    def __call__(self, job, task):
        self.futures.append(Future())
        return BundleResult([self.futures[-1]], [], 0.0)


def begin(here, sent):
    """Begin a bundle; returns its thread, and where its reply will be."""
    replies = []
    work = here.key, sent, pickle.dumps(None)
    count = len(sent.futures)
    thread = Thread(target=lambda: replies.append(here.host.work(*work)))
    thread.start()
    assert wait_until(lambda: len(sent.futures) > count, 30)
    return thread, replies


def test_a_bundle_is_rendered_while_another_is_sent(worker):
    """Each is replied when it is there, with the error that sending some of it had."""
    sent = Sent()
    first, early = begin(worker, sent)
    second, late = begin(worker, sent)
    sent.futures[1].set_exception(RunError("The store is full."))
    second.join(30)
    [(made, error)] = map(pickle.loads, late)
    assert (made.results, made.left, str(made.error), error) == ([], [], "The store is full.", None)
    assert early == []
    sent.futures[0].set_result("record")
    first.join(30)
    [(made, error)] = map(pickle.loads, early)
    assert (made.results, made.left, made.error, error) == (["record"], [], None, None)
    assert made.seconds > 0


def test_what_is_sent_is_waited_for_before_the_job_is_dropped(worker, monkeypatch):
    monkeypatch.setattr(host, "IDLE_SECONDS", 0.05)
    sent = Sent()
    thread, _ = begin(worker, sent)
    ending = Thread(target=worker.host.drop, args=(worker.key,))
    threading.Event().wait(0.2)  # it is not idle
    assert maps_library(worker.key)
    ending.start()
    ending.join(0.2)
    assert ending.is_alive()
    assert maps_library(worker.key)
    sent.futures[0].set_result("record")
    thread.join(30)
    ending.join(30)
    assert not maps_library(worker.key)
