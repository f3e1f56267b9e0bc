"""Tests of imggen.run.engines.pools."""

from __future__ import annotations

import time

import pytest

from imggen.run.engines.pipes import PipePool
from imggen.run.engines.pools import make_pool, submit


@pytest.mark.parametrize("pool_of", [make_pool, lambda workers: PipePool(workers, {})])
def test_workers_killed_with_tasks_that_wait(pool_of, monkeypatch):
    failed = []
    monkeypatch.setattr("threading.excepthook", failed.append)
    for _ in range(5):
        pool = pool_of(2)
        assert submit(pool, abs, -1).result() == 1
        begun = time.monotonic()
        for _ in range(4):
            submit(pool, time.sleep, 60)
        pool.shutdown(kill_workers=True)
        assert time.monotonic() - begun < 30
    assert [(one.thread.name, one.exc_value) for one in failed] == []
