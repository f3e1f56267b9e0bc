"""What must hold for Hugging Face's ImageFolder to read a dataset."""

from __future__ import annotations

import re

from imggen.config.image_name import has_split_folders
from imggen.config.models import Config
from imggen.config.sentences import show
from imggen.errors import ConfigError

# What `datasets` calls columns, or has a use for; "..._file_name" is an image to it, too.
RESERVED = re.compile(r"image|text|objects|(.*_)?file_names?", re.DOTALL)
VARIABLE = "$"  # begins a variable of the environment, which `datasets` puts into paths
SPLIT_NAME = re.compile(r"(?!all$)\w+")  # "all" means every split


def check_imagefolder(config: Config) -> None:
    """Refuse names that `datasets` would take for something else.

    Raises
    ------
    ConfigError
        With one sentence on the first thing that is wrong.
    """
    for position, layer in enumerate(config.layer, 1):
        if RESERVED.fullmatch(layer.name):
            message = (
                f'name of layer {position} is "{layer.name}", which imagefolder has a use for; '
                "rename the layer, or leave imagefolder out of labels.formats."
            )
            raise ConfigError(message)
    for split in config.split:
        if not SPLIT_NAME.fullmatch(split.name):
            message = (
                f'name of split.{split.name} is "{split.name}", but imagefolder takes letters, '
                'digits and _ only, and not "all"; rename the split.'
            )
            raise ConfigError(message)
    check_split_folders(config)
    check_variables(config.dataset.image_name)


def check_split_folders(config: Config) -> None:
    """Refuse splits that have no folder of their own right below that of images."""
    if not config.split:
        return
    template = config.dataset.image_name
    if not has_split_folders(template):
        message = (
            f"dataset.image_name is {show(template)}, but imagefolder needs a folder for each "
            'split; expected {split} alone and first in it, like "{split}/{index}", or nowhere.'
        )
        raise ConfigError(message)


def check_variables(template: str) -> None:
    """Refuse names that would be read as others."""
    if VARIABLE in template:
        message = (
            f"dataset.image_name is {show(template)}, whose {VARIABLE} imagefolder would read as a "
            "variable's; leave it out."
        )
        raise ConfigError(message)
