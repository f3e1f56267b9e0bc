"""`imggen diff`: each difference is named, and equal datasets are the same."""

import json
import shutil

import numpy as np
import pytest
from PIL import Image

from imggen import bulk, cli


@pytest.fixture
def other(small_article, tmp_path):
    """A copy of the art, to change."""
    return shutil.copytree(small_article, tmp_path / "other")


@pytest.fixture
def diff(call):
    """Compares two; returns the exit code and the lines printed."""

    def diff(*args):
        code, out, err = call(cli.main, "diff", *args)
        assert err == ""
        return code, out.splitlines()

    return diff


def change(art, old, new):
    path = art / "imggen.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_the_same(diff, small_article, other):
    assert diff(small_article, other) == (0, ["nothing differs"])
    assert diff(small_article, other, "-q") == (0, [])


def test_runs_with_the_same_digest(call, diff, small_article, here):
    for name, workers in (("a", 1), ("b", 2)):
        args = ("--count", 9, "-j", workers, "-q", "--out", name)
        assert call(bulk.main, small_article, *args)[0] == 0
    digest = json.loads((here / "a/run.json").read_text())["digest"]
    assert diff("a", "b") == (0, [f"nothing differs: the digest of both is {digest}"])


def test_another_seed(diff, small_article, other):
    change(other, "[dataset]", "[dataset]\nseed = 5")
    code, lines = diff(small_article, other)
    assert code == 1
    assert lines[0] == "dataset.seed is 0 and 5"
    shown = [line.split(" of 200 images")[0].rsplit(" ", 1)[0] for line in lines[1:4]]
    layers = ("background", "character", "object")
    assert shown == [f"layer.{layer} shows something else in" for layer in layers]
    assert " of 64 compared images have other pixels: image " in lines[4]
    assert len(lines) == 5


def test_another_count(diff, small_article, other):
    change(other, "[dataset]", "[dataset]\ncount = 150")
    assert diff(small_article, other) == (
        1,
        ["dataset.count is 200 and 150", "there are 200 and 150 images"],
    )


def test_one_changed_file(diff, small_article, other):
    path = other / "backgrounds/desert.png"
    pixels = np.array(Image.open(path))
    pixels[0, 0] ^= 8
    Image.fromarray(pixels).save(path)
    code, (art, found) = diff(small_article, other)
    assert code == 1
    assert art == "layer.background: desert.png has changed"
    assert found.endswith("has 1, by 8 of 255 at most")


def test_another_size(diff, small_article, other):
    change(other, "mode = \"RGB\"" if "mode" in (other / "imggen.toml").read_text() else "[canvas]",
           '[canvas]\nmode = "L"')  # fmt: skip
    code, lines = diff(small_article, other)
    assert code == 1
    assert 'canvas.mode is "RGB" and "L"' in lines
    assert lines[-1] == "images are 192x108x3 and 192x108x1"


def test_a_layer_that_is_only_in_one(diff, small_article, other):
    text = (other / "imggen.toml").read_text()
    (other / "imggen.toml").write_text(text + '\n[[layer]]\nname = "more"\nfolder = "objects"\n')
    assert "layer.more is only in the second" in diff(small_article, other)[1]
    assert "layer.more is only in the first" in diff(other, small_article)[1]


def test_json(call, small_article, other):
    code, out, err = call(cli.main, "diff", small_article, other, "--json")
    assert (code, err) == (0, "")
    event = json.loads(out)
    assert (event["event"], event["same"], event["differences"]) == ("compared", True, [])
