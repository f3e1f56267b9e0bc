"""Metadata of a collection: a file for each image, as marketplaces read them.

The file of image i is called after its token, i + `first_token`. All layers are attributes, and one
that shows nothing has the value "none", unless `labels.collection` says otherwise.

Source: ERC-721, "Metadata JSON Schema", and OpenSea's "Metadata Standards"; Metaplex' "Token
Metadata Standard" for Solana.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote

from imggen.config.plain import NONE
from imggen.formats.attributes import attributes_of
from imggen.formats.format import Format
from imggen.formats.rarity import RANKS, TRAITS, write_rarity

if TYPE_CHECKING:
    from imggen.formats.info import DatasetInfo, ImageInfo
    from imggen.formats.results import Results

ERC721, SOLANA = "metadata", "solana"  # folders
MIME_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg",
              ".webp": "image/webp"}  # fmt: skip


class Tokens(Format):
    """The base of both formats: names, addresses and attributes, as JSON."""

    kind = "tokens"
    folder: ClassVar[str]

    def __init__(self, info: DatasetInfo) -> None:
        super().__init__(info)
        self._collection = info.labels.collection
        self._after = entries(link_of(info))
        self._attributes = [
            (one, {value: dump({"trait_type": one.name, "value": value}) for value in one.texts})
            for one in attributes_of(info.columns, self._collection.traits)
        ]

    def paths(self, image: ImageInfo) -> list[str]:
        """Return `FOLDER/TOKEN.json`."""
        return [f"{self.folder}/{self._number(image)}.json"]

    def merge(self, results: Results) -> list[Path]:
        """Write how rare each trait and each token is; once, if both formats are asked for."""
        written_by = next(name for name in self.info.labels.formats if name in NAMES)
        return write_rarity(results) if self.name == written_by else []

    def _number(self, image: ImageInfo) -> int:
        """Return the token of an image."""
        return image.index + self._collection.first_token

    def _name(self, image: ImageInfo) -> str:
        """Return the entry of its name."""
        return f'"name": {dump(f"{self.info.dataset} #{self._number(image)}")},\n'

    def _address(self, image: ImageInfo) -> str:
        """Return the address of the image."""
        return dump(self._collection.base_uri + quote(image.name + self.info.suffix))

    def _traits(self, image: ImageInfo) -> str:
        """Return the entry of the variants that it shows."""
        said = [(one.value(image.variants), texts) for one, texts in self._attributes]
        lines = [texts[value] for value, texts in said if self._collection.none or value != NONE]
        return '"attributes": [\n' + ",\n".join(lines) + "\n]"


class Erc721(Tokens):
    """ERC-721 and OpenSea: `metadata/TOKEN.json`."""

    name = "erc721"
    folder = ERC721
    owned_names = (ERC721, TRAITS, RANKS)
    extensions = ("erc721.json",)

    def __init__(self, info: DatasetInfo) -> None:
        super().__init__(info)
        self._before = entries({"description": self._collection.description})

    def contents(self, image: ImageInfo, scene: None) -> list[bytes]:
        """Return name, description, image and attributes."""
        del scene
        link = f'"image": {self._address(image)},\n'
        name, traits = self._name(image), self._traits(image)
        return [whole(name, self._before, link, self._after, traits)]


class Solana(Tokens):
    """Solana, as Metaplex has it: `solana/TOKEN.json`."""

    name = "solana"
    folder = SOLANA
    owned_names = (SOLANA, TRAITS, RANKS)
    extensions = ("solana.json",)

    def __init__(self, info: DatasetInfo) -> None:
        super().__init__(info)
        collection = self._collection
        first = {
            "symbol": collection.symbol,
            "description": collection.description,
            "seller_fee_basis_points": collection.royalty,
        }
        creators = [{"address": one, "share": share} for one, share in collection.creators.items()]
        self._before = entries(first)
        self._type = dump(MIME_TYPES[info.suffix])
        self._rest = f'"category": "image", "creators": {dump(creators)}'

    def contents(self, image: ImageInfo, scene: None) -> list[bytes]:
        """Return what ERC-721 has, and symbol, royalty, files and creators."""
        del scene
        address = self._address(image)
        link = f'"image": {address},\n'
        files = f'[{{"uri": {address}, "type": {self._type}}}]'
        properties = f',\n"properties": {{"files": {files}, {self._rest}}}'
        name, traits = self._name(image), self._traits(image)
        return [whole(name, self._before, link, self._after, traits + properties)]


FORMATS = (Erc721, Solana)
NAMES = tuple(one.name for one in FORMATS)


def whole(*entries: str) -> bytes:
    """Return a file of these entries."""
    return f"{{\n{''.join(entries)}\n}}\n".encode()


def link_of(info: DatasetInfo) -> dict[str, str]:
    """Return the address of the collection, if there is one."""
    address = info.labels.collection.external_url
    return {"external_url": address} if address else {}


def entries(values: dict[str, Any]) -> str:
    """Return each of `values` as JSON on a line, with a comma."""
    return "".join(f"{dump(key)}: {dump(value)},\n" for key, value in values.items())


def dump(value: object) -> str:
    """Return `value` as JSON on one line."""
    return json.dumps(value, ensure_ascii=False)
