"""Whatever fails in a command becomes a sentence with the right exit code, and nothing is lost."""

import errno
import os
import re
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.art import small_article_values, write_small_article, write_toml
from tests.checks import check_same_files

from imggen import bulk, cli
from imggen.command import scaffold, wall
from imggen.errors import ConfigError, RunError
from imggen.run import recipe
from imggen.run.chunk import Repeats
from imggen.run.journal import Journal

COUNT = 6
SETTINGS = ("--count", COUNT, "--workers", 1, "--chunk-size", 2, "--labels", "coco,yolo")


@pytest.fixture
def art(tmp_path):
    return write_small_article(tmp_path / "art")


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """The folder for temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(wall.tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def failed(call):
    """Calls a command, which must fail with one line on stderr; returns its code and sentence."""

    def failed(*args, main=bulk.main):
        code, out, err = call(main, *args)
        assert code in (1, 2)
        assert out == ""
        assert err.startswith("imggen: ")
        assert err.count("\n") == 1
        assert "Traceback" not in err
        return code, err.removeprefix("imggen: ").rstrip("\n")

    return failed


def raising(error):
    """A function that raises `error`, whatever it is given."""

    def fail(*_args, **_settings):
        raise error

    return fail


# --- what nobody foresaw --------------------------------------------------------------------------


def test_an_error_before_the_run(failed, here, art, temporary, monkeypatch):
    monkeypatch.setattr(recipe, "make_plan", raising(TypeError("no such\n  thing.")))
    code, sentence = failed(art, *SETTINGS, "-q")
    [kept] = temporary.iterdir()
    assert code == 1
    assert sentence == (
        f"an unexpected error stopped it: TypeError: no such thing. Details are in {kept}."
    )
    assert list(here.iterdir()) == [], "no OUT"
    text = kept.read_text()
    assert re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d  ", text)
    assert "Traceback (most recent call last):\n" in text
    assert text.endswith("TypeError: no such\n  thing.\n")


def test_an_error_in_the_run(failed, call, here, art, temporary, monkeypatch):
    """What is done is kept, the sentence says how to go on, and that command completes it."""
    monkeypatch.setattr(sys, "argv", ["/x/bin/imggen", "bulk", "a b"])
    assert call(bulk.main, art, *SETTINGS, "-q", "--out", "whole")[0] == 0
    with monkeypatch.context() as patch:
        patch.setattr(Journal, "add", failing_third(Journal.add, KeyError("dict")))
        code, sentence = failed(art, *SETTINGS, "-q", "--out", "x")
    assert code == 1
    assert sentence == (
        "an unexpected error stopped it: KeyError: 'dict'. 4 of 6 images are done and kept; "
        "go on with: /x/bin/imggen bulk 'a b' --resume. Details are in x/.imggen/last-error.txt."
    )
    kept = here / "x" / ".imggen" / "last-error.txt"
    assert "KeyError: 'dict'" in kept.read_text()
    assert list(temporary.iterdir()) == []
    assert call(bulk.main, art, *SETTINGS, "-q", "--out", "x", "--resume") == (0, "", "")
    assert not kept.exists(), "it is over"
    check_same_files(here / "x", here / "whole")


def failing_third(method, error):
    """`method`, but the third call raises `error`."""
    calls = []

    def failing(self, *args):
        calls.append(1)
        if len(calls) == 3:
            raise error
        return method(self, *args)

    return failing


def test_an_error_in_a_worker(failed, here, art, monkeypatch):
    monkeypatch.setattr(Repeats, "encode", raising(ZeroDivisionError("by zero")))
    code, sentence = failed(art, *SETTINGS, "-q", "--out", "x")
    assert code == 1
    assert re.match(
        r"x/images/generated\d\.png \(background .*\) cannot be made: ZeroDiv", sentence
    )
    assert "0 of 6 images are done and kept; go on with: " in sentence
    assert sentence.endswith(" Details are in x/.imggen/last-error.txt.")
    text = (here / "x" / ".imggen" / "last-error.txt").read_text()
    assert "in render_chunk\n" in text
    assert "ZeroDivisionError: by zero" in text


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (MemoryError(), "memory ran out; give fewer --workers or less --memory."),
        (
            MemoryError("Unable to allocate 3 GiB"),
            "memory ran out (Unable to allocate 3 GiB); give fewer --workers or less --memory.",
        ),
        (BrokenPipeError(errno.EPIPE, "Broken pipe"),
         "the system refused a file operation: broken pipe."),
        (OSError(errno.EMFILE, "Too many open files", b"a\xff"),
         "the system refused a file operation: a\\udcff: too many open files."),
        (EOFError(), "an unexpected error stopped it: EOFError."),
        (RecursionError("too deep"), "an unexpected error stopped it: RecursionError: too deep."),
        (ValueError("x" * 999), f"an unexpected error stopped it: ValueError: {'x' * 500}..."),
        (RunError("A disk broke; mend it."), "A disk broke; mend it."),
    ],
)  # fmt: skip
def test_every_kind_of_error_has_a_sentence(failed, art, monkeypatch, error, said):
    """Not one is taken for the end of a pipe or of a file by the parser of arguments."""
    monkeypatch.setattr(recipe, "make_plan", raising(error))
    code, sentence = failed(art, "-q", "--workers", 1)
    assert code == 1
    assert sentence.split(" Details are in ")[0] == said


def test_all_commands_are_behind_it(failed, art, monkeypatch):
    monkeypatch.setattr(recipe, "make_plan", raising(TypeError("plan")))
    monkeypatch.setattr(scaffold, "layer_folders", raising(TypeError("scaffold")))
    for main, *args in (
        (bulk.main, art, "--dry-run"),
        (cli.main, "bulk", art),
        (cli.main, "init", "--from", art),
    ):
        code, sentence = failed(*args, main=main)
        assert code == 1
        assert sentence.startswith("an unexpected error stopped it: TypeError: ")


def test_wrong_input_leaves_no_details(failed, art, temporary, monkeypatch):
    monkeypatch.setattr(recipe, "make_plan", raising(ConfigError("It is wrong.")))
    assert failed(art) == (2, "It is wrong.")
    assert list(temporary.iterdir()) == []


def test_where_nothing_can_be_written(failed, art, monkeypatch):
    monkeypatch.setattr(recipe, "make_plan", raising(TypeError("x")))
    monkeypatch.setattr(wall.tempfile, "tempdir", "/proc")
    assert failed(art) == (1, "an unexpected error stopped it: TypeError: x.")


# --- paths that the system does not take ----------------------------------------------------------

LONG = 300 * "n"


def loop(folder):
    """A path that leads back to itself."""
    (folder / "loop").symlink_to("loop")
    return "loop"


def test_paths_of_configurations(failed, here):
    for path, said in (
        (LONG, f"{LONG} cannot be read: file name too long; check its name and permissions."),
        ("s3://b", "CONFIG is s3://b; expected a path on this machine: URLs are not supported."),
        (loop(here), ("loop cannot be read: too many levels of symbolic links; expected a "
                     "configuration file.")),
        ("/proc/self/mem", ("/proc/self/mem cannot be read: input/output error; expected a "
                           "configuration file.")),
    ):  # fmt: skip
        assert failed(path) == (2, said)


@pytest.mark.parametrize(
    ("out", "said"),
    [
        ("/proc/x", ("/proc/x cannot be written to: no such file or directory; choose another "
                    "--out.")),
        (f"a/{LONG}", f"a/{LONG} cannot be written to: file name too long; choose another --out."),
        ("s3://b/x", "--out is s3://b/x; expected a path on this machine: URLs are not supported."),
        ("/dev/null/x", ("/dev/null is a file; expected a folder to write to. Choose another "
                        "--out.")),
    ],
)  # fmt: skip
@pytest.mark.parametrize("more", [[], ["--dry-run"], ["--overwrite"]])
def test_paths_of_output(failed, here, art, out, said, more):
    assert failed(art, *SETTINGS, "--out", out, *more) == (2, said)
    assert list(here.iterdir()) == []


@pytest.mark.parametrize("folder", [LONG, "s3://b/art", "loop"])
def test_folders_of_layers(failed, here, art, folder):
    loop(art)
    values = small_article_values(trim=True)
    values["layer"][2]["folder"] = folder
    write_toml(art, values)
    code, sentence = failed(art)
    assert (code, sentence) == (2, {
        LONG: f"{art / LONG} cannot be read: file name too long; check its name and permissions.",
        "s3://b/art": "layer.object.folder is s3://b/art; expected a path on this machine: URLs "
                      "are not supported.",
        "loop": f'layer.object.folder is "{art / "loop"}", which is no folder; expected one with '
                "images.",
    }[folder])  # fmt: skip
    assert list(here.iterdir()) == []


def test_paths_of_init(failed, here, art):
    for args, said in (
        (("--from", LONG), (f"{LONG} cannot be read: file name too long; check its name and "
                           "permissions.")),
        (("--from", "s3://b/x"), ("--from is s3://b/x; expected a path on this machine: URLs are "
                                 "not supported.")),
        (("--from", art, LONG), (f"{LONG} cannot be read: file name too long; check its name and "
                                "permissions.")),
        (("--from", art, "s3://b/x"), ("CONFIG is s3://b/x; expected a path on this machine: URLs "
                                      "are not supported.")),
        (("--from", art, "/proc/x.toml"), ("/proc/x.toml.part cannot be written: no such file or "
                                          "directory; check its name and permissions.")),
    ):  # fmt: skip
        assert failed("init", *args, main=cli.main) == (2, said)
    assert list(here.iterdir()) == []


# --- names that are not UTF-8 ---------------------------------------------------------------------

LATIN = os.fsdecode("café".encode("latin-1"))


def test_an_output_folder_that_is_not_utf8(call, here, art):
    assert call(bulk.main, art, *SETTINGS, "-q", "--out", LATIN) == (0, "", "")
    assert call(bulk.main, art, *SETTINGS, "-q", "--out", "x") == (0, "", "")
    check_same_files(here / LATIN, here / "x")


def test_art_that_is_not_utf8_is_refused_before_anything_is_made(failed, here, art):
    """Or it can be named from OUT, as it is beside it."""
    folder = art.rename(art.with_name(LATIN))
    code, sentence = failed(folder, *SETTINGS, "--out", "x")
    assert code == 2
    assert "caf\\udce9" in sentence
    assert "is not UTF-8" in sentence
    assert list(here.iterdir()) == []
    code, sentence = failed("init", "--from", folder, "x.toml", main=cli.main)
    assert code == 2
    assert "caf\\udce9' has a name that is not UTF-8, so no configuration file can" in sentence
    assert list(here.iterdir()) == []


# --- every place where the system may refuse ------------------------------------------------------

EVENTS = ("open", "os.listdir", "os.scandir", "os.mkdir", "os.rename", "os.remove", "os.link")


class Refusals:
    """Lets the n-th operation on files below a folder fail, for one n at a time."""

    def __init__(self):
        self.folder, self.fail_at, self.seen, self.error = None, None, [], 0
        sys.addaudithook(self.hook)  # which cannot be removed, so there is one

    def hook(self, event, args):
        if (
            self.folder is None
            or event not in EVENTS
            or not isinstance(args[0], str | bytes | Path)
        ):
            return
        path = os.path.abspath(os.fsdecode(args[0]))  # noqa: PTH100  # of bytes too
        if path.startswith(f"{self.folder}/"):
            self.seen.append((event, path))
            if len(self.seen) - 1 == self.fail_at:
                raise OSError(self.error, os.strerror(self.error), os.fsdecode(args[0]))

    @contextmanager
    def below(self, folder, fail_at=None, error=0):
        self.folder, self.fail_at, self.seen, self.error = str(folder), fail_at, [], error
        try:
            yield self
        finally:
            self.folder = None


refusals = Refusals()


def places_of(seen):
    """The first operation of each kind on each kind of file."""
    kinds = {}
    for number, (event, path) in enumerate(seen):
        kinds.setdefault((event, re.sub(r"\d+|imggen-\w+", "#", path)), number)
    return list(kinds.values())


@pytest.mark.parametrize("error", [errno.EIO, pytest.param(errno.EACCES, marks=pytest.mark.slow)])
def test_no_refusal_of_the_system_is_a_traceback(call, here, art, error, tmp_path):
    """Bad input leaves nothing, and a run that had to stop is completed by --resume."""
    args = (art, *SETTINGS, "-q", "--out", here / "x")
    with refusals.below(tmp_path) as counted:
        assert call(bulk.main, *args) == (0, "", "")
    places = places_of(counted.seen)
    assert len(places) > 50
    whole = (here / "x").rename(tmp_path / "whole")
    codes = set()
    for place in places:
        with refusals.below(tmp_path, place, error) as refused:
            code, out, err = call(bulk.main, *args)
        what = f"{refused.seen[place]}: {code}, {err}"
        codes.add(code)
        if code == 0:  # what was refused was not needed
            assert err == "", what
        else:
            assert (code, out) in ((1, ""), (2, "")), what
            assert err.startswith("imggen: "), what
            assert err.count("\n") == 1, what
            assert "unexpected" not in err, what
        for left in here.glob(".imggen-*"):  # a folder that it tried to write in, and not remove
            shutil.rmtree(left)
        if code == 2:
            assert list(here.iterdir()) == [], what
        elif code == 1:
            assert call(bulk.main, *args, "--resume")[0] == 0, what
        if code != 2:
            check_same_files(here / "x", whole)
            shutil.rmtree(here / "x")
    assert codes == {0, 1, 2}
