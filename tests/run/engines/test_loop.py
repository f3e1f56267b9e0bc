"""The loop hands out chunks, again where workers die, and names those that kill them."""

import pytest

from imggen.errors import RunError
from imggen.run.engines import loop
from imggen.run.engines.handover import Flag, GivenUp
from imggen.run.engines.loop import DEATHS, TASKS_PER_WORKER, Loop, WorkerLost


class Crew:
    """Workers that do their tasks in order, and die of those in `deadly`, with all in hand."""

    def __init__(self, count, deadly=(), starting=0):
        self.hands = {worker: [] for worker in range(count)}
        self.results = {}
        self.deadly = deadly
        self.given_up = False
        self.most = 0
        self.deaths = []
        self.starting = starting

    def workers(self):
        self.starting -= 1
        return [] if self.starting >= 0 else list(self.hands)

    def submit(self, worker, task):
        self.hands[worker].append(task)
        self.most = max(self.most, len(self.hands[worker]))
        return task

    def wait(self, handles, seconds):
        for worker, hand in list(self.hands.items()):
            if hand and hand[0] in self.deadly:
                self.deaths.append(hand[0])
                self.results.update(dict.fromkeys(hand, WorkerLost()))
                self.hands[worker] = []
            elif hand:
                task = hand.pop(0)
                self.results[task] = GivenUp() if self.given_up else 10 * task
        return [handle for handle in handles if handle in self.results]

    def result(self, handle):
        result = self.results.pop(handle)
        if isinstance(result, Exception):
            raise result
        return result

    def give_up(self):
        self.given_up = True


@pytest.fixture
def flag(tmp_path):
    return Flag(tmp_path)


@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("starting", [0, 4])
def test_each_task_is_done_once(flag, workers, starting):
    crew = Crew(workers, starting=starting)
    assert sorted(Loop(crew, range(20), flag).run()) == [10 * task for task in range(20)]
    assert crew.most == TASKS_PER_WORKER


@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("deadly", [0, 7, 19])
def test_only_the_deadly_task_is_named(flag, workers, deadly):
    crew, done = Crew(workers, deadly=[deadly]), []
    with pytest.raises(RunError) as caught:
        done.extend(Loop(crew, range(20), flag).run())
    # `extend` keeps what came before the error.
    assert str(caught.value) == (
        f"A chunk killed 3 workers, perhaps because memory ran out, and the run went on without "
        f"it: {deadly}. All else is finished and kept. Go on with --resume and more memory for "
        "each worker, or a smaller --chunk-size."
    )
    assert crew.deaths == [deadly] * DEATHS
    assert sorted(done) == [10 * task for task in range(20) if task != deadly]


def test_several_deadly_tasks_are_named(flag):
    with pytest.raises(RunError, match=r"^2 chunks killed 3 workers each, .* without them: "):
        list(Loop(Crew(2, deadly=[3, 9]), range(12), flag).run())


def test_after_a_stop_no_task_is_handed_out(flag):
    crew, done = Crew(2), []
    for result in Loop(crew, range(100), flag).run():
        done.append(result)
        flag.set()
    assert crew.given_up
    assert len(done) <= 2
    assert not any(crew.hands.values())


def test_no_worker_for_long(flag, monkeypatch):
    monkeypatch.setattr(loop, "MOST_SECONDS", -1.0)
    with pytest.raises(RunError) as caught:
        list(Loop(Crew(0), range(3), flag).run())
    assert str(caught.value).startswith("There has been no worker for")
    assert "Go on with --resume when there are some." in str(caught.value)
