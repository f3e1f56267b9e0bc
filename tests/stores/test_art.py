"""Datasets of a configuration and art in a store are those of local folders, whatever it does."""

import json
import re
import signal
import tempfile
import time

import fsspec
import numpy as np
import pytest
from tests.art import save
from tests.stores.checks import every_20th
from tests.stores.conftest import BUCKET, SECRET, imggen, local_contents, start, wait_for

from imggen import url_files
from imggen.errors import AssetError
from imggen.url_files import copy_files, list_files

ART = f"s3://{BUCKET}/art"
HOW = ["--count", 20, "--workers", 1, "--quiet"]
ACCESS = "; check the name of the bucket, the credentials and the endpoint.\n"


@pytest.fixture
def uploaded(server, art, tmp_path, monkeypatch):
    """The server with the art; copies of it are made in a folder that is empty in the end."""
    put(server, art, "art")
    server.requests.clear()
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setattr(url_files, "PAUSE_SECONDS", 0.01)
    yield server
    assert list(temporary.glob("imggen-*/*")) == []


def put(server, folder, to):
    for path in folder.rglob("*"):
        if path.is_file():
            key = f"{to}/{path.relative_to(folder).as_posix()}"
            server.put(key, path.read_bytes())


def summary_of(out):
    return json.loads((out / "run.json").read_bytes())


def test_a_run_and_all_that_follows(uploaded, art, tmp_path):
    here, there = tmp_path / "here", tmp_path / "there"
    assert imggen("bulk", art, *HOW, "--labels", "coco", "--out", here) == (0, "")
    assert imggen("bulk", ART, *HOW, "--out", there) == (0, "")
    assert imggen("label", there, "--labels", "coco", "--quiet") == (0, "")
    expected, found = local_contents(here), local_contents(there)
    assert found == expected
    same = ("art", "art_digest", "config_digest", "digest")
    assert [summary_of(there)[key] for key in same] == [summary_of(here)[key] for key in same]
    assert summary_of(there)["config"]["layer"][0]["folder"] == f"{ART}/backgrounds"
    assert SECRET not in (there / "run.json").read_text() + (there / "imggen.toml").read_text()
    assert imggen("bulk", ART, *HOW, "--labels", "coco", "--out", there, "--resume") == (0, "")
    assert imggen("verify", there, "--quiet") == (0, "")
    assert imggen("report", there, "--quiet") == (0, "")
    assert imggen("diff", ART, art) == (0, "nothing differs\n")
    assert imggen("bulk", ART, *HOW, "--out", f"s3://{BUCKET}/x") == (0, "")
    assert imggen("verify", f"s3://{BUCKET}/x", "--quiet") == (0, "")


def test_partitions(uploaded, art, tmp_path):
    assert imggen("bulk", art, *HOW, "--out", tmp_path / "here") == (0, "")
    for number in (1, 2):
        how = ["--out", tmp_path / "there", "--partition", f"{number}/2"]
        assert imggen("bulk", ART, *HOW, *how) == (0, "")
    assert imggen("merge", tmp_path / "there", "--quiet") == (0, "")
    assert local_contents(tmp_path / "there") == local_contents(tmp_path / "here")


def test_refused_and_dropped_requests_leave_no_gap(uploaded, art, tmp_path):
    failing = every_20th(["500 Internal Server Error", "503 Slow Down", "drop", "429 Too Many"])
    uploaded.fault = lambda number, environ: failing(number * 4, environ)  # every 5th
    expected, _ = list_files(f"{ART}/objects"), uploaded.requests.clear()
    assert imggen("bulk", ART, *HOW, "--out", tmp_path / "there") == (0, "")
    assert imggen("bulk", art, *HOW, "--out", tmp_path / "here") == (0, "")
    assert len(uploaded.requests) > len(expected) * 1.2
    assert local_contents(tmp_path / "there") == local_contents(tmp_path / "here")


def test_a_listing_of_several_pages_is_complete(uploaded):
    names = [f"{number:04}.png" for number in range(1003)]
    for name in names:
        uploaded.put(f"many/{name}", b"x")
    assert list_files(f"s3://{BUCKET}/many") == dict.fromkeys(names, 1)
    assert len(uploaded.requests) == 2
    uploaded.fault = lambda number, environ: "403 Forbidden" if number > 3 else None
    with pytest.raises(OSError, match="403 Forbidden"):
        list_files(f"s3://{BUCKET}/many")


def test_a_large_file_is_of_one_version(uploaded, tmp_path):
    def replace(number, environ):
        if environ.get("HTTP_RANGE", "").startswith(f"bytes={2 * url_files.PIECE_BYTES}-"):
            uploaded.fault = lambda number, environ: None
            uploaded.client.put_object(Bucket=BUCKET, Key="large/a", Body=content[::-1])

    content = np.random.default_rng(0).bytes(2 * url_files.PIECE_BYTES + 5)
    uploaded.client.put_object(Bucket=BUCKET, Key="large/a", Body=content)
    sizes = list_files(f"s3://{BUCKET}/large")
    copy_files(f"s3://{BUCKET}/large", sizes, tmp_path / "copy")
    assert (tmp_path / "copy" / "a").read_bytes() == content
    uploaded.fault = replace
    with pytest.raises(OSError, match="PreconditionFailed"):
        copy_files(f"s3://{BUCKET}/large", sizes, tmp_path / "again")


