"""The code for other readers in docs/containers.md and docs/labels.md runs on the sample."""

import re
import runpy
import tomllib

import pytest
from tests.documents import REPO, blocks

import imggen

PAGES = [REPO / "docs" / f"{name}.md" for name in ("containers", "labels")]
# Where the code expects which dataset, by the package that reads it.
DATASETS = {
    "webdataset": ("tars", {"output.container": "webdataset"}),
    "wids": ("tars", {"output.container": "webdataset"}),
    "datasets": ("OUT", {"output.container": "parquet"}),
    "numpy": ("OUT", {"output.container": "npy"}),
    "torchvision": (
        "voc/VOCdevkit/VOC2012",
        {"labels.formats": ["voc-segment"], "output.format": "jpeg"},
    ),
    "mlcroissant": ("out/boats", {"labels.formats": ["croissant"]}),
}
# Packages that are in by_hand's environment alone, and one that loads the clients of all clouds.
ELSEWHERE = {"nvidia", "tensorflow", "streaming"}


def reader_of(code):
    """The package that a block imports first."""
    return re.search(r"^(?:from|import) (\w+)", code, re.MULTILINE)[1]


def settings_of(reader):
    """The sample's settings, small, with the name and the layers that the code has."""
    values = tomllib.loads((REPO / "assets" / "imggen.toml").read_text())
    for layer in values["layer"]:
        layer["folder"] = str(REPO / "assets" / layer["folder"])
    values["output"] = {"size": [192, 108]}
    if reader == "mlcroissant":
        values["layer"][1]["name"] = values["layer"][2]["place"]["of"] = "boat"
    return values


@pytest.mark.parametrize(
    "code", [one for one in blocks("py", *PAGES) if reader_of(one.values[0]) not in ELSEWHERE]
)
def test_code_runs(code, tmp_path, monkeypatch, request):
    reader = reader_of(code)
    if reader == "torchvision":
        request.getfixturevalue("torchvision")
    out, overrides = DATASETS["webdataset" if '"tars"' in code else reader]
    monkeypatch.chdir(tmp_path)
    imggen.generate(settings_of(reader), out, count=8, workers=1, overrides=overrides)
    (tmp_path / "block.py").write_text(code)
    runpy.run_path("block.py", run_name="__main__")


def test_all_readers_are_known():
    readers = {reader_of(one.values[0]) for one in blocks("py", *PAGES)}
    assert readers == set(DATASETS) | ELSEWHERE
