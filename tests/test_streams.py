"""No print stops a process: closed streams, pipes without a reader, full disks, strange names."""

import os
import subprocess
import sys
import threading

import numpy as np
import pytest
from tests.art import random_pixels, write_dataset

PRINTS = """
import os, subprocess, sys
from imggen.streams import protect_streams
protect_streams()
for stream in (sys.stdout, sys.stderr):
    for _ in range(3):
        stream.write("caf\\xe9 \\udce9 " + 9999 * "x" + "\\n")
        stream.flush()
    stream.write("kept until the end")
with open(sys.argv[1], "w") as file:
    file.write(str(file.fileno()))
    file.flush()
    print("a stray print", flush=True)
    print("and another", file=sys.stderr, flush=True)
    subprocess.run([sys.executable, "-c", "import os; os.fstat(1); os.fstat(2)"], check=True)
"""
COUNT = 12


def shell(command, cwd):
    """Run `command` in a shell; returns its exit code, stdout and stderr."""
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"], cwd=cwd, capture_output=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


ENDS = [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-", ">/dev/full", "2>/dev/full", ">/dev/full 2>&1"]
PIPES = ["| head -c 1", "2>&1 >/dev/null | head -c 1", "2>&1 | true"]


@pytest.mark.parametrize("end", ENDS + PIPES)
def test_prints_cannot_fail(tmp_path, end):
    (tmp_path / "prints.py").write_text(PRINTS)
    code, _, err = shell(f"{sys.executable} prints.py file {end}", tmp_path)
    assert (code, err.count(b"Error"), err.count(b"Exception")) == (0, 0, 0)
    assert int((tmp_path / "file").read_text()) > 2, "and nothing stray is in it"


def test_what_can_be_printed_is(tmp_path):
    (tmp_path / "prints.py").write_text(PRINTS)
    code, out, err = shell(f"LC_ALL=C.UTF-8 {sys.executable} prints.py file", tmp_path)
    line = f"caf\xe9 \\udce9 {9999 * 'x'}\n".encode()
    assert code == 0
    assert out == 3 * line + b"kept until the enda stray print\n"
    assert err == 3 * line + b"kept until the endand another\n"


def test_names_that_the_encoding_lacks(tmp_path):
    (tmp_path / "prints.py").write_text(PRINTS)
    command = f"PYTHONIOENCODING=ascii {sys.executable} prints.py file"
    code, out, _ = shell(command, tmp_path)
    assert code == 0
    assert out.startswith(rb"caf\xe9 \udce9 xxx")


def test_a_full_pipe_that_does_not_block_is_waited_for(tmp_path):
    """As some terminals are: a write to them would fail where they are slow."""
    read, write = os.pipe()
    os.set_blocking(write, False)
    code = "from imggen.streams import protect_streams; protect_streams(); print(1_000_000 * 'x')"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=write)
    os.close(write)
    got = []
    with os.fdopen(read, "rb") as reader:
        thread = threading.Thread(target=lambda: got.append(reader.read()))
        thread.start()
        thread.join()
    assert process.wait() == 0
    assert len(got[0]) == 1_000_001


@pytest.fixture(scope="module")
def art(tmp_path_factory):
    folder = tmp_path_factory.mktemp("art")
    pixels = random_pixels(np.random.default_rng(0), 16, 16, 3)
    write_dataset(folder, {"background": {"a": pixels}})
    return folder


@pytest.mark.parametrize(
    ("command", "end"),
    [
        ("-m imggen bulk", ">&-"),
        ("-m imggen bulk", "2>&-"),
        ("-m imggen.bulk", "-q >&- 2>&-"),
        ("-m imggen bulk", "2>/dev/full"),
        ("-m imggen bulk", ">/dev/full"),
        ("-m imggen.bulk", "2>&1 | head -1"),
    ],
)
def test_runs_do_not_depend_on_them(art, tmp_path, command, end):
    """The case `gone-output`: all images, run.json and exit code 0."""
    run = f"{sys.executable} {command} {art} --count {COUNT} --workers 1 --chunk-size 1 --out out"
    code, _, err = shell(f"{run} {end}", tmp_path)
    assert code == 0
    assert b"Error" not in err
    assert len(list((tmp_path / "out" / "images").iterdir())) == COUNT
    assert (tmp_path / "out" / "run.json").exists()


def test_workers_do_not_print_into_images(art, tmp_path):
    """They have 1 and 2 open too, though these were closed."""
    run = f"{sys.executable} -m imggen.bulk {art} --count {COUNT} --workers 2 --chunk-size 1"
    assert shell(f"{run} --out whole", tmp_path)[0] == 0
    assert shell(f"{run} --out out >&- 2>&-", tmp_path)[0] == 0
    whole, out = ((tmp_path / name / "images").iterdir() for name in ("whole", "out"))
    assert {path.read_bytes() for path in whole} == {path.read_bytes() for path in out}


@pytest.mark.parametrize(
    ("command", "end"),
    [
        ("bulk {art} --dry-run --workers 1", ">&- 2>&-"),
        ("bulk {art} --dry-run --workers 1", ">/dev/full 2>&1"),
        ("init --from {art} x.toml", ">&- 2>&-"),
        ("--help", ">/dev/full 2>&1"),
        ("--version", ">&- 2>&-"),
    ],
)
def test_other_commands_do_not_either(art, tmp_path, command, end):
    assert shell(f"{sys.executable} -m imggen {command.format(art=art)} {end}", tmp_path)[0] == 0


@pytest.mark.parametrize("end", [">&- 2>&-", ">/dev/full 2>&1", "| true"])
def test_verify_does_not_either(art, tmp_path, end):
    bulk = f"{sys.executable} -m imggen bulk {art} --count 2 --workers 1 --out out -q"
    verify = f"{sys.executable} -m imggen verify out --workers 1"
    assert shell(f"{bulk} && {verify} {end}", tmp_path)[0] == 0
    (tmp_path / "out" / "images" / "0.png").unlink()
    assert shell(f"{verify} {end}", tmp_path)[0] == 1


@pytest.mark.parametrize("pool", ["make_pool(2)", "PipePool(2, {})"])
def test_prints_of_workers_cannot_fail(tmp_path, pool):
    code = f"""
from functools import partial
from imggen.run.engines.pools import PipePool, make_pool
pool = {pool}
pool.submit(partial(print, "a stray print", flush=True)).result()
pool.shutdown(kill_workers=False)
"""
    (tmp_path / "pool.py").write_text(
        f"if __name__ == '__main__':{code.replace(chr(10), chr(10) + '    ')}"
    )
    assert shell(f"{sys.executable} pool.py >/dev/full 2>&1", tmp_path)[0] == 0


def test_a_refusal_that_nobody_hears(tmp_path):
    command = f"{sys.executable} -m imggen bulk gone.toml"
    for end in (">&- 2>&-", "2>/dev/full"):
        assert shell(f"{command} {end}", tmp_path)[0] == 2
