"""The documents are true: their commands and code run, their keys, options and links exist."""

import ast
import inspect
import re
import shlex
import shutil
import tomllib
from pathlib import Path
from typing import Literal, get_args, get_origin

import pytest
from benchmarks import readme
from benchmarks.readme import BEGIN, END, replace_between
from tests.documents import TRAINING, blocks, check_said, python_blocks, run_code

import imggen
from imggen import bulk, cli
from imggen.config import (
    Canvas,
    Correlate,
    Dataset,
    Joint,
    Layer,
    Output,
    Place,
    PlaceWhen,
    Rule,
    Split,
    load_config,
)
from imggen.config.camera import Camera
from imggen.config.dataset import Family
from imggen.config.labels import Collection, Labels
from imggen.config.shadow import Shadow
from imggen.config.vary import Vary
from imggen.config.vary_when import VaryWhen
from imggen.config.views import View

REPO = Path(__file__).parents[1]
README = REPO / "README.md"
SPEED = REPO / "docs" / "speed.md"
TOUR = REPO / "docs" / "tour.md"
CONFIGURATION = REPO / "docs" / "configuration.md"
DOCUMENTS = [
    README,
    *sorted((REPO / "docs").glob("*.md")),
    *sorted((REPO / "docs" / "howto").glob("*.md")),
]
LINKING = [*REPO.glob("*.md"), *sorted((REPO / "docs").rglob("*.md"))]
SITE = REPO / ".mkdocs.yml"
TABLES = {
    "[dataset]": Dataset,
    "[dataset.family]": Family,
    "[canvas]": Canvas,
    "[[layer]]": Layer,
    "[layer.shadow]": Shadow,
    "[layer.place]": Place,
    "[[layer.place_when]]": PlaceWhen,
    "[layer.vary]": Vary,
    "[[layer.vary_when]]": VaryWhen,
    "[camera]": Camera,
    "[[rule]]": Rule,
    "[[joint]]": Joint,
    "[[correlate]]": Correlate,
    "[[split]]": Split,
    "[[view]]": View,
    "[output]": Output,
    "[labels]": Labels,
    "[labels.collection]": Collection,
}
OTHER_OPTIONS = {
    "--worker",  # is wrong, as docs/commands.md shows
    "--fix", "--jsonld",  # of scripts/check and mlcroissant
    "--array", "--cpus-per-task", "--dependency", "--export", "--job-name", "--mem", "--ntasks",
    "--parsable", "--requeue", "--signal", "--time", "--wrap",  # of Slurm's sbatch
    "--address", "--block", "--head", "--no-dashboard", "--no-nanny", "--nthreads", "--nworkers",
    "--scheduler-file",
    "--job", "--rounds",  # of benchmarks
    "--repo", "--set", "--num-cpus", "--port",  # of Dask, Ray and Helm
    "--type",  # of Hugging Face's hf
    "--bucket", "--lifecycle-configuration",  # of aws s3api
    "--build", "--cpus", "--no-cache-dir", "--no-deps", "--no-install-recommends", "--rm",
    "--shm-size", "--tag", "--user", "--volume", "--wheel-dir",  # of Docker, apt-get and pip
}  # fmt: skip
# Blocks of `bash`, by document: the only commands that nothing here runs, and why.
NOT_RUN = {
    "docker.md": ("docker", "needs a daemon of Docker"),
    "stores.md": ("hf", "needs the Hugging Face Hub, which tests/stores plays for Python"),
    "tutorial.md": ("yolo", "needs Ultralytics, which tests/consumers/by_hand calls from Python"),
    "yolo.md": ("yolo", "needs Ultralytics, which tests/consumers/by_hand calls from Python"),
}
# Pages whose commands run on small art; those of other pages run elsewhere.
PAGES = [
    README,
    TOUR,
    CONFIGURATION,
    *(REPO / "docs" / f"{name}.md" for name in ("labels", "containers")),
]


def commands(path):
    """The command and arguments of each call of imggen in a document's blocks of `sh`."""
    lines = [line for block in blocks("sh", path) for line in block.values[0].splitlines()]
    for line in lines:
        program, *arguments = shlex.split(line, comments=True) or [""]
        if program == "scripts/generate":
            yield ["bulk", *arguments]
        elif program == "imggen" and not {*arguments} & {"init", "--version"}:
            yield arguments


