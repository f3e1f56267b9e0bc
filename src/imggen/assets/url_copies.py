"""Copies of folders at URLs in a temporary folder of this machine, for as long as they are read."""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from functools import cached_property
from pathlib import Path, PurePosixPath

from imggen.config.ignored import is_ignored
from imggen.errors import AssetError, InputError
from imggen.swept import check_room, swept_folder
from imggen.url_files import CHECK_ACCESS, copy_files, list_files


@contextmanager
def keep_copies() -> Iterator[None]:
    """Within the block, copy each folder at a URL once, however often its art is read."""
    with ExitStack() as stack:
        before = _kept.set(_kept.get() or Copies(stack))
        try:
            yield
        finally:
            _kept.reset(before)


@contextmanager
def open_copies() -> Iterator[Copies]:
    """Yield copies that are gone after the block, or those that are kept.

    Sentences of errors that leave the block name URLs in place of their copies.
    """
    with ExitStack() as stack:
        copies = _kept.get() or Copies(stack)
        try:
            yield copies
        except InputError as error:
            raise type(error)(copies.named(str(error))) from error


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

    def add(self, called: Mapping[str, str]) -> None:
        """Copy the URLs of which there is no copy; `called` names the setting of each.

        Raises
        ------
        AssetError
            If a folder cannot be read, or is empty, or there is no room for its copy.
        """
        new = {url: list_art(url, name) for url, name in called.items() if url not in self.folders}
        if new:
            needed = sum(sum(sizes.values()) for sizes in new.values())
            check_room("the art at URLs has", needed, self.parent, AssetError)
        for url, sizes in new.items():
            # Below the names that it has there, which may say what it is.
            folder = self.parent / f"{len(self.folders):06}" / url.partition("://")[2]
            try:
                copy_files(url, sizes, folder)
            except OSError as error:
                where = str(error.filename or url).replace(str(folder), url)
                raise AssetError(say_unreadable(where, error)) from error
            self.folders[url] = folder

    def named(self, sentence: str) -> str:
        """Return `sentence` with URLs in place of the paths of their copies."""
        for url, folder in self.folders.items():
            sentence = sentence.replace(str(folder), url)
        return sentence


_kept: ContextVar[Copies | None] = ContextVar("kept", default=None)


def list_art(url: str, called: str) -> dict[str, int]:
    """Return the sizes of the files that are meant as art at `url`, the value of `called`."""
    called = f'{called} is "{url}"'
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
