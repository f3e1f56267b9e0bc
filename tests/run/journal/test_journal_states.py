"""Whatever becomes of a file of the journal, a command leads on, and to the same bytes."""

import json
import shutil
from zipfile import ZipFile

import pytest
from tests.checks import check_same_files, check_sentence
from tests.run.runs import Watcher, run

from imggen.containers.numbering import read_numbers
from imggen.errors import OutputError

COUNT, CHUNK = 8, 2
CONTAINERS = [
    "files",
    "webdataset",
    pytest.param("npy", marks=pytest.mark.slow),
    pytest.param("npz", marks=pytest.mark.slow),
]
FORMATS = ["coco", "captions"]
NAMES = [
    "manifest.json", "shards.json", "synced.json", "places.json", "done", "done/2-4.record",
    "done/*.record", "parts", "shards", "imgs.npy",
]  # fmt: skip


def make(dataset, out, container, **settings):
    watcher = Watcher()
    overrides = {"dataset__count": COUNT, "labels__formats": FORMATS}
    overrides["labels__caption"] = "a {character}"
    if container == "webdataset":
        overrides["output__shard_images"] = CHUNK
    else:
        settings["chunk_size"] = CHUNK
    run(dataset, out, output__container=container, watcher=watcher, **overrides, **settings)
    return watcher


@pytest.fixture(scope="module", params=CONTAINERS)
def whole(request, small_article, tmp_path_factory):
    """A container, and an undisturbed run with it."""
    out = tmp_path_factory.mktemp(request.param) / "out"
    make(small_article, out, request.param)
    return request.param, out


def remove(path):
    shutil.rmtree(path) if path.is_dir() else path.unlink()


def empty(path):
    if path.is_file():
        path.write_bytes(b"")


def flip(path):
    if path.is_file():
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 4
        path.write_bytes(content)


def undo_merge(out, container):
    """Let a complete run be one that was stopped after its last chunk but one."""
    for name in json.loads((out / "run.json").read_bytes())["files"]:
        if not name.startswith(("shards/", "imgs", "dataset")):
            (out / name).unlink()
    (out / "run.json").unlink()
    for piece, numbered in read_numbers(out).items():
        (out / piece).parent.mkdir(exist_ok=True)
        if container == "npz":
            with ZipFile(out / numbered.name) as archive:
                archive.extract("imgs.npy", out / ".imggen")
            (out / numbered.name).unlink()
        else:
            (out / numbered.name).rename(out / piece)
    (out / ".imggen/shards.json").unlink(missing_ok=True)
    (out / ".imggen/done/6-8.record").unlink()


@pytest.mark.parametrize("finished", [True, False], ids=["finished", "stopped"])
@pytest.mark.parametrize("harm", [remove, empty, flip])
def test_resumed(small_article, tmp_path, whole, harm, finished):
    container, expected = whole
    for number, name in enumerate(NAMES):
        out = shutil.copytree(expected, tmp_path / str(number))
        if not finished:
            undo_merge(out, container)
        for path in sorted((out / ".imggen").glob(name)):
            harm(path)
        make(small_article, out, container, existing="resume")
        check_same_files(out, expected)
        again = make(small_article, out, container, existing="resume")
        assert again.begun == (COUNT, COUNT), name


def test_files_that_no_journal_tells_of_are_overwritten(small_article, tmp_path, whole):
    container, expected = whole
    out = shutil.copytree(expected, tmp_path / "out")
    for path in (out / ".imggen").iterdir():
        remove(path)
    with pytest.raises(OutputError) as caught:
        make(small_article, out, container, existing="resume")
    check_sentence(
        caught.value,
        f"{out} cannot be resumed: manifest.json in its .imggen is missing, and no record "
        "identifies the run. Give the same settings and art, or --overwrite to start anew.",
    )
    make(small_article, out, container, existing="overwrite")
    check_same_files(out, expected)


def test_a_record_alone_does_not_end_a_finished_run(small_article, tmp_path, whole):
    container, expected = whole
    out = shutil.copytree(expected, tmp_path / "out")
    (out / ".imggen/done/2-4.record").unlink()
    watcher = make(small_article, out, container, existing="resume")
    assert watcher.begun == (COUNT, COUNT - CHUNK), "only what the record was of"
    check_same_files(out, expected)
