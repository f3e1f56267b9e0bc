"""The help of each command fits the terminal, in groups, without broken words."""

import os
import pty
import re
import subprocess
import sys

import pytest

from imggen import cli

FRAME = re.compile("[─-╿]+")
COLOURED = re.compile(rb"\x1b\[[0-9;]*3[0-8][0-9;]*m")


def help_of(call, monkeypatch, columns, *command):
    """The lines that a command's help has on a terminal with so many columns."""
    monkeypatch.setenv("COLUMNS", str(columns))
    code, out, err = call(cli.main, *command, "--help")
    assert (code, err) == (0, "")
    return out.splitlines()


def words_of(lines):
    """The words of a help text, without frames."""
    return set(FRAME.sub(" ", " ".join(lines)).split())


@pytest.mark.parametrize("columns", [60, 80])
@pytest.mark.parametrize("command", [(), *((name,) for name in cli.COMMANDS)])
def test_lines_fit_and_words_are_whole(call, monkeypatch, columns, command):
    lines = help_of(call, monkeypatch, columns, *command)
    assert max(map(len, lines)) <= columns
    assert words_of(lines) <= words_of(help_of(call, monkeypatch, 400, *command))
    assert not re.search(r"<bool>|…", "\n".join(lines))  # nothing is cut off


def test_commands_are_in_groups_with_a_line_each(call, monkeypatch):
    text = "\n".join(help_of(call, monkeypatch, 80))
    for group, names in cli.GROUPS.items():
        panel = re.search(rf"╭─ {group} ─+╮\n(.*?)\n╰", text, re.DOTALL)[1]
        listed = [re.match(r"│ (\w+) +[A-Z].*\. +│$", line) for line in panel.splitlines()]
        assert [match[1] for match in listed] == list(names)


def colours(environment, *command):
    """The codes of colours that a command writes to a terminal."""
    mine, its = pty.openpty()
    env = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", **environment}
    subprocess.run([sys.executable, "-m", "imggen", *command], stdout=its, env=env, check=True)
    os.close(its)
    written = b""
    while chunk := read(mine):
        written += chunk
    os.close(mine)
    return COLOURED.findall(written)


def read(terminal):
    """What a terminal has left to read."""
    try:
        return os.read(terminal, 65536)
    except OSError:  # how Linux says that nobody writes to it any more
        return b""


def test_no_color_is_heeded(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert colours({}, "schema", "--help")
    assert not colours({"NO_COLOR": "1"}, "schema", "--help")
