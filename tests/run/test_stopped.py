"""Runs that are stopped say one sentence, leave nothing behind and can be completed."""

import random
import signal

import pytest
from tests.run.stops import Case, make_whole, random_case, stop_run, write_art


@pytest.fixture(scope="module")
def art(tmp_path_factory):
    return write_art(tmp_path_factory.mktemp("art"))


@pytest.fixture(scope="module")
def whole(art, tmp_path_factory):
    """A run of each container that nobody stops."""
    return make_whole(art, tmp_path_factory.mktemp("whole"))


NUMBERS = (signal.SIGTERM, signal.SIGINT)


@pytest.mark.parametrize(
    "case",
    [
        Case("npy", 2, rendering=True, delay=0.1, signals=NUMBERS, pause=None, group=True),
        Case("webdataset", 2, rendering=True, delay=0.0, signals=NUMBERS, pause=0.01, group=False),
        Case("files", 1, rendering=True, delay=0.1, signals=NUMBERS, pause=None, group=False),
        Case("files", 2, rendering=False, delay=0.3, signals=NUMBERS, pause=0.0, group=True),
    ],
    ids=lambda case: f"{case.container} {case.workers}",
)
def test_stopped(art, whole, tmp_path, case):
    stop_run(art, tmp_path, whole, case)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40))
def test_stopped_at_random(art, whole, tmp_path, seed):
    stop_run(art, tmp_path, whole, random_case(random.Random(seed)))
