"""Runs `imggen bulk` and notes how long each of its phases takes.

python -m benchmarks.phases PHASES.json [OPTIONS OF BULK]
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

# Before workers start, by the module of imggen.run that calls them; then rendering, and the merge.
FIRST = {"recipe": ("load_assets", "recipe_of"), "main": ("check_space",)}
RENDER, LAST = "render_missing", "merge"
PHASES = (*FIRST["recipe"], *FIRST["main"], RENDER, LAST)


def timed(function: Callable[..., Any], seconds: dict[str, float]) -> Callable[..., Any]:
    """`function`, which adds to `seconds` under its name."""

    def call(*arguments: Any, **options: Any) -> Any:  # whatever it takes
        begin = time.perf_counter()
        try:
            return function(*arguments, **options)
        finally:
            seconds[function.__name__] += time.perf_counter() - begin

    return call


def wrap(module: str, phases: Sequence[str], seconds: dict[str, float]) -> None:
    """Have functions of `module` add to `seconds`."""
    found = import_module(module)
    for phase in phases:
        setattr(found, phase, timed(getattr(found, phase), seconds))


def wrap_rendering(seconds: dict[str, float]) -> None:
    """Wrap rendering, and the merge only after it, as a run does not load it before."""
    rendering = import_module("imggen.run.render")
    render = timed(rendering.render_missing, seconds)

    def render_then_wrap(*arguments: Any) -> Any:  # whatever it takes
        rendered = render(*arguments)
        wrap("imggen.run.merge", (LAST,), seconds)
        return rendered

    setattr(rendering, RENDER, render_then_wrap)


def main() -> int:
    """Run the command with its phases wrapped, rendering once its workers have been started."""
    file, *options = sys.argv[1:]
    from imggen import bulk  # noqa: PLC0415  # part of the start, which is timed

    generate = import_module("imggen.run.main")  # likewise
    seconds = dict.fromkeys(PHASES, 0.0)
    for module, phases in FIRST.items():
        wrap(f"imggen.run.{module}", phases, seconds)
    start = generate.start_engine

    @contextmanager
    def start_and_wrap(*how: Any) -> Iterator[Any]:
        with start(*how) as engine:
            wrap_rendering(seconds)
            yield engine

    setattr(generate, "start_engine", start_and_wrap)  # noqa: B010  # likewise
    code = bulk.main(options)
    Path(file).write_text(json.dumps(seconds))
    return code


if __name__ == "__main__":
    sys.exit(main())
