"""Kinds of stores, in a table by their names: all hold the same datasets."""

from importlib import import_module

import fsspec
from tests.stores.conftest import BUCKET, OWN

from imggen.urls import READERS, place_of

COMMANDS = ("bulk", "label", "merge", "report", "status", "verify")


class Kind:
    """The files of the folder at `url`, looked at without imggen."""

    def names(self):
        raise NotImplementedError

    def read(self, name):
        raise NotImplementedError

    def put(self, name, content):
        """Have a file with this content, or None to have none."""
        raise NotImplementedError

    def contents(self):
        """The bytes of each file of a dataset by its name, without those of runs alone."""
        return {name: self.read(name) for name in self.names() if not name.startswith(OWN)}


class S3(Kind):
    url = f"s3://{BUCKET}/x"

    def __init__(self, request):
        self.server = request.getfixturevalue("server")

    def names(self):
        return self.server.names("x")

    def read(self, name):
        return self.server.read("x", name)

    def put(self, name, content):
        if content is None:
            self.server.client.delete_object(Bucket=BUCKET, Key=f"x/{name}")
        else:
            self.server.client.put_object(Bucket=BUCKET, Key=f"x/{name}", Body=content)


class Gcs(S3):
    url = f"gs://{BUCKET}/x"

    def __init__(self, request):
        self.server = request.getfixturevalue("gcs_server")


class Memory(Kind):
    """The memory of this process, which outlives commands here: so they may take its URL."""

    url = "memory://tests/x"

    def __init__(self, request):
        self.files = fsspec.filesystem("memory")
        self.files.store.clear()
        request.addfinalizer(self.files.store.clear)
        monkeypatch = request.getfixturevalue("monkeypatch")
        for name in COMMANDS:
            monkeypatch.setattr(import_module(f"imggen.command.{name}"), "place_of", place_anywhere)

    def names(self):
        return [path.removeprefix("/tests/x/") for path in self.files.find("/tests/x")]

    def read(self, name):
        return self.files.cat_file(f"/tests/x/{name}")

    def put(self, name, content):
        if content is None:
            self.files.rm_file(f"/tests/x/{name}")
        else:
            self.files.pipe_file(f"/tests/x/{name}", content)


def place_anywhere(called, path, kind):
    return place_of(called, path, kind, READERS)


KINDS = {"s3": S3, "gs": Gcs, "memory": Memory}
