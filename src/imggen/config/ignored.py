"""Files that other systems leave in folders of art; imggen ignores them everywhere."""

from __future__ import annotations

from pathlib import Path

# In small letters. What begins with a dot (.DS_Store, ._sky.png, .@__thumb) needs no mention.
IGNORED = frozenset(
    {
        # Windows
        "thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini",
        "$recycle.bin", "system volume information",
        # macOS; \uf00d is how Windows shares spell the \r
        "icon\r", "icon\uf00d", "__macosx", "network trash folder", "temporary items",
        # network storage: Synology, QNAP, NetApp
        "@eadir", "@tmp", "#recycle", "#snapshot", "@recycle", "@recently-snapshot", "~snapshot",
        # Linux, Picasa
        "lost+found", "picasa.ini",
    }
)  # fmt: skip


def is_ignored(path: Path) -> bool:
    """Return whether `path` is hidden, or was left by a system and not by an artist."""
    return path.name.startswith(".") or path.name.casefold() in IGNORED
