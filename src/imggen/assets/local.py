"""A configuration whose art is on this machine: of folders at URLs, there are copies."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from imggen.assets.url_copies import open_copies
from imggen.config import Config
from imggen.urls import joined, url_of


@dataclass(frozen=True)
class LocalArt:
    """A configuration whose layers' folders are on this machine.

    Attributes
    ----------
    named : returns a sentence with URLs in place of the paths of their copies
    """

    config: Config
    named: Callable[[str], str]


@contextmanager
def local_art(config: Config) -> Iterator[LocalArt]:
    """Yield `config` with copies of folders at URLs, which are gone after the block.

    Sentences of errors that leave the block name the URLs.

    Raises
    ------
    AssetError
        If a folder cannot be read, or is empty, or there is no room for its copy.
    """
    called = {
        url: f"layer.{layer.name}.folder"
        for layer in reversed(config.layer)
        if (url := url_in(config, layer.folder))
    }
    if not called:
        yield LocalArt(config, str)
        return
    with open_copies() as copies:
        copies.add(called)
        yield LocalArt(with_folders(config, copies.folders), copies.named)


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
