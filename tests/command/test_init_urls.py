"""A first configuration for layers at a URL is that of a local folder, but for their folders."""

import re
from pathlib import Path

import pytest
from tests.art import write_small_article
from tests.fake_store import play_store

import imggen
from imggen import cli
from imggen.assets import load_assets

URL = "s3://bucket/small/layers"


@pytest.fixture
def store(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    store = play_store(monkeypatch)
    art = write_small_article(tmp_path / "small" / "layers")
    (art / "imggen.toml").unlink()
    store.put_folder(art, URL)
    return store


def test_folders_have_urls(store, capsys):
    assert cli.main(["init", "--from", "small/layers", "here.toml"]) == 0
    expected = capsys.readouterr().out
    assert cli.main(["init", "--from", URL, "there.toml"]) == 0
    assert capsys.readouterr().out == expected.replace("here.toml", "there.toml")
    here, there = (Path(name).read_text() for name in ("here.toml", "there.toml"))
    expected = here.replace('folder = "small/layers/', f'folder = "{URL}/')
    assert re.sub(" +#", " #", there) == re.sub(" +#", " #", expected)  # they stand in columns
    libraries = [load_assets(imggen.load(name)) for name in ("here.toml", "there.toml")]
    assert libraries[0].files == libraries[1].files


def test_errors_name_the_url(store, capsys):
    store.files[f"{URL}/objects/key.png"] = b"no image"
    assert cli.main(["init", "--from", URL, "there.toml"]) == 2
    said = capsys.readouterr().err
    assert re.match(rf"imggen: {URL}/objects/key\.png is not an image", said)
    assert cli.main(["init", "--from", "s3://bucket/none", "there.toml"]) == 2
    assert capsys.readouterr().err == (
        'imggen: --from is "s3://bucket/none", where no files are; expected a folder with images.\n'
    )
