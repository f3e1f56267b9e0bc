"""Loading of a configuration: from a TOML file and command options to a checked `Config`."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from imggen.config.checks import check_config
from imggen.config.choices import with_choices
from imggen.config.composed import composed_values
from imggen.config.explain import explain
from imggen.config.find import CONFIG_NAME, CONFIG_SUFFIX
from imggen.config.keypoints import with_points
from imggen.config.keys import Keys
from imggen.config.models import Config
from imggen.config.problems import ANY, Problems, Source
from imggen.config.sentences import lower_first, nearest, show
from imggen.config.splits import with_total
from imggen.errors import ConfigError
from imggen.url_files import CHECK_ACCESS, read_bytes
from imggen.urls import shown, url_of

TOML_PLACE = re.compile(r"(?P<what>.*) \(at (?P<where>.*)\)", re.DOTALL)  # how tomllib words it
TOML_KEYS = re.compile(r"""\(['"].*['"],?\)""")  # in the same sentences


OPTIONS = {  # that are not called like their keys
    "labels.formats": "--labels",
    "labels.class_layer": "--class-layer",
    "output.shard_images": "--shard-images",
    "output.shard_bytes": "--shard-bytes",
}


def load_config(path: Path, overrides: Mapping[str, Any]) -> Config:
    """Return the configuration in `path`, with `overrides` in place of its values.

    `overrides` maps keys to values, `{"dataset.count": 5}`. Each is an option of the command,
    named after the last part of its key; errors name the option.

    Raises
    ------
    ConfigError
        With a line for each error, in the order of the file.
    """
    options = {key: OPTIONS.get(key, f"--{key.split('.')[-1]}") for key in overrides}
    return make_config(read_source(path).over(overrides, options), path.parent)


def make_config(source: Source, root: Path) -> Config:
    """Return the configuration with the values of `source`; relative paths start from `root`.

    Raises
    ------
    ConfigError
        With a line for each error.
    """
    problems = Problems(composed_source(source))
    config = validate(problems, root)
    counts: list[Keys] = [("dataset", "count"), ("split", ANY, "count")]
    dataset = problems.check(counts, with_total, config.dataset, config.split)
    if dataset is not None:
        config = config.model_copy(update={"dataset": dataset})
    check_config(config, problems)
    config = with_keypoints(config, problems)
    problems.refuse()
    return config


def with_keypoints(config: Config, problems: Problems) -> Config:
    """Return `config` with the keypoints that files hold."""
    layers = list(config.layer)
    for depth, layer in enumerate(layers):
        if layer.keypoints is not None:
            called, reads = f"layer.{layer.name}.keypoints", ("layer", depth, "keypoints")
            points = problems.check([reads], with_points, called, layer.keypoints, config.root)
            layers[depth] = layer.model_copy(update={"keypoints": points})
    return config.model_copy(update={"layer": tuple(layers)})


def composed_source(source: Source) -> Source:
    """Return `source` with all names in one Unicode form."""
    problems = Problems(source)
    settings = problems.check([()], composed_values, source.settings)
    problems.refuse()
    return replace(source, settings=settings or {})


def validate(problems: Problems, root: Path) -> Config:
    """Return the configuration of `problems`, leaving out wrong values.

    This lets the checks of all other values add to `problems` before any are reported.

    Raises
    ------
    ConfigError
        If a wrong value cannot be left out.
    """
    values = problems.source.settings
    try:
        return Config.model_validate(values, context={"root": root})
    except ValidationError as error:
        values = with_choices(error, Config, values)
    try:
        return Config.model_validate(values, context={"root": root})
    except ValidationError as error:
        problems.found += explain(error, Config, values)
    try:
        kept = without(values, [problem.keys for problem in problems.found])
        return Config.model_validate(kept, context={"root": root})
    except ValidationError:
        problems.refuse()
        raise


def without(values: Mapping[str, Any], unwanted: Iterable[Keys]) -> dict[str, Any]:
    """Return a copy of `values` without the `unwanted` keys of tables."""
    kept = deepcopy(dict(values))
    for *outer, last in unwanted:
        table: Any = kept
        for key in outer:
            table = table.get(key, {}) if isinstance(table, dict) else table[key]
        if isinstance(table, dict):
            table.pop(last, None)
    return kept


def read_source(path: Path) -> Source:
    """Return the text and the values of the file `path`."""
    text = read_text(path)
    try:
        return Source(tomllib.loads(text), path, text)
    except (ValueError, RecursionError) as error:
        message = f"{shown(path)} is not valid TOML: {toml_problem(str(error), text)}."
        raise ConfigError(message) from None


def read_text(path: Path) -> str:
    """Return the text of the file `path`."""
    try:
        return read_bytes(path).decode("utf-8-sig")
    except OSError as error:
        reason = error.strerror or str(error)
        reason = reason if url_of(path) else lower_first(reason)
        message = f"{shown(path)} cannot be read: {reason}; {hint_on(path, error)}"
        raise ConfigError(message) from None
    except UnicodeDecodeError as error:
        message = f"{shown(path)} is not UTF-8 text (byte {error.start}); expected TOML, in UTF-8."
        raise ConfigError(message) from None
    except ValueError:
        message = f"{str(path)!a} cannot be read: no path has a zero byte."
        raise ConfigError(message) from None


def hint_on(path: Path, error: OSError) -> str:
    """Return the end of a sentence on a configuration file that cannot be read: what to do."""
    is_missing = isinstance(error, FileNotFoundError)
    if url_of(path) is not None:
        wanted = "expected a file that ends in .toml, or a folder with imggen.toml"
        return f"{wanted if is_missing else CHECK_ACCESS}."
    meant = nearest(path.name, configurations_in(path.parent)) if is_missing else None
    if meant is not None:
        return f"did you mean {path.with_name(meant)}?"
    return "expected a configuration file."


def configurations_in(folder: Path) -> list[str]:
    """Return the names of the TOML files, and of folders with an imggen.toml, in a folder."""
    with suppress(OSError):
        return [one.name for one in folder.iterdir() if is_configuration(one)]
    return []


def is_configuration(path: Path) -> bool:
    """Return True for a TOML file, and for a folder with an imggen.toml."""
    return path.suffix == CONFIG_SUFFIX or (path / CONFIG_NAME).is_file()


def toml_problem(problem: str, text: str) -> str:
    """Return the error of `tomllib` with its location first: `line 3, column 7: expected ...`."""
    match = TOML_PLACE.fullmatch(problem)
    if match is None:
        return lower_first(problem)
    where, what = match["where"], TOML_KEYS.sub(lambda keys: keys_in(keys[0]), match["what"])
    if where == "end of document":
        lines = text.split("\n")
        where = f"line {len(lines)}, column {len(lines[-1]) + 1}, where the file ends"
    return f"{where}: {lower_first(what)}"


def keys_in(names: str) -> str:
    """Return the keys in `names`, a tuple as Python prints it, as one dotted key in quotes."""
    return show(".".join(ast.literal_eval(names)))
