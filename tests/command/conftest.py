"""Fixtures of the commands' tests."""

import pytest

from imggen import cli


@pytest.fixture
def run(call):
    """Runs imggen in `here`; returns exit code, stdout and stderr."""
    return lambda *args: call(cli.main, *args)


@pytest.fixture
def refused(run, here):
    """Runs `imggen init`, which must refuse with one sentence and write nothing; returns it."""

    def refused(*args):
        before = {path: path.stat().st_mtime_ns for path in here.rglob("*")}
        code, out, err = run("init", *args)
        assert (code, out) == (2, "")
        assert err.count("\n") == 1
        assert {path: path.stat().st_mtime_ns for path in here.rglob("*")} == before
        return err.removeprefix("imggen: ").rstrip("\n")

    return refused
