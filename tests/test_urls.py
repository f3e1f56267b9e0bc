"""URLs of folders in stores: what is taken, and the sentences on what is not."""

from pathlib import Path

import pytest

import imggen
from imggen import urls
from imggen.errors import InstallError, OutputError
from imggen.urls import READERS, joined, place_of, readable, shown

EXPECTED = "expected {}://BUCKET/FOLDER, without empty parts or dots."
SCHEMES = "expected a path, or one of s3://, gs://, az://, hf://."
SECRETS = (
    "--out is a {}:// URL with a user, password, query or fragment in it; give the plain URL, and "
    "credentials as the store's own tools take them (environment or role)."
)


@pytest.fixture
def client(monkeypatch):
    monkeypatch.setattr(urls, "find_spec", lambda name: name)


@pytest.mark.parametrize("url", ["s3://bucket/a/b", "gs://bucket", "az://container/a b%20ü"])
def test_urls_of_stores_are_taken(url, client):
    assert shown(place_of("--out", Path(url), OutputError)) == url


@pytest.mark.parametrize("text", ["s3:///x", "gs:////b/x", "hf:///", "az:///"])
def test_a_url_without_a_bucket_is_refused(text):
    """A script whose variable is not set gives it; a path of it has the bucket "x"."""
    expected = f"{{}} is {text}, without the name of a bucket; expected {text[:2]}://BUCKET/FOLDER."
    with pytest.raises(OutputError) as refused:
        readable("layer.a.folder", Path("art"), text, OutputError)
    assert str(refused.value) == expected.format("layer.a.folder")
    with pytest.raises(OutputError) as refused:
        imggen.generate("assets", text)
    assert str(refused.value) == expected.format("out")


@pytest.mark.parametrize("path", ["out", "/a:b/s3:/x", "a b:/c"])
def test_paths_are_left_as_they_are(path):
    assert place_of("--out", Path(path), OutputError) == Path(path)
    assert shown(Path(path)) == path


def test_a_file_url_is_a_path():
    assert place_of("--out", Path("file:///tmp/a b"), OutputError) == Path("/tmp/a b")


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        (
            "hdfs://a/b",
            "--out is a URL of the scheme hdfs://; " + SCHEMES,
        ),
        ("s3://key:word@bucket/x", SECRETS.format("s3")),
        ("az://container/x?sig=word", SECRETS.format("az")),
        ("gs://bucket/x#word", SECRETS.format("gs")),
        ("s3://", "--out is s3://; " + EXPECTED.format("s3")),
        (
            "s3://my bucket/x",
            (
                "--out is s3://my bucket/x; expected s3://BUCKET/FOLDER, where the name of a "
                'bucket has letters, digits, ".", "-" and "_".'
            ),
        ),
        ("s3://bucket/../x", "--out is s3://bucket/../x; " + EXPECTED.format("s3")),
    ],
)
def test_other_urls_are_refused_without_their_secrets(url, sentence, client):
    with pytest.raises(OutputError) as caught:
        place_of("--out", Path(url), OutputError)
    assert str(caught.value) == sentence


def test_a_missing_client_is_named(monkeypatch):
    monkeypatch.setattr(urls, "find_spec", lambda name: None)
    with pytest.raises(InstallError) as caught:
        place_of("OUT", Path("s3://bucket/x"), OutputError)
    assert str(caught.value) == (
        "OUT is s3://bucket/x, which needs obstore; it is not installed; try: "
        "pip install imggen[s3]"
    )


@pytest.mark.parametrize(
    ("root", "name", "expected"),
    [
        ("/a", "b/c", "/a/b/c"),
        ("a", "../c", "a/../c"),
        ("a", "s3://bucket/x", "s3://bucket/x"),
        ("a", "file:///x/y", "/x/y"),
        ("s3:/bucket/a", "/x/y", "/x/y"),
        ("s3:/bucket/a", "b/c/", "s3://bucket/a/b/c"),
        ("s3:/bucket/a", "./../b", "s3://bucket/b"),
        ("s3:/bucket/a", ".", "s3://bucket/a"),
        ("s3:/bucket/a", "..", "s3://bucket"),
        ("s3:/bucket", "b", "s3://bucket/b"),
        ("s3:/bucket/a", "gs://b/c", "gs://b/c"),
        ("hf:/datasets/me/art/conf", "../birds", "hf://datasets/me/art/birds"),
    ],
)
def test_relative_names_start_from_a_path_or_url(root, name, expected):
    assert shown(joined(Path(root), name)) == expected


def test_no_name_leads_out_of_its_bucket(client):
    with pytest.raises(OutputError) as caught:
        readable("folder", Path("s3://bucket/a"), "../../other", OutputError)
    assert str(caught.value) == f"folder is s3://bucket/a/../../other; {EXPECTED.format('s3')}"


@pytest.mark.parametrize("scheme", READERS)
def test_art_is_read_from_more_stores_than_are_written_to(client, scheme):
    url = f"{scheme}://datasets/me/art"
    assert shown(readable("folder", Path("x"), url, OutputError)) == url
