"""imggen beside what trains models: stock Pillow, nothing broken, the same images."""

import importlib
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from tests.checks import check_same_files

from imggen.command.pillow import find_mix

REPO = Path(__file__).parents[2]
HERE = Path(sys.executable)
MAIN = REPO / ".venv" / "bin" / "python"  # which has Pillow-SIMD, where it can
READERS = ("datasets", "matplotlib.pyplot", "pyarrow.parquet", "pycocotools.coco", "supervision",
           "webdataset")  # fmt: skip


def run_python(python, *args):
    """Start an interpreter; returns exit code, and stdout with stderr behind it."""
    done = subprocess.run(
        [python, *map(str, args)], capture_output=True, text=True, check=False, cwd=REPO
    )
    return done.returncode, done.stdout + done.stderr


def test_no_requirement_is_broken():
    assert run_python(HERE, "-m", "pip", "check") == (0, "No broken requirements found.\n")


def test_pillow_is_stock_and_whole():
    with pytest.raises(PackageNotFoundError):
        version("pillow-simd")
    assert version("pillow") == Image.__version__
    assert find_mix() == ""


@pytest.mark.parametrize("name", READERS)
def test_readers_load(name):
    assert importlib.import_module(name)


def test_pytorch_loads(torch):
    assert not torch.cuda.is_available()
    assert torch.ones(2).sum() == 2


def test_the_sample_is_the_same_in_both_environments(tmp_path):
    for name, python in (("here", HERE), ("main", MAIN)):
        code, said = run_python(
            python, "-m", "imggen.bulk", REPO / "assets", "--count", 20, "--out", tmp_path / name
        )
        assert (code, "warning" in said) == (0, False), said
    check_same_files(tmp_path / "here", tmp_path / "main")


def test_the_table_lists_the_images(dataset):
    table = pd.read_csv(dataset / "data.csv", keep_default_na=False)
    files = sorted(path.stem for path in dataset.rglob("*.png"))
    assert len(files) == len(table) > 0
    with Image.open(next(dataset.rglob("*.png"))) as image:
        assert np.asarray(image).shape == (64, 64, 3)
