"""What servers of S3 take to be sent large files, with one request each or in parts."""

from __future__ import annotations

import hashlib
import statistics
import time
from pathlib import Path

from benchmarks.settings import Settings
from benchmarks.store_clients import LARGE, run_once, write_files
from benchmarks.store_servers import Server, commands, started
from benchmarks.tables import Cell, Column, Table

NEVER = 10**9  # no request is refused
WAYS = {"one request each": "imggen", "in parts of 5 MB": "imggen, in parts"}

COLUMNS = (
    Column("name", ""),
    Column("server", "server's CPU s a GB", "{:.2f}"),
    Column("kernel", "of it in the kernel", "{:.2f}"),
    Column("client", "imggen's CPU s a GB", "{:.2f}"),
)
NOTE = (
    "Files of random bytes, none of which is refused; medians of rounds, the first left out. "
    "Contents are signed. A server in Python that keeps an object's MD5, as S3 does, takes no less "
    "than the last row."
)


def measure_ways(settings: Settings) -> Table:
    """The table of all servers that are installed."""
    folder, count, each_bytes = write_files(LARGE, settings)
    size_bytes = count * each_bytes
    rows: list[dict[str, Cell]] = []
    for name, command in commands().items():
        with started(command, settings.scratch / f"server-{name}", NEVER) as server:
            for way, client in WAYS.items():
                settings.say(f"{name}, {way}")
                taken = [send(server, client, folder) for _ in range(rounds_of(settings))]
                rows.append(row_of(f"{name}, {way}", taken, size_bytes))
    rows.append({"name": "MD5 alone", "server": md5_seconds(folder) / size_bytes * 1e9})
    return Table(f"Servers: {count} files of {each_bytes / 1e6:,.0f} MB", COLUMNS, rows, [NOTE])


def rounds_of(settings: Settings) -> int:
    """How often each way is measured."""
    return 2 if settings.quick else settings.rounds + 1


def send(server: Server, client: str, folder: Path) -> tuple[float, float, float]:
    """CPU time of the server, that of it in the kernel, and of the client, s."""
    whole, kernel = server.cpu_seconds(), server.kernel_seconds()
    _, cpu = run_once(client, folder, server)
    return server.cpu_seconds() - whole, server.kernel_seconds() - kernel, cpu


def row_of(name: str, taken: list[tuple[float, float, float]], size_bytes: int) -> dict[str, Cell]:
    """The row of one way."""
    keys = ("server", "kernel", "client")
    medians = [statistics.median(one[k] for one in taken[1:]) for k in range(len(keys))]
    gigabytes = size_bytes / 1e9
    return {"name": name, **{key: one / gigabytes for key, one in zip(keys, medians, strict=True)}}


def md5_seconds(folder: Path) -> float:
    """CPU time of the digests of all files."""
    seconds = 0.0
    for path in folder.iterdir():
        content = path.read_bytes()
        begin = time.process_time()
        hashlib.md5(content, usedforsecurity=False).hexdigest()
        seconds += time.process_time() - begin
    return seconds
