"""All errors of a configuration, each with its place in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple, ParamSpec, TypeVar

from imggen.config.keys import Keys, call, keys_named
from imggen.config.lines import Lines
from imggen.errors import ConfigError

ANY = -1  # in place of the position of a table in its list: all of them

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Source:
    """Where `settings` come from: the file `path`, if any, with this `text`.

    `options` are the keys that were not given in the file, `{"dataset.count": "--count"}`, each
    with the name that errors call it by.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)
    path: Path | None = None
    text: str = ""
    options: Mapping[str, str] = field(default_factory=dict)

    def over(self, overrides: Mapping[str, Any], options: Mapping[str, str]) -> Source:
        """Return the source with `overrides`, by dotted key, in place of its own values.

        What is no table is kept, for the models to refuse.
        """
        values = deepcopy(dict(self.settings))
        for key, value in overrides.items():
            table, name = key.split(".")
            inner = values.setdefault(table, {})
            if isinstance(inner, dict):
                inner[name] = value
        return replace(self, settings=values, options=options)

    def option_of(self, keys: Keys) -> str | None:
        """Return the name of the option that gave the setting at `keys`, if it was one."""
        return self.options.get(".".join(map(str, keys[:2])))

    def lines(self) -> Lines | None:
        """Return the lines of all keys; None if there is no file, or they cannot be told."""
        try:
            return Lines(self.text)
        except (ValueError, LookupError, RecursionError):  # the errors matter more than their lines
            return None


class Problem(NamedTuple):
    """One error: the keys of the setting, and a sentence that begins with its name.

    No check of the settings at `breaks` can be relied on.
    """

    keys: Keys
    sentence: str
    breaks: Keys


class Problems:
    """The errors found so far. A check runs only if everything that it reads is right so far."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.found: list[Problem] = []

    def check(
        self, reads: Sequence[Keys], check: Callable[P, T], *args: P.args, **options: P.kwargs
    ) -> T | None:
        """Call `check` and note what it refuses; returns what it returns.

        `reads` are the keys of all settings that it depends on, that of the likely culprit first.
        """
        return None if self.broken(reads) else self.attempt(reads[0], check, *args, **options)

    def check_each(
        self,
        reads: Sequence[Keys],
        checks: Iterable[Callable[P, object]],
        *args: P.args,
        **options: P.kwargs,
    ) -> None:
        """Call each of `checks`, also after one has refused; all of them read the same settings."""
        if not self.broken(reads):
            for check in checks:
                self.attempt(reads[0], check, *args, **options)

    def broken(self, reads: Sequence[Keys]) -> bool:
        """Return True if a setting at `reads` cannot be relied on."""
        return any(overlap(problem.breaks, keys) for problem in self.found for keys in reads)

    def attempt(
        self, likely: Keys, check: Callable[P, T], *args: P.args, **options: P.kwargs
    ) -> T | None:
        """Call `check`, and note what it refuses; the culprit is named in it, or else `likely`."""
        try:
            return check(*args, **options)
        except ConfigError as error:
            named = keys_named(str(error), self.source.settings)
            keys = named if len(named) > 1 else likely
            self.found.append(Problem(keys, str(error), keys))
        return None

    def refuse(self) -> None:
        """Raise all errors as one, if there are any.

        Raises
        ------
        ConfigError
            With a line for each error, in the order of the file.
        """
        if self.found:
            raise ConfigError("\n".join(self.in_order()))

    def in_order(self) -> list[str]:
        """Return the errors in the order of the file, after those of options."""
        lines = self.source.lines()
        said: list[tuple[int, str]] = []
        for problem in self.found:
            option = self.source.option_of(problem.keys)
            line = lines.line_of(problem.keys) if lines else None
            if option is not None:
                said.append((0, self.with_option(problem, option)))
            else:
                said.append((line or len(self.source.text), self.with_place(problem, line)))
        return [sentence for _, sentence in sorted(said, key=lambda one: one[0])]

    def with_option(self, problem: Problem, option: str) -> str:
        """Return the sentence with the name of the option in place of its key's."""
        called = call(problem.keys[:2], self.source.settings)
        rest = problem.sentence.removeprefix(called)
        return problem.sentence if rest == problem.sentence else option + rest

    def with_place(self, problem: Problem, line: int | None) -> str:
        """Return the sentence behind its place in the file."""
        if self.source.path is None:
            return problem.sentence
        place = "" if line is None else f", line {line}"
        return f"{self.source.path}{place}: {problem.sentence}"


def overlap(some: Keys, others: Keys) -> bool:
    """Return True if one of the two is, or is within, the other."""
    return all(
        key == other or ANY in (key, other) for key, other in zip(some, others, strict=False)
    )
