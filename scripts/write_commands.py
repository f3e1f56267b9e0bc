"""Write the command reference, docs/command-reference.md, from the commands themselves.

Run ``.venv/bin/python scripts/write_commands.py [--out FILE]``.
"""

import argparse
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import typer

from imggen import cli
from imggen.command.exits import REFUSED, STOP_CODES, STOPPED, exit_codes_of

PAGE = Path(__file__).resolve().parent.parent / "docs" / "command-reference.md"
MARKUP = re.compile(r"\[(?:bold|dim|/)\]")
PIPE = r"\|"  # in a cell of a table
DEFAULT = re.compile(r"(.*?) ?\bDefault(?: with [\w-]+)?: (.*?)\.?$")
HEAD = f"""# Command reference

Every command, argument, option and exit code. `scripts/write_commands.py` writes this page from the
commands themselves; `imggen COMMAND --help` says the same. What the commands are for, one after the
other, is in [commands](commands.md).

## Exit codes

| Exit code | Meaning |
| --- | --- |
| 0 | done, and nothing is wrong |
| 1 | the command had to stop, or found something wrong |
| 2 | {REFUSED}; nothing has been written |
| {STOP_CODES} | {STOPPED} |

What else 0 and 1 mean is said with each command. If a command has to stop, and its sentence does
not tell all, it names a file with the full traceback: `OUT/.imggen/last-error.txt`, or a temporary
one if there is no OUT yet. What cannot be printed (a closed terminal, a full disk, a pipe that
nobody reads) changes no exit code.
"""
Parameter = Command = Any  # typer does not export their types


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the command reference.")
    parser.add_argument("--out", type=Path, default=PAGE, help="docs/command-reference.md")
    parser.parse_args().out.write_text(page())


def page() -> str:
    """The text of the reference."""
    commands = typer.main.get_command(cli.load_app()).commands
    sections = (section(name, commands[name]) for name in cli.COMMANDS)
    return "\n".join([HEAD, *sections])


def section(name: str, command: Command) -> str:
    """All about one command."""
    module = import_module(f"imggen.command.{cli.COMMANDS[name]}")
    examples = [
        MARKUP.sub("", line).strip() for line in module.EPILOG.splitlines() if "imggen " in line
    ]
    arguments = [
        param.metavar if param.required else f"[{param.metavar}]"
        for param in command.params
        if is_argument(param)
    ]
    lines = [
        f"## `imggen {name}`\n",
        f"{module.HELP}",
        f"```text\n{' '.join(['imggen', name, *arguments, '[OPTIONS]'])}\n```\n",
        *tables(command),
        "```sh",
        *examples,
        "```\n",
        "| Exit code | Meaning |\n| --- | --- |",
        *(f"| {code} | {meaning} |" for code, meaning in exit_codes_of(name).items()),
    ]
    return "\n".join(lines) + "\n"


def tables(command: Command) -> Iterator[str]:
    """A table for each group of parameters, in the order of the help."""
    groups: dict[str, list[Parameter]] = {}
    for param in command.params:
        kind = "Arguments" if is_argument(param) else "Options"
        groups.setdefault(getattr(param, "rich_help_panel", None) or kind, []).append(param)
    for group, params in groups.items():
        yield f"| {group} | | Default |\n| --- | --- | --- |"
        yield from map(row, params)
        yield ""


def row(param: Parameter) -> str:
    """The line of a table on one parameter."""
    found = DEFAULT.fullmatch(param.help)
    text, default = found.groups() if found else (param.help, default_of(param))
    named = (
        [param.metavar]
        if is_argument(param)
        else [f"{name} {param.metavar}".strip() for name in param.opts]
    )
    cells = [", ".join(f"`{one}`" for one in named), text, default]
    return f"| {' | '.join(cell.replace('|', PIPE) for cell in cells)} |"


def default_of(param: Parameter) -> str:
    """The default of a parameter whose help does not tell it."""
    if getattr(param, "is_flag", False):
        return "no"
    if param.required:
        return "must be given"
    if param.default is not None:
        return f"`{param.default}`"
    whatever_config_says = "CONFIG" in (getattr(param, "rich_help_panel", None) or "")
    return "what CONFIG says" if whatever_config_says else "none"


def is_argument(param: Parameter) -> bool:
    """Is it known by its place rather than its name?"""
    return bool(param.param_type_name == "argument")


if __name__ == "__main__":
    main()
