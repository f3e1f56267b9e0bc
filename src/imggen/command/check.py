"""The command `check`: find flaws of art before a dataset is made of it."""

from __future__ import annotations

import logging

import typer

from imggen.command import options

HELP = """\
Find flaws of the art, before a run.

A flaw makes labels wrong or images ugly: sizes that do not match, files without transparency, \
empty and near-identical files, fringes of white or black around sprites, margins that move them, \
colours that vary in grey art, variants that can never be drawn, different variants with the same \
pixels, and what files hold and imggen leaves out.
"""
EPILOG = """\
[bold]Examples[/]

  imggen check my-art
"""


def check(
    config: options.ConfigPath = None,
    *,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> int:
    """Print the flaws of the art of `config`; return the exit code."""
    from imggen.assets.url_copies import keep_copies  # noqa: PLC0415  # likewise
    from imggen.command.events import write_event  # noqa: PLC0415  # likewise
    from imggen.command.picture import open_dataset  # noqa: PLC0415  # slow to load

    with keep_copies():
        dataset = open_dataset(config, logging.NullHandler())  # they are among the flaws
        from imggen.report.lint import KINDS, find_flaws  # noqa: PLC0415  # likewise

        counts = dict.fromkeys(KINDS, 0)
        for flaw in find_flaws(dataset):
            counts[flaw.kind] += 1
            if as_json and not quiet:
                write_event("flaw", kind=flaw.kind, text=flaw.sentence)
            elif not as_json:
                typer.echo(f"{flaw.kind:<8} {flaw.sentence}")
    found = sum(counts.values())
    if as_json:
        write_event("checked", flaws=found, **counts)
    elif not quiet:
        files = sum(map(len, dataset.library.files.values()))
        typer.echo(f"checked  {files:,} files: {found:,} {'flaw' if found == 1 else 'flaws'}")
    return 1 if found else 0
