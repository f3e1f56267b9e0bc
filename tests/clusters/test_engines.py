"""Runs on Dask and Ray make the dataset of one process, whatever happens to workers."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import suppress

import pytest
from tests.art import load
from tests.checks import check_same_files
from tests.clusters import renders
from tests.clusters.conftest import COUNT, REPO, start, worker_processes
from tests.run.runs import Watcher, wait_until

from imggen import bulk
from imggen.errors import InputError, RunError
from imggen.run import Options, generate, render
from imggen.run.engines.choice import Choice, check_choice

ENGINES = ("dask", "ray")
UNLIKE = ("run.json", "report.html")  # they tell of the run, too
COMMAND = "from imggen.cli import enter; import sys; sys.argv[0] = 'imggen'; enter()"


@pytest.fixture(params=ENGINES)
def cluster(request):
    """The choice of each engine, with a running cluster."""
    return Choice(request.param, request.getfixturevalue(f"{request.param}_cluster"))


def make(art, out, choice, *, watcher=None, existing="refuse", chunk_size=6):
    """Make the dataset on a cluster, from this process; returns its digest."""
    config = load(art / "imggen.toml", dataset__count=COUNT)
    options = Options(out=out, workers=2, existing=existing, engine=choice, chunk_size=chunk_size)
    return generate(config, options, watcher or Watcher()).digest


def command(art, out, choice, *options):
    """The command line of the run."""
    where = ["--engine", choice.name, "--scheduler", choice.scheduler]
    how = ["--count", str(COUNT), "--chunk-size", "6", *where, *options]
    return [str(art), "--out", str(out), *how]


def test_the_dataset_is_that_of_one_process(art, whole, cluster, tmp_path):
    watcher = Watcher()
    assert make(art, tmp_path / "out", cluster, watcher=watcher) == whole[1]
    check_same_files(tmp_path / "out", whole[0])
    assert (watcher.begun, watcher.advanced) == ((COUNT, 0), COUNT)
    assert wait_until(
        lambda: not worker_processes(cluster.name), 10
    )  # the library has been dropped


def test_one_worker_is_killed(art, whole, cluster, tmp_path, monkeypatch):
    monkeypatch.setattr(render, "render_task", renders.render_slowly)
    killed = []

    def kill():
        found = worker_processes(cluster.name)
        assert found
        killed.append(found[0])
        os.kill(found[0], signal.SIGKILL)

    assert make(art, tmp_path / "out", cluster, watcher=Watcher(kill)) == whole[1]
    assert killed
    check_same_files(tmp_path / "out", whole[0])


def test_a_chunk_that_kills_workers_is_named(art, whole, cluster, tmp_path, monkeypatch):
    out, watcher = tmp_path / "out", Watcher()
    with monkeypatch.context() as patch:
        patch.setattr(render, "render_task", renders.render_unless_deadly)
        with pytest.raises(RunError) as caught:
            make(art, out, cluster, watcher=watcher, chunk_size=1)
    assert str(caught.value) == (
        "A chunk killed 3 workers, perhaps because memory ran out, and the run went on without "
        f"it: image {renders.DEADLY}. All else is finished and kept. Go on with --resume and more "
        "memory for each worker, or a smaller --chunk-size."
    )
    assert watcher.advanced == COUNT - 1
    assert make(art, out, cluster, existing="resume") == whole[1]
    check_same_files(out, whole[0], UNLIKE)


def test_a_stopped_run_drains_and_resumes(art, whole, cluster, tmp_path):
    out = tmp_path / "out"
    more = ["--count", "20000", "--quiet"]
    with subprocess.Popen(
        [sys.executable, "-c", COMMAND, "bulk", *command(art, out, cluster, *more)],
        stderr=subprocess.PIPE,
        text=True,
        cwd=REPO,
        start_new_session=True,
    ) as process:
        assert wait_until(lambda: any(out.glob("images/*.png")), 60)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 128 + signal.SIGINT
    assert re.fullmatch(
        r"imggen: stopped with [\d,]+ of 20,000 images done; go on with: imggen .* --resume\n",
        said,
    )
    assert wait_until(lambda: not worker_processes(cluster.name), 20)
    assert not list(out.rglob("*.part"))


def test_a_killed_run_is_resumed(art, whole, cluster, tmp_path):
    out = tmp_path / "out"
    with subprocess.Popen(
        [sys.executable, "-c", COMMAND, "bulk", *command(art, out, cluster, "--quiet")],
        stderr=subprocess.DEVNULL,
        cwd=REPO,
    ) as process:
        assert wait_until(lambda: any(out.glob("images/*.png")), 60)
        process.kill()
    assert bulk.main([*command(art, out, cluster), "--resume", "--quiet"]) == 0
    check_same_files(out, whole[0], UNLIKE)


def test_the_scheduler_of_dask_dies(art, running, tmp_path):
    out, file = tmp_path / "out", tmp_path / "scheduler.json"
    options = ["--scheduler-file", str(file), "--no-dashboard", "--host", "127.0.0.1"]
    scheduler = start(tmp_path, running, "scheduler", *options, "--port", "0")
    worker = start(tmp_path, running, "worker", *options, "--nthreads", "1")
    try:
        assert wait_until(file.exists, 60)
        choice = Choice("dask", json.loads(file.read_text())["address"])
        more = ["--count", "20000", "--quiet"]
        with subprocess.Popen(
            [sys.executable, "-c", COMMAND, "bulk", *command(art, out, choice, *more)],
            stderr=subprocess.PIPE,
            text=True,
            cwd=REPO,
        ) as process:
            assert wait_until(lambda: any(out.glob("images/*.png")), 60)
            scheduler.kill()
            _, said = process.communicate(timeout=60)
    finally:
        for one in (scheduler, worker):
            one.kill()
            one.wait()
    assert process.returncode == 1
    begin = f"imggen: the scheduler, {choice.scheduler}, does not answer any more. "
    assert said.startswith(begin), said
    assert re.search(r"[\d,]+ of 20,000 images are done and kept; go on with: imggen .*", said)


def test_partitions_on_dask(art, whole, dask_cluster, tmp_path):
    out, choice = tmp_path / "out", Choice("dask", dask_cluster)
    for part in ("2/2", "1/2"):
        assert bulk.main([*command(art, out, choice), "--partition", part, "--quiet"]) == 0
    merged = subprocess.run(
        [sys.executable, "-m", "imggen", "merge", str(out), "--quiet"], check=False, cwd=REPO
    )
    assert merged.returncode == 0
    check_same_files(out, whole[0], UNLIKE)


@pytest.mark.parametrize("engine", ENGINES)
def test_workers_of_this_machine(art, whole, engine, tmp_path, recwarn):
    with socket.socket() as taken:
        with suppress(OSError):  # another process has it
            taken.bind(("", 8787))  # where Dask serves a dashboard
            taken.listen()
        assert make(art, tmp_path / "out", Choice(engine)) == whole[1]
    check_same_files(tmp_path / "out", whole[0])
    assert not [str(warning.message) for warning in recwarn if "Port" in str(warning.message)]


def test_workers_with_another_version(art, cluster, tmp_path, monkeypatch):
    monkeypatch.setattr("imggen.run.engines.cluster.own_version", lambda: "9.9")
    with pytest.raises(InputError) as caught:
        make(art, tmp_path / "out", cluster)
    assert re.fullmatch(
        r"The worker on \S+ has imggen \S+, and this machine 9\.9; all must have the same, as the "
        r"bytes of images depend on it\.",
        str(caught.value),
    )
    assert not (tmp_path / "out").exists()


def test_actors_that_come_late_are_checked_too(art, ray_cluster, tmp_path, monkeypatch):
    """Ray starts them when it has room: perhaps none is up when the others are asked."""
    keep_late(monkeypatch)
    monkeypatch.setattr("imggen.run.engines.cluster.own_version", lambda: "9.9")
    with pytest.raises(
        RunError, match=r"^The worker on \S+ has imggen \S+, and this machine 9\.9;"
    ):
        make(art, tmp_path / "out", Choice("ray", ray_cluster))


def keep_late(monkeypatch):
    """Have no actor of Ray be up when those that are there at first are asked."""
    from imggen.run.engines.ray import RayCluster  # loads Ray

    ask = RayCluster.ask

    def ask_one(self, question, workers):
        return ask(self, question, workers) if len(workers) == 1 else {}

    monkeypatch.setattr(RayCluster, "ask", ask_one)


def test_what_answers_is_no_scheduler(art, tmp_path, ray_cluster):
    with pytest.raises(InputError) as caught:
        make(art, tmp_path / "out", Choice("dask", f"tcp://{ray_cluster}"))
    assert str(caught.value) == (
        f"--scheduler is tcp://{ray_cluster}, where no scheduler answers (it speaks no Dask); "
        "start one, or give its address."
    )


def test_nothing_answers():
    with pytest.raises(InputError, match="where no scheduler answers"):
        check_choice(Choice("dask", "tcp://127.0.0.1:1"))
