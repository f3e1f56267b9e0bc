"""Art at URLs is that of a local folder: the same library, datasets and sentences but for names."""

import json
import re
import tempfile

import numpy as np
import pytest
from tests.art import random_pixels, write_dataset, write_small_article
from tests.fake_store import play_store
from tests.hard_names import write_hats

import imggen
from imggen.assets import load_assets
from imggen.assets.url_copies import keep_copies
from imggen.config import load_config
from imggen.errors import AssetError, ConfigError
from imggen.report.lint import find_flaws
from imggen.sizes import show_bytes

URL = "s3://bucket/art"
ACCESS = "check the name of the bucket, the credentials and the endpoint."


@pytest.fixture
def store(monkeypatch, tmp_path):
    """A store; copies of what is in it are made in a folder that is empty in the end."""
    store = play_store(monkeypatch)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    yield store
    assert list(temporary.iterdir()) == []


@pytest.fixture
def art(store, tmp_path):
    """Art in a local folder, and the same at URL."""
    folder = write_small_article(tmp_path / "art")
    store.put_folder(folder, URL)
    return folder


def refused(config, kind=AssetError):
    with pytest.raises(kind) as caught:
        load_assets(imggen.load(config))
    return str(caught.value)


def with_folder(art, folder):
    """The text of a configuration whose first layer is at `folder`, the others in `art`."""
    text = (art / "imggen.toml").read_text()
    text = re.sub(r'folder = "', f'folder = "{art}/', text)
    return re.sub(r'folder = "[^"]*"', f'folder = "{folder}"', text, count=1)


def test_a_dataset_of_a_configuration_at_a_url(art, store, tmp_path):
    expected = imggen.generate(art, tmp_path / "here", count=12, workers=1)
    found = imggen.generate(URL, tmp_path / "there", count=12, workers=1)
    assert found.digest == expected.digest
    here, there = (
        json.loads((tmp_path / name / "run.json").read_bytes()) for name in ("here", "there")
    )
    same = ("art", "art_digest", "config_digest", "digest")
    assert {key: there[key] for key in same} == {key: here[key] for key in same}
    assert there["config"]["layer"][0]["folder"] == f"{URL}/backgrounds"
    asked = {url: times for url, times in store.requests.items() if url.endswith(".png")}
    assert asked == dict.fromkeys((url for url in store.files if url.endswith(".png")), 1)
    again = imggen.generate(tmp_path / "there" / "imggen.toml", tmp_path / "again", workers=1)
    assert again.digest == expected.digest


def test_a_layer_at_a_url_of_a_local_configuration(art, store, tmp_path):
    path = tmp_path / "imggen.toml"
    path.write_text(with_folder(art, f"{URL}/backgrounds"))
    expected, found = (load_assets(load_config(one, {})) for one in (art / "imggen.toml", path))
    assert found.files == expected.files
    assert found.digest == expected.digest


@pytest.mark.parametrize("folder", ["../art/{}", "{}", "./{}/", "s3://bucket/conf/../art/{}"])
def test_folders_start_from_the_url_of_the_configuration(art, store, folder):
    start = "s3://bucket/art" if folder.startswith(("{", ".")) else "s3://bucket/conf"
    start = "s3://bucket/conf" if folder.startswith("..") else start
    text = re.sub(r'folder = "([^"]*)"', lambda found: f'folder = "{folder}"'.format(found[1]),
                  (art / "imggen.toml").read_text())  # fmt: skip
    store.files[f"{start}/my.toml"] = text.encode()
    if "/../" in folder:  # a whole URL is not computed with
        called = f"{start}/my.toml, line 14: layer.background.folder"
        assert refused(f"{start}/my.toml", ConfigError).startswith(
            f"{called} is s3://bucket/conf/../art/backgrounds; expected s3://BUCKET/FOLDER, "
        )
        return
    assert (
        load_assets(imggen.load(f"{start}/my.toml")).digest == load_assets(imggen.load(art)).digest
    )


