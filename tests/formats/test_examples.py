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
MORE = "More about each thing"
MORE_FILES = (
    "annotations/instances.json", "annotations/panoptic.json", "labels/0.txt", "obb/labels/0.txt",
    "data.yaml", "occlusion/0.json",
)  # fmt: skip
LANGUAGES = ("json", "text", "yaml", "xml")


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """The sample's first images, with labels."""
    out = tmp_path_factory.mktemp("sample") / "out"
    formats = ["--labels", "coco,yolo,voc,masks"]
    asked = [str(REPO / "assets"), "--count", "4", "--out", str(out), "--workers", "1", *formats]
    assert bulk.main(asked) == 0
    return out


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    """The dataset that the section on more labels describes."""
    folder = tmp_path_factory.mktemp("crowd")
    language, settings = blocks_of(MORE)[0]
    assert language == "toml"
    (folder / "imggen.toml").write_text(settings)
    for name in ("backgrounds", "characters"):
        (folder / name).symlink_to(REPO / "assets" / name)
    asked = [str(folder), "--count", "12", "--workers", "1", "--out"]
    assert bulk.main([*asked, str(folder / "out")]) == 0
    assert bulk.main([*asked, str(folder / "out/obb"), "--labels", "yolo-obb"]) == 0
    return folder / "out"


def blocks_of(section):
    """The fenced blocks in a section, each after its language."""
    text = (REPO / "docs/labels.md").read_text().split(f"\n## {section}\n")[1].split("\n## ")[0]
    return re.findall(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def examples_of(section):
    """The lines of examples in a section."""
    blocks = blocks_of(section)
    return [line for name, block in blocks if name in LANGUAGES for line in block.splitlines()]


@pytest.mark.parametrize("section", SECTIONS)
def test_lines_are_in_the_files(sample, section):
    check_lines(sample, section, SECTIONS[section])


def test_lines_of_more_labels_are_in_the_files(crowd):
    check_lines(crowd, MORE, MORE_FILES)


def check_lines(out, section, names):
    """Each line of an example is in one of the files; `...` stands for anything."""
    text = "\n" + "".join((out / name).read_text() for name in names)
    lines = examples_of(section)
    assert len(lines) > 1
    for line in lines:
        pattern = ".*".join(re.escape(piece) for piece in line.split("..."))
        assert re.search(rf"\n{pattern}\n", text), line
