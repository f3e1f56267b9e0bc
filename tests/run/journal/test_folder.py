"""What may be in the output folder, and what is removed from it."""

import os

import pytest
from tests.checks import check_sentence

from imggen.errors import OutputError
from imggen.run.journal.folder import check_folder, clear_folder, locked_folder


def make_run(out):
    """What a complete run leaves."""
    (out / ".imggen" / "done").mkdir(parents=True)
    (out / ".imggen" / "manifest.json").write_text("{}")
    (out / "images").mkdir()
    for name in ("images/0.png", "data.csv", "run.json", "imggen.toml"):
        (out / name).write_text(name)


def refused(out, existing, *parts):
    with pytest.raises(OutputError) as caught:
        check_folder(out, existing)
    check_sentence(caught.value, *parts)


@pytest.mark.parametrize("existing", ["refuse", "resume", "overwrite"])
def test_a_new_or_empty_folder_is_fine_and_untouched(tmp_path, existing):
    check_folder(tmp_path / "a" / "b", existing)
    assert list(tmp_path.iterdir()) == []
    check_folder(tmp_path, existing)


def test_not_empty(tmp_path):
    make_run(tmp_path)
    refused(tmp_path, "refuse", f"{tmp_path} is not empty", "--resume", "--overwrite")


@pytest.mark.parametrize(
    ("existing", "done"),
    [("resume", "resumed"), ("overwrite", "overwritten"), ("refuse", "used")],
)
def test_something_else_is_in_it(tmp_path, existing, done):
    (tmp_path / "thesis.doc").write_text("precious")
    what = f"{tmp_path} holds files that are no imggen run, so it cannot be {done}"
    refused(tmp_path, existing, what, "--out")
    assert (tmp_path / "thesis.doc").read_text() == "precious"


@pytest.mark.parametrize("existing", ["resume", "overwrite"])
def test_a_run(tmp_path, existing):
    make_run(tmp_path)
    check_folder(tmp_path, existing)


def test_a_complete_run_without_journal(tmp_path):
    make_run(tmp_path)
    (tmp_path / ".imggen" / "manifest.json").unlink()
    (tmp_path / ".imggen" / "done").rmdir()
    (tmp_path / ".imggen").rmdir()
    check_folder(tmp_path, "overwrite")
    refused(tmp_path, "resume", f"{tmp_path} has no journal (.imggen)", "--overwrite")


@pytest.mark.parametrize("below", ["", "deeper/still"])
def test_a_file(tmp_path, below):
    (tmp_path / "out").write_text("x")
    refused(tmp_path / "out" / below, "refuse", f"{tmp_path / 'out'} is a file", "--out")


def test_a_broken_link(tmp_path):
    (tmp_path / "out").symlink_to(tmp_path / "nowhere")
    refused(tmp_path / "out", "refuse", f"{tmp_path / 'out'} is a broken link", "--out")


def test_not_writable(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write anywhere
    refused(tmp_path / "out", "refuse", f"{tmp_path} cannot be written to", "permissions")


def test_clearing_removes_only_what_a_run_put_there(tmp_path):
    make_run(tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "images").write_text("mine too")
    clear_folder(tmp_path, ())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["more", "notes.txt"]
    assert (tmp_path / "more" / "images").read_text() == "mine too"


def test_clearing_does_not_follow_links(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "mine.png").write_text("mine")
    out = tmp_path / "out"
    make_run(out)
    (out / "images" / "0.png").unlink()
    (out / "images").rmdir()
    (out / "images").symlink_to(tmp_path / "elsewhere")
    clear_folder(out, ())
    assert list(out.iterdir()) == []
    assert (tmp_path / "elsewhere" / "mine.png").read_text() == "mine"


def test_half_cleared_can_be_overwritten_and_trusts_nothing(tmp_path, monkeypatch):
    make_run(tmp_path)
    (tmp_path / ".imggen" / "done" / "0-1.npy").write_text("x")

    def stop(path):
        raise KeyboardInterrupt

    monkeypatch.setattr("imggen.run.journal.folder.shutil.rmtree", stop_at_images(tmp_path, stop))
    with pytest.raises(KeyboardInterrupt):
        clear_folder(tmp_path, ())
    assert (tmp_path / "images" / "0.png").exists()
    assert not (tmp_path / ".imggen" / "done").exists()
    check_folder(tmp_path, "overwrite")


def stop_at_images(out, stop):
    from shutil import rmtree

    def remove(path, **options):
        if path == out / "images":
            stop(path)
        rmtree(path, **options)

    return remove


def test_one_run_at_a_time(tmp_path):
    out = tmp_path / "out"
    with locked_folder(out):
        with pytest.raises(OutputError) as caught, locked_folder(out):
            pass
        check_sentence(caught.value, out, "being written by another run", "--out")
    with locked_folder(out):
        pass
