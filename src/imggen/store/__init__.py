"""Bytes to names."""

from imggen.store.files import FileStore

__all__ = ["FileStore"]
