"""Clients of S3 that send the same bytes: what each takes, and of imggen's, the least of a run.

`python -m benchmarks.store_clients FOLDER URL` uploads the files of a folder as imggen does.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from benchmarks.failing_store import BUCKET
from benchmarks.settings import Settings
from benchmarks.store_servers import Server
from benchmarks.tables import Cell, Column, Table

AT_ONCE = 32  # files
LARGE, SMALL = (5, 100 * 2**20), (1_000, 100 * 2**10)  # files, and the bytes of each

COLUMNS = (
    Column("name", ""),
    Column("seconds", "s", "{:.2f}"),
    Column("cpu", "CPU s", "{:.2f}"),
    Column("each", "CPU ms a file", "{:.2f}"),
)
NOTE = (
    "Files of random bytes to the server `null`, which refuses every 20th request; "
    f"{AT_ONCE} at a time. Wall and CPU time of the uploads, without imports; medians of rounds in "
    "which all take turns. All sign the SHA-256 of contents, unless it says unsigned."
)

Send = Callable[[Path, list[str]], None]


def measure_clients(server: Server, settings: Settings) -> list[Table]:
    """A table for large files, one for small ones."""
    return [
        measure("Clients: {:,} files of {:,.0f} MB", LARGE, server, settings),
        measure("Clients: {:,} files of {:,.1f} MB", SMALL, server, settings),
    ]


def measure(title: str, what: tuple[int, int], server: Server, settings: Settings) -> Table:
    """The table of so many files of that size."""
    folder, count, size_bytes = write_files(what, settings)
    title = title.format(count, size_bytes / 1e6)
    settings.say(title)
    taken: dict[str, list[tuple[float, float]]] = {}
    for _ in range(1 if settings.quick else settings.rounds):
        for name in CLIENTS:
            if all(find_spec(package) for package in NEEDED[name]):
                taken.setdefault(name, []).append(run_once(name, folder, server))
    rows = [row_of(name, count, own) for name, own in taken.items()]
    return Table(title, COLUMNS, rows, [NOTE])


def write_files(what: tuple[int, int], settings: Settings) -> tuple[Path, int, int]:
    """A folder of files, how many these are, and the size of each."""
    count, size_bytes = (min(what[0], 3), what[1] // 50) if settings.quick else what
    folder = settings.scratch / f"files-{what[1]}"
    if not folder.exists():
        folder.mkdir()
        for number in range(count):
            (folder / str(number)).write_bytes(os.urandom(size_bytes))
    return folder, count, size_bytes


def run_once(name: str, folder: Path, server: Server) -> tuple[float, float]:
    """Wall and CPU time of a client, s, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.store_clients", name, str(folder)]
    made = subprocess.run(command, check=True, env=server.environment, stdout=subprocess.PIPE)
    seconds, cpu = json.loads(made.stdout)
    return seconds, cpu


def row_of(name: str, count: int, own: list[tuple[float, float]]) -> dict[str, Cell]:
    """The row of a client; the first run is dropped where there are more."""
    seconds, cpu = (statistics.median(one[k] for one in own[1:] or own) for k in (0, 1))
    return {"name": name, "seconds": seconds, "cpu": cpu, "each": cpu / count * 1e3}


def main(name: str, folder: Path, url: str = f"s3://{BUCKET}/clients") -> None:
    """Upload all files below `folder`, and print what that took."""
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    send = CLIENTS[name](url)
    send(folder, names[:1])  # it connects, and loads what it needs
    seconds, cpu = time.perf_counter(), time.process_time()
    send(folder, names)
    print(json.dumps([time.perf_counter() - seconds, time.process_time() - cpu]))


def each(put: Callable[[Path, str], object]) -> Send:
    """What sends files by `put`, many at a time."""

    def send(folder: Path, names: list[str]) -> None:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for _ in pool.map(lambda name: put(folder / name, name), names):
                pass

    return send


def imggen(url: str) -> Send:
    """As imggen has it: obstore, given mapped memory."""
    from imggen.store.url_store import UrlStore  # noqa: PLC0415  # where its client is installed

    store = UrlStore(url)
    return each(lambda path, name: store.put(name, path))


def imggen_parts(url: str) -> Send:
    """The same in parts, whatever the size."""
    vars(import_module("imggen.store.url_content"))["WHOLE_BYTES"] = 0
    return imggen(url)


def imggen_unsigned(url: str) -> Send:
    """The same without a digest of contents."""
    os.environ["AWS_UNSIGNED_PAYLOAD"] = "true"
    return imggen(url)


def obstore(url: str) -> Send:
    """Obstore itself, given a path."""
    store = import_module("obstore.store").from_url(url, client_options={"allow_http": True})
    return each(lambda path, name: store.put(name, path))


def obstore_fsspec(url: str) -> Send:
    """Obstore behind fsspec."""
    store = import_module("obstore.fsspec").FsspecStore("s3", client_options={"allow_http": True})
    return each(lambda path, name: store.put_file(str(path), f"{url}/{name}"))


def s3fs(url: str) -> Send:
    """Upload by s3fs, whose own loop sends many at a time."""
    options = {"endpoint_url": os.environ["AWS_ENDPOINT_URL"]}
    store = import_module("s3fs").S3FileSystem(client_kwargs=options)

    def send(folder: Path, names: list[str]) -> None:
        paths = [str(folder / name) for name in names]
        store.put(paths, [f"{url}/{name}" for name in names], batch_size=AT_ONCE)

    return send


def boto3(url: str) -> Send:
    """Upload by boto3, as its own `upload_file` does it."""
    client = import_module("boto3").client("s3")
    bucket, _, prefix = url.removeprefix("s3://").partition("/")
    return each(lambda path, name: client.upload_file(str(path), bucket, f"{prefix}/{name}"))


CLIENTS: dict[str, Callable[[str], Send]] = {
    "imggen": imggen,
    "imggen, in parts": imggen_parts,
    "imggen, unsigned": imggen_unsigned,
    "obstore": obstore,
    "obstore behind fsspec": obstore_fsspec,
    "s3fs": s3fs,
    "boto3": boto3,
}
NEEDED = {name: [name] for name in CLIENTS} | {
    "imggen": [],
    "imggen, in parts": [],
    "imggen, unsigned": [],
    "obstore behind fsspec": ["obstore", "fsspec"],
}

if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
