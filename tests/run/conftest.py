"""Datasets that several tests of whole runs read."""

import os
import subprocess

import pytest
from tests.run.containers import COUNT, write_two_splits
from tests.run.runs import run


@pytest.fixture(scope="session")
def two_splits(tmp_path_factory):
    """A small article in two splits, at random places."""
    return write_two_splits(tmp_path_factory.mktemp("two splits"))


@pytest.fixture(scope="session")
def loose_splits(two_splits, tmp_path_factory):
    """A run of it with loose files: its folder and its summary."""
    out = tmp_path_factory.mktemp("loose splits") / "out"
    return out, run(two_splits, out, dataset__count=COUNT)


@pytest.fixture
def small_disk(tmp_path):
    """A disk of a megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)
