"""No kernel reads or writes outside its arrays: the tests of those with Numba's checks."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
CHECK = "NUMBA_BOUNDSCHECK"
WITH_KERNELS = ("draw", "encode", "labels")

BAD_KERNEL = """
import numpy as np
from imggen.kernels import inner_kernel

@inner_kernel
def read(values, index):
    return values[index]

read(np.zeros(3, np.uint8), 7)
"""


def checked(arguments, cache):
    """Run Python with bounds checking, and a cache of its own: the usual one holds fast kernels."""
    env = {**os.environ, CHECK: "1", "NUMBA_CACHE_DIR": str(cache)}
    command = [sys.executable, *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


@pytest.mark.slow
@pytest.mark.skipif(CHECK in os.environ, reason="these are the tests within the test")
@pytest.mark.parametrize("folder", WITH_KERNELS)
def test_kernels_stay_in_bounds(folder, tmp_path):
    done = checked(["-m", "pytest", "-q", "-p", "no:cacheprovider", str(HERE / folder)], tmp_path)
    assert done.returncode == 0, done.stdout[-3000:]
    assert "passed" in done.stdout


@pytest.mark.slow
def test_the_checks_are_on(tmp_path):
    done = checked(["-c", BAD_KERNEL], tmp_path)
    assert done.returncode != 0
    assert "IndexError" in done.stderr, done.stderr[-1000:]
