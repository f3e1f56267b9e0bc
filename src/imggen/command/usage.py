"""Clear sentences for the errors that typer raises about the arguments of a command."""

from __future__ import annotations

import re
from typing import Any

import typer

from imggen.config.sentences import nearest

# The base of typer's errors for wrong arguments, of which typer exports only this subclass.
USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]
EXTRA_ARGUMENT = re.compile(r"unexpected extra arguments?(?:\(s\))? \((\S+).*\)")
UNKNOWN_COMMAND = re.compile(r"No such command '(.*?)'", re.DOTALL)
# What other programs, and people, call a command or an option.
OTHER_COMMANDS = {
    "compare": "diff",
    "demo": "try",
    "example": "try",
    "generate": "bulk",
    "help": "--help",
    "lint": "check",
    "make": "bulk",
    "new": "init",
    "render": "bulk",
    "repair": "verify --repair",
    "resume": "bulk --resume",
    "run": "bulk",
    "validate": "check",
    "version": "--version",
}
OTHER_OPTIONS = {
    "--dir": "--out",
    "--force": "--overwrite",
    "--jobs": "--workers",
    "--num": "--count",
    "--number": "--count",
    "--outdir": "--out",
    "--output": "--out",
    "--silent": "--quiet",
    "--threads": "--workers",
    "-V": "--version",
    "-f": "--format",
    "-n": "--count",
    "-o": "--out",
    "-w": "--workers",
}


def explain_usage(error: Exception) -> str:
    """Return one sentence for an error that typer raised about the arguments."""
    message = str(getattr(error, "message", error)).rstrip(".")
    option = getattr(error, "option_name", "")
    if option:
        return explain_option(option, message, getattr(error, "ctx", None))
    missing = getattr(getattr(error, "param", None), "metavar", None)
    if missing and not message:
        return f"{missing} is missing; see --help."
    return explain_argument(message, getattr(error, "ctx", None))


def explain_option(option: str, message: str, context: typer.Context | None) -> str:
    """Return one sentence for typer's `message` about an option."""
    if "requires an argument" in message:
        return f"{option} needs a value; see --help."
    if "does not take a value" in message:
        return f"{option} takes no value; give it alone."
    if context is None:
        return f"{option} is not an option; see --help."
    known, having = options_of(context.command), commands_with(option, context)
    if having and OTHER_OPTIONS.get(option) not in known:
        return f"{option} is not an option of {context.command_path}, but of {', '.join(having)}."
    meant = nearest_option(option, known)
    hint = "see --help." if meant is None else f"did you mean {meant}?"
    return f"{option} is not an option; {hint}"


def nearest_option(option: str, known: list[str]) -> str | None:
    """Return the option in `known` that `option` most likely means; None if none is close."""
    other = OTHER_OPTIONS.get(option)
    if other in known:
        return other
    if not option.startswith("--"):
        return None
    bare = nearest(option.removeprefix("--"), [name.removeprefix("--") for name in known])
    return None if bare is None else f"--{bare}"


def commands_with(option: str, context: typer.Context) -> list[str]:
    """Return the commands beside that of `context` that have `option`."""
    return [name for name, one in commands_beside(context).items() if option in options_of(one)]


def commands_beside(context: typer.Context) -> dict[str, Any]:
    """Return the commands of the program that the command of `context` belongs to."""
    return getattr(context.find_root().command, "commands", {})


def options_of(command: Any) -> list[str]:  # noqa: ANN401  # typer does not export its type
    """Return the long options of a command."""
    names = [name for param in command.params for name in param.opts if name.startswith("--")]
    return [*names, "--help"]


def explain_argument(message: str, context: typer.Context | None) -> str:
    """Return one sentence for typer's `message` about an argument that is no option."""
    unknown = UNKNOWN_COMMAND.match(message)
    if unknown and context is not None:
        name = unknown[1]
        meant = OTHER_COMMANDS.get(name.lower()) or nearest(name, list(commands_beside(context)))
        hint = f"did you mean {meant}?" if meant else "see --help."
        return f"{name} is not a command; {hint}"
    extra = EXTRA_ARGUMENT.search(message)
    if extra:
        return f"{extra[1]} is one argument too many; see --help."
    return f"{message[:1].lower()}{message[1:]}; see --help."
