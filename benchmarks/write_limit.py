"""The limit of any run: processes that write bytes they already hold.

    python -m benchmarks.write_limit FILES.json OUT PROCESSES

FILES.json lists [file, how many copies]. Prints the seconds from the moment all is in memory.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import time
from multiprocessing.synchronize import Barrier
from pathlib import Path


def write_copies(files: list[tuple[str, int]], out: Path, who: int, ready: Barrier) -> None:
    """Write each file so many times, one file's copies behind one another."""
    held = [(Path(name).read_bytes(), copies) for name, copies in files]
    ready.wait()
    number = 0
    for data, copies in held:
        for _ in range(copies):
            write(out / f"{who}-{number}", data)
            number += 1


def write(path: Path, data: bytes) -> None:
    """One file."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    left = memoryview(data)
    while left:
        left = left[os.write(file, left) :]
    os.close(file)


def main(files_name: str, out_name: str, processes_count: str) -> None:
    """Start the processes, let them write, and say how long it took."""
    files: list[tuple[str, int]] = json.loads(Path(files_name).read_text())
    count = int(processes_count)
    out = Path(out_name)
    out.mkdir(parents=True)
    ready = multiprocessing.Barrier(count + 1)
    writers = [
        multiprocessing.Process(target=write_copies, args=(files[who::count], out, who, ready))
        for who in range(count)
    ]
    for writer in writers:
        writer.start()
    ready.wait()
    begin = time.perf_counter()
    for writer in writers:
        writer.join()
    print(time.perf_counter() - begin)
    sys.exit(any(writer.exitcode for writer in writers))


if __name__ == "__main__":
    main(*sys.argv[1:])
