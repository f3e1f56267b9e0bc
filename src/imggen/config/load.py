"""From a TOML file and the command's options to a checked `Config`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from imggen.config.checks import check_config
from imggen.config.composed import composed_values
from imggen.config.explain import check_keys, explain
from imggen.config.models import Config
from imggen.config.sentences import lower_first
from imggen.config.splits import with_total
from imggen.errors import ConfigError

TOML_PLACE = re.compile(r"(?P<what>.*) \(at (?P<where>.*)\)", re.DOTALL)  # how tomllib words it


def load_config(path: Path, overrides: Mapping[str, Any]) -> Config:
    """The configuration in `path`, with `overrides` in place of what it says.

    `overrides` maps keys to values, `{"dataset.count": 5}`; each is an option of the command that
    is called as the last part of its key, and errors name that.

    Raises
    ------
    ConfigError
        With one sentence on the first thing that is wrong.
    """
    values = read_toml(path)
    check_keys(values)
    override(values, overrides)
    return make_config(values, path.parent, overrides)


def make_config(values: Mapping[str, Any], root: Path, options: Mapping[str, Any]) -> Config:
    """The configuration that `values` are, once `check_keys` let them pass.

    Relative paths start from `root`; errors call what is among `options` by the option's name.

    Raises
    ------
    ConfigError
        With one sentence on the first thing that is wrong.
    """
    values = composed_values(values)
    try:
        config = Config.model_validate({**values, "root": root})
    except ValidationError as error:
        raise ConfigError(explain(error.errors()[0], values, options)) from None
    called = "--count" if "dataset.count" in options else "dataset.count"
    dataset = with_total(config.dataset, config.split, called)
    config = config.model_copy(update={"dataset": dataset})
    check_config(config)
    return config


def read_toml(path: Path) -> dict[str, Any]:
    """The values in the file `path`."""
    text = read_text(path)
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        message = f"{path} is not valid TOML: {toml_problem(str(error), text)}."
        raise ConfigError(message) from None


def read_text(path: Path) -> str:
    """The text of the file `path`."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        reason = lower_first(error.strerror or str(error))
        message = f"{path} cannot be read: {reason}; expected a configuration file."
        raise ConfigError(message) from None
    except UnicodeDecodeError as error:
        message = f"{path} is not UTF-8 text (byte {error.start}); save it as UTF-8."
        raise ConfigError(message) from None


def toml_problem(problem: str, text: str) -> str:
    """What `tomllib` did not like, its place first: `line 3, column 7: expected ...`."""
    match = TOML_PLACE.fullmatch(problem)
    if match is None:
        return lower_first(problem)
    where = match["where"]
    if where == "end of document":
        lines = text.split("\n")
        where = f"line {len(lines)}, column {len(lines[-1]) + 1}, where the file ends"
    return f"{where}: {lower_first(match['what'])}"


def override(values: dict[str, Any], overrides: Mapping[str, Any]) -> None:
    """Put `overrides` into `values`; what is no table is left for the models to refuse."""
    for key, value in overrides.items():
        table, name = key.split(".")
        inner = values.setdefault(table, {})
        if isinstance(inner, dict):
            inner[name] = value
