"""MLCommons Croissant: `croissant.json`, which says what a dataset is and how its records are read.

`croissant.parquet` beside it has what each image shows, for containers whose files readers of
Croissant cannot look into. It is not `data.csv`, from which they would read a variant called 007 as
the number 7.

Source: Croissant Format Specification 1.1; croissant_rai.py has what Croissant RAI asks for.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from imggen.config.image_name import SPLIT
from imggen.config.names import take_name
from imggen.formats.croissant_rai import responsible
from imggen.formats.format import Format
from imggen.store.files import open_atomic
from imggen.store.layout import IMAGES

if TYPE_CHECKING:
    from imggen.config import Config
    from imggen.formats.results import Results

METADATA, TABLE = "croissant.json", "croissant.parquet"
IMAGE, FILE_NAME, INDEX = "image", "file_name", "index"
OF_IMAGES = (IMAGE, FILE_NAME, INDEX, SPLIT)  # fields besides those of layers
CONFORMS_TO = ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"]
PARQUET = "application/x-parquet"

Json = dict[str, Any]

# The terms of Croissant that are no terms of schema.org; 1.1, "Appendix 1: JSON-LD context".
TERMS = (
    "arrayShape citeAs column containedIn equivalentProperty extract field fileProperty fileObject "
    "fileSet format includes isArray isLiveDataset jsonPath key md5 parentField path recordSet "
    "references regex repeated replace samplingRate separator source subField transform"
)
CONTEXT: Json = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "description": {"@container": "@language"},
    "name": {"@container": "@language"},
    **{term: f"cr:{term}" for term in TERMS.split()},
}


class Croissant(Format):
    """Metadata for catalogues of datasets, and a table."""

    name = "croissant"
    owned_names = (METADATA, TABLE)

    @classmethod
    def check_config(cls, config: Config) -> None:
        """Refuse layers that are called as another field.

        Raises
        ------
        ConfigError
            Naming both.
        """
        taken: dict[str, str] = {}
        for column in OF_IMAGES:
            take_name(taken, f"a field of {METADATA}", column, f"a field of {METADATA}")
        for position, layer in enumerate(config.layer, 1):
            take_name(taken, f"name of layer {position}", layer.name, f"layer {position}")

    def merge(self, results: Results) -> list[Path]:
        """Write `croissant.json`, and `croissant.parquet` unless the container is such a table."""
        paths = [results.out / METADATA]
        if results.image_files.fields is None:
            from imggen.formats.croissant_table import write_table  # noqa: PLC0415  # loads pyarrow

            write_table(results, results.out / TABLE)
            paths.append(results.out / TABLE)
        with open_atomic(paths[0]) as file:
            text = json.dumps(metadata(results), indent=2, ensure_ascii=False) + "\n"
            file.write(text.encode())
        return paths


FORMATS = (Croissant,)


def metadata(results: Results) -> Json:
    """Return the whole description, without what the configuration does not say."""
    dataset, origin = results.plan.config.dataset, results.info.origin
    licence = origin.licence
    said = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "name": dataset.name,
        "description": origin.description or describe(results),
        "conformsTo": CONFORMS_TO,
        "license": (licence.url or licence.name) if licence else None,
        "url": origin.url,
        "creator": {"@type": "sc:Person", "name": origin.author} if origin.author else None,
        "version": dataset.version,
        "datePublished": dataset.published,
        "citeAs": citation(results),
        "keywords": ["synthetic", "images"],
        **responsible(results.info),
        "distribution": [*distribution(results)],
        "recordSet": [*record_sets(results)],
    }
    return {key: value for key, value in said.items() if value is not None}


def describe(results: Results) -> str:
    """Return a sentence on the dataset, for one that has no description."""
    width, height = results.info.size
    layers = ", ".join(layer for layer, _ in results.info.layers)
    return (
        f"{results.plan.count} synthetic images of {width}x{height} px, composited from layers of "
        f"art ({layers}) by imggen."
    )


def citation(results: Results) -> str | None:
    """Return the dataset as an entry of BibTeX; None if no author is known."""
    dataset = results.plan.config.dataset
    if dataset.author is None:
        return None
    fields = {
        "title": dataset.name,
        "author": dataset.author,
        "year": dataset.published[:4] if dataset.published else None,
        "url": dataset.url,
    }
    said = ", ".join(f"{key} = {{{value}}}" for key, value in fields.items() if value)
    return f"@misc{{{re.sub(r'[^a-z0-9]+', '-', dataset.name.casefold())}, {said}}}"


# --- files and records ----------------------------------------------------------------------------


def distribution(results: Results) -> Iterator[Json]:
    """Yield the files with images, and the table beside them."""
    files = results.image_files
    yield {
        "@type": "cr:FileSet",
        "@id": files.name,
        "name": files.name,
        "description": files.description,
        "encodingFormat": files.media_type,
        "includes": list(files.patterns),
    }
    if files.fields:
        return
    path = results.out / TABLE
    yield {
        "@type": "cr:FileObject",
        "@id": TABLE,
        "name": TABLE,
        "description": "What each image shows.",
        "contentUrl": TABLE,
        "contentSize": f"{path.stat().st_size} B",
        "encodingFormat": PARQUET,
        "sha256": sha256_of(path),
    }


def sha256_of(path: Path) -> str:
    """Return the digest of the content of `path`, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def record_sets(results: Results) -> Iterator[Json]:
    """Yield the splits, the variants of layers where they are numbers, and the images."""
    info = results.info
    if info.splits:
        yield enumeration("splits", "cr:Split", {"name": info.splits})
    own = results.image_files.fields
    if own:
        for layer, names in info.layers:
            yield enumeration(
                f"variants of {layer}",
                "sc:Enumeration",
                {"number": range(len(names)), "name": names},
            )
        yield from classes(results)
    yield {
        "@type": "cr:RecordSet",
        "@id": "images",
        "name": "images",
        "description": "A record for each image.",
        "key": {"@id": identifier("images", FILE_NAME)},
        "field": [*(own(info) if own else table_fields(results))],
    }


