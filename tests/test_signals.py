"""A wish to stop is not lost, wherever it comes."""

import signal
import sys
import time

import pytest

from imggen.signals import Stopped, held, stoppable


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
