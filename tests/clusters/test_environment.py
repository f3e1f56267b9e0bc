"""imggen beside Dask, Ray and the clients of stores: nothing broken."""

import importlib
import subprocess
import sys

import pytest

LIBRARIES = ("distributed", "ray", "fsspec", "s3fs", "obstore", "moto.server")


def test_no_requirement_is_broken():
    done = subprocess.run(
        [sys.executable, "-m", "pip", "check"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "No broken requirements found.\n")


@pytest.mark.parametrize("name", LIBRARIES)
def test_libraries_load(name):
    assert importlib.import_module(name)
