"""The command as a user meets it: what it makes, says and refuses, and how it stops."""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from tests.art import random_pixels, save, small_article_values, write_toml

import imggen
from imggen import bulk, cli
from imggen.command import make
from imggen.config import find
from imggen.config.find import find_sample
from imggen.run.engines import parallel
from imggen.run.forecast import estimate


@pytest.fixture
def art(small_article, tmp_path):
    """Art and configuration that a test may break."""
    return Path(shutil.copytree(small_article, tmp_path / "art"))


@pytest.fixture
def run(call):
    """Runs the command in `here`; returns exit code, stdout and stderr."""
    return lambda *args, main=bulk.main: call(main, *args)


@pytest.fixture
def refused(run, here):
    """Runs the command, which must refuse with one sentence and write nothing; returns it."""

    def refused(*args):
        before = sorted(here.rglob("*"))
        code, out, err = run("--workers", 1, *args)
        assert (code, out) == (2, "")
        assert err.startswith("imggen: ")
        assert err.count("\n") == 1
        assert err[-2] in ".?"
        assert sorted(here.rglob("*")) == before
        return err.removeprefix("imggen: ").rstrip("\n")

    return refused


def change_toml(art, change):
    """Apply `change` to the values of the configuration in `art`."""
    values = small_article_values(trim=True)
    change(values)
    return write_toml(art, values)


def digest_of(out):
    return json.loads((out / "run.json").read_text())["digest"]


# --- what it makes and says -----------------------------------------------------------------------


def test_makes_a_dataset(run, here, art):
    code, out, err = run(art, "--count", 30, "--workers", 1)
    assert code == 0
    made = here / "out" / "article"
    assert sorted(path.name for path in (made / "images").iterdir()) == sorted(
        f"generated{k}.png" for k in range(30)
    )
    table = pd.read_csv(made / "data.csv", keep_default_na=False)
    assert list(table) == ["background", "character", "object", "generated image"]
    assert list(table["generated image"]) == [f"generated{k}" for k in range(30)]
    assert re.fullmatch(
        r"images   30 \(\d+ distinct scenes\)\n"
        r"size     \d+\.\d [kM]B\n"
        r"time     \d+\.\d s \([\d.,]+ images/s\)\n"
        r"where    out/article\n"
        r"report   out/article/report.html\n"
        rf"digest   {digest_of(made)}\n",
        out,
    )
    assert "  30 of 30 images (100%), " in err.splitlines()[-1]


def test_quiet(run, here, art):
    assert run(art, "--count", 3, "--workers", 1, "--quiet", "--out", "x/y") == (0, "", "")
    assert (here / "x" / "y" / "data.csv").exists()


def test_all_combinations(run, here, art):
    assert run(art, "--all", "-q", "-j", 1)[0] == 0
    table = pd.read_csv(here / "out" / "article" / "data.csv", keep_default_na=False)
    assert len(table) == 4 * 5 * 11


def test_options_win_over_the_configuration(run, here, art):
    args = ("--seed", 7, "--format", "jpeg", "--quality", 40, "--duplicates", "link")
    assert run(art, "--count", 5, "-q", "-j", 1, *args)[0] == 0
    resolved = tomllib.loads((here / "out" / "article" / "imggen.toml").read_text())
    assert resolved["dataset"]["seed"] == 7
    assert resolved["output"]["format"] == "jpeg"
    assert resolved["output"]["quality"] == 40
    assert resolved["output"]["duplicates"] == "link"
    assert (here / "out" / "article" / "images" / "generated4.jpg").exists()


