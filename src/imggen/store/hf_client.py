"""The client of folders in repositories of the Hugging Face Hub, with obstore's interface.

huggingface_hub does it, and finds the token as its own tools do: HF_TOKEN, or what `hf auth login`
has left. Writes become commits together, see `hf_commits`; what is read is committed before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from typing import Any

import xxhash

from imggen.store.hf_commits import Commits
from imggen.store.url_content import Listed, Version, Written, content_of
from imggen.store.url_errors import ConflictError, repeated

OF_GIT = ".gitattributes"  # every repository has it
PAUSE_SECONDS, MOST_PAUSES = 1.0, 5  # the first, and the others twice as long each


class HfClient:
    """The client of the folder at a URL like `hf://datasets/USER/NAME/FOLDER`.

    Attributes
    ----------
    pauses : seconds before each repetition of a request, which is for the caller to make

    Raises
    ------
    FileNotFoundError
        If there is no such repository, or the token may not see it.
    ValueError
        If the URL is of another kind.
    """

    def __init__(self, url: str, retry_seconds: float) -> None:
        self.pauses = pauses_within(retry_seconds)
        self._hub = import_module("huggingface_hub")
        self._utils = import_module("huggingface_hub.utils")
        self._utils.disable_progress_bars()
        self._utils.logging.set_verbosity_error()  # it warns of each request that it repeats
        files = self._hub.HfFileSystem(skip_instance_cache=True)
        if url.startswith("hf://buckets/"):
            raise ValueError("it is a bucket, and not a repository of datasets")
        place = repeated(lambda: files.resolve_path(url), self.pauses)
        self._repo = {"repo_id": place.repo_id, "repo_type": place.repo_type}
        self._revision, self._folder = place.revision, place.path_in_repo
        self._folder_kind = import_module("huggingface_hub.hf_api").RepoFolder
        self._commits = Commits(self._repo, self._revision)

    def list(self, prefix: str | None = None, chunk_size: int = 0) -> Iterator[list[Listed]]:
        """Yield all files below `prefix`, with paths from that of the client."""
        del chunk_size
        yield self._tree(prefix, recursive=True)["objects"]

    def list_with_delimiter(self, prefix: str | None = None) -> dict[str, Any]:
        """Return the files and folders right in `prefix`."""
        return self._tree(prefix, recursive=False)

    def get(self, name: str, options: Mapping[str, Any] | None = None) -> HfFile:
        """Return a file, or the `range` of its bytes that `options` names."""
        self._commits.flush_if_staged(self._path(name))
        return self._read(name, self._revision, (options or {}).get("range"))

    def get_range(self, name: str, *, start: int, end: int) -> bytes:
        """Return the bytes `start` to `end` of a file."""
        return self.get(name, {"range": (start, end)}).bytes()

    def head(self, name: str) -> Listed:
        """Return the size of a file."""
        path = self._path(name)
        self._commits.flush_if_staged(path)
        ask = self._commits.api.get_paths_info
        for one in ask(paths=[path], revision=self._revision, **self._repo):
            return {"size": one.size}
        raise FileNotFoundError(name)

    def put(
        self,
        name: str,
        content: Written,
        *,
        mode: str | Version = "overwrite",
        **parts: int,
    ) -> None:
        """Stage a file; with `mode` "create" or a version, commit it if it is as it was then.

        Raises
        ------
        ConflictError
            If not.
        """
        del parts
        if mode == "overwrite":
            self._commits.add(self._path(name), content)
        else:
            self._put_if(name, content_of(content), mode if isinstance(mode, dict) else None)

    def copy(self, name: str, to: str) -> None:
        """Stage a copy of a file."""
        self._commits.copy(self._path(name), self._path(to))

    def delete(self, names: Iterable[str]) -> None:
        """Stage the removal of files; those that are gone are no error."""
        for name in names:
            self._commits.remove(self._path(name))

    def flush(self) -> None:
        """Commit what is staged."""
        self._commits.flush()

    def _tree(self, prefix: str | None, *, recursive: bool) -> dict[str, Any]:
        """Return the files and folders in `prefix`; none if it is missing."""
        self.flush()
        find, folder_kind = self._commits.api.list_repo_tree, self._folder_kind
        where = {"path_in_repo": self._path(prefix or "") or None, "revision": self._revision}
        files: list[Listed] = []
        folders: list[str] = []
        with suppress(self._utils.EntryNotFoundError):
            for one in find(recursive=recursive, **where, **self._repo):
                name = one.path.removeprefix(self._folder).lstrip("/")
                if isinstance(one, folder_kind):
                    folders.append(name)
                elif one.path != OF_GIT:
                    files.append({"path": name, "size": one.size})
        return {"common_prefixes": folders, "objects": files}

    def _read(self, name: str, revision: str, bounds: tuple[int, int] | None = None) -> HfFile:
        """Return a file of a revision, or the bytes within `bounds`."""
        url = self._hub.hf_hub_url(filename=self._path(name), revision=revision, **self._repo)
        headers = self._utils.build_hf_headers()
        if bounds is not None:
            headers["Range"] = f"bytes={bounds[0]}-{bounds[1] - 1}"
        response = self._hub.get_session().get(url, headers=headers)
        try:
            self._utils.hf_raise_for_status(response)
        except self._utils.EntryNotFoundError:
            raise FileNotFoundError(name) from None
        of_all = response.headers.get("Content-Range", "").rpartition("/")[2]
        return HfFile(response.content, int(of_all or len(response.content)))

    def _put_if(self, name: str, content: bytes, version: Version | None) -> None:
        """Commit a file upon the very commit with which it has `version`, or None is missing."""

        def put() -> None:
            api = self._commits.api
            head = str(api.repo_info(revision=self._revision, **self._repo).sha)
            try:
                found = self._read(name, head)
            except FileNotFoundError:
                found = None
            if found is not None and found.bytes() == content:
                return  # by a try whose answer was lost
            if version != (None if found is None else found.version):
                raise ConflictError(name)
            self._commits.add_upon(head, self._path(name), content)

        self.flush()
        with self._commits.lock:
            repeated(put, self.pauses)

    def _path(self, name: str) -> str:
        return f"{self._folder}/{name}".strip("/")


class HfFile:
    """The content that was read of a file of `size_bytes`."""

    def __init__(self, content: bytes, size_bytes: int) -> None:
        self._content, self._size_bytes = content, size_bytes

    @property
    def version(self) -> Version:
        """A mark that tells its content from others."""
        return {"e_tag": xxhash.xxh3_128_hexdigest(self._content)}

    @property
    def meta(self) -> Listed:
        """The size of all of it, and what its version is told by."""
        return {"size": self._size_bytes, **self.version}

    def bytes(self) -> bytes:
        """Return what was read."""
        return self._content


def pauses_within(seconds: float) -> list[float]:
    """Return growing pauses, which are as long as `seconds` together, or shorter."""
    pauses = [PAUSE_SECONDS * 2**tried for tried in range(MOST_PAUSES)]
    return [one for k, one in enumerate(pauses) if sum(pauses[: k + 1]) <= seconds]
