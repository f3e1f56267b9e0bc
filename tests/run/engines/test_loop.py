"""The loop hands out bundles, again where workers die, and names the tasks that kill them."""

import pytest

from imggen.errors import RunError
from imggen.run.engines import loop
from imggen.run.engines.bundles import BundleResult
from imggen.run.engines.handover import Flag, GivenUp
from imggen.run.engines.loop import BUNDLES_PER_WORKER, DEATHS, Loop, WorkerLost

SECONDS = 0.5  # of work in a bundle


class Crew:
    """Workers that do their bundles in order, and die of tasks in `deadly`, with all in hand."""

    def __init__(self, count, deadly=(), starting=0, seconds=1.0):
        self.hands = {worker: [] for worker in range(count)}
        self.results = {}
        self.deadly = deadly
        self.given_up = False
        self.seconds = seconds
        self.most = self.largest = 0
        self.deaths = []
        self.starting = starting

    def workers(self):
        self.starting -= 1
        return [] if self.starting >= 0 else list(self.hands)

    def submit(self, worker, bundle):
        handle = tuple(bundle)
        self.hands[worker].append(handle)
        self.most = max(self.most, len(self.hands[worker]))
        self.largest = max(self.largest, len(bundle))
        return handle

    def wait(self, handles, seconds):
        for worker, hand in list(self.hands.items()):
            if hand and (killers := set(hand[0]) & set(self.deadly)):
                self.deaths += killers
                self.results.update(dict.fromkeys(hand, WorkerLost()))
                self.hands[worker] = []
            elif hand:
                bundle = hand.pop(0)
                made = BundleResult([10 * task for task in bundle], [], self.seconds * len(bundle))
                self.results[bundle] = GivenUp() if self.given_up else made
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
    assert sorted(Loop(crew, range(20), SECONDS, flag).run()) == [10 * task for task in range(20)]
    assert crew.most == BUNDLES_PER_WORKER


def test_short_tasks_go_together_and_long_ones_alone(flag):
    for seconds, largest in ((0.1, 5), (0.6, 1)):
        crew = Crew(2, seconds=seconds)
        assert sorted(Loop(crew, range(60), SECONDS, flag).run()) == [10 * k for k in range(60)]
        assert crew.largest == largest


@pytest.mark.parametrize("workers", [1, 2, 3])
@pytest.mark.parametrize("deadly", [0, 7, 19])
@pytest.mark.parametrize("seconds", [1.0, 0.01])
def test_only_the_deadly_task_is_named(flag, workers, deadly, seconds):
    crew, done = Crew(workers, deadly=[deadly], seconds=seconds), []
    with pytest.raises(RunError) as caught:
        done.extend(Loop(crew, range(20), SECONDS, flag).run())
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
        list(Loop(Crew(2, deadly=[3, 9]), range(12), SECONDS, flag).run())


def test_after_a_stop_no_task_is_handed_out(flag):
    crew, done = Crew(2), []
    for result in Loop(crew, range(100), SECONDS, flag).run():
        done.append(result)
        flag.set()
    assert crew.given_up
    assert len(done) <= 2
    assert not any(crew.hands.values())


class Failing(Crew):
    """Workers of which one fails at a task; what it has finished of the bundle is there."""

    def __init__(self, count, failing, *, alone):
        super().__init__(count)
        self.failing, self.alone = failing, alone

    def result(self, handle):
        made = super().result(handle)
        if self.failing not in handle:
            return made
        if self.alone:
            raise RunError("It fails.")
        others = [one for one in made.results if one != 10 * self.failing]
        return made._replace(results=others, error=RunError("It fails."))


@pytest.mark.parametrize("alone", [True, False])
def test_what_is_finished_is_kept_where_a_task_fails(flag, alone):
    """What workers have in hand is waited for, and nothing else is begun."""
    crew, done = Failing(3, 7, alone=alone), []
    with pytest.raises(RunError, match=r"^It fails\.$"):
        done.extend(Loop(crew, range(100), SECONDS, flag).run())
    assert crew.given_up
    assert not any(crew.hands.values())
    assert not crew.results
    assert set(range(0, 70, 10)) <= set(done)
    assert 70 not in done
    assert len(done) <= 7 + 3 * BUNDLES_PER_WORKER


def test_no_worker_for_long(flag, monkeypatch):
    monkeypatch.setattr(loop, "MOST_SECONDS", -1.0)
    with pytest.raises(RunError) as caught:
        list(Loop(Crew(0), range(3), SECONDS, flag).run())
    assert str(caught.value).startswith("There has been no worker for")
    assert "Go on with --resume when there are some." in str(caught.value)
