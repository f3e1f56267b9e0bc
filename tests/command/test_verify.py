"""`imggen verify`, as a user meets it."""

import json
import signal
import subprocess
import sys

import pytest
from tests.report.damages import COUNT, GROUPS, write_small
from tests.run.runs import REPO_ROOT, run

from imggen import cli
from imggen.store.summary import read_summary

SLOWLY = """
import sys, time
sys.path.insert(0, {root!r})
from imggen import cli
from imggen.report import tasks

def find_fault(name, content, size):
    print("begun", flush=True)
    time.sleep(0.2)

tasks.find_fault = find_fault
sys.argv = ["imggen", "verify", {out!r}, "--workers", "1"]
cli.enter()
"""


@pytest.fixture
def out(tmp_path):
    """A small dataset."""
    write_small(tmp_path / "art", *GROUPS["links"])
    run(tmp_path / "art", tmp_path / "out")
    return tmp_path / "out"


@pytest.fixture
def verify(call):
    """Runs the command; returns exit code, stdout and stderr."""
    return lambda *args: call(cli.main, "verify", *args, "-j", 1)


def test_all_is_right(out, verify):
    code, said, told = verify(out)
    assert code == 0
    lines = said.splitlines()
    assert lines[0] == f"images   {COUNT} in {out}"
    assert lines[1].startswith("read     ")
    assert lines[2:] == [
        f"digest   {read_summary(out)['digest']}",
        "result   everything is as it was written",
    ]
    assert f"  {COUNT} of {COUNT} images (100%), " in told.splitlines()[-1]
    assert verify(out, "--quiet") == (0, "", "")


def test_something_is_wrong(out, verify):
    (out / "data.csv").unlink()
    for options in ((), ("-q",)):
        code, said, _ = verify(out, *options)
        assert code == 1
        assert said.splitlines()[3:] == [
            "missing  1",
            "  data.csv",
            "result   differs from what was written; --repair makes the wrong files again",
        ]


def test_extra_files_are_not_repaired(out, verify):
    (out / "notes").write_text("mine")
    code, said, _ = verify(out)
    assert code == 1
    assert said.splitlines()[3:] == [
        "extra    1",
        "  notes",
        "result   what was written is right; remove the extra files, which --repair does not touch",
    ]


def test_repair(out, verify):
    (out / "data.csv").unlink()
    (out / "notes").write_text("mine")
    code, said, told = verify(out, "--repair")
    assert code == 1
    assert said.splitlines()[3:] == [
        "missing  1",
        "  data.csv",
        "extra    1",
        "  notes",
        "result   repaired, except for:",
        "extra    1",
        "  notes",
    ]
    assert "Verifying the repaired files." in told
    (out / "notes").unlink()
    (out / "data.csv").unlink()
    code, said, _ = verify(out, "--repair")
    assert code == 0
    assert said.splitlines()[3:] == [
        "missing  1",
        "  data.csv",
        "result   repaired: everything is as it was written",
    ]


def test_json(out, verify):
    (out / "data.csv").unlink()
    nothing = {"missing": [], "damaged": [], "swapped": [], "extra": []}
    found = {**nothing, "missing": [{"name": "data.csv"}]}
    code, said, told = verify(out, "--json")
    assert (code, told) == (1, "")
    values = json.loads(said.splitlines()[-1])
    assert values.pop("bytes") > 0
    assert values.pop("event") == "verified"
    del values["time"]
    digest = read_summary(out)["digest"]
    assert values == {"images": COUNT, "digest": digest, "right": False, "found": found}
    code, said, told = verify(out, "--json", "--repair")
    assert (code, told) == (0, "")
    values = json.loads(said.splitlines()[-1])
    assert (values["right"], values["found"], values["left"]) == (True, found, nothing)


def test_nothing_to_verify(tmp_path, verify):
    code, said, told = verify(tmp_path)
    assert (code, said) == (2, "")
    assert told.startswith(f"imggen: {tmp_path} holds no finished dataset; ")
    assert told.count("\n") == 1


def test_a_wrong_option(out, verify):
    code, said, told = verify(out, "--repare")
    assert (code, said) == (2, "")
    assert told == "imggen: --repare is not an option; did you mean --repair?\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_signal(out, number):
    script = SLOWLY.format(root=REPO_ROOT, out=str(out))
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "begun\n"
    process.send_signal(number)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert told.splitlines()[-1] == (
        f"imggen: stopped before all of {out} was verified; nothing was changed."
    )
    assert "Traceback" not in told
    assert sorted(path.name for path in out.parent.iterdir()) == ["art", "out"]
