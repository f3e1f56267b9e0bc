"""The command reference is what the commands say, and their examples run."""

import re
import shlex
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
import typer
from tests.layered import draw

from imggen import cli
from imggen.command.exits import MEANINGS

REPO = Path(__file__).parents[2]
MARKUP = re.compile(r"\[(?:bold|dim|/)\]")
MOST_WIDE = 76  # of an example, so that it is one line of a terminal with 80 columns
BEFORE = {  # what the examples of a command find
    "show": ["bulk my-art --out out/article --count 138"],
    "merge": ["bulk my-art --out data --partition 2/2"],
    "label": ["bulk apes --out out/apes --count 2"],
    "diff": [
        "bulk my-art --out out/before --count 2",
        "bulk my-art --out out/after --count 2",
    ],
}


def examples_of(command):
    """The examples in the help of a command, without colours."""
    epilog = import_module(f"imggen.command.{cli.COMMANDS[command]}").EPILOG
    return [MARKUP.sub("", line).strip() for line in epilog.splitlines() if "  imggen" in line]


def test_the_page_is_what_the_commands_say(tmp_path):
    """If not: .venv/bin/python scripts/write_commands.py."""
    script = REPO / "scripts" / "write_commands.py"
    subprocess.run([sys.executable, script, "--out", tmp_path / "page.md"], check=True)
    written = (REPO / "docs" / "command-reference.md").read_text()
    assert (tmp_path / "page.md").read_text() == written


def test_every_command_says_its_exit_codes(call):
    assert list(MEANINGS) == list(cli.COMMANDS)
    for command in cli.COMMANDS:
        said = " ".join(call(cli.main, command, "--help")[1].split())
        done, failed = MEANINGS[command]
        assert f"Exit codes 0: {done}; 1: {failed}; 2: " in said


def test_all_choices_are_in_the_help():
    for command in typer.main.get_command(cli.load_app()).commands.values():
        for param in command.params:
            for choice in param.shell_complete(None, ""):
                assert choice.type != "plain" or choice.value in param.help, param.name


@pytest.mark.parametrize("command", cli.COMMANDS)
def test_examples_are_one_line_each(command):
    assert max(map(len, examples_of(command))) <= MOST_WIDE


@pytest.fixture
def art(here, small_article):
    """The working directory, with all art that examples name."""
    toml = (small_article / "imggen.toml").read_text()
    for name in ("my-art", "apes"):
        shutil.copytree(small_article, here / name)
    (here / "my-art/imggen.toml").write_text(toml.replace('"object"', '"bird"'))
    (here / "apes/imggen.toml").write_text(toml.replace("[dataset]", "[dataset]\nunique = true"))
    for layer in ("Background", "Body", "Hat"):
        draw(here / "layers" / layer, "a.png", "b.png", opaque=layer == "Background")
    return here


def quick(example):
    """The arguments of an example; what makes many images only says how long it would take."""
    _, *words = shlex.split(example, comments=True)
    words = words[: words.index(">")] if ">" in words else words
    return [*words, "--dry-run"] if "100000" in words else words


@pytest.mark.slow
def test_examples_run(call, art):
    """In the order of the help, each with what the ones before it have made."""
    for command in cli.COMMANDS:
        if command == "merge":
            shutil.rmtree("data")
        made = [f"imggen {one}" for one in BEFORE.get(command, [])]
        for example in [*made, *examples_of(command)]:
            code, _, err = call(cli.main, *quick(example))
            expected = {"check": [0, 1], "status": [1], "diff": [0, 1]}.get(command, [0])
            assert code in expected, (example, err)
