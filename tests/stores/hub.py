"""A server that plays the Hugging Face Hub: repositories, commits, and large files beside them.

It answers what the real huggingface_hub asks without Xet, and refuses all else with 501, so that no
request of a new version goes unnoticed.
"""

import base64
import hashlib
import json
import os
import re
from importlib import reload
from threading import Lock
from urllib.parse import parse_qs

import pytest
from tests.stores.conftest import SECRET, Server

TOKEN = f"hf_{SECRET}"
NAME = "me/birds"
LARGE = (".png", ".jpg", ".tar", ".parquet", ".npy", ".npz", ".mds", ".tfrecord", ".rows")
PART_BYTES = 2**20  # of large files that are sent in parts
PAGE = 50  # entries of a list


class Hub:
    """A WSGI application with one repository of datasets.

    Attributes
    ----------
    commits : the files by path after each commit, each as (content, is large); the last is the head
    operations : the numbers of operations of each commit
    """

    def __init__(self):
        self._lock = Lock()
        self.start_afresh()

    def start_afresh(self):
        self.commits = [{".gitattributes": (b"", False)}]
        self.operations = []
        self.objects = {}  # large contents by SHA-256
        self.parts = {}

    @property
    def files(self):
        return {path: content for path, (content, _) in self.commits[-1].items()}

    def __call__(self, environ, start_response):
        way, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        content = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        for pattern, ways, answer in self.ROUTES:
            found = re.fullmatch(pattern, path)
            if found and way in ways:
                known = environ.get("HTTP_AUTHORIZATION") == f"Bearer {TOKEN}"
                if not known and not path.startswith("/objects/"):
                    return self._say(start_response, "401 Unauthorized", error="RepoNotFound")
                if found.groupdict().get("repo", NAME) != NAME:
                    return self._say(start_response, "404 Not Found", error="RepoNotFound")
                if found.groupdict().get("revision", "main") not in ("main", *self._shas()):
                    return self._say(start_response, "404 Not Found", error="RevisionNotFound")
                status, headers, body = answer(self, environ, content, **found.groupdict())
                start_response(status, [*headers, ("Content-Length", str(len(body)))])
                return [b"" if way == "HEAD" else body]
        return self._say(start_response, "501 Not Implemented", error=f"{way} {path}")

    def _say(self, start_response, status, error):
        start_response(status, [("X-Error-Code", error), ("Content-Length", "0")])
        return [b""]

    def _tree_at(self, revision):
        if revision == "main":
            return self.commits[-1]
        return self.commits[int(revision, 16) - 1]

    def _shas(self):
        return [f"{number + 1:040x}" for number in range(len(self.commits))]

    def _head(self):
        return self._shas()[-1]

    def info(self, environ, content, repo, revision="main"):
        return as_json({"id": repo, "sha": self._head(), "private": False, "tags": []})

    def tree(self, environ, content, repo, revision, path):
        files, begin = self._tree_at(revision), f"{path}/" if path else ""
        query = parse_qs(environ["QUERY_STRING"])
        deep = query.get("recursive") == ["True"] or query.get("recursive") == ["true"]
        found = {}
        for name in files:
            if name.startswith(begin):
                below = name.removeprefix(begin).split("/")
                for depth in range(1, len(below) if deep else min(2, len(below))):
                    folder = begin + "/".join(below[:depth])
                    found[folder] = {"type": "directory", "path": folder, "oid": "0", "size": 0}
                if deep or len(below) == 1:
                    found[name] = entry_of(name, *files[name])
        if path and not found:
            return missing("EntryNotFound")
        entries, start = list(found.values()), int(query.get("cursor", ["0"])[0])
        headers = []
        if start + PAGE < len(entries):
            query = f"recursive={deep}&cursor={start + PAGE}"
            url = f"http://{environ['HTTP_HOST']}{environ['PATH_INFO']}?{query}"
            headers = [("Link", f'<{url}>; rel="next"')]
        return as_json(entries[start : start + PAGE], headers)

    def paths_info(self, environ, content, repo, revision):
        if environ["CONTENT_TYPE"].startswith("application/json"):
            paths = json.loads(content)["paths"]
        else:
            paths = parse_qs(content.decode())["paths"]
        files = self._tree_at(revision)
        return as_json([entry_of(path, *files[path]) for path in paths if path in files])

    def preupload(self, environ, content, repo, revision):
        found = []
        for one in json.loads(content)["files"]:
            large = one["path"].endswith(LARGE) or one["size"] > 10 * 2**20
            there = self.commits[-1].get(one["path"])
            found.append(
                {
                    "path": one["path"],
                    "uploadMode": "lfs" if large else "regular",
                    "shouldIgnore": False,
                    "oid": entry_of(one["path"], *there)["oid"] if there else None,
                }
            )
        return as_json({"files": found})

    def batch(self, environ, content, repo):
        found = []
        for one in json.loads(content)["objects"]:
            oid, url = one["oid"], f"http://{environ['HTTP_HOST']}/objects/{one['oid']}"
            if oid in self.objects:
                found.append(one)
                continue
            header, parts = {}, -(-one["size"] // PART_BYTES)
            if parts > 1:
                header = {str(n): f"{url}/{n}" for n in range(1, parts + 1)}
                header["chunk_size"] = str(PART_BYTES)
            found.append({**one, "actions": {"upload": {"href": url, "header": header}}})
        return as_json({"transfer": "basic", "objects": found})

    def put_object(self, environ, content, oid):
        if environ["REQUEST_METHOD"] == "POST":  # all parts are there
            count = len(json.loads(content)["parts"])
            content = b"".join(self.parts.pop((oid, number)) for number in range(1, count + 1))
        if hashlib.sha256(content).hexdigest() != oid:
            return "400 Bad Request", [], b""
        self.objects[oid] = content
        return as_json({})

    def put_part(self, environ, content, oid, number):
        self.parts[oid, int(number)] = content
        return "200 OK", [("ETag", f'"{number}"')], b""

    def get_object(self, environ, content, oid):
        return part_of(self.objects[oid], environ)

    def commit(self, environ, content, repo, revision):
        lines = [json.loads(line) for line in content.splitlines()]
        with self._lock:
            if lines[0]["value"].get("parentCommit", self._head()) != self._head():
                return "412 Precondition Failed", [], b"a commit has happened since"
            files = dict(self.commits[-1])
            for line in lines[1:]:
                value = line["value"]
                if line["key"] == "file":
                    files[value["path"]] = base64.b64decode(value["content"]), False
                elif line["key"] == "lfsFile":
                    if value["oid"] not in self.objects:
                        return "400 Bad Request", [], b"a large file was not sent"
                    files[value["path"]] = self.objects[value["oid"]], True
                elif line["key"] == "deletedFile" and value["path"] in files:
                    del files[value["path"]]
                else:
                    return missing("EntryNotFound")
            self.commits.append(files)
            self.operations.append(len(lines) - 1)
        url = f"http://{environ['HTTP_HOST']}/datasets/{repo}/commit/{self._head()}"
        return as_json({"commitUrl": url, "commitOid": self._head()})

    def resolve(self, environ, content, repo, revision, path):
        files = self._tree_at(revision)
        if path not in files:
            return missing("EntryNotFound")
        whole, large = files[path]
        if large:
            url = f"http://{environ['HTTP_HOST']}/objects/{hashlib.sha256(whole).hexdigest()}"
            return "302 Found", [("Location", url)], b""
        return part_of(whole, environ)

    def validate(self, environ, content):
        return as_json({"errors": [], "warnings": []})

    API = r"/api/datasets/(?P<repo>[^/]+/[^/]+)"
    ROUTES = (
        (API, ("GET",), info),
        (rf"{API}/revision/(?P<revision>[^/]+)", ("GET",), info),
        (rf"{API}/tree/(?P<revision>[^/]+)/?(?P<path>.*)", ("GET",), tree),
        (rf"{API}/paths-info/(?P<revision>[^/]+)", ("POST",), paths_info),
        (rf"{API}/preupload/(?P<revision>[^/]+)", ("POST",), preupload),
        (rf"{API}/commit/(?P<revision>[^/]+)", ("POST",), commit),
        (r"/datasets/(?P<repo>[^/]+/[^/]+)\.git/info/lfs/objects/batch", ("POST",), batch),
        (r"/objects/(?P<oid>[0-9a-f]{64})", ("PUT", "POST"), put_object),
        (r"/objects/(?P<oid>[0-9a-f]{64})", ("GET", "HEAD"), get_object),
        (r"/objects/(?P<oid>[0-9a-f]{64})/(?P<number>\d+)", ("PUT",), put_part),
        (
            r"/datasets/(?P<repo>[^/]+/[^/]+)/resolve/(?P<revision>[^/]+)/(?P<path>.+)",
            ("GET", "HEAD"),
            resolve,
        ),
        (r"/api/validate-yaml", ("POST",), validate),
    )


def as_json(values, headers=()):
    return "200 OK", [("Content-Type", "application/json"), *headers], json.dumps(values).encode()


def missing(code):
    return "404 Not Found", [("X-Error-Code", code)], b""


def entry_of(path, content, large):
    """A file as lists have it, with the digest that git gives it."""
    digest = hashlib.sha256(content).hexdigest()
    kept = content
    if large:
        kept = f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\n".encode()
        kept += f"size {len(content)}\n".encode()
    oid = hashlib.sha1(b"blob %d\0" % len(kept) + kept).hexdigest()
    entry = {"type": "file", "path": path, "oid": oid, "size": len(content)}
    lfs = {"oid": digest, "size": len(content), "pointerSize": len(kept)}
    return entry | ({"lfs": lfs} if large else {})


def part_of(content, environ):
    """All of a content, or the range that is asked for."""
    asked = re.fullmatch(r"bytes=(\d+)-(\d+)", environ.get("HTTP_RANGE", ""))
    if asked is None:
        return "200 OK", [], content
    first, last = int(asked[1]), min(int(asked[2]), len(content) - 1)
    where = f"bytes {first}-{last}/{len(content)}"
    return "206 Partial Content", [("Content-Range", where)], content[first : last + 1]


@pytest.fixture(scope="session")
def running_hub():
    hub = Hub()
    server = Server(wrap=lambda app: hub)
    server.hub = hub
    yield server
    server.stop()


@pytest.fixture
def hub_server(running_hub, monkeypatch):
    """The server, with an empty repository; processes of the test know it by their environment."""
    from huggingface_hub import constants

    running_hub.fault = lambda number, environ: None
    running_hub.hub.start_afresh()
    running_hub.requests.clear()
    for name in [name for name in os.environ if name.startswith("HF_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HF_ENDPOINT", running_hub.url)
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    monkeypatch.setenv("HF_HUB_DISABLE_XET", "1")
    reload(constants)  # which read the environment when it was imported
    monkeypatch.setattr("imggen.store.hf_client.PAUSE_SECONDS", 0.01)
    return running_hub