@pytest.mark.parametrize("chunk_size", [400, 60])
def test_equal_images_of_a_task_are_one_file(run, here, art, chunk_size):
    args = ("--count", 400, "--duplicates", "link", "--chunk-size", chunk_size)
    assert run(art, *args, "-q", "-j", 1)[0] == 0
    out = here / "out" / "article"
    distinct = json.loads((out / "run.json").read_text())["distinct"]
    files = {path.stat().st_ino for path in (out / "images").iterdir()}
    ends_of_tasks = -(-400 // chunk_size) - 1
    assert distinct < 250
    assert distinct <= len(files) <= distinct + ends_of_tasks


def test_overwrite(run, here, art):
    assert run(art, "--count", 5, "-q", "-j", 1)[0] == 0
    assert run(art, "--count", 3, "-q", "-j", 1, "--overwrite")[0] == 0
    assert len(list((here / "out" / "article" / "images").iterdir())) == 3


def test_resume_and_check(run, here, art):
    assert run(art, "--count", 5, "-q", "-j", 1)[0] == 0
    path = here / "out" / "article" / "images" / "generated3.png"
    content = path.read_bytes()
    path.write_bytes(content[:-1] + b"x")
    code, _, err = run(art, "--count", 5, "-j", 1, "--resume", "--check")
    assert code == 0
    assert "Reading all that is there already.\n" in err
    assert path.read_bytes() == content


def test_workers_default_to_the_usable_cpus(run, art, monkeypatch):
    monkeypatch.setattr(parallel, "cpu_count", lambda: 1)
    assert run(art, "--count", 2, "--dry-run")[1].count("with 1 worker\n") == 1


def test_imggen_bulk_is_the_same(run, here, art):
    assert run("bulk", art, "--count", 2, "-q", "-j", 1, main=cli.main) == (0, "", "")
    assert (here / "out" / "article" / "data.csv").exists()
    code, out, _ = run(main=cli.main)
    assert code == 0
    assert "bulk" in out


@pytest.mark.parametrize("main", [bulk.main, cli.main])
def test_version(run, main):
    assert run("--version", main=main) == (0, f"imggen {imggen.__version__}\n", "")


def test_help(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    code, out, err = run("--help")
    assert (code, err) == (0, "")
    options = "count all seed format quality lossless duplicates out resume overwrite check workers"
    for option in [*options.split(), "chunk-size", "dry-run", "quiet", "version"]:
        assert f"--{option} " in out
    for part in ("What to make", "Where", "How", "Examples", "Default: out/NAME"):
        assert part in out
    assert "<bool>" not in out.replace("-h      <bool>", "")


def test_help_and_the_way_in_load_nothing_heavy():
    heavy = "{'numpy', 'pandas', 'joblib', 'pydantic', 'PIL'} & set(sys.modules)"
    code = f"import sys; from imggen.bulk import main; main(['--help']); sys.exit(bool({heavy}))"
    subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
    code = "import sys, imggen.bulk, imggen.cli; sys.exit('typer' in sys.modules)"  # as workers do
    subprocess.run([sys.executable, "-c", code], check=True)


# --- which configuration --------------------------------------------------------------------------


def test_the_configuration_here_is_the_default(run, here, small_article):
    shutil.copytree(small_article, here, dirs_exist_ok=True)
    assert run("--count", 2, "-q", "-j", 1)[0] == 0
    assert (here / "out" / "article" / "data.csv").exists()


def test_else_the_sample(tmp_path, monkeypatch):
    assert find_sample() == Path(__file__).parents[1] / "assets" / "imggen.toml"
    installed = tmp_path / "site-packages" / "imggen"
    write_toml(installed / "sample", {})
    monkeypatch.setattr(imggen, "__file__", str(installed / "__init__.py"))
    assert find_sample() == installed / "sample" / "imggen.toml"


def test_no_sample_either(refused, tmp_path, monkeypatch):
    monkeypatch.setattr(imggen, "__file__", str(tmp_path / "a" / "b" / "__init__.py"))
    assert refused() == (
        "there is no ./imggen.toml here, and the sample is not installed; give a CONFIG."
    )


def test_a_folder_without_configuration(refused, tmp_path):
    assert refused(tmp_path) == (
        f"{tmp_path} is a folder without imggen.toml; expected a TOML file or its folder."
    )


def test_no_such_configuration(refused):
    assert refused("gone.toml") == (
        "gone.toml cannot be read: no such file or directory; expected a configuration file."
    )


def test_broken_toml(refused, art):
    (art / "imggen.toml").write_text("[dataset]\nseed == 5\n")
    assert refused(art).startswith(f"{art / 'imggen.toml'} is not valid TOML: line 2, column 7: ")


# --- wrong options --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ("--workers 0", "--workers is 0; expected a whole number from 1 to 1024."),
        ("--workers -2", "--workers is -2; expected a whole number from 1 to 1024."),
        ("--workers 1e3", "--workers is 1e3; expected a whole number."),
        ("--chunk-size 0", "--chunk-size is 0; expected 1 or more."),
        ("--count 0", "--count is 0; expected a whole number, 1 or more."),
        ("--count -7", "--count is -7; expected a whole number, 1 or more."),
        ("--count many", "--count is many; expected a whole number."),
        ("--seed -1", "--seed is -1; expected a whole number from 0 to 2^64 - 1."),
        ("--format gif", '--format is "gif"; expected "png", "jpeg" or "webp".'),
        ("--quality 0 --format jpeg", "--quality is 0; expected a whole number from 1 to 100."),
        (
            "--quality 80",
            (
                "--quality is 80, but PNG keeps every pixel as it is; "
                "leave it out, or give --format jpeg or webp."
            ),
        ),
        (
            "--lossless",
            (
                '--lossless is true, but output.format is "png", which always is lossless; '
                'leave lossless out, or use "webp".'
            ),
        ),
        (
            "--lossless --format webp --quality 80",
            (
                "--quality is 80, but lossless WebP keeps every pixel as it is; "
                "leave out quality or lossless."
            ),
        ),
        ("--duplicates skip", '--duplicates is "skip"; expected "write" or "link".'),
        ("--resume --overwrite", "--resume keeps what --overwrite replaces; give one of them."),
        ("--check", "--check reads what an earlier run made; give --resume with it."),
        (
            "--all --count 5",
            "--all makes each combination once, and --count is 5; give one of them.",
        ),
        ("--wrkers 3", "--wrkers is not an option; did you mean --workers?"),
        ("--zzz", "--zzz is not an option; see --help."),
        ("--count", "--count needs a value; see --help."),
        ("more", "more is one argument too many; see --help."),
    ],
)
def test_wrong_options(refused, art, args, expected):
    assert refused(art, *args.split()) == expected


