"""`imggen try`: labelled images and a contact sheet, from nothing."""

import json

import pytest
from PIL import Image

from imggen import cli
from imggen.errors import RunError


def test_it_needs_nothing(call, here):
    code, out, err = call(cli.main, "try")
    assert (code, err) == (0, "")
    assert out.startswith("look at  imggen-try/preview.png: 12 images and their boxes\n")
    assert "\nreport   imggen-try/dataset/report.html: open it in a browser\n" in out
    folder = here / "imggen-try"
    assert (folder / "dataset/report.html").is_file()
    assert len(list((folder / "dataset/images").iterdir())) == 12
    coco = json.loads((folder / "dataset/annotations/instances.json").read_text())
    assert len(coco["images"]) == 12
    assert len(list((folder / "dataset/labels").iterdir())) == 12
    with Image.open(folder / "preview.png") as sheet:
        assert min(sheet.size) > 500


def test_an_error_names_a_way_that_there_is(call, here, monkeypatch):
    """It has no --resume."""

    def fail(*_):
        raise RunError("It broke.")

    monkeypatch.setattr("imggen.run.merge.merge", fail)
    code, out, err = call(cli.main, "try")
    assert (code, out) == (1, "")
    assert err.startswith(
        "imggen: It broke. 12 of 12 images are done and kept; "
        "remove imggen-try and try again, or give another --out. "
    )


@pytest.mark.parametrize("what", ["file", "folder"])
def test_it_replaces_nothing(call, here, what):
    mine = here / "mine"
    if what == "folder":
        mine.mkdir()
        mine = mine / "kept"
    mine.write_text("kept")
    why = {"file": "is a file", "folder": "is not empty"}[what]
    sentence = f"imggen: mine {why}; give a new folder with --out.\n"
    assert call(cli.main, "try", "--out", "mine") == (2, "", sentence)
    assert mine.read_text() == "kept"
