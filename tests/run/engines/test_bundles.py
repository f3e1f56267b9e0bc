"""Bundles of tasks: all are done once, short ones together."""

import weakref
from concurrent.futures import Future
from threading import Timer

import pytest

from imggen.errors import RunError
from imggen.run.engines import bundles
from imggen.run.engines.bundles import MOST_TASKS, BundleResult, Bundles, render_bundle

MOST_SECONDS = 0.03


class Clock:
    """A clock that a task moves on by as many seconds as the job says."""

    def __init__(self, monkeypatch):
        self.now = 0.0
        monkeypatch.setattr(bundles.time, "monotonic", lambda: self.now)

    def render(self, seconds, task):
        self.now += seconds
        if task == "bad":
            raise ValueError(task)
        return task * 2


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


def sizes_and_results(clock, tasks, seconds):
    """The sizes of all bundles, and the results, where a task takes as many `seconds`."""
    left = Bundles(tasks, MOST_SECONDS)
    sizes, results = [], []
    while bundle := left.next():
        sizes.append(len(bundle))
        results += left.take(render_bundle(clock.render, MOST_SECONDS, seconds, bundle))
    return sizes, results


def test_short_tasks_go_together(clock):
    sizes, results = sizes_and_results(clock, range(300), 1e-6)
    assert sizes == [1, 2, 4, 8, 16, 32, MOST_TASKS, MOST_TASKS, MOST_TASKS, 45]
    assert results == [2 * k for k in range(300)]


def test_long_tasks_go_alone(clock):
    assert sizes_and_results(clock, range(9), MOST_SECONDS) == ([1] * 9, list(range(0, 18, 2)))


@pytest.mark.parametrize(("expected", "last"), [(300, 1), (200, 1), (340, 12)])
def test_bundles_are_small_towards_the_end(expected, last):
    """Also where there are some tasks more or less than expected."""
    left, sizes, done = Bundles(range(300), MOST_SECONDS, expected), [], []
    while bundle := left.next(takers=4):
        sizes.append(len(bundle))
        done += left.take(BundleResult(bundle, [], 1e-6))
    assert done == list(range(300))
    most = sizes.index(max(sizes))
    assert sizes[:most] == [1, 2, 4, 8, 16, 32][:most]
    assert sizes[most:-1] == sorted(sizes[most:-1], reverse=True)
    assert sizes[-1] <= last < max(sizes)


def test_a_bundle_that_takes_too_long_is_cut_and_the_rest_comes_back(clock):
    made = render_bundle(clock.render, MOST_SECONDS, MOST_SECONDS * 0.6, [5, 6, 7, 8])
    assert made == BundleResult([10, 12], [7, 8], pytest.approx(MOST_SECONDS * 1.2))
    left = Bundles([9], MOST_SECONDS)
    assert [left.next(), left.next()] == [[9], []]
    assert left.take(made) == [10, 12]
    assert [left.next(), left.next(), left.next()] == [[7], [8], []]


def test_what_is_sent_is_kept_where_another_fails():
    """The error is that of the first that failed, and all others are waited for."""
    sent = [Future() for _ in range(4)]
    sent[0].set_result(10)
    sent[1].set_exception(RunError("first"))
    sent[2].set_exception(RunError("second"))
    timer = Timer(0.05, sent[3].set_result, [40])
    timer.start()
    made = BundleResult([*sent, 50], [6], 1.0).settled()
    timer.join()
    assert (made.results, made.left, str(made.error)) == ([10, 40, 50], [6], "first")
    assert made.seconds >= 1.05


class Work:
    """A task that can be looked for."""


def test_tasks_that_came_back_are_kept_no_longer_than_until_they_are_done():
    """A long run would keep millions of them."""
    living = weakref.WeakSet()

    def make():
        for _ in range(500):
            task = Work()
            living.add(task)
            yield task

    left, done, most = Bundles(make(), 1.0), 0, 0
    while bundle := left.next():
        made = max(1, len(bundle) // 2)
        left.take(BundleResult([None] * made, bundle[made:], 1e-6))
        done += made
        most = max(most, len(living))
    assert done == 500
    assert most <= 2 * MOST_TASKS


def test_what_comes_before_an_error_is_kept(clock):
    made = render_bundle(clock.render, MOST_SECONDS, 0.0, [5, "bad", 7])
    assert made == BundleResult([10], ["bad", 7], 0.0)
    with pytest.raises(ValueError, match=r"^bad$"):
        render_bundle(clock.render, MOST_SECONDS, 0.0, made.left)
