"""A store in the memory of this process, in place of those that obstore and fsspec know."""

from collections import Counter

from imggen import url_files


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


def play_store(monkeypatch):
    """Let URLs be those of files in a new `FakeStore`."""
    store = FakeStore()
    monkeypatch.setattr("imggen.store.url_store.open_client", store.open_client)
    monkeypatch.setattr("imggen.urls.find_spec", lambda name: name)
    monkeypatch.setattr(url_files, "PAUSE_SECONDS", 0.001)
    return store


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

    def get(self, name, options=None):
        url = f"{self.url}/{name}"
        self.store.fail(url)
        if url not in self.store.files:
            raise FileNotFoundError(name)
        return FakeFile(self.store.files[url], options or {})


class FakeFile:
    """A range of a file, whose tag is its content."""

    def __init__(self, content, options):
        if options.get("if_match", content) != content:
            raise RuntimeError("status code: 412")
        start, stop = options.get("range", (0, len(content)))
        self.content = content[start:stop]
        self.meta = {"size": len(content), "e_tag": content}

    def bytes(self):
        return self.content