def test_an_end_while_art_is_copied_leaves_nothing(uploaded, tmp_path, monkeypatch):
    temporary = tmp_path / "there"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))

    def slow(number, environ):
        time.sleep(5 if environ["PATH_INFO"].endswith("mage.png") else 0)

    uploaded.fault = slow
    process = start("bulk", ART, *HOW, "--out", tmp_path / "x")
    wait_for(lambda: list(temporary.glob("imggen-*/000000/*")))
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert (process.returncode, said) == (130, "imggen: stopped before rendering began.\n")
    assert list(temporary.iterdir()) == []
    assert not (tmp_path / "x").exists()


NO_BUCKET = "cannot be read: NoSuchBucket: The specified bucket does not exist" + ACCESS
NO_FILE = (
    "cannot be read: no such file; expected a file that ends in .toml, or a folder with "
    "imggen.toml.\n"
)


@pytest.mark.parametrize(
    ("config", "why"),
    [("s3://other/art", NO_BUCKET), (f"s3://{BUCKET}/none", NO_FILE)],
    ids=["bucket", "object"],
)
@pytest.mark.parametrize("command", ["bulk", "check", "preview"])
def test_a_configuration_that_is_missing(uploaded, command, config, why):
    assert imggen(command, config) == (2, f"imggen: {config}/imggen.toml {why}")


def test_a_file_that_may_not_be_read(uploaded, tmp_path):
    uploaded.fault = lambda number, environ: (
        "403 Forbidden" if "mage.png" in environ["PATH_INFO"] else None
    )
    why = "Server returned non-2xx status code: 403 Forbidden"
    assert imggen("bulk", ART, *HOW, "--out", tmp_path / "x") == (
        2,
        f"imggen: {ART}/characters/mage.png cannot be read: {why}{ACCESS}",
    )
    assert not (tmp_path / "x").exists()


def test_a_layer_in_a_missing_bucket_and_in_an_empty_folder(uploaded, art, tmp_path):
    text = re.sub(r'folder = "', f'folder = "{art}/', (art / "imggen.toml").read_text())
    empty = "where no files are; expected a folder with images.\n"
    for url, end in (("s3://other/x", f"which {NO_BUCKET}"), (f"s3://{BUCKET}/none", empty)):
        path = tmp_path / "imggen.toml"
        path.write_text(re.sub(r'folder = "[^"]*"', f'folder = "{url}"', text, count=1))
        code, said = imggen("bulk", path, *HOW, "--out", tmp_path / "x")
        assert (code, said) == (2, f'imggen: layer.background.folder is "{url}", {end}')


def test_an_account_that_is_not_named(uploaded, monkeypatch):
    monkeypatch.delenv("AZURE_STORAGE_ACCOUNT_NAME", raising=False)
    code, said = imggen("bulk", "az://container/art")
    assert code == 2
    assert said == (
        f"imggen: az://container/art/imggen.toml cannot be read: Account must be specified{ACCESS}"
    )


def test_folders_of_parts_and_marks_of_folders(uploaded, tmp_path):
    rng = np.random.default_rng(0)
    local = tmp_path / "parts"
    for name in ("hats/red/back", "hats/red/front", "hats/blue/front", "skies/day"):
        save(local / f"{name}.png", rng.integers(0, 256, (12, 12, 4), np.uint8))
    (local / "imggen.toml").write_text(
        '[[layer]]\nname = "sky"\nfolder = "skies"\n[[layer]]\nname = "hat"\nfolder = "hats"\n'
        "parts = { back = -1, front = 0 }\n"
    )
    put(uploaded, local, "parts")
    for folder in ("", "hats/", "hats/red/"):  # as consoles make them
        uploaded.client.put_object(Bucket=BUCKET, Key=f"parts/{folder}", Body=b"")
    assert imggen("diff", local, f"s3://{BUCKET}/parts") == (0, "nothing differs\n")


def test_the_memory_of_the_process(art, tmp_path, monkeypatch):
    import imggen  # its name is that of the command here

    memory = fsspec.filesystem("memory")
    monkeypatch.setattr(type(memory), "store", {})
    monkeypatch.setattr(type(memory), "pseudo_dirs", [""])
    for path in art.rglob("*"):
        if path.is_file():
            memory.pipe_file(f"/me/art/{path.relative_to(art)}", path.read_bytes())
    url = "memory://me/art"
    expected = imggen.generate(art, tmp_path / "here", count=12, workers=1)
    assert imggen.generate(url, tmp_path / "there", count=12, workers=1).digest == expected.digest
    assert list(imggen.plan(url, count=4)) == list(imggen.plan(art, count=4))
    assert imggen.render(url, 3).tobytes() == imggen.render(art, 3).tobytes()
    assert imggen.Dataset(imggen.load(url))[3]["shown"] == imggen.Dataset(art)[3]["shown"]
    memory.rm("/me/art/objects", recursive=True)
    with pytest.raises(AssetError) as caught:
        imggen.plan(url)
    assert str(caught.value) == (
        f'layer.object.folder is "{url}/objects", where no files are; expected a folder with '
        "images."
    )