def test_count_with_sampling_all(refused, art):
    change_toml(art, lambda values: values["dataset"].update(sampling="all"))
    assert refused(art, "--count", 5) == (
        'dataset.sampling is "all", which makes each combination once, and --count is 5; '
        "give one of them."
    )


@pytest.mark.parametrize(
    ("feature", "name", "library"), [("webp", "webp", "libwebp"), ("jpg", "jpeg", "libjpeg")]
)
def test_a_format_that_pillow_lacks(refused, art, monkeypatch, feature, name, library):
    from PIL import features

    check = features.check
    monkeypatch.setattr(features, "check", lambda asked: asked != feature and check(asked))
    assert refused(art, "--format", name) == (
        f'output.format is "{name}", which this Pillow was built without; use another format, '
        f"or install {library} with its headers and build Pillow again."
    )


# --- wrong configuration and art ------------------------------------------------------------------


def set_in(*path):
    """A change of the configuration: the last of `path` is the value for the keys before it."""

    def change(values):
        *keys, last, value = path
        for key in keys:
            values = values[key]
        values[last] = value

    return change


def add_chance(values):
    values["layer"][2]["probabilities"] |= {"none": 0.2, "hart": 0.1}


def drop_chance(values):
    values["layer"][2]["probabilities"]["none"] += values["layer"][2]["probabilities"].pop("heart")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            set_in("layer", 2, "trimm", True),
            'layer.object.trimm is not a known key; did you mean "trim"?',
        ),
        (
            set_in("layer", 2, "probabilities", {"barrel": 0.5, "key": 0.45}),
            (
                "layer.object.probabilities sums to 0.95; expected 1 (missing: anchor, axe, "
                'bananas, bomb, chest, cupcake, donut, heart). Use "weights" for relative numbers.'
            ),
        ),
        (
            set_in("layer", 2, "probabilities", "heart", -0.005),
            "layer.object.probabilities.heart is -0.005; expected numbers from 0 to 1",
        ),
        (
            set_in("layer", 2, "probabilities", "heart", float("nan")),
            "layer.object.probabilities.heart is nan; expected numbers from 0 to 1",
        ),
        (add_chance, 'layer.object.probabilities names "hart", which has no file in '),
        (drop_chance, "layer.object.probabilities gives nothing for heart; expected every file"),
        (set_in("layer", 2, "folder", "gone"), "layer.object.folder is "),
        (
            set_in("layer", 1, "place", "at", [96, 500]),
            "layer.character.place puts ",
        ),
        (set_in("layer", 1, "name", "Background"), "name of layer 2 is "),
        (set_in("layer", 2, "name", "a/b"), 'name of layer 3 is "a/b"; expected at most 64'),
        (
            set_in("dataset", "image_name", "same"),
            'dataset.image_name is "same"; expected {index} in it, like "image{index}".',
        ),
        (
            set_in("dataset", "image_name", "../../{index}"),
            'dataset.image_name is "../../{index}"; expected a path inside the output folder',
        ),
        (
            lambda values: values["dataset"].update(unique=True, count=500),
            "dataset.count is 500 and dataset.unique is true, but the layers give only 220",
        ),
    ],
)
def test_wrong_configuration(refused, art, change, expected):
    path = change_toml(art, change)
    message = refused(path)
    place = re.match(rf"{re.escape(str(path))}, line [0-9]+: ", message)  # if no art is needed
    assert message.removeprefix(place[0] if place else "").startswith(expected)


