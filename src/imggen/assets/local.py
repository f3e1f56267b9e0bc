"""Art at URLs, copied to a temporary folder of this machine while it is read."""

from __future__ import annotations

import errno
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath

from imggen.config import Config
from imggen.config.ignored import is_ignored
from imggen.errors import AssetError
from imggen.swept import swept_folder
from imggen.url_files import CHECK_ACCESS, copy_files, list_files
from imggen.urls import joined, url_of


@dataclass(frozen=True)
class LocalArt:
    """A configuration whose layers' folders are on this machine.

    Attributes
    ----------
    urls : the URL of each folder that is a copy
    """

    config: Config
    urls: Mapping[Path, str] = field(default_factory=dict)

    def named(self, sentence: str) -> str:
        """Return `sentence` with URLs in place of the paths of their copies."""
        for folder, url in self.urls.items():
            sentence = sentence.replace(str(folder), url)
        return sentence


@contextmanager
def local_art(config: Config) -> Iterator[LocalArt]:
    """Yield `config` with copies of folders at URLs, which are gone after the block.

    Sentences of errors that leave the block name the URLs.

    Raises
    ------
    AssetError
        If a folder cannot be read, or is empty, or there is no room for its copy.
    """
    layers = {
        url: layer.name for layer in reversed(config.layer) if (url := url_in(config, layer.folder))
    }
    if not layers:
        yield LocalArt(config)
        return
    with ExitStack() as stack:
        copies = _kept.get() or Copies(stack)
        art = LocalArt(config)
        try:
            copies.add(layers)
            art = LocalArt(
                with_folders(config, copies.folders),
                {path: url for url, path in copies.folders.items()},
            )
            yield art
        except AssetError as error:
            raise AssetError(art.named(str(error))) from error


@contextmanager
def keep_copies() -> Iterator[None]:
    """Within the block, copy each folder at a URL once, however often its art is read."""
    with ExitStack() as stack:
        before = _kept.set(_kept.get() or Copies(stack))
        try:
            yield
        finally:
            _kept.reset(before)


class Copies:
    """Copies of folders at URLs, until `stack` is closed.

    Attributes
    ----------
    folders : the copy of each URL
    """

    def __init__(self, stack: ExitStack) -> None:
        self.folders: dict[str, Path] = {}
        self._stack = stack

    @cached_property
    def parent(self) -> Path:
        """The folder of all copies."""
        return self._stack.enter_context(swept_folder(Path(tempfile.gettempdir())))

    def add(self, layers: Mapping[str, str]) -> None:
        """Copy the URLs of which there is no copy; `layers` has the layer of each."""
        listed = {
            url: list_art(url, layer) for url, layer in layers.items() if url not in self.folders
        }
        if listed:
            check_room(sum(sum(sizes.values()) for sizes in listed.values()), self.parent)
        for url, sizes in listed.items():
            folder = self.parent / f"{len(self.folders):06}"
            try:
                copy_files(url, sizes, folder)
            except OSError as error:
                where = str(error.filename or url).replace(str(folder), url)
                raise AssetError(say_unreadable(where, error)) from error
            self.folders[url] = folder


_kept: ContextVar[Copies | None] = ContextVar("kept", default=None)


def url_in(config: Config, folder: str) -> str | None:
    """Return the URL of a layer's folder; None if it is a path."""
    return url_of(joined(config.root, folder))


def with_folders(config: Config, folders: Mapping[str, Path]) -> Config:
    """Return `config` with `folders` in place of their URLs."""
    layers = [
        layer.model_copy(update={"folder": str(folders[url])})
        if (url := url_in(config, layer.folder))
        else layer
        for layer in config.layer
    ]
    return config.model_copy(update={"layer": tuple(layers)})


def list_art(url: str, layer: str) -> dict[str, int]:
    """Return the sizes of the files at `url` that are meant as art, by path."""
    called = f'layer.{layer}.folder is "{url}"'
    try:
        sizes = list_files(url)
    except OSError as error:
        same = error.filename == url
        where = f"{called}, which" if same else str(error.filename)
        raise AssetError(say_unreadable(where, error)) from error
    wanted = {name: size for name, size in sizes.items() if not has_ignored(name)}
    if not wanted:
        raise AssetError(f"{called}, where no files are; expected a folder with images.")
    return wanted


def has_ignored(name: str) -> bool:
    """Return True if any part of a path is ignored in folders of art."""
    return any(is_ignored(Path(part)) for part in PurePosixPath(name).parts)


def say_unreadable(what: str, error: OSError) -> str:
    """Return the sentence on what cannot be read."""
    hint = CHECK_ACCESS if error.errno == errno.EIO else "rename it, or make room for it"
    return f"{what} cannot be read: {error.strerror}; {hint}."


def check_room(needed: int, folder: Path) -> None:
    """Refuse more than the disk of `folder` has room for."""
    free = shutil.disk_usage(folder).free
    if needed > free:
        message = (
            f"the art at URLs has {needed:,} bytes, which are copied to {folder.parent} to be "
            f"read, and there are {free:,} free; set TMPDIR to a folder with room."
        )
        raise AssetError(message)
