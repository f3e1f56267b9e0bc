"""The code in documents: found by its language, run as a reader would."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from imggen import cli

REPO = Path(__file__).parents[1]
TRAINING = REPO / "docs" / "training.md"
TORCH = "torch"  # what uses it runs where it is: in tests/consumers
# Likewise; of stores, in tests/stores.
READERS = ("import mlcroissant", "from transformers", "import fsspec")
SAID = re.compile(r"^ *(?:print\(.*\)  )?# (.*)$", re.MULTILINE)


def blocks(language, *documents):
    """The fenced blocks in a language, each under its document's name and line."""
    fence = re.compile(rf"^```{language}\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    found = []
    for path in documents:
        text = path.read_text()
        for match in fence.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            found.append(pytest.param(match[1], id=f"{path.name}:{line}"))
    return found


def python_blocks(*documents, torch):
    """The blocks of Python that use PyTorch, or those that use no package of other tests."""
    found = blocks("python", *documents)
    if torch:
        return [one for one in found if TORCH in one.values[0]]
    others = (TORCH, *READERS)
    return [one for one in found if not any(word in one.values[0] for word in others)]


def run_code(code, folder):
    """Run `code` in `folder`, where the sample is in `assets`; what it prints."""
    (folder / "assets").symlink_to(REPO / "assets")
    (folder / "block.py").write_text(code)  # a file, which spawned processes can load
    done = subprocess.run(
        [sys.executable, "block.py"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def check_said(code, printed):
    """What `code` printed is what the comments behind its prints say; a loop may go on alike."""
    said = SAID.findall(code)
    lines = printed.splitlines()
    assert lines[: len(said)] == said
    assert set(lines[len(said) :]) <= set(said[-1:])


BLOCK = re.compile(r'^```(\w+)(?: title="(.*?)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)
DIFFERS = ("size", "time", "digest", "read")  # by machine, or by the version of Pillow


def follow(path, folder):
    """Follow a page, block by block, in `folder`; what commands print, and what the page shows.

    Blocks with a title are saved as files, and run if they are Python. Commands in blocks of `sh`
    are run. A block of `text` shows what the commands before it print, or the beginning of that.
    Blocks of `bash` need programs of others, so nothing runs them.
    """
    said = []
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for language, title, text in BLOCK.findall(path.read_text()):
            if title:
                save(Path(title.removesuffix(", at the end")), text, at_end=title.endswith("end"))
            if title.endswith(".py") and f"python {title}" not in path.read_text():
                check_said(text, run_python(title))
            elif language == "sh":
                said.append(["".join(map(run_line, text.splitlines())), None])
            elif language == "text" and said:
                said[-1][1] = text
    return said


def save(path, text, *, at_end):
    """Save a block as a file, or put it at the end of one."""
    path.write_text(f"{path.read_text()}\n{text}" if at_end else text)


def run_python(*arguments):
    """What a program of the page prints."""
    done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def run_line(line):
    """What a command of a page prints on standard output."""
    program, *arguments = shlex.split(line, comments=True)
    if program == "cp":
        shutil.copy(*arguments)
        return ""
    if program == "python":
        return run_python(*arguments)
    assert program == "imggen"
    quick = ("--workers", "1") if arguments[0] == "bulk" else ()
    printed = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("typer.echo", lambda text: printed.append(f"{text}\n"))
        assert cli.main([*arguments, *quick]) == 0, line
    return "".join(printed)


def check_printed(printed, page):
    """What a command printed begins as the page shows, but for what differs by machine."""
    shown = list(map(kept, page.splitlines()))
    assert list(map(kept, printed.splitlines()))[: len(shown)] == shown


def kept(line):
    """The part of a line that is the same on all machines."""
    word = line.split()[0]
    return word if word in DIFFERS else line
