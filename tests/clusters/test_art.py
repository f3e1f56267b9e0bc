"""Workers read art at the URLs that CONFIG names, and need no file system that they share."""

import pytest
from tests.art import load
from tests.checks import check_same_files
from tests.clusters.conftest import COUNT
from tests.run.runs import Watcher
from tests.stores.conftest import BUCKET

import imggen
from imggen.errors import RunError
from imggen.run import Options, generate
from imggen.run.engines.choice import Choice

URL = f"s3://{BUCKET}/art"


@pytest.fixture(autouse=True)
def stored_art(server, art):
    """Put the art into the store."""
    for path in art.rglob("*"):
        if path.is_file():
            key = f"art/{path.relative_to(art).as_posix()}"
            server.client.put_object(Bucket=BUCKET, Key=key, Body=path.read_bytes())
    server.requests.clear()


def make(out):
    config = imggen.load(URL, {"dataset.count": COUNT})
    options = Options(out=out, workers=2, engine=Choice("dask"), chunk_size=6)
    return generate(config, options, Watcher()).digest


def test_the_dataset_is_that_of_one_process(server, art, whole, tmp_path):
    assert make(tmp_path / "out") == whole[1]
    check_same_files(tmp_path / "out", whole[0], ("run.json", "imggen.toml"))
    files = [path for _, path in server.requests if path.endswith(".png")]
    images = [
        path for layer in load(art / "imggen.toml").layer for path in (art / layer.folder).iterdir()
    ]
    assert len(files) == 2 * len(images)  # for the command, and once for all workers of this host


def test_a_worker_that_may_not_read_the_art_says_so(server, tmp_path):
    seen = []

    def fault(number, environ):
        """Only the first process may read this file."""
        if not environ["PATH_INFO"].endswith("desert.png"):
            return None
        seen.append(number)
        return "403 Forbidden" if len(seen) > 1 else None

    server.fault = fault
    with pytest.raises(RunError) as caught:
        make(tmp_path / "out")
    assert f" cannot load the art: {URL}/backgrounds/desert.png cannot be read: " in str(
        caught.value
    )
    assert "403 Forbidden; check the name of the bucket, the credentials" in str(caught.value)
