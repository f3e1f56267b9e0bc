"""The licence and the origin of a dataset and of its art, as labels and cards state them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imggen.config.plain import ADDRESS

if TYPE_CHECKING:
    from imggen.config import Config

SPDX = "https://spdx.org/licenses"
COMMONS = "https://creativecommons.org"
OTHER = "other"  # what the Hub calls a licence that is none of HUB_NAMES

# The SPDX identifiers of licences that data and art have, each with the Hub's name for it.
# Source: spdx.org/licenses; Hugging Face Hub, "Licenses".
HUB_NAMES = {
    **{
        f"CC-{kind}-{version}": f"cc-{kind}-{version}".lower()
        for kind, versions in {
            "BY": "2.0 2.5 3.0 4.0", "BY-SA": "3.0 4.0", "BY-NC": "2.0 3.0 4.0", "BY-ND": "4.0",
            "BY-NC-SA": "2.0 3.0 4.0", "BY-NC-ND": "3.0 4.0",
        }.items()
        for version in versions.split()
    },
    "CC0-1.0": "cc0-1.0", "ODbL-1.0": "odbl", "ODC-By-1.0": "odc-by", "PDDL-1.0": "pddl",
    "CDLA-Permissive-1.0": "cdla-permissive-1.0", "CDLA-Permissive-2.0": "cdla-permissive-2.0",
    "CDLA-Sharing-1.0": "cdla-sharing-1.0", "etalab-2.0": "etalab-2.0", "C-UDA-1.0": "c-uda",
    "OFL-1.1": "ofl-1.1", "GFDL-1.3-only": "gfdl", "GFDL-1.3-or-later": "gfdl",
    "MIT": "mit", "Apache-2.0": "apache-2.0", "BSD-2-Clause": "bsd-2-clause",
    "BSD-3-Clause": "bsd-3-clause", "ISC": "isc", "Zlib": "zlib", "Unlicense": "unlicense",
    "WTFPL": "wtfpl", "MPL-2.0": "mpl-2.0", "EUPL-1.2": "eupl-1.2", "Artistic-2.0": "artistic-2.0",
    "GPL-2.0-only": "gpl-2.0", "GPL-2.0-or-later": "gpl-2.0", "GPL-3.0-only": "gpl-3.0",
    "GPL-3.0-or-later": "gpl-3.0", "LGPL-3.0-only": "lgpl-3.0", "LGPL-3.0-or-later": "lgpl-3.0",
    "AGPL-3.0-only": "agpl-3.0", "AGPL-3.0-or-later": "agpl-3.0",
}  # fmt: skip
IDENTIFIERS = {identifier.casefold(): identifier for identifier in HUB_NAMES}


@dataclass(frozen=True)
class Licence:
    """A licence.

    Attributes
    ----------
    name : its SPDX identifier, or else what the configuration calls it
    url : the address of its text; "" if none is known
    hub_name : what the Hugging Face Hub calls it
    """

    name: str
    url: str
    hub_name: str


@dataclass(frozen=True)
class ArtOrigin:
    """The licence and origin of the art of `layer`; None where the configuration says nothing."""

    layer: str
    licence: Licence | None
    author: str | None
    source: str | None


@dataclass(frozen=True)
class Origin:
    """The licence and origin of a dataset; None where the configuration says nothing."""

    description: str | None = None
    author: str | None = None
    url: str | None = None
    licence: Licence | None = None
    art: tuple[ArtOrigin, ...] = ()

    @classmethod
    def of(cls, config: Config) -> Origin:
        """Return what `config` says of its dataset and of the art of its layers."""
        dataset = config.dataset
        art = (
            ArtOrigin(layer.name, find_licence(own.licence), own.author, own.source)
            for layer in config.layer
            for own in [layer.art]
            if own is not None
        )
        licence = find_licence(dataset.licence)
        return cls(dataset.description, dataset.author, dataset.url, licence, tuple(art))

    @property
    def licences(self) -> list[Licence]:
        """All different licences: the dataset's, then those of art."""
        found = (self.licence, *(one.licence for one in self.art))
        return list(dict.fromkeys(one for one in found if one is not None))


def find_licence(text: str | None) -> Licence | None:
    """Return the licence that `text` names: an SPDX identifier in any case, address or name."""
    if text is None:
        return None
    identifier = IDENTIFIERS.get(text.casefold())
    if identifier is None:
        return Licence(text, text if ADDRESS.fullmatch(text) else "", OTHER)
    return Licence(identifier, address_of(identifier), HUB_NAMES[identifier])


def address_of(identifier: str) -> str:
    """Return the address of the licence with this SPDX identifier."""
    if identifier == "CC0-1.0":
        return f"{COMMONS}/publicdomain/zero/1.0/"
    if identifier.startswith("CC-"):
        kind, version = identifier.removeprefix("CC-").lower().rsplit("-", 1)
        return f"{COMMONS}/licenses/{kind}/{version}/"
    return f"{SPDX}/{identifier}.html"


def coco_licences(origin: Origin) -> Iterator[dict[str, object]]:
    """Yield COCO's `licenses`: ids from 1, the dataset's licence first."""
    for number, one in enumerate(origin.licences, 1):
        yield {"id": number, "name": one.name, "url": one.url}
