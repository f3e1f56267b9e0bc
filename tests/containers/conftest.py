"""Datasets that the tests of several containers read."""

import pytest
from tests.containers.splits import COUNT, write_two_splits
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
