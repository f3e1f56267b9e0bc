"""The pictures of docs/how-it-works.md are what their script draws from files of the sample."""

import subprocess
import sys
from pathlib import Path

import numpy as np
from PIL import Image

REPO = Path(__file__).parents[1]
DOCS = REPO / "docs"
PICTURES = DOCS / "pictures" / "how-it-works"


def test_the_script_draws_the_pictures(tmp_path):
    script = REPO / "scripts" / "draw_how_it_works.py"
    subprocess.run([sys.executable, script, "--out", tmp_path], check=True, capture_output=True)
    pictures = sorted(path.name for path in tmp_path.iterdir())
    assert pictures == sorted(path.name for path in PICTURES.iterdir()) == ["jpeg.jpg", "png.jpg"]
    for name in pictures:
        assert f"(pictures/how-it-works/{name})" in (DOCS / "how-it-works.md").read_text()
        with Image.open(tmp_path / name) as new, Image.open(PICTURES / name) as old:
            distance = np.abs(np.asarray(new, np.int16) - np.asarray(old, np.int16))
        assert distance.mean() < 2, name  # levels: Pillow and Pillow-SIMD differ where they resize