def break_file(art, name, content):
    path = art / "objects" / name
    path.write_bytes(content if isinstance(content, bytes) else content(path.read_bytes()))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"no image at all", "is not an image"),
        (b"", "is not an image"),
        (lambda whole: whole[: len(whole) // 2], "is damaged"),
    ],
)
def test_wrong_files(refused, art, content, expected):
    break_file(art, "heart.png", content)
    message = refused(art)
    assert message.startswith(str(art / "objects" / "heart.png"))
    assert expected in message


def test_an_empty_folder(refused, art):
    shutil.rmtree(art / "objects")
    (art / "objects").mkdir()
    assert re.match(r'layer\.object\.folder .*"? is empty; expected one image file', refused(art))


# --- the output folder ----------------------------------------------------------------------------


def test_out_is_not_empty(refused, here, art):
    save(here / "x" / "mine.png", random_pixels(np.random.default_rng(0), 2, 2, 3))
    assert refused(art, "--out", "x") == (
        "x holds files that are no imggen run, so it cannot be used; choose another --out."
    )
    assert "holds files that are no imggen run" in refused(art, "--out", "x", "--overwrite")
    assert "holds files that are no imggen run" in refused(art, "--out", "x", "--resume")


def test_out_is_a_file(refused, here, art):
    (here / "x").write_text("mine")
    assert refused(art, "--out", "x").startswith("x is a file; expected a folder")
    assert "x is a file; expected a folder" in refused(art, "--out", "x/y")


def test_out_is_a_broken_link(refused, here, art):
    (here / "x").symlink_to("gone")
    assert refused(art, "--out", "x").startswith("x is a broken link; expected a folder")


def test_out_is_a_link_to_itself(refused, here, art):
    (here / "x").symlink_to("x")
    assert refused(art, "--out", "x").startswith("x is a broken link; expected a folder")


@pytest.mark.parametrize("name", ["{art}/characters", "{art}/characters/x/y", "{here}/link/x"])
@pytest.mark.parametrize("more", [["--dry-run"], ["--partition", "1/2"], []])
def test_out_is_in_art(refused, here, art, name, more):
    """A next run would take what this one wrote for variants."""
    (here / "link").symlink_to(art / "characters")
    out = name.format(art=art, here=here)
    assert refused(art, "--out", out, *more) == (
        f"{out} is in layer.character.folder, where all files are art; choose another --out."
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_out_cannot_be_written(refused, here, art):
    (here / "x").mkdir(mode=0o500)
    assert refused(art, "--out", "x/y").startswith("x cannot be written to; choose another --out")


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (("--count", 4), "dataset.count was 5 and is 4"),
        (("--count", 5, "--seed", 1), "dataset.seed was 0 and is 1"),
        (("--count", 5, "--format", "jpeg"), 'output.format was "png" and is "jpeg"'),
    ],
)
def test_resume_of_another_run(refused, run, art, args, expected):
    assert run(art, "--count", 5, "-q", "-j", 1)[0] == 0
    message = refused(art, *args, "--resume")
    assert message.startswith("out/article cannot be resumed: ")
    assert expected in message


