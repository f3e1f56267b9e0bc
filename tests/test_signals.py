"""A wish to stop is not lost, wherever it comes."""

import signal
import subprocess
import sys
import time
from importlib import import_module
from multiprocessing.util import Finalize

import pytest

from imggen.signals import AGAIN_SECONDS, Stopped, held, stoppable, until_stopped


class Swallower:
    """What is raised while it is collected is only reported."""

    def __del__(self):
        signal.raise_signal(signal.SIGTERM)
        time.sleep(0)  # where Python calls the handler


def test_comes_again_where_python_swallows_it():
    with pytest.raises(Stopped) as stopped:
        swallow_and_wait()
    assert stopped.value.exit_code == 128 + signal.SIGTERM


def swallow_and_wait():
    with stoppable():
        swallower = Swallower()
        del swallower
        time.sleep(10)


def test_other_swallowed_exceptions_are_reported_as_before(monkeypatch):
    class Failing:
        def __del__(self):
            raise ValueError("of no use to anyone")

    reported = []
    monkeypatch.setattr(sys, "unraisablehook", lambda lost: reported.append(lost.exc_type))
    with stoppable():
        failing = Failing()
        del failing
    assert reported == [ValueError]


def test_waits_while_held():
    steps = []
    with pytest.raises(Stopped):
        stop_and_work(steps)
    assert steps == ["done"]


def stop_and_work(steps):
    with stoppable():
        with held():
            signal.raise_signal(signal.SIGTERM)
            steps.append("done")
        steps.append("never")


def test_waits_while_held_where_that_fails():
    with pytest.raises(Stopped):
        stop_and_fail()


def stop_and_fail():
    with stoppable(), held():
        signal.raise_signal(signal.SIGTERM)
        raise OSError("what the signal did to others")


def test_cuts_no_finaliser_in_two():
    steps = []
    with pytest.raises(Stopped):
        stop_while_finalising(steps)
    assert steps == ["signalled", "finalised"]


def stop_while_finalising(steps):
    def finalise():
        signal.raise_signal(signal.SIGTERM)
        steps.append("signalled")
        time.sleep(0.2)
        steps.append("finalised")

    with stoppable():
        Finalize(None, finalise, exitpriority=0)()
        time.sleep(10)
        steps.append("never")


def test_cuts_no_import_in_two(tmp_path, monkeypatch):
    (tmp_path / "loaded_whole.py").write_text(
        "import signal, time\nsignal.raise_signal(signal.SIGTERM)\ntime.sleep(0.2)\nwhole = True\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(Stopped):
        stop_while_importing("loaded_whole")
    assert sys.modules["loaded_whole"].whole


def stop_while_importing(name):
    with stoppable():
        import_module(name)
        time.sleep(10)


def test_stopped_while_it_loads(capsys):
    def load():
        signal.raise_signal(signal.SIGTERM)
        time.sleep(10)

    assert until_stopped(load) == 128 + signal.SIGTERM
    assert capsys.readouterr().err == "imggen: stopped before anything was written.\n"


def test_nothing_comes_later_than_the_block():
    with stoppable():  # and its end comes before the signal comes again
        Finalize(None, signal.raise_signal, [signal.SIGTERM], exitpriority=0)()
    before = signal.signal(signal.SIGTERM, lambda *_: pytest.fail("came again"))
    time.sleep(2 * AGAIN_SECONDS)
    signal.signal(signal.SIGTERM, before)


def test_leaves_undisturbed():
    program = (
        "import atexit, signal; from imggen.signals import leave;"
        "atexit.register(signal.raise_signal, signal.SIGINT); leave(5)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (5, b"")