def test_hard_names(store, tmp_path):
    hats = write_hats(tmp_path / "hats")
    store.put_folder(hats, "s3://bucket/hats")
    assert (
        load_assets(imggen.load("s3://bucket/hats")).files == load_assets(imggen.load(hats)).files
    )


def test_what_systems_leave_in_folders_is_not_copied(art, store):
    for name in (".DS_Store", "__MACOSX/a.png", "sub/.hidden/a.png", "Thumbs.db"):
        store.files[f"{URL}/backgrounds/{name}"] = b"no image"
    assert load_assets(imggen.load(URL)).digest == load_assets(imggen.load(art)).digest
    assert not [url for url in store.requests if "DS_Store" in url or "MACOSX" in url]


def test_points_in_a_file_at_a_url(art, store):
    text = (art / "imggen.toml").read_text()
    points = '[layer.keypoints]\nnames = ["top"]\nfile = "points.csv"\n\n[[layer]]'
    head, _, tail = text.rpartition("[[layer]]")
    store.files[f"{URL}/imggen.toml"] = f"{head}{points}{tail}".encode()
    store.files[f"{URL}/points.csv"] = b"variant,name,x,y\nmage,top,3,4\n"
    layer = imggen.load(URL).layer[1]
    assert layer.keypoints.points == {"mage": {"top": (3, 4)}}
    store.files[f"{URL}/points.csv"] = b"variant,name,x,y\nmage,top,3\n"
    assert refused(URL, ConfigError).endswith(
        f"{URL}/points.csv, line 2, has 3 cells; expected variant, name, x, y."
    )
    del store.files[f"{URL}/points.csv"]
    assert refused(URL, ConfigError).endswith(
        f'keypoints.file is "{URL}/points.csv", which cannot be read: no such file.'
    )


EXPECTED = "expected a file that ends in .toml, or a folder with imggen.toml."
SCHEMES = "expected a path, or one of s3://, gs://, az://, hf://, memory://."
SECRETS = (
    "CONFIG is a s3:// URL with a user, password, query or fragment in it; give the plain URL, and "
    "credentials as the store's own tools take them (environment or role)."
)


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ("s3://b/x", f"s3://b/x/imggen.toml cannot be read: no such file; {EXPECTED}"),
        ("s3://b/x.toml", f"s3://b/x.toml cannot be read: no such file; {EXPECTED}"),
        ("https://b/x", f"CONFIG is a URL of the scheme https://; {SCHEMES}"),
        ("s3://key:secret@b/x", SECRETS),
    ],
)
def test_configurations_that_cannot_be_read(store, config, sentence):
    assert refused(config, ConfigError) == sentence


def test_a_configuration_that_may_not_be_read(art, store):
    store.faults = {f"{URL}/imggen.toml": [RuntimeError("status code: 403 Forbidden")]}
    assert refused(URL, ConfigError) == (
        f"{URL}/imggen.toml cannot be read: status code: 403 Forbidden; {ACCESS}"
    )


def test_errors_in_a_configuration_name_its_url(art, store):
    store.files[f"{URL}/imggen.toml"] = b"[dataset]\ncoint = 5\n"
    assert (
        f'{URL}/imggen.toml, line 2: dataset.coint is not a known key; did you mean "count"?'
        in (refused(URL, ConfigError))
    )
    store.files[f"{URL}/imggen.toml"] = b"[dataset\n"
    assert refused(URL, ConfigError).startswith(f"{URL}/imggen.toml is not valid TOML: line 1")
    store.files[f"{URL}/imggen.toml"] = b"\xff"
    assert refused(URL, ConfigError) == (
        f"{URL}/imggen.toml is not UTF-8 text (byte 0); expected TOML, in UTF-8."
    )


def test_a_folder_without_files(art, store, tmp_path):
    path = tmp_path / "imggen.toml"
    path.write_text(with_folder(art, "s3://bucket/none"))
    assert refused(path) == (
        'layer.background.folder is "s3://bucket/none", where no files are; expected a folder with '
        "images."
    )