def test_resume_with_other_art(refused, run, art):
    assert run(art, "--count", 5, "-q", "-j", 1)[0] == 0
    save(art / "objects" / "heart.png", random_pixels(np.random.default_rng(9), 20, 20, 4))
    assert refused(art, "--count", 5, "--resume").startswith("out/article cannot be resumed: ")


def test_resume_of_a_complete_run_renders_nothing(run, here, art):
    assert run(art, "--count", 5, "-q", "-j", 1)[0] == 0
    digest = digest_of(here / "out" / "article")
    code, out, _ = run(art, "--count", 5, "-j", 1, "--resume")
    assert code == 0
    assert ", 0 of them now\n" in out
    assert digest_of(here / "out" / "article") == digest


# --- warnings of the art --------------------------------------------------------------------------


@pytest.fixture
def warned(art):
    """Art with a file that holds more than is drawn, and the sentence on it."""
    path = art / "backgrounds" / "desert.png"
    frames = [Image.fromarray(np.full((108, 192, 3), level, np.uint8)) for level in (40, 80)]
    frames[0].save(path, save_all=True, append_images=frames[1:])
    return f"In {path}, only the first frame is used."


def test_what_is_left_out_of_art_is_said_once(run, art, warned):
    code, out, err = run(art, "--count", 4, "--workers", 1)
    assert code == 0
    assert err.splitlines()[0] == f"imggen: warning: {warned}"
    assert (out + err).count("only the first frame") == 1


def test_quiet_runs_do_not_warn(run, art, warned):
    assert run(art, "--count", 4, "--workers", 1, "--quiet") == (0, "", "")


def test_dry_runs_list_what_is_left_out_of_art(run, art, warned):
    code, out, err = run(art, "--count", 4, "--workers", 1, "--dry-run")
    assert (code, err) == (0, "")
    assert f"\nwarning  {warned}\n" in out


# --- dry runs -------------------------------------------------------------------------------------


def test_dry_run(run, here, art):
    code, out, err = run(art, "--count", 5000, "--dry-run", "-j", 2)
    assert (code, err) == (0, "")
    assert re.fullmatch(
        r"images   5,000 \(\d+ distinct scenes\)\n"
        r"size     about [\d.]+ MB\n"
        r"time     about .* with 2 workers\n"
        r"where    out/article\n"
        r"disk     [\d.,]+ [GT]B free: there is room\n"
        r"\n"
        r"background  \w+ [\d.]+ %, \w+ [\d.]+ %, \w+ [\d.]+ %, \w+ [\d.]+ %\n"
        r"character   mage .+\n"
        r"object      none .+\n"
        r"\(--full prints .+\)\n",
        out,
    )
    code, out, err = run(art, "--count", 5000, "--dry-run", "-j", 2, "--full")
    assert (code, err) == (0, "")
    assert re.search(
        r"\nbackground   asked  exact  planned\n"
        r"countryside   30 %   30 %    1,\d\d\d  +[\d.]+ %\n"
        r"(.+\n){3}"
        r"\n"
        r"character  asked  exact  planned\n(.+\n){5}"
        r"\n"
        r"object   asked  exact  planned\n(.+\n){11}$",
        out,
    )
    assert list(here.iterdir()) == []


def test_dry_run_where_a_run_is(run, refused, here, art):
    settings = art, "--count", 20, "--workers", 1
    assert run(*settings, "-q", "--chunk-size", 5)[0] == 0
    lost, *_ = (here / "out/article/.imggen/done").iterdir()
    lost.unlink()
    before = contents_of(here)
    again = "give --resume to complete it, --overwrite to replace it."
    code, out, err = run(*settings, "--dry-run")
    assert (code, err) == (0, "")
    assert f"\nnote     out/article is not empty; {again}\n" in out
    assert "left" not in out
    for leave, left in {
        "--resume": ", 5 of them left\n",
        "--overwrite": " distinct scenes)\n",
    }.items():
        code, out, err = run(*settings, "--dry-run", leave)
        assert (code, err) == (0, "")
        assert out.split("size")[0].endswith(left)
        assert "note" not in out
    assert "dataset.seed was 0 and is 1" in refused(*settings, "--seed", 1, "--dry-run", "--resume")
    assert run(*settings, "--seed", 1, "--dry-run")[0] == 0
    assert contents_of(here) == before, "a dry run writes nothing"


