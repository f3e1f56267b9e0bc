"""imggen beside Dask and Ray: nothing broken."""

import importlib
import subprocess
import sys

import pytest

LIBRARIES = ("distributed", "ray")


def test_no_requirement_is_broken():
    command = [sys.executable, "-m", "pip", "check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "No broken requirements found.\n")


@pytest.mark.parametrize("name", LIBRARIES)
def test_libraries_load(name):
    assert importlib.import_module(name)
