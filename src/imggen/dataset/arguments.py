"""Check and convert the arguments of `Dataset`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from imggen.assets import Library
from imggen.config import Config
from imggen.config.composed import composed
from imggen.config.find import CONFIG_NAME, find_config
from imggen.config.load import make_config, read_source
from imggen.config.problems import Source
from imggen.config.sentences import did_you_mean, nearest, show
from imggen.dataset.size import KEY
from imggen.errors import AssetError, ConfigError, InputError
from imggen.store.origin import find_changes
from imggen.urls import shown

ConfigSource = str | PathLike[str] | Mapping[str, Any] | Config | None

TABLES = ("dataset", "canvas", "output", "labels")  # whose settings can be given by dotted keys


ARGUMENTS = {  # settings that functions have arguments for
    "dataset.count": "count",
    "dataset.seed": "seed",
    "output.format": "image_format",
    "output.size": "size",
    "labels.formats": "labels",
}


def with_arguments(
    overrides: Mapping[str, Any] | None, given: Mapping[str, object]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return all settings, and the names of the arguments that gave some of them.

    They are `overrides`, none for None, and the settings `given` as arguments, but for None.

    Raises
    ------
    InputError
        If a setting is given in both.
    """
    own = {} if overrides is None else overrides
    check_overrides(own)
    settings = {key: value for key, value in given.items() if value is not None}
    for key in settings:
        if key in own:
            message = (
                f"overrides has {show(key)}, and {ARGUMENTS[key]} says the same; give one of them."
            )
            raise InputError(message)
    # Errors of size have numbers to change as well: see errors_of_size.
    return {**own, **settings}, {key: ARGUMENTS[key] for key in settings if key != KEY}


def config_from(
    source: ConfigSource, overrides: Mapping[str, Any], names: Mapping[str, str] | None = None
) -> Config:
    """Load the configuration at `source`, with `overrides` in place of its own settings.

    Errors call the settings in `names` by the names there.

    Raises
    ------
    InputError
        With a line for each error.
    """
    if isinstance(source, Config) and not overrides:
        return source
    settings, root = settings_from(source)
    check_overrides(overrides)
    plain_values = {key: plain(value) for key, value in overrides.items()}
    called = {key: key for key in overrides} | dict(names or {})
    config = make_config(settings.over(plain_values, called), root)
    if config.dataset.sampling == "all" and "dataset.count" in overrides:
        message = (
            f"{called['dataset.count']} is {overrides['dataset.count']}, but dataset.sampling is "
            '"all", which makes each combination once; leave one of them out.'
        )
        raise ConfigError(message)
    return config


def plain(value: object) -> object:
    """Return `value` as a plain Python object, if it is a NumPy number."""
    return value.item() if isinstance(value, np.generic) else value


def settings_from(source: object) -> tuple[Source, Path]:
    """Return the settings at `source`, as TOML has them, and the folder of their relative paths."""
    if isinstance(source, Config):
        return Source(source.resolved()), source.root
    if isinstance(source, Mapping):
        return Source(dict(source)), Path()
    if source == "" or (source is not None and not isinstance(source, str | PathLike)):
        message = (
            f"config is {show(source)}; expected a path, settings as TOML gives them, a Config, "
            "or None for ./imggen.toml or else the sample."
        )
        raise InputError(message)
    path = find_config(None if source is None else Path(source))
    return read_source(path), path.parent


def check_overrides(overrides: object) -> None:
    """Refuse overrides that are not a mapping from dotted keys."""
    example = 'like {"dataset.count": 1000}.'
    if not isinstance(overrides, Mapping):
        raise ConfigError(f"overrides is {show(overrides)}; expected settings by key, {example}")
    for key in overrides:
        table, dot, name = str(key).partition(".")
        if table not in TABLES or not dot or "." in name:
            expected = f"expected keys of {', '.join(TABLES)}, {example}"
            meant = nearest(table, TABLES) if name and table not in TABLES else None
            hint = (
                f"did you mean {show(f'{meant}.{name}')}?"
                if meant
                else f"{expected} Give the settings as a dictionary to change others."
            )
            raise ConfigError(f"overrides names {show(key)}; {hint}")


def check_unchanged(root: Path, library: Library) -> None:
    """Refuse the imggen.toml of a finished dataset, in `root`, if it would make other files now.

    Raises
    ------
    AssetError
        Naming what has changed.
    """
    changes = find_changes(root, library)
    if changes is not None:
        message = (
            f"{shown(root)} holds a dataset that {shown(root / CONFIG_NAME)} would not make again: "
            f"{changes}. Undo that, or make a dataset of what is there now: "
            f"imggen.generate({shown(root)!r}, ANOTHER)"
        )
        raise AssetError(message)


def check_flag(called: str, flag: object) -> bool:
    """Return `flag`, the argument `called`, as a bool.

    Raises
    ------
    InputError
        If it is neither true nor false.
    """
    if not isinstance(flag, bool | np.bool_):
        raise InputError(f"{called} is {show(flag)}; expected True or False.")
    return bool(flag)


def split_row(split: str | None, splits: Sequence[str]) -> int | None:
    """Return the place of the name `split` in `splits`; None for all images.

    Raises
    ------
    InputError
        If there is none of that name.
    """
    if split is None:
        return None
    name = composed(str(split))
    if name in splits:
        return splits.index(name)
    if not splits:
        raise InputError(f"split is {show(split)}, but the configuration has no [[split]].")
    raise InputError(f"split is {show(split)}; {did_you_mean(str(split), splits, 'one of ')}")