def test_dry_run_where_nothing_is_left(run, here, art):
    settings = art, "--count", 5, "--workers", 1
    assert run(*settings, "-q")[0] == 0
    code, out, _ = run(*settings, "--dry-run", "--resume")
    assert code == 0
    assert ", 0 of them left\nsize     about 0 " in out


def test_dry_run_where_other_files_are(run, refused, here, art):
    save(here / "x" / "mine.png", random_pixels(np.random.default_rng(0), 2, 2, 3))
    code, out, _ = run(art, "--out", "x", "--dry-run", "--workers", 1)
    assert code == 0
    assert "note     x holds files that are no imggen run" in out
    (here / "y").write_text("mine")
    assert refused(art, "--out", "y", "--dry-run").startswith("y is a file; expected a folder")


def contents_of(folder):
    """What is below `folder`, byte for byte."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_no_room(run, refused, here, art, monkeypatch):
    free = shutil._ntuple_diskusage(10**6, 10**6, 1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: free)
    code, out, err = run(art, "--dry-run", "-j", 1)
    assert code == 2
    assert "disk     1.0 kB free: THERE IS NO ROOM\n" in out
    assert "\nobject      none " in out, "it says all else"
    sentence = refused(art)
    needed = r"out/article needs about [\d.]+ [kM]B for 200 images and its disk has 1\.0 kB free; "
    assert re.match(needed, sentence)
    assert err == f"imggen: {sentence}\n"
    assert run(art, "--dry-run", "-j", 1, "-q") == (2, "", err)


def test_more_workers_than_cpus_are_no_faster(run, art, monkeypatch):
    monkeypatch.setattr(parallel, "cpu_count", lambda: 2)
    monkeypatch.setattr(estimate, "render_samples", lambda *_: [(1000, 0.0, 0.75)])
    for workers, said in (
        (1, "2 min 30 s with 1 worker"),
        (2, "1 min 15 s with 2 workers"),
        (64, "1 min 15 s with 64 workers on 2 CPUs"),
    ):
        text = run(art, "--count", 200, "--dry-run", "-j", workers)[1]
        assert re.search(r"\ntime     about (.*)\n", text)[1] == said


def test_full_is_for_dry_runs(refused, art):
    assert refused(art, "--full") == "--full is for --dry-run; give both, or leave it out."


# --- the sample, unasked --------------------------------------------------------------------------


@pytest.mark.parametrize("args", [[], ["--dry-run"]])
def test_says_first_that_it_makes_the_sample(run, art, monkeypatch, args):
    monkeypatch.setattr(find, "find_sample", lambda: art / "imggen.toml")
    code, out, err = run("--count", 3, "--workers", 1, *args)
    assert code == 0
    assert out.startswith("images   3 ")
    assert err.splitlines()[0] == (
        "imggen: there is no ./imggen.toml here, so this is the sample that comes with imggen: "
        "3 images to out/article (--dry-run says how large). For your own art, give CONFIG; "
        "imggen init --from FOLDER writes one."
    )
    assert run("--count", 3, "--workers", 1, "--out", "x", "-q", *args) == (0, "", "")


# --- stopping -------------------------------------------------------------------------------------


STOPPED_IN = """
import signal, sys, time
from imggen.run import {module}

def stop(*args):
    signal.raise_signal({number})
    time.sleep(60)

