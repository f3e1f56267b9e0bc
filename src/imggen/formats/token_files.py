"""Metadata of a collection: a file for each image, as marketplaces read them.

The file of image i is called after its token, i + `first_token`. All layers are attributes, and one
that shows nothing has the value "none".

Source: ERC-721, "Metadata JSON Schema", and OpenSea's "Metadata Standards"; Metaplex' "Token
Metadata Standard" for Solana.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from imggen.formats.picture import About, Picture

MIME_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg",
              ".webp": "image/webp"}  # fmt: skip


class Erc721File:
    """ERC-721 and OpenSea."""

    extension = "erc721.json"

    def __init__(self, about: About) -> None:
        self._tokens = Tokens(about)
        collection = about.labels.collection
        self._before = entries({"description": collection.description})
        self._after = entries(link_of(about))

    def path(self, picture: Picture) -> str:
        """`metadata/TOKEN.json`."""
        return f"metadata/{self._tokens.number(picture)}.json"

    def content(self, picture: Picture) -> bytes:
        """Name, description, image and attributes."""
        tokens = self._tokens
        image = f'"image": {tokens.address(picture)},\n'
        return whole(
            tokens.name(picture), self._before, image, self._after, tokens.attributes(picture)
        )


class SolanaFile:
    """Solana, as Metaplex has it."""

    extension = "solana.json"

    def __init__(self, about: About) -> None:
        self._tokens = Tokens(about)
        collection = about.labels.collection
        first = {
            "symbol": collection.symbol,
            "description": collection.description,
            "seller_fee_basis_points": collection.royalty,
        }
        creators = [{"address": one, "share": share} for one, share in collection.creators.items()]
        self._before = entries(first)
        self._after = entries(link_of(about))
        self._type = dump(MIME_TYPES[about.suffix])
        self._rest = f'"category": "image", "creators": {dump(creators)}'

    def path(self, picture: Picture) -> str:
        """`solana/TOKEN.json`."""
        return f"solana/{self._tokens.number(picture)}.json"

    def content(self, picture: Picture) -> bytes:
        """As of ERC-721, and symbol, royalty, files and creators."""
        tokens = self._tokens
        address = tokens.address(picture)
        image = f'"image": {address},\n'
        files = f'[{{"uri": {address}, "type": {self._type}}}]'
        properties = f',\n"properties": {{"files": {files}, {self._rest}}}'
        attributes = tokens.attributes(picture) + properties
        return whole(tokens.name(picture), self._before, image, self._after, attributes)


class Tokens:
    """What both have in common, as JSON."""

    def __init__(self, about: About) -> None:
        self._first = about.labels.collection.first_token
        self._base = about.labels.collection.base_uri
        self._suffix = about.suffix
        self._dataset = about.dataset
        self._attributes = [
            {name: dump({"trait_type": layer, "value": name}) for name in variants}
            for layer, variants in about.layers
        ]

    def number(self, picture: Picture) -> int:
        """The token of an image."""
        return picture.image + self._first

    def name(self, picture: Picture) -> str:
        """The entry of its name."""
        return f'"name": {dump(f"{self._dataset} #{self.number(picture)}")},\n'

    def address(self, picture: Picture) -> str:
        """Where the image is."""
        return dump(self._base + quote(picture.name + self._suffix))

    def attributes(self, picture: Picture) -> str:
        """The entry of what it shows."""
        pairs = zip(self._attributes, picture.shown, strict=True)
        return '"attributes": [\n' + ",\n".join([texts[shown] for texts, shown in pairs]) + "\n]"


def whole(*entries: str) -> bytes:
    """A file of these entries."""
    return f"{{\n{''.join(entries)}\n}}\n".encode()


def link_of(about: About) -> dict[str, str]:
    """The address of the collection, if there is one."""
    address = about.labels.collection.external_url
    return {"external_url": address} if address else {}


def entries(values: dict[str, Any]) -> str:
    """Each of `values` as JSON on a line, with a comma."""
    return "".join(f"{dump(key)}: {dump(value)},\n" for key, value in values.items())


def dump(value: object) -> str:
    """`value` as JSON on one line."""
    return json.dumps(value, ensure_ascii=False)
