"""Stop signals are noted by a pipe, and a thread acts on them."""

import os
import signal
import subprocess
import sys
import time

import pytest

from imggen.signals import BEFORE_RUN, GRACE_SECONDS, Stopped, current, until_stopped

WAIT = 30.0  # seconds; far longer than anything here takes


def test_returns_what_the_command_does():
    assert until_stopped(lambda: 7) == 7


def test_a_signal_sets_the_flag_and_the_command_ends_in_order(capsys):
    def command():
        asked = []
        with current().draining(lambda: asked.append("to stop")):
            signal.raise_signal(signal.SIGTERM)
            end = time.monotonic() + WAIT
            while not asked and time.monotonic() < end:
                time.sleep(0.001)
        assert asked == ["to stop"]
        current().sentence = lambda: "stopped half way."
        raise Stopped

    assert until_stopped(command) == 143
    assert capsys.readouterr() == ("", "imggen: stopped half way.\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_handlers_are_put_back(number):
    before = signal.getsignal(number)
    assert until_stopped(lambda: int(signal.getsignal(number) == before)) == 0
    assert signal.getsignal(number) == before


def test_an_ignored_signal_stays_ignored():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
    try:
        assert until_stopped(lambda: signal.raise_signal(signal.SIGHUP) or 5) == 5
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_only_the_main_thread_has_handlers():
    code = (
        "import threading; from imggen.signals import until_stopped;"
        "t = threading.Thread(target=lambda: until_stopped(lambda: print('ran') or 0));"
        "t.start(); t.join()"
    )
    assert in_a_process(code) == (0, "ran\n", "")


def in_a_process(code):
    """Run `code` in a process; its exit code, stdout and stderr."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=WAIT
    )
    return done.returncode, done.stdout, done.stderr


WITHOUT_END = """
import os, signal, subprocess, sys, time
from pathlib import Path
from imggen.signals import current, leave

def command():
    {block}

leave(command)
"""


def ends_by(block):
    """Run a command of which `block` is a part; its exit code, stdout and stderr."""
    return in_a_process(WITHOUT_END.format(block=block))


def test_ends_at_once_outside_of_rendering():
    block = "signal.raise_signal(signal.SIGINT); time.sleep(60)"
    assert ends_by(block) == (130, "", f"imggen: {BEFORE_RUN}\n")


def test_ends_at_once_within_an_import(tmp_path):
    (tmp_path / "long_import.py").write_text(
        "import signal, time\nsignal.raise_signal(signal.SIGHUP)\ntime.sleep(60)\n"
    )
    block = f"sys.path.insert(0, {str(tmp_path)!r}); import long_import"
    assert ends_by(block) == (129, "", f"imggen: {BEFORE_RUN}\n")


def test_a_second_signal_ends_at_once():
    block = """
    with current().draining(lambda: None):
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGINT)
        time.sleep(60)
    """
    assert ends_by(block) == (143, "", f"imggen: {BEFORE_RUN}\n")


def test_what_does_not_end_is_ended():
    """As a scene that takes long, in this process, cannot be given up."""
    block = """
    with current().draining(lambda: None):
        signal.raise_signal(signal.SIGTERM)
        time.sleep(60)
    """
    assert GRACE_SECONDS < 1
    assert ends_by(block) == (143, "", f"imggen: {BEFORE_RUN}\n")


def test_a_signal_that_comes_when_all_has_been_said_changes_nothing():
    block = """
    current().settle()
    print("all done", flush=True)
    signal.raise_signal(signal.SIGTERM)
    time.sleep(0.1)
    return 0
    """
    assert ends_by(block) == (0, "all done\n", "")


def test_a_signal_while_the_process_ends_changes_nothing():
    code = (
        "import atexit, signal; from imggen.signals import leave;"
        "atexit.register(signal.raise_signal, signal.SIGINT); leave(lambda: 5)"
    )
    assert in_a_process(code) == (5, "", "")


def test_cleans_up_at_the_end(tmp_path):
    block = f"""
    def fail():
        raise OSError("it was gone")
    folder = Path({str(tmp_path)!r})
    with current().cleaning_up(lambda: (folder / "cleaned").touch()), current().cleaning_up(fail):
        signal.raise_signal(signal.SIGTERM)
        time.sleep(60)
    """
    assert ends_by(block) == (143, "", f"imggen: {BEFORE_RUN}\n")
    assert (tmp_path / "cleaned").exists()


def test_nothing_is_said_after_the_last_word():
    """Other threads still run: they may meet what the clean-up has taken away."""
    block = """
    def clean_up():
        print("a complaint", flush=True)
        print("another", file=sys.stderr, flush=True)
    with current().cleaning_up(clean_up):
        signal.raise_signal(signal.SIGTERM)
        time.sleep(60)
    """
    assert ends_by(block) == (143, "", f"imggen: {BEFORE_RUN}\n")


def test_nobody_reads_what_is_said():
    """Not even a pipe that is full holds the end up."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    try:
        while os.write(writer, bytes(65536)):
            pass
    except BlockingIOError:
        os.set_blocking(writer, True)
    block = "signal.raise_signal(signal.SIGINT); time.sleep(60)"
    code = WITHOUT_END.format(block=block)
    done = subprocess.run(
        [sys.executable, "-c", code], stdout=writer, stderr=writer, check=False, timeout=WAIT
    )
    os.close(reader)
    os.close(writer)
    assert done.returncode == 130


def test_children_get_no_stop_signals():
    """A terminal sends them to all processes of the group."""
    block = """
    child = "import signal; print(sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])))"
    with current().starting():
        done = subprocess.Popen([sys.executable, "-c", child], stdout=subprocess.PIPE)
    blocked = done.communicate()[0].decode()
    print([name for name in ("SIGHUP", "SIGINT", "SIGTERM") if name in blocked])
    print(signal.pthread_sigmask(signal.SIG_BLOCK, []))
    return 0
    """
    assert ends_by(block) == (0, "['SIGHUP', 'SIGINT', 'SIGTERM']\nset()\n", "")


def test_waits_until_a_child_has_started():
    """A worker that is started by half would complain."""
    block = """
    with current().starting():
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.2)
        print("started", flush=True)
    time.sleep(60)
    """
    assert ends_by(block) == (143, "started\n", f"imggen: {BEFORE_RUN}\n")
