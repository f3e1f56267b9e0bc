"""Files of a dataset in a store, copied to this machine while a worker checks them.

A worker has the files of one task on its disk at a time, and removes them when it is done.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from imggen.store.url_store import READ_BYTES, UrlStore

AT_ONCE = 16  # files on their way to a worker


@contextmanager
def fetched(url: str, out: Path, sizes: dict[str, int]) -> Iterator[None]:
    """Copy files below `url` to the folder `out`, those that it does not have; then remove them.

    Files that are missing there are missing here, too.

    Parameters
    ----------
    sizes : what the files should have, bytes, by name
    """
    wanted = {name: size for name, size in sizes.items() if not (out / name).exists()}
    store = UrlStore(url)
    try:
        with ThreadPoolExecutor(min(AT_ONCE, len(wanted) or 1)) as pool:
            for _ in pool.map(partial(fetch, store, out), wanted, wanted.values()):
                pass
        yield
    finally:
        for name in wanted:
            (out / name).unlink(missing_ok=True)


def fetch(store: UrlStore, out: Path, name: str, expected_bytes: int) -> None:
    """Copy a file, if the store has it: a small one with one request, others piece by piece."""
    if expected_bytes > READ_BYTES:
        size_bytes = store.size(name)
        if size_bytes is not None:
            store.get_file(name, out / name, size_bytes)
        return
    content = store.get(name)
    if content is not None:
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(content)
