"""An S3 server that forgets what is large, so that a store costs this machine next to nothing.

It answers what imggen and its client ask for, keeps objects and parts below KEPT_BYTES, and of
larger ones only the size: the kernel drops their bytes. What is left of a store's cost is the
client's, as if the store were on another machine. It checks no signature, and cannot tell what
arrived: that is what tests with moto are for.
"""

from __future__ import annotations

import itertools
import re
import socket
import socketserver
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.sax.saxutils import escape, unescape

KEPT_BYTES = 2**20
RECEIVED_AT_ONCE = 2**22
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
REFUSAL = b"HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\n\r\n"
MODIFIED = "2026-01-01T00:00:00.000Z"


class Thing(NamedTuple):
    """An object or a part: what is kept of its content, its size in bytes, and its version."""

    content: bytes
    size_bytes: int
    tag: str


class Answer(NamedTuple):
    """An answer to a request."""

    status: str
    content: bytes = b""
    headers: Mapping[str, str] = {}


class Request(NamedTuple):
    """A request whose content has arrived."""

    method: str
    key: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Thing


class NullStore:
    """The objects of one bucket; every n-th request is refused."""

    def __init__(self, every: int) -> None:
        self.every = every
        self.requests = itertools.count(1)
        self.tags = itertools.count(1)
        self._objects: dict[str, Thing] = {}
        self._uploads: dict[str, dict[int, Thing]] = {}

    def answer(self, request: Request) -> Answer:
        """Do what a request asks for."""
        if not request.key:
            return self._delete_many(request) if request.method == "POST" else self._list(request)
        if "uploads" in request.query or "uploadId" in request.query:
            return self._upload(request)
        return getattr(self, f"_{request.method.lower()}")(request)  # type: ignore[no-any-return]

    def _put(self, request: Request) -> Answer:
        source = request.headers.get("x-amz-copy-source")
        found = self._objects.get(request.key)
        wanted = request.headers.get("if-match")
        if (found and "if-none-match" in request.headers) or (wanted and wanted != tag_of(found)):
            return Answer("412 Precondition Failed")
        if source is None:
            self._objects[request.key] = request.body
            return Answer("200 OK", headers={"ETag": request.body.tag})
        self._objects[request.key] = self._objects[unquote(source).lstrip("/").partition("/")[2]]
        return xml("CopyObjectResult", f"<ETag>{request.body.tag}</ETag>")

    def _get(self, request: Request) -> Answer:
        found = self._objects.get(request.key)
        if found is None:
            return Answer("404 Not Found", b"<Error><Code>NoSuchKey</Code></Error>")
        headers = {"ETag": found.tag, "Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT"}
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", request.headers.get("range", ""))
        if not asked:
            return Answer("200 OK", found.content, headers)
        start, stop = int(asked[1]), min(int(asked[2]) + 1, found.size_bytes)
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{found.size_bytes}"
        return Answer("206 Partial Content", found.content[start:stop], headers)

    def _head(self, request: Request) -> Answer:
        found = self._get(request)
        size_bytes = self._objects[request.key].size_bytes if found.headers else 0
        return Answer(found.status, headers={**found.headers, "Content-Length": str(size_bytes)})

    def _delete(self, request: Request) -> Answer:
        self._objects.pop(request.key, None)
        return Answer("204 No Content")

    def _delete_many(self, request: Request) -> Answer:
        keys = re.findall("<Key>(.*?)</Key>", request.body.content.decode())
        for key in keys:
            self._objects.pop(unescape(key), None)
        gone = (f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
        return xml("DeleteResult", "".join(gone))

    def _upload(self, request: Request) -> Answer:
        """Begin, go on with, complete or end an upload in parts."""
        if "uploads" in request.query:
            upload = str(next(self.tags))
            self._uploads[upload] = {}
            return xml("InitiateMultipartUploadResult", f"<UploadId>{upload}</UploadId>")
        upload = request.query["uploadId"]
        if request.method == "PUT":
            self._uploads[upload][int(request.query["partNumber"])] = request.body
            return Answer("200 OK", headers={"ETag": request.body.tag})
        parts = self._uploads.pop(upload)
        if request.method == "DELETE":
            return Answer("204 No Content")
        size_bytes = sum(part.size_bytes for part in parts.values())
        self._objects[request.key] = Thing(b"", size_bytes, request.body.tag)
        return xml("CompleteMultipartUploadResult", f"<ETag>{request.body.tag}</ETag>")

    def _list(self, request: Request) -> Answer:
        prefix, delimiter = request.query.get("prefix", ""), request.query.get("delimiter")
        after = request.query.get("continuation-token", "")
        most = int(request.query.get("max-keys", 1000))
        keys = sorted(key for key in self._objects.copy() if key.startswith(prefix) and key > after)
        folders = {folder_of(key, prefix, delimiter) for key in keys} - {None}
        files = [key for key in keys if folder_of(key, prefix, delimiter) is None]
        parts = [self._listed(key) for key in files[:most]]
        parts += [f"<CommonPrefixes><Prefix>{name}</Prefix></CommonPrefixes>" for name in folders]
        if len(files) > most:
            parts.append(f"<NextContinuationToken>{files[most - 1]}</NextContinuationToken>")
        return xml("ListBucketResult", "".join(parts))

    def _listed(self, key: str) -> str:
        found = self._objects[key]
        return (
            f"<Contents><Key>{escape(key)}</Key><LastModified>{MODIFIED}</LastModified>"
            f"<Size>{found.size_bytes}</Size><ETag>{found.tag}</ETag></Contents>"
        )


class Connection(socketserver.BaseRequestHandler):
    """The requests of one connection."""

    server: Server

    def handle(self) -> None:
        """Answer all that come."""
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        left = b""
        try:
            while (found := self._receive(left)) is not None:
                request, left = found
                if next(self.server.store.requests) % self.server.store.every:
                    self._send(self.server.store.answer(request))
                else:
                    self.request.sendall(REFUSAL)
        except ConnectionError:
            return

    def _receive(self, left: bytes) -> tuple[Request, bytes] | None:
        """Return the next request, and what came behind it; None at the end."""
        while (end := left.find(b"\r\n\r\n")) < 0:
            piece = self.request.recv(2**16)
            if not piece:
                return None
            left += piece
        lines = left[:end].decode().split("\r\n")
        method, target, _ = lines[0].split(" ")
        headers = {
            name.lower(): value for name, _, value in (one.partition(": ") for one in lines[1:])
        }
        size_bytes = int(headers.get("content-length", 0))
        if headers.get("expect") == "100-continue":
            self.request.sendall(CONTINUE)
        content, left = self._take(left[end + 4 :], size_bytes)
        url = urlsplit(target)
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        body = Thing(content, size_bytes, f'"{next(self.server.store.tags)}"')
        key = unquote(url.path).lstrip("/").partition("/")[2]
        return Request(method, key, query, headers, body), left

    def _take(self, begun: bytes, size_bytes: int) -> tuple[bytes, bytes]:
        """Return the content of a request, empty if it is large, and what came behind it."""
        kept, arrived = size_bytes <= KEPT_BYTES, len(begun)
        while arrived < size_bytes:
            piece = self.request.recv(
                min(size_bytes - arrived, RECEIVED_AT_ONCE), 0 if kept else socket.MSG_TRUNC
            )
            if not piece:
                raise ConnectionError
            arrived += len(piece)
            if kept:
                begun += piece
        return begun[:size_bytes] if kept else b"", begun[size_bytes:]

    def _send(self, answer: Answer) -> None:
        """Send an answer."""
        headers = {"Content-Length": str(len(answer.content)), **answer.headers}
        if answer.status.startswith("204"):
            del headers["Content-Length"]
        lines = [f"HTTP/1.1 {answer.status}", *(f"{key}: {headers[key]}" for key in headers)]
        head = "\r\n".join([*lines, "", ""]).encode()
        self.request.sendall(head + answer.content)


class Server(socketserver.ThreadingTCPServer):
    """The server of `store`, with a thread for each connection."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 256

    def __init__(self, store: NullStore) -> None:
        self.store = store
        super().__init__(("127.0.0.1", 0), Connection)


def tag_of(found: Thing | None) -> str | None:
    """The version of an object, if it is there."""
    return found and found.tag


def folder_of(key: str, prefix: str, delimiter: str | None) -> str | None:
    """The folder below `prefix` that a key is in, where a delimiter asks for folders."""
    name, found, _ = key[len(prefix) :].partition(delimiter) if delimiter else (key, "", "")
    return prefix + name + found if found else None


def xml(name: str, content: str) -> Answer:
    """An answer in XML."""
    return Answer("200 OK", f"<{name}>{content}</{name}>".encode())


def serve(file: Path, every: int) -> None:
    """Write the address to `file`, and serve until the process is ended."""
    with Server(NullStore(every)) as server:
        file.write_text(f"http://127.0.0.1:{server.server_address[1]}")
        server.serve_forever()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]))
