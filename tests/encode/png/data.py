"""Bytes with runs, for the tests of what finds and codes those."""

import numpy as np
from hypothesis import strategies as st


@st.composite
def bytes_with_runs(draw):
    """Noise of few or many values, and runs of one byte."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    parts = []
    for _ in range(draw(st.integers(0, 12))):
        levels = draw(st.sampled_from([2, 5, 256]))
        length = draw(st.sampled_from([1, 3, 8, 16, 257, 258, 259, 300]))
        if draw(st.booleans()):
            parts.append(bytes([int(rng.integers(levels))]) * (length + int(rng.integers(4))))
        else:
            parts.append(rng.integers(0, levels, int(rng.integers(length + 1)), np.uint8).tobytes())
    return b"".join(parts)


def padded(data):
    """For the kernels, which look at 8 bytes at once; what follows must not matter."""
    return np.frombuffer(data + data[-1:] * 8 + bytes(8), np.uint8).copy()
