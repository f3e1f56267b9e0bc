"""Errors as Python users need them: with arguments in place of the command's options."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from imggen.errors import ImggenError

FLAGS = ("resume", "overwrite")
OPTION = re.compile(
    r"(?<![\w-])--(?P<name>resume|overwrite|out|count|workers|memory|format|container)\b"
    r"(?: (?P<value>\d+|jpeg|files|npy)\b)?"
)
COMMAND = "imggen bulk "  # what follows it is for a shell


@contextmanager
def errors_for_python() -> Iterator[None]:
    """Re-raise errors that name options of the command with the arguments of functions."""
    try:
        yield
    except ImggenError as error:
        text = str(error)
        if COMMAND in text or (said := OPTION.sub(argument_of, text)) == text:
            raise
        raise type(error)(said) from None


def argument_of(option: re.Match[str]) -> str:
    """Return the argument of `generate` that does what an option does, with its value if any."""
    name, value = option["name"], option["value"]
    if name in FLAGS:
        return f"{name}=True"
    if name == "format":
        return f'image_format="{value}"'
    if name == "container":
        return f'overrides={{"output.container": "{value}"}}'
    return name if value is None else f"{name}={value}"
