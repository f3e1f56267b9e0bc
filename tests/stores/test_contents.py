"""What a store gets is what was sent, though the network damages it."""

import hashlib
import os
import socket
import time
from io import BytesIO
from threading import Thread

import pytest
from tests.stores.conftest import BUCKET, Server, make_certificate

from imggen.store.url_content import PART_BYTES
from imggen.store.url_store import UrlStore

DIGEST = "HTTP_X_AMZ_CONTENT_SHA256"
UNSIGNED = "UNSIGNED-PAYLOAD"
LONG = 60_000  # bytes, which no head of a request has
MISMATCH = "400 Bad Request", b"<Error><Code>XAmzContentSHA256Mismatch</Code></Error>"


class BadWire:
    """A way to a server on which one bit is turned over, in the content of a request.

    Attributes
    ----------
    port : to connect to
    damaged : how many bits were
    """

    def __init__(self, port):
        self._to = port
        self.damaged = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            client, _ = self._listening.accept()
            server = socket.create_connection(("127.0.0.1", self._to))
            Thread(target=self._pass_on, args=(client, server, True), daemon=True).start()
            Thread(target=self._pass_on, args=(server, client, False), daemon=True).start()

    def _pass_on(self, source, to, is_request):
        try:
            while piece := bytearray(source.recv(2**16)):
                if is_request and len(piece) > LONG and not self.damaged:
                    self.damaged += 1
                    piece[LONG // 2] ^= 1
                to.sendall(piece)
        except OSError:
            pass
        finally:
            source.close()
            to.close()


@pytest.fixture(scope="module")
def https(tmp_path_factory):
    server = Server(make_certificate(tmp_path_factory.mktemp("certificate")))
    yield server
    server.stop()


@pytest.fixture
def encrypted(https, server, monkeypatch):
    """The same server, reached by https."""
    https.start_afresh()
    monkeypatch.setenv("AWS_ENDPOINT_URL", https.url)
    monkeypatch.setenv("SSL_CERT_FILE", str(https.certificate))
    return https


@pytest.fixture(params=[2**30, 0], ids=["whole", "parts"])
def big(request, tmp_path, monkeypatch):
    """A large file, which is uploaded with one request, or in several parts."""
    monkeypatch.setattr("imggen.store.url_content.WHOLE_BYTES", request.param)
    path = tmp_path / "big"
    path.write_bytes(os.urandom(2 * PART_BYTES + 12_345))
    return path


def checking(server):
    """Have a server compare contents with what the client says of them, as S3 does."""
    said = []

    def fault(number, environ):
        content = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(content)
        said.append(environ.get(DIGEST))
        right = said[-1] in (UNSIGNED, hashlib.sha256(content).hexdigest())
        return None if right else MISMATCH

    server.fault = fault
    return said


def through(server, monkeypatch):
    """Lead clients through a `BadWire`."""
    begin, _, port = server.url.rpartition(":")
    wire = BadWire(int(port))
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"{begin}:{wire.port}")
    return wire


@pytest.mark.parametrize("size_bytes", [0, 1, 300_000, PART_BYTES, PART_BYTES + 1])
def test_files_of_any_size(server, tmp_path, size_bytes):
    said = checking(server)
    path = tmp_path / "file"
    path.write_bytes(os.urandom(size_bytes))
    UrlStore(f"s3://{BUCKET}/x").put("file", path)
    assert server.read("x", "file") == path.read_bytes()
    assert UNSIGNED not in said


def test_files_that_take_too_long_with_one_request_go_in_parts(server, tmp_path, monkeypatch):
    """As on a slow network, where a request is given up before all of them is sent."""
    monkeypatch.setattr("imggen.store.url_clients.REQUEST_SECONDS", 3)
    monkeypatch.setattr("imggen.store.url_store.RETRY_SECONDS", 0.1)
    big = tmp_path / "big"
    big.write_bytes(os.urandom(2 * PART_BYTES + 12_345))

    def fault(number, environ):
        if int(environ.get("CONTENT_LENGTH") or 0) > PART_BYTES:
            time.sleep(5)

    server.fault = fault
    store = UrlStore(f"s3://{BUCKET}/x")
    for name in ("first", "second"):
        store.put(name, big)
        assert server.read("x", name) == big.read_bytes()
    assert server.requests.count(("PUT", "/bucket/x/second")) == 3  # of its parts


def test_large_files_in_a_store_that_fails(server, big):
    server.fault = lambda number, environ: None if number % 3 else "503 Slow Down"
    UrlStore(f"s3://{BUCKET}/x").put("file", big)
    server.fault = lambda number, environ: None
    assert server.read("x", "file") == big.read_bytes()


def test_a_bit_that_turns_over_is_noticed_by_the_digest(server, big, monkeypatch):
    said, wire = checking(server), through(server, monkeypatch)
    UrlStore(f"s3://{BUCKET}/x").put("file", big)
    assert wire.damaged == 1
    assert UNSIGNED not in said
    assert server.read("x", "file") == big.read_bytes()


def test_without_a_digest_it_is_not(server, big, monkeypatch):
    """So the test above can fail, and AWS_UNSIGNED_PAYLOAD over http is a risk."""
    monkeypatch.setenv("AWS_UNSIGNED_PAYLOAD", "true")
    said, wire = checking(server), through(server, monkeypatch)
    UrlStore(f"s3://{BUCKET}/x").put("file", big)
    assert wire.damaged == 1
    assert set(said) == {UNSIGNED}
    assert server.read("x", "file") != big.read_bytes()


def test_a_bit_that_turns_over_is_noticed_by_https(encrypted, big, monkeypatch):
    said, wire = checking(encrypted), through(encrypted, monkeypatch)
    UrlStore(f"s3://{BUCKET}/x").put("file", big)
    assert wire.damaged == 1
    assert set(said) == {UNSIGNED}
    assert encrypted.read("x", "file") == big.read_bytes()


def test_digests_over_https_for_those_who_want_them(encrypted, big, monkeypatch):
    monkeypatch.setenv("AWS_UNSIGNED_PAYLOAD", "false")
    said = checking(encrypted)
    UrlStore(f"s3://{BUCKET}/x").put("file", big)
    assert UNSIGNED not in said
    assert encrypted.read("x", "file") == big.read_bytes()
