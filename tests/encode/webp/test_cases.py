"""Files of random jobs: the pixels that they always had, and the same bytes by every build."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.encode.webp.cases import files_of
from tests.encode.webp.checks import check_read
from tests.encode.webp.decoder import decode

from imggen import kernels

REPO = Path(__file__).parents[3]
BUILDS = ("v1", "v3", "v4")
# Of the decoded pixels of all scenes of a case.
GOLDEN = (
    "f89463539b32d89d",
    "f9a5265b813bc316",
    "3ec85f31fc011c55",
    "c053eb689703e33a",
    "0408e0218de33c83",
    "08cd2063f0a46b79",
    "458d2603cfd62762",
    "49b8605501a8a2a4",
    "c1a97d26a3b72c6f",
    "7e5faa36cf9738c9",
    "9133bb17b89cccf0",
    "c8fe29aa43798c7b",
    "ae2481f6ddbef226",
    "e8297ae72c8b3d54",
    "246b1be6795eb3e0",
    "116cbd13b6a51a3a",
)


@pytest.mark.parametrize("number", range(len(GOLDEN)))
def test_the_same_pixels_as_ever(number):
    digest = hashlib.blake2b(digest_size=8)
    library, files = files_of(number)
    for _, file in files:
        pixels, _ = decode(file)
        channels = max(library.channels, 3)
        check_read(file, np.ascontiguousarray(pixels[..., :channels]))
        digest.update(str(pixels.shape).encode() + pixels.tobytes())
    assert digest.hexdigest() == GOLDEN[number]


def test_builds_of_the_kernels_give_the_same_bytes():
    folder = Path(kernels.__file__).parent
    builds = [build for build in BUILDS if (folder / f"_{build}.abi3.so").exists()]
    if len(builds) < 2:
        pytest.skip("not built for this machine")
    command = [sys.executable, "-m", "tests.encode.webp.cases", "0", "60"]
    said = {
        subprocess.run(
            command, env={**os.environ, "IMGGEN_KERNELS": build, "PYTHONPATH": str(REPO)},
            cwd=REPO, capture_output=True, text=True, check=True,
        ).stdout
        for build in builds
    }  # fmt: skip
    [digests] = said
    assert len(set(digests.split()[1::2])) == 60
