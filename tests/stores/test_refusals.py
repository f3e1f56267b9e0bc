"""What cannot be used is refused in a sentence, with exit code 2, and before anything slow."""

import errno
import json
import os
import re
import socket
import tempfile
import time

import pytest
from tests.stores.conftest import BUCKET, imggen

from imggen.errors import RunError
from imggen.run.stored.remote import local_folder
from imggen.store.url_store import open_client

CHECK = "; check the name of the bucket, the credentials and the endpoint.\n"
OUT = f"s3://{BUCKET}/x"


@pytest.mark.parametrize("command", ["bulk", "dry run", "merge", "status", "verify"])
def test_a_missing_bucket(server, art, command):
    commands = {
        "bulk": ["bulk", art, "--out", "s3://other/x"],
        "dry run": ["bulk", art, "--out", "s3://other/x", "--dry-run"],
    }
    code, said = imggen(*commands.get(command, [command, "s3://other/x"]))
    assert code == 2
    assert said == (
        "imggen: s3://other/x cannot be used: NoSuchBucket: The specified bucket does not exist"
        + CHECK
    )


def test_wrong_credentials(server, art):
    server.fault = lambda number, environ: "403 Forbidden"
    code, said = imggen("bulk", art, "--out", OUT, "--quiet")
    assert (code, said.startswith(f"imggen: {OUT} cannot be used: ")) == (2, True)
    assert "403 Forbidden" in said
    assert said.endswith(CHECK)


def test_a_bucket_that_cannot_be_written(server, art):
    server.fault = lambda number, environ: (
        "403 Forbidden" if environ["REQUEST_METHOD"] == "PUT" else None
    )
    code, said = imggen("bulk", art, "--out", OUT, "--quiet")
    assert (code, said.startswith(f"imggen: {OUT} cannot be used: ")) == (2, True)
    assert server.names("x") == []


def test_an_endpoint_where_nothing_answers(server, art, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
    code, said = imggen("bulk", art, "--out", OUT, "--quiet")
    assert (code, said) == (
        2,
        f"imggen: {OUT} cannot be used: no answer from its server" + CHECK,
    )


def test_an_endpoint_that_is_no_url(server, art, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "minio.example:9000")
    reason = "the variable AWS_ENDPOINT_URL is no URL that begins with http or https"
    code, said = imggen("bulk", art, "--out", OUT, "--quiet")
    assert (code, said) == (2, f"imggen: {OUT} cannot be used: {reason}{CHECK}")


def test_no_credentials(server, art, monkeypatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr("imggen.store.url_store.HASTY_SECONDS", 1)
    code, said = imggen("bulk", art, "--out", OUT, "--quiet")
    assert (code, said) == (2, f"imggen: {OUT} cannot be used: no credentials are found" + CHECK)


@pytest.mark.parametrize("command", ["bulk", "verify", "status", "merge"])
def test_no_account(art, monkeypatch, command):
    monkeypatch.delenv("AZURE_STORAGE_ACCOUNT_NAME", raising=False)
    how = [art, "--out", "az://container/x"] if command == "bulk" else ["az://container/x"]
    code, said = imggen(command, *how, "--quiet" if command != "status" else "--json")
    assert (code, said) == (
        2,
        "imggen: az://container/x cannot be used: Account must be specified" + CHECK,
    )


def test_a_profile_has_credentials(server, art, tmp_path, monkeypatch):
    path = tmp_path / "credentials"
    path.write_text("[work]\naws_access_key_id = key\naws_secret_access_key = word\n")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(path))
    monkeypatch.setenv("AWS_PROFILE", "work")
    how = ["--count", 4, "--workers", 1, "--quiet"]
    assert imggen("bulk", art, *how, "--out", OUT) == (0, "")
    assert "run.json" in server.names("x")


@pytest.mark.parametrize(
    ("url", "kind", "prefix"),
    [("gs://bucket/a b/c", "GCSStore", "a b/c"), ("az://container/x", "AzureStore", "x")],
)
def test_clients_of_other_stores_know_the_folder(url, kind, prefix, monkeypatch):
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "account")
    client = open_client(url, 1)
    assert (type(client).__name__, str(client.prefix)) == (kind, prefix)


@pytest.mark.parametrize("command", ["verify", "verify --repair", "report", "label --labels coco"])
def test_commands_on_what_is_no_dataset(server, command):
    name, *options = command.split()
    code, said = imggen(name, OUT, *options)
    assert code == 2
    assert said.startswith(f"imggen: {OUT} ")
    assert "; expected a folder with run.json" in said
    assert server.names("x") == []


def test_a_second_run(server, art):
    lease = {"host": socket.gethostname(), "process": os.getpid(), "renewed": time.time()}
    key = "x/.imggen/lease.json"
    server.client.put_object(Bucket=BUCKET, Key=key, Body=json.dumps(lease).encode())
    code, said = imggen("bulk", art, "--out", OUT, "--quiet")
    assert code == 2
    assert said == (
        f"imggen: {OUT} is being written by another run (process {os.getpid()} of "
        f"{socket.gethostname()}); wait for it, or 180 seconds if it was killed.\n"
    )
    for gone in ({"process": 2**22 + 1}, {"host": "other", "renewed": time.time() - 200}):
        content = json.dumps({**lease, **gone}).encode()
        server.client.put_object(Bucket=BUCKET, Key=key, Body=content)
        how = ["--count", 4, "--workers", 1, "--quiet", "--overwrite"]
        assert imggen("bulk", art, "--out", OUT, *how) == (0, "")
        assert key.removeprefix("x/") not in server.names("x")


def test_a_dry_run_says_and_leaves_nothing(server, art):
    code, said = imggen("bulk", art, "--count", 60, "--out", OUT, "--dry-run")
    assert code == 0
    assert f"where    {OUT}\n" in said
    assert "disk" not in said
    assert server.names("x") == []
    server.client.put_object(Bucket=BUCKET, Key="x/notes.txt", Body=b"mine")
    code, said = imggen("bulk", art, "--count", 60, "--out", OUT, "--dry-run")
    assert code == 0
    assert f"note     {OUT} holds files that are no imggen run, so it cannot be used" in said


def test_a_full_disk_of_this_machine_is_not_taken_for_the_stores():
    full = os.strerror(errno.ENOSPC)
    sentence = f"{OUT}/a.png cannot be written: {full} in {tempfile.gettempdir()} (TMPDIR)."
    with pytest.raises(RunError, match=re.escape(sentence)), local_folder(OUT) as folder:
        raise RunError(f"{folder}/a.png cannot be written: {full}.")