def known_options(capsys):
    """All options of the commands, as their help lists them."""
    for command in ((), *((name,) for name in cli.COMMANDS)):
        cli.main([*command, "--help"])
    return set(re.findall(r"--[a-z][a-z-]+", capsys.readouterr().out))


@pytest.mark.parametrize("toml", blocks("toml", *DOCUMENTS))
def test_configurations_load(toml, tmp_path, monkeypatch):
    monkeypatch.setattr("imggen.urls.find_spec", lambda name: name)  # of clients of stores
    [points] = blocks("csv", REPO / "docs" / "labels.md")
    (tmp_path / "points.csv").write_text(points.values[0])
    path = tmp_path / "imggen.toml"
    path.write_text(toml)
    load_config(path, {})


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_options_exist(path, capsys):
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", path.read_text()))
    assert named <= known_options(capsys) | OTHER_OPTIONS


def test_every_option_is_described(capsys):
    text = "".join(path.read_text() for path in DOCUMENTS)
    assert {name for name in known_options(capsys) if name not in text} <= {"--version"}


@pytest.mark.parametrize("text", blocks("text", *DOCUMENTS))
def test_what_is_refused_is_said_so(text, here, capsys):
    """In blocks that show a command and its sentence."""
    for command, sentence in re.findall(r"^\$ imggen (.*)\n(imggen: .*)$", text, re.MULTILINE):
        assert cli.main(shlex.split(command)) == 2
        assert capsys.readouterr().err == f"{sentence}\n"


def test_keys_and_defaults_are_those_of_the_models():
    sections = re.split(r"^#+ `(\[.*?\])`.*$", CONFIGURATION.read_text(), flags=re.MULTILINE)
    described = dict(zip(sections[1::2], sections[2::2], strict=True))
    assert list(described) == list(TABLES)
    for table, model in TABLES.items():
        rows = re.findall(r"^\| (`.*?`) \| (.*?) \|", described[table], re.MULTILINE)
        keys = [key for cell, _ in rows for key in re.findall(r"`(\w+)`", cell)]
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        assert sorted(keys) == sorted(fields), table
        for cell, default in rows:
            if match := re.fullmatch(r"`([^`]*)`", default):
                check_default(fields[cell.strip("`")].default, match[1])


def choices_of(annotation):
    """The texts that a type allows, at any depth."""
    for inner in get_args(annotation):
        if get_origin(annotation) is Literal and isinstance(inner, str):
            yield inner
        elif get_origin(annotation) is not Literal:
            yield from choices_of(inner)


def bounds_of(field):
    """The least and the greatest value of a field, as pydantic calls them."""
    named = (getattr(one, name, None) for one in field.metadata for name in ("ge", "le"))
    bounds = [bound for bound in named if bound is not None]
    return [int(bound) if bound == int(bound) else bound for bound in bounds]


@pytest.mark.parametrize("table", [name for name in TABLES if not name.endswith("_when]]")])
def test_choices_bounds_and_required_keys_are_described(table):
    """Tables for some images say "as in" the table for all."""
    sections = re.split(r"^#+ `(\[.*?\])`.*$", CONFIGURATION.read_text(), flags=re.MULTILINE)
    section = sections[sections.index(table) + 1]
    for name, field in TABLES[table].model_fields.items():
        key = field.alias or name
        [row] = re.findall(rf"^\| [^|]*`{key}`[^|]*\|.*$", section, re.MULTILINE)[:1]
        for choice in choices_of(field.annotation):
            if "any key of `vary`" in row:  # described with `vary`
                assert choice in Vary.model_fields
                continue
            assert re.search(rf'["`]{re.escape(choice)}["`]', section), (key, choice)
        for bound in bounds_of(field):
            assert re.search(rf"(?<![\d.,]){bound:,}(?!\d)", row), (key, bound)
        assert not field.is_required() or "must be given" in row, key


def check_default(expected, written):
    """What is written, in TOML, is the default."""
    value = tomllib.loads(f"key = {written}")["key"]
    assert value == (list(expected) if isinstance(expected, tuple) else expected)


