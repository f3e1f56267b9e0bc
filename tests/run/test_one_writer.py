"""Stores that workers of clusters cannot write to are refused before anything begins."""

from pathlib import Path

import pytest

from imggen.errors import InputError
from imggen.run.engines.choice import Choice
from imggen.run.main import check_uploads
from imggen.run.options import Options
from imggen.run.stored.uploads import Uploads


def options_of(engine, url):
    uploads = Uploads()
    uploads.url = url
    return Options(Path("out"), 1, engine=Choice(engine), uploads=uploads)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        (
            "hf://datasets/me/x",
            "each chunk would be a commit, of which the Hub takes about two a minute",
        ),
        ("memory://x", "each process has a memory of its own"),
    ],
)
def test_one_writer(url, reason):
    with pytest.raises(InputError) as caught:
        check_uploads(options_of("dask", url))
    assert str(caught.value) == (
        f"--engine is dask, whose workers write to OUT, and that is {url}: {reason}; leave "
        "--engine out, or choose an --out at s3, gs or az."
    )
    check_uploads(options_of("loky", url))


@pytest.mark.parametrize("url", ["s3://b/x", "gs://b/x", "az://b/x", None])
def test_many_writers(url):
    check_uploads(options_of("ray", url))
