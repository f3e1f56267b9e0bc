"""The examples in docs/labels.md are what the sample gives."""

import re
from pathlib import Path

import pytest

from imggen import bulk

REPO = Path(__file__).parents[2]
SECTIONS = {
    "COCO": ["annotations/instances.json"],
    "YOLO": ["labels/generated0.txt", "data.yaml"],
    "Pascal VOC": ["Annotations/generated0.xml"],
    "Masks": ["masks/classes.json"],
}
LANGUAGES = ("json", "text", "yaml", "xml")


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """The sample's first images, with labels."""
    out = tmp_path_factory.mktemp("sample") / "out"
    formats = ["--labels", "coco,yolo,voc,masks"]
    asked = [str(REPO / "assets"), "--count", "4", "--out", str(out), "--workers", "1", *formats]
    assert bulk.main(asked) == 0
    return out


def examples_of(section):
    """The lines of examples in a section."""
    text = (REPO / "docs/labels.md").read_text().split(f"\n## {section}\n")[1].split("\n## ")[0]
    blocks = re.findall(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [line for name, block in blocks if name in LANGUAGES for line in block.splitlines()]


@pytest.mark.parametrize("section", SECTIONS)
def test_lines_are_in_the_files(sample, section):
    text = "\n" + "".join((sample / name).read_text() for name in SECTIONS[section])
    lines = examples_of(section)
    assert len(lines) > 1
    for line in lines:
        pattern = ".*".join(re.escape(piece) for piece in line.split("..."))
        assert re.search(rf"\n{pattern}\n", text), line
