"""The gallery is what its script makes."""

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

REPO = Path(__file__).parents[1]
DOCS = REPO / "docs"
PICTURES = sorted((DOCS / "pictures" / "gallery").iterdir())


def test_the_script_makes_it(tmp_path):
    script = REPO / "scripts" / "draw_gallery.py"
    arguments = ["--only", "flip", "--docs", str(tmp_path)]
    subprocess.run([sys.executable, script, *arguments], check=True, capture_output=True)
    assert (tmp_path / "gallery.md").read_text() == (DOCS / "gallery.md").read_text()
    (made,) = (tmp_path / "pictures" / "gallery").iterdir()
    with Image.open(made) as new, Image.open(DOCS / "pictures" / "gallery" / "flip.jpg") as old:
        assert new.size == old.size


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.stem)
def test_pictures_are_small_and_shown(picture):
    assert picture.stat().st_size <= 60_000
    assert f"(pictures/gallery/{picture.name})" in (DOCS / "gallery.md").read_text()
