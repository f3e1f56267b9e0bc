"""One round of each fault by the command line; `python -m tests.run.faults` makes more."""

import os
import random

import pytest
from tests.formats.crowd import write_crowd
from tests.run.faults import FAULTS, complete, emptied, try_fault

NEED_MOUNTS = ("fill_disk", "fill_memory")
CONTAINER = "webdataset"


@pytest.fixture(scope="module")
def art(tmp_path_factory):
    return write_crowd(tmp_path_factory.mktemp("art"))


@pytest.fixture(scope="module")
def whole(art, tmp_path_factory):
    """A run that nothing happened to."""
    out = tmp_path_factory.mktemp("whole") / "out"
    complete(art, out, CONTAINER)
    return out


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_run_is_completed_after(fault, art, whole, tmp_path):
    if fault.__name__ in NEED_MOUNTS and os.geteuid() != 0:
        pytest.skip("only root can mount a small file system")
    with emptied(tmp_path) as out:
        came = try_fault(fault, art, out, CONTAINER, random.Random(1), whole)
    assert came != "FAILED"
