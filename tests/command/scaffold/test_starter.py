"""`imggen init my-set`: a small dataset from nothing, which works as it is."""

import json

import pytest
from PIL import Image
from tests.layered import keys_and_comments

from imggen.command.scaffold import starter
from imggen.config import load_config

NOT_EMPTY = (
    "my-set is not empty; name a new folder, or give --from my-set for a configuration of the art "
    "in it."
)


def test_it_works_at_once(run, here, monkeypatch):
    code, out, err = run("init", "my-set")
    assert (code, err) == (0, "")
    assert out == (
        "my-set: imggen.toml, which explains its keys, and 8 images to replace\n"
        "Look at it with: cd my-set && imggen preview --boxes\n"
        "Make images of it with: imggen bulk\n"
    )
    assert [path.name for path in here.iterdir()] == ["my-set"]
    monkeypatch.chdir(here / "my-set")
    assert run("bulk", "--count", 20, "--workers", 1, "--quiet") == (0, "", "")
    made = here / "my-set" / "out" / "my-set"
    coco = json.loads((made / "annotations" / "instances_train.json").read_text())
    assert {one["name"] for one in coco["categories"]} == {
        "anchor", "barrel", "bomb", "heart", "key",
    }  # fmt: skip
    with Image.open(next((made / "images" / "train").iterdir())) as image:
        assert image.size == (640, 360)
    assert run("check") == (0, "checked  8 files: 0 flaws\n", "")


def test_every_key_is_explained(run, here):
    assert run("init", "my set!")[0] == 0
    explained = dict(keys_and_comments((here / "my set!" / "imggen.toml").read_text()))
    assert len(explained) > 20
    assert [line for line, is_explained in explained.items() if not is_explained] == []
    assert load_config(here / "my set!" / "imggen.toml", {}).dataset.name == "my set"


def test_in_an_empty_folder(run, here):
    code, out, _ = run("init", ".")
    assert code == 0
    assert out.splitlines()[1] == "Look at it with: imggen preview --boxes"
    assert sorted(path.name for path in here.iterdir()) == ["backgrounds", "imggen.toml", "objects"]


def test_folders_above_are_made(run, here):
    assert run("init", "sets/new/my-set")[0] == 0
    assert (here / "sets" / "new" / "my-set" / "imggen.toml").is_file()


def test_wrong_calls(refused, here):
    (here / "my-set").mkdir()
    (here / "my-set" / "mine").touch()
    (here / "file").touch()
    assert refused("my-set") == NOT_EMPTY
    assert refused("file") == "file is a file; expected a new folder. Give another name."
    assert refused("a.toml") == (
        "a.toml names a file; without --from, init makes a folder. Give it a name."
    )
    assert refused("new", "--order", "a") == "--order is for --from; give both, or leave it out."
    assert refused("new", "--overwrite") == (
        "--overwrite is for --from; give both, or leave it out."
    )
    assert refused("file/new") == (
        "file cannot be written: file exists; check its name and permissions."
    )


@pytest.mark.parametrize("kind", ["new", "there"])
def test_what_cannot_be_written_leaves_nothing(run, here, monkeypatch, kind):
    def full(path, _):
        raise OSError(28, "No space left on device", str(path))

    if kind == "there":
        (here / "my-set").mkdir()
    monkeypatch.setattr(starter, "write_atomic", full)
    code, out, err = run("init", "my-set")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.endswith("no space left on device; make room on the disk.\n")
    assert [*here.rglob("*")] == ([here / "my-set"] if kind == "there" else [])
