"""A server that plays Google Cloud Storage: its XML API, in front of moto's buckets of S3.

That API is S3's but for names of headers, the token, and conditions on generations: numbers that
change with each write of an object. They are kept here, as Google documents the XML API.
"""

import os
from itertools import count
from threading import Lock

import pytest
from tests.stores.conftest import SECRET, Server

TOKEN = f"token-{SECRET}"
CONDITION = "HTTP_X_GOOG_IF_GENERATION_MATCH"
OWNER = "AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/s3/aws4_request"  # to moto
REFUSED = {
    "401 Unauthorized": b"<Error><Code>AuthenticationRequired</Code></Error>",
    "412 Precondition Failed": b"<Error><Code>PreconditionFailed</Code></Error>",
}


class XmlApi:
    """A WSGI application: Google's requests are `app`'s of S3 with other headers."""

    def __init__(self, app):
        self._app = app
        self._numbers = count(1_700_000_000_000_000)
        self._lock = Lock()
        self.start_afresh()

    def start_afresh(self):
        self._generations = {}

    def __call__(self, environ, start_response):
        if "aws" in environ.get("HTTP_AUTHORIZATION", "").lower():  # a look of the tests
            return self._app(environ, start_response)
        if environ.get("HTTP_AUTHORIZATION") != f"Bearer {TOKEN}":
            return refuse("401 Unauthorized", environ, start_response)
        environ["HTTP_AUTHORIZATION"] = OWNER
        if "HTTP_X_GOOG_COPY_SOURCE" in environ:
            environ["HTTP_X_AMZ_COPY_SOURCE"] = environ.pop("HTTP_X_GOOG_COPY_SOURCE")
        with self._lock:
            path, condition = environ["PATH_INFO"], environ.pop(CONDITION, None)
            if condition is not None and int(condition) != self._generations.get(path, 0):
                return refuse("412 Precondition Failed", environ, start_response)
            return list(self._app(environ, self._noted(environ, start_response)))

    def _noted(self, environ, start_response):
        """`start_response`, that notes what a request has written, and tells the generation."""
        way, query = environ["REQUEST_METHOD"], environ["QUERY_STRING"]
        path = environ["PATH_INFO"]
        writes = (way, "partNumber=" in query, "uploadId=" in query)

        def start(status, headers, *rest):
            if status.startswith("2") and writes in (("PUT", False, False), ("POST", False, True)):
                self._generations[path] = next(self._numbers)
            elif way == "DELETE" and "uploadId=" not in query:
                self._generations.pop(path, None)
            generation = self._generations.get(path, 0)
            kept = [one for one in headers if not one[0].lower().startswith("x-amz-")]
            return start_response(status, [*kept, ("x-goog-generation", str(generation))], *rest)

        return start


def refuse(status, environ, start_response):
    environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response(status, [("Content-Length", str(len(REFUSED[status])))])
    return [REFUSED[status]]


@pytest.fixture(scope="session")
def running_gcs():
    server = Server(wrap=XmlApi)
    yield server
    server.stop()


@pytest.fixture
def gcs_server(running_gcs, monkeypatch):
    """The server, with one empty bucket; processes of the test know it by their environment."""
    running_gcs.start_afresh()
    running_gcs.app.start_afresh()
    for name in [name for name in os.environ if name.startswith(("GOOGLE_", "AWS_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GOOGLE_BASE_URL", running_gcs.url)
    monkeypatch.setenv("GOOGLE_BEARER_TOKEN", TOKEN)
    monkeypatch.setattr("imggen.store.url_store.PAUSE_SECONDS", 0.01)
    return running_gcs
