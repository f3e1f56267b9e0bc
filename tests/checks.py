"""Shared assertions that say what differs and where."""

import hashlib
from pathlib import Path

import numpy as np


def check_pixels(actual, expected, within=0):
    """Both arrays are the same, or differ by at most `within` levels."""
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert actual.shape == expected.shape, f"shape {actual.shape}, expected {expected.shape}"
    off = np.abs(actual.astype(int) - expected.astype(int)) > within
    if off.any():
        place = tuple(int(k) for k in np.argwhere(off)[0])
        message = (
            f"{np.count_nonzero(off)} of {off.size} values differ, first at {place}: "
            f"{actual[place]}, expected {expected[place]}"
        )
        raise AssertionError(message)


def check_same_files(actual: Path, expected: Path, but=("run.json",)):
    """Both folders hold the same files of the same bytes, but for the journal and `but`."""
    have, want = file_digests(actual, but), file_digests(expected, but)
    assert want, f"{expected} holds no files: nothing to compare"
    assert sorted(have) == sorted(want), (
        f"missing: {sorted(want.keys() - have.keys())[:5]}, "
        f"too many: {sorted(have.keys() - want.keys())[:5]}"
    )
    differ = [name for name in want if have[name] != want[name]]
    assert not differ, f"{len(differ)} of {len(want)} files differ: {differ[:5]}"


def file_digests(folder: Path, but=()):
    """Relative path to digest of every file below `folder`."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and ".imggen" not in path.parts and path.name not in but
    }


def check_sentence(error, *parts):
    """The error's text is one sentence for people that holds all of `parts`."""
    text = str(error)
    for part in parts:
        assert str(part) in text, f"expected {str(part)!r} in: {text}"
    assert "\n" not in text, f"more than one line: {text}"
    assert "Traceback" not in text, text
    assert text.endswith("."), f"no full stop: {text}"
