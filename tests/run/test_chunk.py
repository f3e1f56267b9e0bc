"""A worker needs little: few imports, and messages that do not grow with the run."""

import pickle
import subprocess
import sys

import pytest
from tests.art import load

from imggen.assets import load_assets
from imggen.plan import make_plan

HEAVY = [
    "pandas", "pyarrow", "joblib", "asyncio", "ssl", "typer", "rich", "matplotlib",
    "imggen.command", "imggen.report", "imggen.run.merge", "imggen.bulk",
]  # fmt: skip


def imported_by(statement):
    code = f"import sys; {statement}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_workers_import_only_what_they_need():
    modules = imported_by("import imggen.run.chunk")
    assert "imggen.encode" in modules
    assert [name for name in HEAVY if name in modules] == []


def test_a_run_starts_without_pandas():
    assert "pandas" not in imported_by("import imggen.run.render")


def test_a_run_of_one_worker_needs_no_pool(small_article, tmp_path):
    args = [str(small_article / "imggen.toml"), "--count=1", "--workers=1", "--quiet"]
    modules = imported_by(f"from imggen.bulk import main; main({[*args, f'--out={tmp_path}/out']})")
    assert {"pandas", "imggen.run.render"} <= modules
    assert modules.isdisjoint({"joblib", "asyncio", "ssl", "rich.progress"})


@pytest.mark.parametrize("size", [1, 100])
def test_a_chunk_is_no_larger_in_a_larger_run(small_article, size):
    config = load(small_article / "imggen.toml")
    library = load_assets(config)

    def size_bytes(count):
        dataset = config.dataset.model_copy(update={"count": count})
        plan = make_plan(config.model_copy(update={"dataset": dataset}), library)
        return len(pickle.dumps(plan.chunk(0, size)))

    assert size_bytes(1_000_000) < size_bytes(1000) * 1.1 + 1000
