"""What other systems leave in folders of art."""

from pathlib import Path

import pytest

from imggen.config.ignored import is_ignored


@pytest.mark.parametrize(
    "name",
    [
        ".DS_Store", "._sky.png", ".picasa.ini", ".@__thumb", ".AppleDouble", "Thumbs.db",
        "THUMBS.DB", "ehthumbs.db", "desktop.ini", "Desktop.ini", "Icon\r", "Icon\uf00d",
        "__MACOSX", "@eaDir", "#recycle", "#snapshot", "@Recycle", "$RECYCLE.BIN", "lost+found",
        "System Volume Information", "Picasa.ini",
    ],
)  # fmt: skip
def test_ignored(name):
    assert is_ignored(Path("art", name))


@pytest.mark.parametrize(
    "name",
    ["sky.png", "Icon.png", "Icon", "Thumbs.png", "recycle", "#1.png", "@home", "eaDir", "_"],
)
def test_kept(name):
    assert not is_ignored(Path("@eaDir", name))
