"""The errors of a configuration, each with its line in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple, ParamSpec, TypeVar

from imggen.config.keys import Keys, dotted_name, keys_named
from imggen.config.lines import Lines
from imggen.errors import ConfigError
from imggen.urls import shown

ANY = -1  # in place of a table's position in its list: stands for all tables

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Source:
    """The origin of `settings`: the content `text` of the file `path`, if there is one.

    `options` are the keys that options of the command gave in place of the file, each with the name
    of its option, like `{"dataset.count": "--count"}`.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)
    path: Path | None = None
    text: str = ""
    options: Mapping[str, str] = field(default_factory=dict)

    def over(self, overrides: Mapping[str, Any], options: Mapping[str, str]) -> Source:
        """Return the source with `overrides`, by dotted key, in place of its own values.

        A value where a table is expected is kept, so that the models refuse it.
        """
        values = deepcopy(dict(self.settings))
        for key, value in overrides.items():
            table, name = key.split(".")
            inner = values.setdefault(table, {})
            if isinstance(inner, dict):
                inner[name] = value
        return replace(self, settings=values, options=options)

    def option_of(self, keys: Keys) -> tuple[str, Keys] | None:
        """Return the name of the option that gave the setting at `keys`, and the keys that it gave.

        None if no option did.
        """
        for length in range(len(keys), 0, -1):
            option = self.options.get(".".join(map(str, keys[:length])))
            if option is not None:
                return option, keys[:length]
        return None

    def lines(self) -> Lines | None:
        """Return the lines of all keys; None if there is no file, or they cannot be found."""
        try:
            return Lines(self.text)
        except (ValueError, LookupError, RecursionError):  # report errors even without lines
            return None


class Problem(NamedTuple):
    """One error: the keys of the setting, and a sentence that begins with its dotted name.

    Checks that read the settings at `breaks` are skipped.
    """

    keys: Keys
    sentence: str
    breaks: Keys


class Problems:
    """The errors found so far; a check runs only if no error so far concerns what it reads."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.found: list[Problem] = []

    def check(
        self, reads: Sequence[Keys], check: Callable[P, T], *args: P.args, **options: P.kwargs
    ) -> T | None:
        """Call `check` and return its result; add any ConfigError to the errors.

        `reads` are the keys of all settings that it depends on, the most likely cause first.
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
        """Raise all errors together, if there are any.

        Raises
        ------
        ConfigError
            With a line for each error, in the order of the file.
        """
        if self.found:
            raise ConfigError("\n".join(self.in_order()))

    def in_order(self) -> list[str]:
        """Return the sentences on options, then those on the file in its order."""
        lines = self.source.lines()
        numbered: list[tuple[int, str]] = []
        for problem in self.found:
            given = self.source.option_of(problem.keys)
            line = lines.line_of(problem.keys) if lines else None
            if given is not None:
                numbered.append((0, self.with_option(problem, *given)))
            else:
                numbered.append((line or len(self.source.text), self.with_line(problem, line)))
        return [sentence for _, sentence in sorted(numbered, key=lambda one: one[0])]

    def with_option(self, problem: Problem, option: str, keys: Keys) -> str:
        """Return the sentence with the name of the option that gave `keys` in place of theirs."""
        called = dotted_name(keys, self.source.settings)
        rest = problem.sentence.removeprefix(called)
        return problem.sentence if rest == problem.sentence else option + rest

    def with_line(self, problem: Problem, line: int | None) -> str:
        """Return the sentence preceded by the file and line."""
        if self.source.path is None:
            return problem.sentence
        where = "" if line is None else f", line {line}"
        return f"{shown(self.source.path)}{where}: {problem.sentence}"


def overlap(some: Keys, others: Keys) -> bool:
    """Return True if the two are the same setting, or one contains the other."""
    return all(
        key == other or ANY in (key, other) for key, other in zip(some, others, strict=False)
    )
