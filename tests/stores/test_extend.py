"""A run in a store that is resumed with a larger count is that of one run in a local folder."""

import os
import shutil
import signal

import pytest
from tests.run.test_extend import SPLITS
from tests.stores.conftest import BUCKET, imggen, local_contents, start

from imggen.planning import segments

OUT = f"s3://{BUCKET}/x"
HOW = ["--workers", 1, "--quiet"]
KINDS = {
    "files": ["--labels", "yolo,coco"],
    "linked files": ["--duplicates", "link", "--labels", "voc"],
    "split webdataset": ["--container", "webdataset", "--shard-images", 3, "--labels", "coco"],
    "small shards": ["--container", "webdataset", "--shard-images", 6, "--shard-bytes", 50_000],
    "split parquet": ["--container", "parquet", "--shard-images", 3, "--labels", "coco"],
    "mds": ["--container", "mds", "--shard-images", 4],
    "npy": ["--container", "npy", "--labels", "coco"],
    "npz": ["--container", "npz"],
}


@pytest.fixture(scope="session")
def split_art(art, tmp_path_factory):
    folder = tmp_path_factory.mktemp("split") / "article"
    shutil.copytree(art, folder)
    with (folder / "imggen.toml").open("a") as file:
        file.write(SPLITS)
    return folder


@pytest.fixture
def kind(request, art, split_art):
    """The art and the options of a kind of dataset."""
    return split_art if request.param.startswith("split") else art, KINDS[request.param]


def made_here(kind, folder, count):
    art, how = kind
    assert imggen("bulk", art, "--count", count, *HOW, *how, "--out", folder) == (0, "")
    return local_contents(folder)


def check_same(server, expected):
    assert server.contents("x").keys() == expected.keys()
    assert server.contents("x") == expected
    left = [name for name in server.names("x") if "/earlier/" in name or "/shards/" in name]
    assert [name for name in left if name.startswith(".imggen/")] == []


@pytest.mark.parametrize("kind", KINDS, indirect=True)
def test_an_extended_run_is_that_of_one_run(server, kind, tmp_path, monkeypatch):
    monkeypatch.setattr(segments, "SEGMENT_IMAGES", 8)
    art, how = kind
    expected = made_here(kind, tmp_path / "out", 29)
    for count in (7, 29):
        server.requests.clear()
        call = ["bulk", art, "--count", count, *HOW, *how, "--out", OUT, "--resume"]
        assert imggen(*call) == (0, ""), count
    check_same(server, expected)
    if "--container" not in how and "--duplicates" not in how:
        put = {path for way, path in server.requests if way == "PUT" and "/images/" in path}
        assert len([path for path in put if path.endswith(".png")]) == 22
    assert imggen("verify", OUT, *HOW) == (0, "")
    assert imggen("bulk", art, "--count", 29, *HOW, *how, "--out", OUT, "--resume") == (0, "")
    check_same(server, expected)


@pytest.mark.parametrize(
    ("kind", "at"),
    [
        ("files", ".record"),
        ("split webdataset", ".record"),
        ("small shards", "data.csv"),
        ("split parquet", "data.csv"),
        ("split parquet", "shards.json"),
        ("npy", "run.json"),
    ],
    indirect=["kind"],
)
def test_a_killed_extension_goes_on(server, kind, tmp_path, at):
    """It is killed when the extension writes the first file whose name ends so."""
    art, how = kind
    expected = made_here(kind, tmp_path / "out", 29)
    call = ["bulk", art, *HOW, *how, "--out", OUT, "--resume", "--count"]
    assert imggen(*call, 13) == (0, "")
    seen = []

    def fault(number, environ):
        made = environ["REQUEST_METHOD"] == "PUT" and environ["PATH_INFO"].endswith(at)
        if made and "/earlier/" not in environ["PATH_INFO"]:
            seen.append(number)
            os.kill(process.pid, signal.SIGKILL)
            return "drop"
        return None

    server.fault = fault
    process = start(*call, 29)
    process.communicate(timeout=60)
    assert process.returncode == (-signal.SIGKILL if seen else 0)
    server.fault = lambda number, environ: None
    assert imggen(*call, 29) == (0, "")
    check_same(server, expected)
