"""Decoding of output files with the libraries that users read them with, not with imggen."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import BinaryIO
from xml.etree import ElementTree as ET

import numpy as np
from PIL import Image

from imggen.formats.amodal_masks import EXTENSION, FOLDER

Size = tuple[int, int]
MOST_BYTES = 2**26  # of a JSON file: larger ones are not decoded, as they must fit in memory


def find_fault(name: str, content: bytes, size: Size) -> str | None:
    """Return why `content` of the file `name` cannot be decoded; None if it can.

    Images and masks must have the size `size` (width, height), px; amodal masks, of which several
    lie one below the other in a file, must have its width and a multiple of its height.
    """
    suffix = name[name.rfind(".") :] if "." in name else ""
    decode = decode_stack if is_stack(name) else DECODERS.get(suffix)
    try:
        if decode is not None:
            decode(content, size)
        elif suffix in STREAMED:
            STREAMED[suffix](io.BytesIO(content))
    except Exception as error:  # noqa: BLE001  # decoders raise many types
        return f"cannot be decoded: {error}"
    return None


def decode_image(content: bytes, size: Size) -> None:
    """Decode an image with Pillow."""
    with Image.open(io.BytesIO(content)) as image:
        image.verify()  # also the checksums of chunks that hold no pixels
    with Image.open(io.BytesIO(content)) as image:
        image.load()
        if image.size != size:
            width, height = image.size
            message = f"it is {width}x{height} px, not {size[0]}x{size[1]}"
            raise ValueError(message)


def is_stack(name: str) -> bool:
    """Return True if the file `name` has masks one below the other."""
    return name.startswith(f"{FOLDER}/") or name.endswith(f".{EXTENSION}")


def decode_stack(content: bytes, size: Size) -> None:
    """Decode masks of `size` that lie one below the other."""
    with Image.open(io.BytesIO(content)) as image:
        masks = max(image.height // size[1], 1)
    decode_image(content, (size[0], size[1] * masks))


def decode_json(content: bytes, size: Size) -> None:  # noqa: ARG001  # as all
    """Decode JSON of at most MOST_BYTES."""
    if len(content) <= MOST_BYTES:
        json.loads(content)


def decode_lines(file: BinaryIO) -> None:
    """Decode JSON Lines: one value per line."""
    for line in file:
        json.loads(line)


def decode_csv(file: BinaryIO) -> None:
    """Decode CSV whose rows all have the same length."""
    with io.TextIOWrapper(file, "utf-8", newline="") as text:
        lengths = set(map(len, csv.reader(text)))
    if len(lengths) > 1:
        message = "its rows differ in length"
        raise ValueError(message)


def decode_xml(content: bytes, size: Size) -> None:  # noqa: ARG001  # as all
    """Decode XML."""
    ET.fromstring(content)  # noqa: S314  # its digest shows that imggen wrote it


def decode_text(content: bytes, size: Size) -> None:  # noqa: ARG001  # as all
    """Decode UTF-8."""
    content.decode()


def decode_array(content: bytes, size: Size) -> None:  # noqa: ARG001  # as all
    """Decode an array with NumPy."""
    np.load(io.BytesIO(content), allow_pickle=False)


def decode_table(content: bytes, size: Size) -> None:  # noqa: ARG001  # as all
    """Decode a table with pyarrow."""
    import pyarrow.parquet as pq  # noqa: PLC0415  # most datasets have none, and it loads slowly

    pq.ParquetFile(io.BytesIO(content)).read()


DECODERS: dict[str, Callable[[bytes, Size], None]] = {
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".webp"), decode_image),
    ".json": decode_json,
    ".xml": decode_xml,
    **dict.fromkeys((".txt", ".md", ".yaml", ".toml", ".cls"), decode_text),
    ".npy": decode_array,
    ".parquet": decode_table,
}
# Decoders that read a file a line at a time, however large it is.
STREAMED: dict[str, Callable[[BinaryIO], None]] = {".jsonl": decode_lines, ".csv": decode_csv}
