"""Every file operation of a run is refused once: it is a sentence each time, nothing is lost."""

import errno
import os
import re
import shutil
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.art import write_small_article
from tests.checks import check_same_files

from imggen import bulk, cli

COUNT = 6
SETTINGS = ("--count", COUNT, "--workers", 1, "--chunk-size", 2, "--labels", "coco,yolo")


@pytest.fixture
def art(tmp_path):
    return write_small_article(tmp_path / "art")


@pytest.fixture(autouse=True)
def temporary(tmp_path_factory, monkeypatch):
    """The folder for temporary files; nothing is refused there."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("temporary")))


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


NO_REPORT = r"imggen: warning: the dataset is complete, but (its report failed|has no report).*\n"


@pytest.mark.slow
@pytest.mark.parametrize("error", [errno.EIO, errno.EACCES])
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
        if code == 0 and err:  # all but the report, which is made again
            assert re.fullmatch(NO_REPORT, err), what
            assert call(cli.main, "report", here / "x", "-q") == (0, "", ""), what
        elif code == 0:  # what was refused was not needed
            pass
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
