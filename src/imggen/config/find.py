"""Finding the configuration file: a given file, one in a given folder, or the sample."""

from __future__ import annotations

from pathlib import Path

import imggen
from imggen.errors import ConfigError
from imggen.paths import os_errors_as
from imggen.urls import READERS, place_of, url_of

CONFIG_NAME = "imggen.toml"
CONFIG_SUFFIX = ".toml"


@os_errors_as(ConfigError)
def find_config(path: Path | None) -> Path:
    """Return the configuration file for `path`: a file, a folder, or None for ./imggen.toml.

    Without a ./imggen.toml, None stands for the sample. A URL that ends in .toml is that of a file,
    and any other that of a folder.
    """
    if path is None:
        here = Path(CONFIG_NAME)
        return here if here.exists() else find_sample()
    path = place_of("CONFIG", path, ConfigError, READERS)
    if url_of(path) is not None:
        return path if path.suffix == CONFIG_SUFFIX else path / CONFIG_NAME
    if not path.is_dir():
        return path
    if not (path / CONFIG_NAME).is_file():
        message = f"{path} is a folder without {CONFIG_NAME}; expected a TOML file or its folder."
        raise ConfigError(message)
    return path / CONFIG_NAME


def find_sample() -> Path:
    """Return the sample's configuration: in the package, or at the top of a checkout."""
    package = Path(imggen.__file__).parent
    for folder in (package / "sample", package.parents[1] / "assets"):
        if (folder / CONFIG_NAME).exists():
            return folder / CONFIG_NAME
    message = f"there is no ./{CONFIG_NAME} here, and the sample is not installed; give a CONFIG."
    raise ConfigError(message)
