"""CRC-32C is that of the plain definition, by every build and however bytes are cut."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imggen import kernels
from imggen.store.crc32c import checksum

KNOWN = {  # RFC 3720, B.4
    bytes(32): 0x8A9136AA,
    b"\xff" * 32: 0x62A8AB43,
    bytes(range(32)): 0x46DD794E,
    bytes(range(31, -1, -1)): 0x113FDB5C,
}


def plain(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


@pytest.mark.parametrize(("data", "crc"), KNOWN.items())
def test_known(data, crc):
    assert checksum([data]) == plain(data) == crc


@given(st.lists(st.binary(max_size=40), max_size=5))
def test_pieces(pieces):
    data = b"".join(pieces)
    assert checksum(pieces) == checksum([memoryview(data)]) == plain(data)


@pytest.mark.parametrize("build", ["v1", "v3", "v4"])
def test_builds(build):
    if not (Path(kernels.__file__).parent / f"_{build}.abi3.so").exists():
        pytest.skip("not built for this machine")
    data = bytes(k * k % 251 for k in range(1003))
    code = f"from imggen.store.crc32c import checksum; print(checksum([{data!r}]))"
    env = {**os.environ, "IMGGEN_KERNELS": build}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
    )
    assert int(done.stdout) == plain(data)
