"""The code in documents: found by its language, run as a reader would."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).parents[1]
TRAINING = REPO / "docs" / "training.md"
TORCH = "torch"  # what uses it runs where it is: in tests/consumers
READER = "import mlcroissant"  # tests/consumers reads with it, too
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
    return [one for one in found if TORCH not in one.values[0] and READER not in one.values[0]]


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
