"""A finished run that is resumed: it is left as it is, and whatever it lacks is made again."""

import shutil

import pytest
from tests.checks import file_digests
from tests.run.runs import run

KINDS = {
    "files": {"labels__formats": ["coco", "yolo", "voc"]},
    "webdataset": {"labels__formats": ["coco"], "output__shard_images": 5},
    "parquet": {"output__shard_images": 5},
    "npz": {},
}


def make(small_article, out, kind, **how):
    return run(small_article, out, dataset__count=12, output__container=kind, **KINDS[kind], **how)


def stamps(out):
    """When each file and link was last changed."""
    return {str(path): path.lstat().st_mtime_ns for path in out.rglob("*") if not path.is_dir()}


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_written_again(small_article, tmp_path, kind):
    made = make(small_article, tmp_path, kind)
    before = stamps(tmp_path)
    again = make(small_article, tmp_path, kind, existing="resume")
    noted = {name for name in before if name.endswith("places.json")}
    now = stamps(tmp_path)
    assert {name for name in now if now[name] != before.get(name)} <= noted
    assert before.keys() == now.keys()
    assert (again.rendered, made.rendered) == (0, 12)
    for name in ("images", "distinct", "size_bytes", "crowded", "digest", "dropped"):
        assert getattr(again, name) == getattr(made, name)


def edit(path):
    path.write_bytes(path.read_bytes() + b" ")


DAMAGES = {
    "files": {
        "data.csv": edit,
        "imggen.toml": edit,
        "run.json": edit,
        ".imggen/run.json": edit,
        "annotations/instances.json": edit,
    },
    "webdataset": {
        "README.md": edit,
        "indexes/article.json": edit,
        ".imggen/shards.json": edit,
        "data.csv": lambda path: path.unlink(),
    },
    "npz": {"data.csv": lambda path: path.write_bytes(bytes(path.stat().st_size))},
}


@pytest.mark.parametrize(("kind", "name"), [(k, name) for k in DAMAGES for name in DAMAGES[k]])
def test_what_is_wrong_is_made_again(small_article, tmp_path, kind, name):
    out, whole = tmp_path / "out", tmp_path / "whole"
    make(small_article, out, kind)
    shutil.copytree(out, whole, symlinks=True)
    DAMAGES[kind][name](out / name)
    assert make(small_article, out, kind, existing="resume").rendered == 0
    assert file_digests(out, ("run.json",)) == file_digests(whole, ("run.json",))
    if name.startswith(".imggen") and name != ".imggen/run.json":
        assert (out / name).read_bytes() == (whole / name).read_bytes()
    assert (out / ".imggen/run.json").read_bytes() == (out / "run.json").read_bytes()


def test_a_lost_link_is_made_again(small_article, tmp_path):
    make(small_article, tmp_path, "files")
    links = [path for path in tmp_path.iterdir() if path.is_symlink()]
    assert links
    for path in links:
        path.unlink()
    make(small_article, tmp_path, "files", existing="resume")
    assert all(path.is_symlink() for path in links)


def test_art_that_was_moved_gets_its_new_place_in_the_settings(small_article, tmp_path):
    moved, out = tmp_path / "moved", tmp_path / "out"
    make(small_article, out, "files")
    before = (out / "imggen.toml").read_text()
    shutil.copytree(small_article, moved)
    make(moved, out, "files", existing="resume")
    assert (out / "imggen.toml").read_text() != before
    assert "moved" in (out / "imggen.toml").read_text()


def test_a_report_that_was_half_written_is_removed(small_article, tmp_path):
    make(small_article, tmp_path, "files")
    (tmp_path / "report.html.part").write_text("<!doctype")
    make(small_article, tmp_path, "files", existing="resume")
    assert not (tmp_path / "report.html.part").exists()
