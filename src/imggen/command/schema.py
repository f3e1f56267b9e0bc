"""The command `schema`: print the JSON Schema of the configuration."""

from __future__ import annotations

import json

import typer

from imggen.command import options

HELP = """\
Print the JSON Schema of imggen.toml, for editors.

Editors that know it complete keys and mark what is wrong. Most take it from a first line of the \
file: #:schema ./imggen.schema.json
"""
EPILOG = """\
[bold]Examples[/]

  imggen schema > imggen.schema.json
"""


def schema(
    *,
    version: options.Version = False,  # noqa: ARG001  # its callback does it
) -> int:
    """Print the JSON Schema of the configuration; return the exit code."""
    from imggen.config.schema import config_schema  # noqa: PLC0415  # not before it is needed

    typer.echo(json.dumps(config_schema(), indent=2))
    return 0
