"""What benchmarks/scale.py derives follows from its figures, and is what docs/scaling.md tells."""

from copy import deepcopy

import pytest
from benchmarks import bench_loop, scale
from benchmarks.readme import RESULTS
from benchmarks.scale import Costs, expect
from benchmarks.scale_page import PAGE, Results, filled
from benchmarks.settings import Settings
from rich.console import Console

COSTS = Costs(
    "job", start_s=2, plan_us=1, render_us=100, merge_us=4, image_bytes=1000, plan_bytes=10,
    chunk_images=100,
)  # fmt: skip


@pytest.mark.parametrize(
    ("cores", "store_bytes", "limit", "seconds"),
    [
        (16, 10**12, "cores", 2 + 10**8 * 100e-6 / 16),
        (64, 10**12, "cores", 2 + 10**8 * 100e-6 / 64),
        (128, 10**9, "store", 2 + 100),
    ],
)
def test_what_is_busy_longest_decides(cores, store_bytes, limit, seconds):
    found = expect(COSTS, 300, 10**8, cores, store_bytes)
    assert found.limit == limit
    assert found.make_s == pytest.approx(seconds)
    assert found.merge_s == pytest.approx(400)


def test_planning_limits_where_chunks_are_small():
    single = Costs(**{**vars(COSTS), "chunk_images": 1})
    found = expect(single, 300, 10**6, 32, 10**12)
    assert found.limit == "planning"
    assert found.parent_s == pytest.approx(10**6 * 301e-6 / 2)  # two nodes


def test_cores_that_fill_a_store_or_a_parent():
    assert scale.cores_of_store(COSTS, 10**9) == pytest.approx(100)
    assert expect(COSTS, 300, 10**9, 100, 10**9).workers_s == pytest.approx(1000)
    assert scale.cores_of_parent(COSTS, 300) == pytest.approx(25)


def test_memory_of_the_merge():
    assert scale.merge_mb(COSTS, 10**8) == pytest.approx(136)


def test_the_page_is_of_the_results():
    page = PAGE.read_text()
    assert filled(page, Results.read(RESULTS)) == page


def test_other_results_make_another_page():
    page, results = PAGE.read_text(), Results.read(RESULTS)
    for report, key in (
        ("costs", "render_us"), ("loop-here", "cpu_us"), ("loop-dispatched", "cpu_us"),
        ("scaling-small", "whole"),
    ):  # fmt: skip
        changed = deepcopy(results)
        changed.rows(report)[0][key] *= 3
        assert filled(page, changed) != page


def test_costs_are_those_of_the_results():
    results = Results.read(RESULTS)
    [row, _] = results.rows("costs")
    assert results.costs[0].render_us == row["render_us"]
    assert results.costs[0].chunk_images == row["shard_images"]
    assert results.chunk_us == results.rows("loop-dispatched")[0]["cpu_us"]


def test_the_loop_without_images(tmp_path):
    """Each chunk is noted in the journal of its partition, and no image is made."""
    settings = Settings(
        quick=True, art=tmp_path, scratch=tmp_path, rounds=1, jobs=("here",), count=None,
        console=Console(quiet=True),
    )  # fmt: skip
    [table] = bench_loop.run(settings)
    assert [row["chunks"] for row in table.rows] == [400]
    assert not (tmp_path / "loop out" / "images" / "generated0.png").exists()
    assert not any((tmp_path / "loop out" / ".imggen" / "partitions").iterdir())
