"""What imggen says of the Pillow beside it. The packages are made up: a folder on sys.path."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import PIL
import pytest

import imggen
from imggen.command import pillow
from imggen.command.app import as_typed

REPO = Path(__file__).parents[2]
PIL_FOLDER = Path(PIL.__file__).parent
PYTHON = shlex.quote(as_typed(sys.executable))
LOOK = "from imggen.command.pillow import find_mix; print(find_mix(), end='')"
OURS = PIL.__version__
BOTH = f"{PYTHON} -m pip uninstall -y pillow pillow-simd && {PYTHON} -m pip install pillow"
AFRESH = f"{PYTHON} -m pip install --force-reinstall --no-deps --no-cache-dir"


@pytest.fixture
def bare(tmp_path):
    """A folder in the place of site-packages, with all that is there but for Pillow."""
    folder = tmp_path / "site"
    folder.mkdir()
    for entry in PIL_FOLDER.parent.iterdir():
        if not entry.name.lower().startswith(("pil", "pillow")):
            (folder / entry.name).symlink_to(entry)
    return folder


@pytest.fixture
def site(bare):
    """The same with the Pillow of the tests, but no package it belongs to."""
    (bare / "PIL").symlink_to(PIL_FOLDER)
    return bare


def add_package(site, name, version):
    """Say in `site` that a package is installed there."""
    folder = site / f"{name.replace('-', '_')}-{version}.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")


def add_pil(site, **files):
    """Put a module PIL of these texts into `site`."""
    (site / "PIL").mkdir()
    for name, text in files.items():
        (site / "PIL" / f"{name}.py").write_text(text)


def run_python(site, *args, also=()):
    """Start Python with `site`, and the folders `also`, for site-packages.

    Returns exit code, stdout and stderr.
    """
    paths = [str(path) for path in (site, Path(imggen.__file__).parents[1], *also)]
    done = subprocess.run(
        [sys.executable, "-S", *map(str, args)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        cwd=site.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def look(site):
    """What there is to say of the Pillow in `site`, if it can be used."""

    def look(**where):
        code, out, err = run_python(site, "-c", LOOK, **where)
        assert (code, err) == (0, "")
        return out

    return look


@pytest.fixture
def bulk(bare, small_article):
    """Runs `imggen bulk --dry-run` with the Pillow there is; returns what run_python does."""

    def bulk(*args):
        return run_python(
            bare, "-m", "imggen.bulk", small_article, "--count", 2, "--dry-run", *args
        )

    return bulk


@pytest.fixture
def refused(bulk):
    """What imggen says when it refuses to start."""

    def refused():
        code, out, err = bulk()
        assert (code, out, err.count("\n")) == (2, "", 1)
        return err.removeprefix("imggen: ").rstrip("\n")

    return refused


# --- one that works -------------------------------------------------------------------------------


def test_the_one_of_the_tests():
    assert pillow.find_mix() == ""


@pytest.mark.parametrize("name", ["pillow", "pillow-simd"])
@pytest.mark.parametrize("label", ["", "+built.here"])
def test_one(site, look, name, label):
    add_package(site, name, OURS + label)
    assert look() == ""


def test_one_that_no_package_brings(look):
    assert look() == ""


def test_another_in_another_folder(site, look, tmp_path):
    add_package(site, "pillow", OURS)
    add_package(tmp_path / "system", "pillow-simd", "9.5.0.post2")
    assert look(also=[tmp_path / "system"]) == ""


# --- two ------------------------------------------------------------------------------------------


def test_two(site, look):
    add_package(site, "pillow", "13.0.0")
    add_package(site, "pillow-simd", OURS)
    assert look() == (
        f"pillow 13.0.0 and pillow-simd {OURS} are both installed here, and each overwrites files "
        f"of the other; keep one of them with: {BOTH}==13.0.0"
    )


def test_two_where_there_is_no_pip(site, look):
    add_package(site, "pillow", OURS)
    add_package(site, "pillow-simd", "12.1.1.post0")
    (site / "pip").unlink()
    assert look().endswith(
        f"keep one of them with: uv pip uninstall --python {PYTHON} pillow pillow-simd && "
        f"uv pip install --python {PYTHON} pillow=={OURS}"
    )


def test_two_are_a_warning(site, bulk):
    add_package(site, "pillow", "13.0.0")
    add_package(site, "pillow-simd", OURS)
    code, out, err = bulk()
    assert (code, err.count("\n")) == (0, 1)
    assert "images   2" in out
    assert err.startswith("imggen: warning: pillow 13.0.0 and pillow-simd ")
    assert bulk("--quiet") == (0, "", "")


def test_files_of_another_version(site, look):
    add_package(site, "pillow", "13.0.0")
    assert look() == (
        f"files of pillow 13.0.0 were overwritten by those of {OURS}; "
        f"repair it with: {AFRESH} pillow==13.0.0"
    )


def test_init_warns_too(site):
    add_package(site, "pillow", "13.0.0")
    code, _, err = run_python(site, "-m", "imggen", "init", "--from", "nowhere")
    assert code == 2
    warning, error = err.splitlines()
    assert warning.startswith("imggen: warning: files of pillow 13.0.0 were overwritten")
    assert "nowhere" in error


# --- none that works ------------------------------------------------------------------------------


def test_none(refused):
    assert refused() == (
        "drawing needs Pillow or Pillow-SIMD, and neither is installed here; "
        f"install one with: {PYTHON} -m pip install pillow"
    )


def test_too_old(bare, refused):
    add_package(bare, "pillow", "10.4.0")
    add_pil(bare, __init__="__version__ = '10.4.0'", Image="")
    assert refused() == (
        "Pillow is 10.4.0; imggen needs 11 or newer. "
        f"Get it with: {PYTHON} -m pip install --upgrade pillow"
    )


def test_two_that_do_not_load(bare, refused):
    add_package(bare, "pillow", "13.0.0")
    add_package(bare, "pillow-simd", "12.1.1.post0")
    add_pil(
        bare,
        __init__="__version__ = '13.0.0'",
        Image="raise ImportError('The _imaging extension was built for another version:\\nCore')",
    )
    assert refused() == (
        "pillow 13.0.0 and pillow-simd 12.1.1.post0 have overwritten each other's files, and PIL "
        "does not load (The _imaging extension was built for another version:); "
        f"repair it with: {BOTH}==13.0.0"
    )


def test_one_whose_files_went_with_the_other(bare, refused):
    add_package(bare, "pillow-simd", "12.1.1.post0")
    assert refused() == (
        "pillow-simd 12.1.1.post0 does not load (No module named 'PIL'); "
        f"repair it with: {AFRESH} pillow-simd==12.1.1.post0"
    )


def test_files_that_no_package_brings(bare, refused):
    add_pil(bare, ImageFont="")  # no __init__: to Python, PIL is a folder of no module
    assert refused() == (
        "the module PIL does not load (cannot import name 'Image' from 'PIL' (unknown location)); "
        f"repair it with: {BOTH}"
    )


# --- how imggen asks for it -----------------------------------------------------------------------


def test_imggen_asks_for_none():
    project = tomllib.loads((REPO / "pyproject.toml").read_text())["project"]
    assert not [it for it in project["dependencies"] if it.startswith("pillow")]
    for extra in ("pillow", "simd"):
        asked = project["optional-dependencies"][extra]
        assert asked, extra
        assert {re.split("[>;]", it)[0] for it in asked} <= set(pillow.NAMES)


def test_the_oldest_one_is_the_same_everywhere():
    extras = tomllib.loads((REPO / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    assert extras["pillow"] == [f"pillow>={pillow.LEAST}"]