def classes(results: Results) -> Iterator[Json]:
    """Yield the classes of objects, if there are any."""
    names = results.info.classes.names
    if names:
        numbered = {"number": range(len(names)), "name": names}
        yield enumeration("classes", "sc:Enumeration", numbered)


def enumeration(name: str, kind: str, columns: Mapping[str, Sequence[object]]) -> Json:
    """Return a record set with its records in it; `columns` are values by field."""
    own = {key: identifier(name, key) for key in columns}
    types = {key: "sc:Integer" if key == "number" else "sc:Text" for key in columns}
    rows = zip(*columns.values(), strict=True)
    return {
        "@type": "cr:RecordSet",
        "@id": identifier(name),
        "name": name,
        "dataType": kind,
        "key": {"@id": next(iter(own.values()))},
        "field": [
            {"@type": "cr:Field", "@id": own[key], "name": key, "dataType": types[key]}
            for key in columns
        ],
        "data": [dict(zip(own.values(), row, strict=True)) for row in rows],
    }


def table_fields(results: Results) -> Iterator[Json]:
    """Yield the fields of images that `croissant.parquet` tells of; loose images beside it."""
    info, files = results.info, results.image_files
    named: Json = {"source": of_table(FILE_NAME)}
    if files.has_images:
        yield field(IMAGE, "sc:ImageObject", f"{info.size[0]}x{info.size[1]} px", {
            "source": {"fileSet": {"@id": files.name}, "extract": {"fileProperty": "content"}}
        })  # fmt: skip
        path = {"fileSet": {"@id": files.name}, "extract": {"fileProperty": "fullpath"}}
        within = {"transform": {"regex": f"{IMAGES}/(.*)"}}
        named = {"source": path | within, "references": of_table(FILE_NAME)}
    yield field(FILE_NAME, "sc:Text", "The name of the image's file.", named)
    yield field(INDEX, "sc:Integer", "The image's number, from 0.", {"source": of_table(INDEX)})
    if info.splits:
        yield field(SPLIT, "sc:Text", "One of splits.", {"source": of_table(SPLIT)})
    for layer, _ in info.layers:
        text = f"The variant of the layer {layer}."
        yield field(layer, "sc:Text", text, {"source": of_table(layer)})


def of_table(column: str) -> Json:
    """Return a column of `croissant.parquet` as a source."""
    return {"fileObject": {"@id": TABLE}, "extract": {"column": column}}


def field(name: str, kind: str, description: str, more: Json, parent: str = "images") -> Json:
    """Return a field of the record set of images, or of a field of it."""
    return {
        "@type": "cr:Field",
        "@id": identifier(parent, name),
        "name": name,
        "description": description,
        "dataType": kind,
        **more,
    }


def identifier(*names: str) -> str:
    """Return the identifier of a part of a part of the dataset, by their names."""
    return "/".join(quote(name, safe="/") for name in names)