def test_a_folder_that_may_not_be_listed(art, store):
    store.faults = {f"{URL}/backgrounds": [RuntimeError("status code: 403 Forbidden")]}
    assert refused(URL) == (
        f'layer.background.folder is "{URL}/backgrounds", which cannot be read: status code: 403 '
        f"Forbidden; {ACCESS}"
    )


def test_a_file_that_cannot_be_read(art, store):
    url = f"{URL}/backgrounds/desert.png"
    store.faults = {url: [RuntimeError("status code: 500 - Broken")] * 9}
    assert refused(URL) == f"{url} cannot be read: Broken; {ACCESS}"


def test_a_damaged_image_is_named_by_its_url(art, store):
    store.files[f"{URL}/backgrounds/desert.png"] = b"no image"
    assert refused(URL).startswith(f"{URL}/backgrounds/desert.png is not an image")


def test_warnings_name_urls(store, tmp_path):
    from PIL import Image

    hats = tmp_path / "hats"
    rng = np.random.default_rng(0)
    pixels = {
        "sky": {"day": random_pixels(rng, 20, 10, 3)},
        "hat": {"red": random_pixels(rng, 5, 5, 4)},
    }
    write_dataset(hats, pixels)
    frames = [Image.new("RGB", (5, 5), (shade, 0, 0)) for shade in (0, 99)]
    (hats / "hats" / "red.png").unlink()
    frames[0].save(hats / "hats" / "red.gif", save_all=True, append_images=frames[1:])
    store.put_folder(hats, URL)
    [warning] = load_assets(imggen.load(URL)).warnings
    assert warning == f"In {URL}/hats/red.gif, only the first frame is used."


def test_too_little_room(art, store, monkeypatch):
    from shutil import _ntuple_diskusage as usage

    free = usage(2**20, 2**20, 7)
    monkeypatch.setattr("imggen.swept.shutil.disk_usage", lambda _: free)
    total = sum(len(content) for url, content in store.files.items() if url.endswith(".png"))
    assert refused(URL) == (
        f"the art at URLs has {show_bytes(total)}, which are copied to {tempfile.gettempdir()} to "
        "be read, and there are 7 bytes free; set TMPDIR to a folder with room."
    )


def test_flaws_are_found_in_the_same_copies(art, store):
    store.files[f"{URL}/backgrounds/grey.png"] = store.files[f"{URL}/backgrounds/desert.png"]
    text = store.files[f"{URL}/imggen.toml"].decode()
    store.files[f"{URL}/imggen.toml"] = re.sub("desert = ", "grey = 0\ndesert = ", text).encode()
    with keep_copies():
        flaws = list(find_flaws(imggen.Dataset(URL)))
    assert any(f"{URL}/backgrounds/" in flaw.sentence for flaw in flaws)
    assert all("temporary" not in flaw.sentence for flaw in flaws)
    assert store.requests[f"{URL}/backgrounds/grey.png"] == 1


def test_a_dataset_at_a_url_whose_art_has_changed(art, store, tmp_path):
    """A dataset that lies at a URL is checked when it is opened, as a local one."""
    imggen.generate(URL, tmp_path / "out", count=4, workers=1)
    store.put_folder(tmp_path / "out", "s3://bucket/out")
    assert len(imggen.Dataset("s3://bucket/out")) == 4
    store.files[f"{URL}/objects/key.png"] = store.files[f"{URL}/objects/axe.png"]
    with pytest.raises(AssetError) as caught:
        imggen.Dataset("s3://bucket/out")
    assert str(caught.value) == (
        "s3://bucket/out holds a dataset that s3://bucket/out/imggen.toml would not make again: "
        "layer.object: key.png has changed. Undo that, or make a dataset of what is there now: "
        "imggen.generate('s3://bucket/out', ANOTHER)"
    )
