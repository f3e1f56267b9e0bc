"""Shells complete commands, options, choices and lists of them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from imggen import cli
from imggen.command import bulk_options
from imggen.config import Output
from imggen.run.engines.choice import ENGINES

BIN = Path(sys.executable).parent
BASH = """
source <(imggen --show-completion bash)
COMP_WORDS=({words}) COMP_CWORD={last}
_imggen_completion imggen
echo "${{COMPREPLY[*]}}"
"""
ZSH = """
autoload -Uz compinit && compinit -u -D
source <(imggen --show-completion zsh)
_arguments() {{ print -r -- "$@" }}
words=({words}) CURRENT={place}
_imggen_completion
"""


@pytest.fixture
def completions(monkeypatch, capsys):
    """The completions of the last of some words, as bash asks for them."""

    def complete(*words):
        monkeypatch.setenv("_IMGGEN_COMPLETE", "complete_bash")
        monkeypatch.setenv("COMP_WORDS", " ".join(words))
        monkeypatch.setenv("COMP_CWORD", str(len(words) - 1))
        with pytest.raises(SystemExit) as ended:
            cli.main([])
        assert ended.value.code == 0
        return capsys.readouterr().out.split()

    return complete


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("imggen pre", ["preview"]),
        ("imggen bulk --dup", ["--duplicates"]),
        ("imggen bulk --format j", ["jpeg"]),
        ("imggen bulk --format=J", []),  # a shell replaces nothing but what follows
        ("imggen bulk --container n", ["npy", "npz"]),
        ("imggen bulk --effort b", ["balanced"]),
        ("imggen bulk --duplicates l", ["link"]),
        ("imggen bulk --engine d", ["dask"]),
        ("imggen bulk --labels so", ["solana"]),
        ("imggen label x --labels coco,yolo,coco-", ["coco,yolo,coco-panoptic"]),
        ("imggen bulk --labels coco,coc", ["coco,coco-panoptic"]),
        ("imggen bulk my", []),  # left to the shell, which knows files
    ],
)
def test_words_are_completed(completions, words, expected):
    assert completions(*words.split()) == expected


def test_choices_are_those_of_the_configuration():
    def choices(name):
        return Output.model_fields[name].annotation.__args__

    assert choices("format") == bulk_options.FORMATS
    assert choices("effort") == bulk_options.EFFORTS
    assert choices("duplicates") == bulk_options.DUPLICATES
    assert tuple(ENGINES) == bulk_options.ENGINES


def shell(name, script, folder):
    """What a shell prints for a script, with imggen on its path."""
    program = shutil.which(name)
    if program is None:
        pytest.skip(f"no {name} here")
    env = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "HOME": str(folder)}
    done = subprocess.run(
        [program, "-c", script], env=env, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    return done.stdout


def test_bash(tmp_path):
    script = BASH.format(words="imggen bulk --format ''", last=3)
    assert shell("bash", script, tmp_path) == "png jpeg webp\n"


def test_zsh(tmp_path):
    script = ZSH.format(words="imggen bulk --format j", place=4)
    assert "jpeg" in shell("zsh", script, tmp_path)


def test_fish(tmp_path):
    script = 'imggen --show-completion fish | source; complete -C "imggen bulk --format w"'
    assert shell("fish", script, tmp_path) == "webp\n"


def test_installing_writes_to_the_files_of_the_shell(tmp_path):
    done = shell("bash", "imggen --install-completion bash; true", tmp_path)
    assert done.startswith(f"bash completion installed in {tmp_path}/.bash_completions/imggen.sh\n")
    assert "imggen.sh" in (tmp_path / ".bashrc").read_text()
