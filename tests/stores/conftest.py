"""An S3 server on this machine that fails as told, and imggen as users run it."""

import os
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime, timedelta
from io import StringIO
from ipaddress import ip_address
from socket import SHUT_RDWR
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from threading import Lock, Thread

import boto3
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID
from moto.moto_api._internal.models import moto_api_backend
from moto.server import DomainDispatcherApplication, create_backend_app
from tests.art import write_small_article
from werkzeug.serving import WSGIRequestHandler, make_server

from imggen import cli

SECRET = "secret-of-these-tests"  # the server takes any
BUCKET = "bucket"
HOST = ip_address("127.0.0.1")
pytest_plugins = ["tests.stores.gcs", "tests.stores.hub"]
OWN = (".imggen/", "imggen.toml", "run.json")  # of each run: these have paths and times


class Quiet(WSGIRequestHandler):
    """It logs nothing."""

    def log_request(self, *args):
        """Do not."""


class Server:
    """An S3 server, or what `wrap` makes of one.

    Attributes
    ----------
    fault : called with the number of each request and its environment, before it is answered; it
        returns a status to answer with, alone or with a content, "drop" to close the connection
        with no answer, "lose" to do so once the request has been carried out, or None
    requests : methods and paths of all requests
    certificate : a file with its certificate and key, if it speaks https
    """

    def __init__(self, certificate=None, wrap=lambda app: app):
        self.certificate = certificate
        self.requests = []
        self.fault = lambda number, environ: None
        self._lock = Lock()
        self.app = wrap(DomainDispatcherApplication(create_backend_app))
        secret = None
        if certificate is not None:
            secret = SSLContext(PROTOCOL_TLS_SERVER)
            secret.load_cert_chain(certificate)
        self._served = make_server(
            str(HOST), 0, self._answer, threaded=True, request_handler=Quiet, ssl_context=secret
        )
        if secret is not None:
            # The thread of each client does it: a silent one would keep all others waiting.
            self._served.socket.do_handshake_on_connect = False
        scheme = "http" if certificate is None else "https"
        self.url = f"{scheme}://{HOST}:{self._served.server_port}"
        Thread(target=self._served.serve_forever, daemon=True).start()
        self.environment = {
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": self.url,
        }
        self.client = boto3.client(
            "s3",
            endpoint_url=self.url,
            aws_access_key_id="key",
            aws_secret_access_key=SECRET,
            region_name="us-east-1",
            verify=certificate and str(certificate),
        )

    def start_afresh(self):
        self.fault = lambda number, environ: None
        moto_api_backend.reset()
        self.client.create_bucket(Bucket=BUCKET)
        self.requests.clear()

    def stop(self):
        self._served.shutdown()

    def contents(self, folder):
        """The bytes of each file of a dataset by its name, without those of runs alone."""
        return {
            name: self.read(folder, name) for name in self.names(folder) if not name.startswith(OWN)
        }

    def names(self, folder):
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=BUCKET, Prefix=f"{folder}/"
        )
        found = [one["Key"] for page in pages for one in page.get("Contents", ())]
        return [name.removeprefix(f"{folder}/") for name in found]

    def put(self, name, content):
        """Have a file, without a request."""
        get_backend("s3")[DEFAULT_ACCOUNT_ID]["aws"].put_object(BUCKET, name, content)

    def read(self, folder, name):
        return self.client.get_object(Bucket=BUCKET, Key=f"{folder}/{name}")["Body"].read()

    def _answer(self, environ, start_response):
        with self._lock:
            self.requests.append((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
            number = len(self.requests)
        fault = self.fault(number, environ)
        if fault is None:
            return self.app(environ, start_response)
        if fault in ("drop", "lose"):
            if fault == "lose":
                list(self.app(environ, lambda *args: None))
            environ["werkzeug.socket"].shutdown(SHUT_RDWR)
            raise ConnectionError
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        status, content = (fault, b"") if isinstance(fault, str) else fault
        start_response(status, [("Content-Length", str(len(content)))])
        return [content]


def make_certificate(folder):
    """The path of a new certificate of this machine, with its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.IPAddress(HOST)]), False)
    parts = Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    path = folder / "certificate.pem"
    certificate = made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
    path.write_bytes(certificate + key.private_bytes(*parts))
    return path


@pytest.fixture(scope="session")
def running():
    server = Server()
    yield server
    server.stop()


@pytest.fixture
def server(running, monkeypatch):
    """The server, with one empty bucket; processes of the test know it by their environment."""
    running.start_afresh()
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in running.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("imggen.store.url_store.PAUSE_SECONDS", 0.01)
    return running


@pytest.fixture(scope="session")
def art(tmp_path_factory):
    return write_small_article(tmp_path_factory.mktemp("art"))


def start(*args, program=("-m", "imggen")):
    """An imggen process."""
    command = [sys.executable, *map(str, program), *map(str, args)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def imggen(*args):
    """The exit code of a command in this process, and all that it prints."""
    printed = StringIO()
    with redirect_stdout(printed), redirect_stderr(printed):
        code = cli.main(list(map(str, args)))
    return code, printed.getvalue()


def local_contents(out):
    """As `Server.contents`, of a local folder."""
    names = [str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()]
    return {name: (out / name).read_bytes() for name in names if not name.startswith(OWN)}


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)
