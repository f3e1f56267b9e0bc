"""The identity of a journal's run: the manifest in its folder, and the digest of that."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import xxhash

from imggen.store.files import write_atomic
from imggen.store.layout import JOURNAL

MANIFEST = "manifest.json"
IDENTITY = "identity"  # the manifest's own digest, which reveals damage


def identity_of_manifest(manifest: dict[str, Any]) -> bytes:
    """Return the digest of a manifest, which each record of the run contains."""
    return xxhash.xxh3_128_digest(json.dumps(manifest, sort_keys=True).encode())


def write_manifest(folder: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest of the journal in `folder` if it has changed, and wait for the disk."""
    content = manifest_content(manifest)
    path = folder / MANIFEST
    if not path.exists() or path.read_bytes() != content:
        write_atomic(path, content, synced=True)


def manifest_content(manifest: dict[str, Any]) -> bytes:
    """Return the content of the file of a manifest."""
    sealed = {**manifest, IDENTITY: identity_of_manifest(manifest).hex()}
    return json.dumps(sealed, indent=1).encode()


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of the journal in `folder`; None if it is missing or damaged."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        identity = manifest.pop(IDENTITY, None)
    except (FileNotFoundError, ValueError, AttributeError):
        return None
    # Earlier versions wrote manifests without an identity.
    return manifest if identity in (None, identity_of_manifest(manifest).hex()) else None


def say_stranger(folder: Path, known: Collection[bytes | None]) -> str:
    """Return why the journal in `folder` may be of another run; its records are of `known` ones."""
    state = "damaged" if (folder / MANIFEST).exists() else "missing"
    records = "its records belong to another run" if known else "no record identifies the run"
    return f"{MANIFEST} in its {JOURNAL} is {state}, and {records}"
