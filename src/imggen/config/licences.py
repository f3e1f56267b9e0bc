"""The licence and the origin of a dataset and of its art."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from pydantic import Field

from imggen.config.base import Model
from imggen.config.plain import ADDRESS
from imggen.config.sentences import show
from imggen.errors import ConfigError

VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
LICENCE = 'an SPDX identifier like "CC-BY-4.0", an address, or a name in quotes'

Text = Annotated[str, Field(min_length=1)]


class LayerArt(Model):
    """The licence of a layer's art, who made it, and where it is from."""

    licence: Text | None = Field(None, description=LICENCE)
    author: Text | None = Field(None, description="a name in quotes")
    source: Text | None = Field(None, description="an address or a text in quotes")


def check_texts(called: str, table: Model, keys: tuple[str, ...]) -> None:
    """Refuse texts of several lines: they stand in one line of labels and cards."""
    for key in keys:
        text = getattr(table, key)
        if text is not None and not (text.isprintable() and text.strip()):
            message = f"{called}.{key} is {show(text)}; expected one line of text."
            raise ConfigError(message)


def check_address(called: str, address: str | None) -> None:
    """Refuse an address that a browser would not open."""
    if address is not None and not ADDRESS.fullmatch(address):
        message = f'{called} is {show(address)}; expected an address like "https://example.org".'
        raise ConfigError(message)


def check_version(called: str, version: str | None) -> None:
    """Refuse a version that is not of three numbers, as catalogues of datasets want it."""
    if version is not None and not VERSION.fullmatch(version):
        message = f'{called} is {show(version)}; expected three numbers, like "1.0.0".'
        raise ConfigError(message)


def check_date(called: str, text: str | None) -> None:
    """Refuse a date that is none, or that is written in another way."""
    if text is None:
        return
    try:
        same = date.fromisoformat(text).isoformat() == text
    except ValueError:
        same = False
    if not same:
        message = f'{called} is {show(text)}; expected a date like "2026-11-28".'
        raise ConfigError(message)