{module}.{function} = stop
from imggen.bulk import main
sys.exit(main({args!r}))
"""


def stop_in(function, number, args, cwd):
    """Stop the command when it calls a function of imggen.run; its exit code, stdout and stderr."""
    module, name = function.split(".")
    code = STOPPED_IN.format(
        module=module, function=name, number=int(number), args=list(map(str, args))
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=cwd, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_stop_while_assets_load(here, art, number, code, workers):
    came = stop_in("recipe.load_assets", number, [art, "--workers", workers], here)
    assert came == (code, "", "imggen: stopped before rendering began.\n")
    assert list(here.iterdir()) == []


def test_stop_while_merging_then_resume(run, here, art):
    assert run(art, "--count", 20, "-q", "-j", 1, "--out", "whole")[0] == 0
    args = [art, "--count", 20, "-q", "-j", 1, "--out", "x"]
    code, out, err = stop_in("merge.merge", signal.SIGINT, args, here)
    assert (code, out) == (130, "")
    assert err.startswith("imggen: stopped with 20 of 20 images done; go on with: ")
    assert not (here / "x" / "run.json").exists()
    code, out, _ = run(art, "--count", 20, "-j", 1, "--out", "x", "--resume")
    assert code == 0
    assert digest_of(here / "x") == digest_of(here / "whole")


def test_handlers_are_put_back(run, art):
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    run("--version")
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (["/x/imggen/bulk.py", "a b", "--count", "5"], "{python} -m imggen.bulk 'a b' --count 5"),
        (["/x/imggen/__main__.py", "bulk", "-q"], "{python} -m imggen bulk -q"),
        (["/x/bin/imggen", "bulk", "--overwrite"], "/x/bin/imggen bulk"),
        (["/x/bin/imggen", "bulk", "--resume", "-q"], "/x/bin/imggen bulk -q"),
    ],
)
def test_resume_command(argv, expected):
    python = make.as_typed(sys.executable)
    assert make.resume_command(argv) == expected.format(python=python) + " --resume"


def start(*args, cwd):
    """The command as a process with a group of its own, like a shell starts it."""
    return subprocess.Popen(
        [sys.executable, "-m", "imggen.bulk", *map(str, args)],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # CI may ignore SIGINT, and what it starts would too.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )


def wait_for(process, happens):
    while not happens():
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)


def living(group):
    """The processes of a group, but for those that only wait to be collected."""
    listed = subprocess.run(
        ["ps", "-eo", "pgid=,stat=,args="], capture_output=True, check=True, text=True
    )
    rows = [line.split(maxsplit=2) for line in listed.stdout.splitlines()]
    return [row for row in rows if row[0] == str(group) and not row[1].startswith("Z")]


def shared_files(process):
    """What a process still has in shared memory; other runs may have theirs there."""
    named = re.compile(rf"[-_]{process.pid}[-_]")
    return [path for path in Path("/dev/shm").rglob("*") if named.search(path.name)]


def stop(process, number, *, group):
    """Send the signal; returns what the process says once it and its workers are gone."""
    (os.killpg if group else os.kill)(process.pid, number)
    _, err = process.communicate(timeout=60)
    wait_until = time.monotonic() + 1  # the trackers of shared files see their parent gone
    while living(process.pid) and time.monotonic() < wait_until:
        time.sleep(0.02)
    assert living(process.pid) == []
    assert process.returncode == 128 + number
    return err


@pytest.mark.parametrize(
    ("number", "group"),
    [(signal.SIGINT, True), (signal.SIGINT, False), (signal.SIGTERM, True), (signal.SIGHUP, True)],
)
def test_stop_while_rendering_then_resume(run, here, art, number, group):
    args = (art, "--count", 400, "--workers", 2, "--chunk-size", 1)
    process = start(*args, "--out", "x", cwd=here)
    done = here / "x" / ".imggen" / "done"
    wait_for(process, lambda: done.exists() and any(done.iterdir()))
    err = stop(process, number, group=group)
    assert shared_files(process) == []
    *_, last = err.splitlines()
    match = re.fullmatch(r"imggen: stopped with (\d+) of 400 images done; go on with: (.*)", last)
    assert match
    assert "Traceback" not in err
    command = shlex.split(match[2])
    assert command[1:] == ["-m", "imggen.bulk", *map(str, args), "--out", "x", "--resume"]
    subprocess.run(command, cwd=here, check=True, capture_output=True)
    assert run(*args[:3], "--workers", 1, "-q", "--out", "whole")[0] == 0
    assert digest_of(here / "x") == digest_of(here / "whole")


@pytest.mark.parametrize("seconds", [0.3, 0.6, 1.0])
def test_stop_while_starting(here, art, seconds):
    process = start(art, "--count", 100_000, "--workers", 2, "--chunk-size", 1, cwd=here)
    time.sleep(seconds)
    err = stop(process, signal.SIGINT, group=True)
    assert "Traceback" not in err
    assert err.splitlines()[-1].startswith("imggen: stopped ")
    assert shared_files(process) == []
