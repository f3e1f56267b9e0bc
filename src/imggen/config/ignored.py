"""Files that systems leave in folders of art, which imggen ignores everywhere."""

from __future__ import annotations

from pathlib import Path

# In lower case. Names that begin with a dot (.DS_Store, ._sky.png, .@__thumb) are always ignored.
IGNORED = frozenset(
    {
        # Windows
        "thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini",
        "$recycle.bin", "system volume information",
        # macOS; Windows shares replace the \r by \uf00d
        "icon\r", "icon\uf00d", "__macosx", "network trash folder", "temporary items",
        # network storage: Synology, QNAP, NetApp
        "@eadir", "@tmp", "#recycle", "#snapshot", "@recycle", "@recently-snapshot", "~snapshot",
        # Linux, Picasa
        "lost+found", "picasa.ini",
    }
)  # fmt: skip


def is_ignored(path: Path) -> bool:
    """Return True if `path` is hidden, or was made by an operating system and not by an artist."""
    return path.name.startswith(".") or path.name.casefold() in IGNORED
