"""Paths that users give, and what the system says of them."""

import errno
import os
from pathlib import Path

import pytest

from imggen.errors import AssetError, InputError, OutputError
from imggen.paths import check_local, os_errors_as


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("s3://bucket/x", "s3://bucket/x"),
        (Path("s3://bucket/x"), "s3://bucket/x"),  # which is s3:/bucket/x
        ("gs://b", "gs://b"),
        ("file:///x", "file://x"),
        ("hf+ssh://a@b/c", "hf+ssh://a@b/c"),
    ],
)
def test_urls_are_refused(path, shown):
    with pytest.raises(OutputError) as caught:
        check_local("--out", path, OutputError)
    assert str(caught.value) == (
        f"--out is {shown}; expected a path on this machine: URLs are not supported here."
    )


@pytest.mark.parametrize(
    "path", ["x", "/x/s3:/y", "a:b", "a b://c", "x/y://z", "5://x", "", "C:/x"]
)
def test_paths_are_not(path):
    check_local("--out", path, InputError)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            PermissionError(errno.EACCES, os.strerror(errno.EACCES), "a/b"),
            "a/b cannot be read: permission denied; check its name and permissions.",
        ),
        (
            OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG), b"a\xff"),
            "a\udcff cannot be read: file name too long; give a shorter name.",
        ),
        (
            OSError(errno.EIO, os.strerror(errno.EIO)),
            "art cannot be read: input/output error; check its name and permissions.",
        ),
        (
            OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
            "art cannot be read: no space left on device; make room on the disk.",
        ),
        (OSError("so it is"), "art cannot be read: so it is; check its name and permissions."),
        (OSError(), "art cannot be read: oSError; check its name and permissions."),
    ],
)
def test_errors_of_the_system_become_sentences(error, sentence):
    with pytest.raises(AssetError) as caught, os_errors_as(AssetError, Path("art")):
        raise error
    assert str(caught.value) == sentence
    assert caught.value.__cause__ is error
