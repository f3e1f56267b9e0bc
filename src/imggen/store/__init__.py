"""Output storage: atomic writes, digests, and the names in an output folder."""

from imggen.store.files import FileStore

__all__ = ["FileStore"]
