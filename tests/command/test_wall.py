"""Whatever fails becomes a sentence and an exit code, and its traceback is kept in a file."""

import errno
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

from imggen import bulk, cli
from imggen.command import scaffold
from imggen.command.wall import MOST_CHARACTERS, explain, walled
from imggen.errors import ExplainedError, OutputError, RunError
from imggen.run import recipe, render
from imggen.run.chunks.worker import Repeats
from imggen.store.layout import LAST_ERROR

LONG = 300 * "n"


@pytest.fixture
def art(small_article, tmp_path):
    """Art and configuration that a test may break."""
    return Path(shutil.copytree(small_article, tmp_path / "art"))


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """The folder for temporary files, empty."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def run(call):
    """Runs `imggen`; returns exit code, stdout and stderr."""
    return lambda *args: call(cli.main, *args)


@pytest.fixture
def refused(run, here, temporary):
    """Runs `imggen`, which must refuse with one sentence and write nothing; returns it."""

    def refused(*args):
        before = sorted(here.rglob("*"))
        code, out, err = run(*args)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert sorted(here.rglob("*")) == before
        assert list(temporary.iterdir()) == []
        return err.removeprefix("imggen: ").rstrip("\n")

    return refused


def fail(error):
    """Return a function that raises `error` whatever it is given."""

    def function(*_args, **_options):
        raise error

    return function


# --- what is said ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (RunError("It broke; go on."), "It broke; go on."),
        (MemoryError(), "memory ran out; give fewer --workers or less --memory."),
        (
            MemoryError("Unable to allocate 3 GiB"),
            "memory ran out (Unable to allocate 3 GiB); give fewer --workers or less --memory.",
        ),
        (
            OSError(errno.EIO, os.strerror(errno.EIO), b"a\xff"),
            "the system refused a file operation: a\udcff: input/output error.",
        ),
        (
            OSError(errno.EIO, os.strerror(errno.EIO)),
            "the system refused a file operation: input/output error.",
        ),
        (
            OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)),
            "the system refused a file operation: no space left on device; make room on the disk.",
        ),
        (ValueError("odd\n  lines."), "an unexpected error stopped it: ValueError: odd lines."),
        (KeyError(), "an unexpected error stopped it: KeyError."),
    ],
)
def test_sentences(error, sentence):
    assert explain(error) == sentence


def test_a_long_message_is_cut():
    shown = f"{MOST_CHARACTERS * 'x'}..."
    expected = f"an unexpected error stopped it: ValueError: {shown.removesuffix('.')}."
    assert explain(ValueError(9999 * "x")) == expected


def test_the_traceback_is_in_the_file_that_the_sentence_names(capsys, temporary):
    assert walled(fail(ValueError("odd"))) == 1
    [kept] = temporary.iterdir()
    assert capsys.readouterr().err == (
        f"imggen: an unexpected error stopped it: ValueError: odd. Details are in {kept}.\n"
    )
    text = kept.read_text()
    assert "in function\n    raise error\nValueError: odd\n" in text


def test_wrong_input_needs_no_traceback(capsys, temporary):
    assert walled(fail(OutputError("It is full."))) == 2
    assert capsys.readouterr().err == "imggen: It is full.\n"
    assert list(temporary.iterdir()) == []


def test_a_sentence_that_tells_all_needs_no_traceback(capsys, temporary):
    assert walled(fail(ExplainedError("3 images are missing."))) == 1
    assert capsys.readouterr().err == "imggen: 3 images are missing.\n"
    assert list(temporary.iterdir()) == []


def test_a_merge_that_lacks_images_keeps_no_traceback(run, here, art):
    how = ("--count", 6, "--workers", 1, "--out", "x", "-q", "--partition", "1/2")
    assert run("bulk", art, *how) == (0, "", "")
    code, out, err = run("merge", "x")
    assert (code, out) == (1, "")
    assert err.endswith("make it with the same command and --partition, then merge again.\n")
    assert not (here / "x" / LAST_ERROR).exists()


def test_nowhere_to_keep_a_traceback(capsys, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", "/gone")
    assert walled(fail(KeyError())) == 1
    assert capsys.readouterr().err == "imggen: an unexpected error stopped it: KeyError.\n"


def test_characters_that_would_command_the_terminal_are_escaped(call, here):
    (here / "imggen.toml").write_text('[[layer]]\nname = "a"\nfolder = "b\\u001b[31m\\u0000é"')
    code, out, err = call(bulk.main)
    assert (code, out) == (2, "")
    assert err.startswith('imggen: layer.a.folder is "b\\x1b[31m\\x00é", which is no folder; ')


def test_names_that_are_not_utf8_can_be_printed(capsys):
    assert walled(fail(OutputError("a\udcff is full."))) == 2
    assert capsys.readouterr().err == "imggen: a\\udcff is full.\n"


# --- runs that fail -------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [EOFError("x"), BrokenPipeError(errno.EPIPE, "x"), SystemError()])
def test_no_error_is_taken_for_one_of_the_terminal(run, art, monkeypatch, error):
    """As the parser of arguments would: it ends at a broken pipe without a word."""
    monkeypatch.setattr(recipe, "load_assets", fail(error))
    code, out, err = run("bulk", art, "--workers", 1)
    assert (code, out) == (1, "")
    assert err.startswith(f"imggen: {explain(error)} Details are in ")


def test_all_commands_are_behind_it(run, here, art, monkeypatch):
    monkeypatch.setattr(recipe, "load_assets", fail(TypeError("odd")))
    monkeypatch.setattr(scaffold, "make_sketch", fail(TypeError("odd")))
    for args in (("bulk", art), ("bulk", art, "--dry-run"), ("init", "--from", art)):
        code, out, err = run(*args)
        assert (code, out) == (1, "")
        assert err.startswith("imggen: an unexpected error stopped it: TypeError: odd. Details ")
    assert list(here.iterdir()) == []


def test_in_a_worker(run, here, art, monkeypatch):
    monkeypatch.setattr(Repeats, "encode", fail(ZeroDivisionError("by nought")))
    code, out, err = run("bulk", art, "--count", 1, "--workers", 1, "--out", "x", "-q")
    assert (code, out) == (1, "")
    assert re.match(r"imggen: x/images/generated0\.png \(background .*\) cannot be made: Zero", err)
    assert " 0 of 1 images are done and kept; go on with: " in err
    assert err.endswith(f" Details are in x/{LAST_ERROR}.\n")
    text = (here / "x" / LAST_ERROR).read_text()
    assert "in render_chunk\n" in text
    assert "ZeroDivisionError: by nought\n" in text


def test_before_anything_is_written(run, here, art, temporary, monkeypatch):
    """Then OUT is not made for the traceback."""
    monkeypatch.setattr(recipe, "load_assets", fail(ZeroDivisionError("by nought")))
    code, out, err = run("bulk", art, "--workers", 1)
    [kept] = temporary.iterdir()
    assert (code, out) == (1, "")
    sentence = "imggen: an unexpected error stopped it: ZeroDivisionError: by nought. "
    assert err == f"{sentence}Details are in {kept}.\n"
    assert list(here.iterdir()) == []


def test_while_images_are_made(call, here, art, monkeypatch):
    """The traceback is in OUT, until the run has been completed."""
    kept = Path("out", "article", LAST_ERROR)
    args = [art, "--count", 4, "--workers", 1, "--chunk-size", 1]
    monkeypatch.setattr(sys, "argv", ["imggen", "bulk", *map(str, args)])
    with monkeypatch.context() as patched:
        patched.setattr(render.Journal, "add", fail(ZeroDivisionError("by nought")))
        code, out, err = call(bulk.main, *args)
    assert (code, out) == (1, "")
    assert err == (
        "imggen: an unexpected error stopped it: ZeroDivisionError: by nought. 0 of 4 images are "
        f"done and kept; go on with: imggen bulk {art} --count 4 --workers 1 --chunk-size 1 "
        f"--resume. Details are in {kept}.\n"
    )
    assert kept.read_text().endswith("ZeroDivisionError: by nought\n")
    assert call(bulk.main, *args, "--resume", "-q") == (0, "", "")
    assert not kept.exists()


def test_verify(run, here, art, monkeypatch):
    assert run("bulk", art, "--count", 4, "--workers", 1, "--out", "x", "-q") == (0, "", "")
    monkeypatch.setattr("imggen.report.main.verify", fail(MemoryError()))
    kept = Path("x", LAST_ERROR)
    sentence = "memory ran out; give fewer --workers or less --memory."
    assert run("verify", "x") == (1, "", f"imggen: {sentence} Details are in {kept}.\n")
    assert kept.read_text().endswith("MemoryError\n")


# --- input that the system refuses ----------------------------------------------------------------


def test_urls(refused, art):
    assert refused("init", "--from", art, "s3://x/y") == (
        "SET is s3://x/y; expected a path on this machine: URLs are not supported here."
    )


@pytest.mark.parametrize(
    "args", [["label", "s3://x/y", "--labels", "yolo"], ["report", "s3://x/y"]]
)
def test_out_at_a_url_without_a_client(refused, monkeypatch, args):
    monkeypatch.setattr("imggen.urls.find_spec", lambda name: None)
    assert refused(*args) == (
        "OUT is s3://x/y, which needs obstore; it is not installed; try: pip install imggen[s3]"
    )


def test_art_at_a_url_without_a_client(refused, monkeypatch):
    monkeypatch.setattr("imggen.urls.find_spec", lambda name: None)
    assert refused("init", "--from", "s3://x/y") == (
        "--from is s3://x/y, which needs obstore; it is not installed; try: pip install imggen[s3]"
    )


@pytest.mark.parametrize("command", ["bulk", "check", "preview", "show", "diff"])
def test_a_configuration_at_a_url_without_a_client(refused, art, monkeypatch, command):
    monkeypatch.setattr("imggen.urls.find_spec", lambda name: None)
    more = {"show": ["7"], "diff": [art]}.get(command, [])
    assert refused(command, "s3://x/y", *more) == (
        "CONFIG is s3://x/y, which needs obstore; it is not installed; try: pip install imggen[s3]"
    )


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("s3://b/c", "which needs obstore; it is not installed; try: pip install imggen[s3]"),
        (
            "hf://datasets/a/b",
            "which needs huggingface_hub; it is not installed; try: pip install imggen[hf]",
        ),
        ("memory://b", "which needs fsspec; it is not installed; try: pip install fsspec"),
    ],
)
def test_a_layer_at_a_url_without_a_client(refused, art, monkeypatch, url, what):
    monkeypatch.setattr("imggen.urls.find_spec", lambda name: None)
    assert refused("bulk", with_folder(art, url)) == f"layer.background.folder is {url}, {what}"


SECRETS = (
    "is a s3:// URL with a user, password, query or fragment in it; give the plain URL, and "
    "credentials as the store's own tools take them (environment or role)."
)


@pytest.mark.parametrize(
    ("url", "what"),
    [
        (
            "https://x/y",
            (
                "is a URL of the scheme https://; expected a path, or one of s3://, gs://, az://, "
                "hf://, memory://."
            ),
        ),
        ("s3://key:word@b/c", SECRETS),
        (
            "s3://b/../c",
            "is s3://b/../c; expected s3://BUCKET/FOLDER, without empty parts or dots.",
        ),
    ],
)
def test_a_layer_at_a_bad_url(refused, art, url, what):
    called = f"{art / 'imggen.toml'}, line 14: layer.background.folder"
    assert refused("bulk", with_folder(art, url)) == f"{called} {what}"


def with_folder(art, folder):
    """`art`, whose first layer is at `folder`."""
    path = art / "imggen.toml"
    text = re.sub(r'folder = "[^"]*"', f'folder = "{folder}"', path.read_text(), count=1)
    path.write_text(text)
    return art


@pytest.mark.parametrize("dry", [[], ["--dry-run"], ["--overwrite"]])
def test_a_folder_of_the_system(refused, art, dry):
    said = refused("bulk", art, "--out", "/proc/x", *dry)
    assert re.fullmatch(r"/proc/x cannot be written to: [a-z -]+; choose another --out\.", said)


def test_names_that_are_too_long(refused, art):
    cannot_be_read = "cannot be read: file name too long; give a shorter name."
    assert refused("bulk", art, "--out", LONG) == (
        f"{LONG} cannot be written to: file name too long; choose another --out."
    )
    assert refused("bulk", LONG) == f"{LONG} {cannot_be_read}"
    assert refused("init", "--from", LONG) == f"{LONG}/layers {cannot_be_read}"
    assert refused("init", "--from", art, LONG) == f"{LONG}/imggen.toml {cannot_be_read}"
    path = art / "imggen.toml"
    path.write_text(re.sub(r'folder = "[^"]*"', f'folder = "{LONG}"', path.read_text(), count=1))
    assert refused("bulk", art) == f"{art / LONG} {cannot_be_read}"


def test_a_configuration_that_cannot_be_read(refused, here):
    (here / "loop.toml").symlink_to("loop.toml")
    assert refused("bulk", "loop.toml") == (
        "loop.toml cannot be read: too many levels of symbolic links; "
        "expected a configuration file."
    )


@pytest.mark.parametrize("name", ["manifest.json", "done/0-4.record"])
def test_a_journal_that_cannot_be_read(run, refused, here, art, name):
    """Folders cannot be read as files; permissions do not hold root off."""
    args = ["bulk", art, "--count", 4, "--chunk-size", 4, "--workers", 1, "--out", "x", "-q"]
    assert run(*args) == (0, "", "")
    (here / "x" / ".imggen" / name).unlink()
    (here / "x" / ".imggen" / name).mkdir()
    assert refused(*args, "--resume") == (
        f"x/.imggen/{name} cannot be read: is a directory; check its name and permissions."
    )


def test_a_journal_whose_records_cannot_be_listed(run, refused, here, art):
    args = ["bulk", art, "--count", 4, "--workers", 1, "--out", "x", "-q"]
    assert run(*args) == (0, "", "")
    shutil.rmtree(here / "x" / ".imggen" / "done")
    (here / "x" / ".imggen" / "done").touch()
    said = "x/.imggen/done cannot be read: not a directory; check its name and permissions."
    assert refused(*args, "--resume") == said


def test_a_folder_of_art_whose_name_is_not_utf8(refused, art, here):
    """Refused before rendering: OUT/imggen.toml could not name it."""
    strange = Path(os.fsdecode(os.fsencode(art.parent) + b"/\xff"))
    art.rename(strange)
    said = refused("bulk", strange, "--count", 4, "--workers", 1)
    assert re.fullmatch(
        r"layer\.\w+\.folder is '.*\\udcff.*', whose name is not UTF-8, so no configuration file "
        r"can name it; rename the folder\.",
        said,
    )


def test_an_output_folder_whose_name_is_not_utf8(run, here, art):
    out = os.fsdecode(b"\xff")
    assert run("bulk", art, "--count", 4, "--workers", 1, "--out", out, "-q") == (0, "", "")
    assert run("verify", out, "--workers", 1, "-q") == (0, "", "")
