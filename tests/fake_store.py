"""A store in the memory of this process, in place of those that obstore and fsspec know."""

from collections import Counter


class FakeStore:
    """Files by URL.

    Attributes
    ----------
    requests : how often each file was opened, and each folder listed
    faults : errors by URL, of which each request takes one
    """

    def __init__(self):
        self.files = {}
        self.requests = Counter()
        self.faults = {}

    def put_folder(self, folder, url):
        """Copy the files of a local folder."""
        for path in folder.rglob("*"):
            if path.is_file():
                self.files[f"{url}/{path.relative_to(folder).as_posix()}"] = path.read_bytes()

    def open_client(self, url, retry_seconds):
        """As that of `imggen.store.url_store`."""
        return FakeClient(self, url)

    def fail(self, url):
        """Count a request, and raise its error."""
        self.requests[url] += 1
        if self.faults.get(url):
            raise self.faults[url].pop(0)


class FakeClient:
    """The part of obstore's interface that reads."""

    def __init__(self, store, url):
        self.store, self.url = store, url

    def list(self, prefix, chunk_size):
        self.store.fail(self.url)
        begin = f"{self.url}/"
        yield [
            {"path": name.removeprefix(begin), "size": len(content)}
            for name, content in self.store.files.items()
            if name.startswith(begin)
        ]

    def get(self, name):
        self.store.fail(f"{self.url}/{name}")
        if f"{self.url}/{name}" not in self.store.files:
            raise FileNotFoundError(name)
        return FakeFile(self.store.files[f"{self.url}/{name}"])


class FakeFile:
    def __init__(self, content):
        self.content = content

    def bytes(self):
        return self.content

    def stream(self, min_chunk_size):
        yield self.content[:3]
        yield self.content[3:]