@pytest.mark.parametrize("path", LINKING, ids=lambda path: str(path.relative_to(REPO)))
def test_links_lead_somewhere(path):
    for target in targets(path):
        assert (path.parent / target).exists(), target


def test_the_site_has_what_its_pages_link():
    [excluded] = re.findall(r"^exclude_docs: \|\n((?:  .*\n)+)", SITE.read_text(), re.MULTILINE)
    left_out = {found for name in excluded.split() for found in (REPO / "docs").glob(name)}
    assert left_out
    pages = (REPO / "docs").rglob("*.md")
    linked = {(page.parent / target).resolve() for page in pages for target in targets(page)}
    assert not linked & left_out


def test_calls_in_sentences_have_known_arguments():
    """Those in blocks are run."""
    calls = [
        call
        for path in LINKING
        for call in re.findall(r"`(imggen\.\w+\([^`]*\))`", path.read_text())
    ]
    assert len(calls) >= 3
    for call in calls:
        parsed = ast.parse(call, mode="eval").body
        given = {one.arg: one.value for one in parsed.keywords}
        inspect.signature(getattr(imggen, parsed.func.attr)).bind(*parsed.args, **given)


def targets(path):
    """The files that a document links."""
    return re.findall(r"\]\((?!https?://)([^)#]+)[^)]*\)", path.read_text())


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_commands_run(path, small_article, tmp_path, monkeypatch, capsys):
    """As they are, on small art in place of the sample and of `my-art`."""
    shutil.copytree(small_article, tmp_path, dirs_exist_ok=True)
    for name in ("my-art", "assets"):
        shutil.copytree(small_article, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    if "out/article" in path.read_text() and path != TOUR:  # which makes it
        bulk.main(["--out", "out/article", "--workers", "1"])
    calls = list(commands(path))
    assert calls
    for number, call in enumerate(calls):
        where = [] if "--out" in call else ["--out", f"out/{number}"]
        code = cli.main([*call, *where, "--workers", "1"] if call[0] == "bulk" else call)
        assert (code, capsys.readouterr().err.count("imggen:")) == (0, 0), call


def test_verifying_runs(small_article, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    bulk.main([str(small_article), "--out", "out/article", "--count", "3", "--workers", "1"])
    calls = list(commands(REPO / "docs" / "verify.md"))
    assert calls
    for arguments in calls:
        assert cli.main([*arguments, "--workers", "1"]) == 0
        assert capsys.readouterr().out.endswith("result   everything is as it was written\n")


@pytest.mark.parametrize("code", python_blocks(*DOCUMENTS, torch=False))
def test_code_runs(code, tmp_path):
    check_said(code, run_code(code, tmp_path))


def test_blocks_that_nothing_runs_are_known():
    """A block of `bash` calls the program that its document's reason is about."""
    found = {path.name: blocks("bash", path) for path in DOCUMENTS}
    assert {name for name, some in found.items() if some} == set(NOT_RUN)
    for name, (program, _) in NOT_RUN.items():
        assert all(re.search(rf"^{program} ", one.values[0], re.MULTILINE) for one in found[name])


def test_code_with_pytorch_is_run_elsewhere():
    """In tests/consumers, which runs that of the document on training only."""
    with_torch = python_blocks(*DOCUMENTS, torch=True)
    assert with_torch == python_blocks(TRAINING, torch=True)
    assert len(with_torch) == 5


@pytest.mark.parametrize("path", [README, SPEED], ids=lambda path: path.name)
def test_there_is_room_for_figures(path):
    text = replace_between(path.read_text(), "| figures |")
    assert text.count(BEGIN) == text.count(END) == 1
    assert f"{BEGIN}\n\n| figures |\n\n{END}" in text
    assert replace_between(text, "| figures |") == text


@pytest.mark.parametrize("path", readme.PAGES, ids=lambda path: path.name)
def test_figures_are_those_of_the_results(path, tmp_path):
    """Of the results that are committed, whatever else has been measured here."""
    for name in ("detection-jpeg-640-5-png-640-5.json", "encode-random-jpeg-webp.json"):
        shutil.copy(readme.RESULTS / name, tmp_path)
    assert readme.filled(path, tmp_path, readme.PAGES[path]) == path.read_text()
