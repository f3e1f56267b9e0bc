"""A worker needs little: few imports, and messages that do not grow with the run."""

import pickle
import subprocess
import sys

import pytest
from tests.art import load

from imggen.assets import load_assets
from imggen.planning import make_plan
from imggen.run.engines.engine import start_engine
from imggen.run.recipe import make_recipe
from imggen.run.render import make_job

HEAVY = [
    "pydantic", "tomllib", "pandas", "pyarrow", "joblib", "asyncio", "ssl", "typer", "rich",
    "matplotlib",
    "imggen.command", "imggen.report", "imggen.run.merge", "imggen.bulk",
]  # fmt: skip


# Modules of the configuration without models.
PLAIN = ("caption", "image_name", "names", "plain", "sentences")


def imported_by(statement):
    code = f"import sys; {statement}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_workers_import_only_what_they_need():
    modules = imported_by("import imggen.run.chunks.worker")
    assert "imggen.encode" in modules
    assert [name for name in HEAVY if name in modules] == []


def test_the_fork_server_has_imported_the_worker():
    assert {"imggen.run.chunks.worker", "imggen.run.engines.parallel"} <= imported_by(
        "import imggen.run.engines.preload"
    )


RENDER = """
import pickle, sys
from pathlib import Path
from imggen.run.chunks.worker import render_chunk
from imggen.run.engines.handover import work

job, chunk = pickle.loads(Path(sys.argv[1]).read_bytes())
assert len(render_chunk(job, chunk).images) == 5
print(*sys.modules)
"""
PLANNING = (
    "imggen.planning.sampling",
    "imggen.planning.plan",
    "imggen.assets.load",
    "imggen.formats.checks",
)
FORMATS = {
    "png": {},
    "jpeg": {"output__format": "jpeg"},
    "shards": {"output__container": "webdataset"},
    "array": {"output__container": "npy"},
    "labels": {"labels__formats": ["coco", "yolo", "voc", "masks", "table", "captions", "solana"]},
}


@pytest.mark.parametrize("settings", FORMATS.values(), ids=FORMATS)
def test_a_worker_renders_without_the_models_and_the_plan(small_article, tmp_path, settings):
    caption = {"labels__caption": "A {character}."}
    config = load(small_article / "imggen.toml", **caption, **settings, dataset__count=5)
    recipe = make_recipe(config)
    (tmp_path / ".imggen").mkdir()
    recipe.container.make(recipe.order, tmp_path)
    with start_engine(1) as engine:
        content = pickle.dumps((make_job(recipe, tmp_path, engine), recipe.order.chunk(0, 5)))
        (tmp_path / "task").write_bytes(content)
        command = [sys.executable, "-c", RENDER, str(tmp_path / "task")]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    modules = set(done.stdout.split())
    assert modules.isdisjoint({"pydantic", "pandas", "pyarrow", "typer", "rich", "tomllib"})
    assert [name for name in modules if name.startswith(PLANNING)] == []
    models = {name for name in modules if name.startswith("imggen.config.")}
    assert models <= {f"imggen.config.{name}" for name in PLAIN}


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
