"""docs/how-it-works.md names the packages in their order, and shows what its script draws."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
from PIL import Image
from tests.test_layering import ORDER

REPO = Path(__file__).parents[1]
DOCS = REPO / "docs"
PICTURES = DOCS / "pictures" / "how-it-works"


def test_packages_are_listed_in_their_order():
    section = (DOCS / "how-it-works.md").read_text().split("## The flow")[1].split("\n## ")[0]
    listed = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    assert listed == [*ORDER[:-1], "command"]


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
