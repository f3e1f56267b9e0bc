"""The licence and the origin of a dataset and of its art."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from imggen.config.base import Model
from imggen.config.plain import ADDRESS
from imggen.config.sentences import show
from imggen.errors import ConfigError

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
