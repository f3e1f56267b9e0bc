"""The record of a finished chunk: sizes and digests of all that it wrote, and its file format.

A record is one small little-endian file that consists of:

    header   HEADER: magic, identity of the run, and the lengths of the following arrays
    images   (n,) of `RecordType.images`: size, digest and parts of each image, in the plan's order
    labels   (n, `RecordType.labels`) of FILE: the label files of each image
    files    (m,) of FILE: fragments of merged label files, then shards
    digest   XXH3-128 of all of the above

A record that is empty, truncated or has a flipped bit does not match its digest and is ignored, so
its chunk is rendered again. File names are not stored, as they follow from the plan; see
contents.py.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import xxhash

from imggen.encode.encoded import Regions
from imggen.geometry.record import INSTANCE
from imggen.store.digests import DIGEST_BYTES

FILE = np.dtype([("size_bytes", "<u8"), ("digest", f"V{DIGEST_BYTES}")])
RECORD = np.dtype(
    [
        *FILE.descr,
        *((part, "<u4") for part in Regions._fields),
        ("shard", "<u4"),  # number of its shard within its chunk, from 0
    ]
)
MAGIC = b"imggen\x00\x02"
# Magic, identity of the run, start, stop, bytes per image, labels per image, and files.
HEADER = struct.Struct(f"<8s {DIGEST_BYTES}s QQ III")
NO_IDENTITY = bytes(DIGEST_BYTES)


def label_record(layers: int) -> np.dtype[np.void]:
    """Return the dtype of an image's labels: the digest of its label files, and its instances."""
    return np.dtype([("labels_digest", f"V{DIGEST_BYTES}"), ("instances", INSTANCE, (layers,))])


def record_of_image(layers: int | None) -> np.dtype[np.void]:
    """Return the dtype of an image's record with labels of `layers` layers; None: no labels."""
    labels = [] if layers is None else label_record(layers).descr
    return np.dtype([*RECORD.descr, *labels])


class RecordType(NamedTuple):
    """The format shared by all records of a run.

    Attributes
    ----------
    identity : digest of the run's manifest; records of another run are never accepted
    images : dtype of the record of an image, see `record_of_image`
    labels : number of label files per image
    """

    identity: bytes = NO_IDENTITY
    images: np.dtype[np.void] = RECORD
    labels: int = 0


@dataclass(frozen=True)
class ChunkRecord:
    """The record of images `start` to `stop` of the plan's order.

    Attributes
    ----------
    images : (stop - start,) of RECORD or, with labels, of `record_of_image`: size, digest and
        parts of each image, in the plan's order
    labels : (stop - start, label files per image) of FILE
    files : (n,) of FILE: the fragments of merged label files, then the shards
    """

    start: int
    stop: int
    images: npt.NDArray[np.void]
    labels: npt.NDArray[np.void]
    files: npt.NDArray[np.void]


def pack_record(record: ChunkRecord, kind: RecordType) -> bytes:
    """Return `record` as the content of its file."""
    lengths = kind.images.itemsize, kind.labels, len(record.files)
    header = HEADER.pack(MAGIC, kind.identity, record.start, record.stop, *lengths)
    arrays = record.images, record.labels, record.files
    content = b"".join([header, *(array.tobytes() for array in arrays)])
    return content + xxhash.xxh3_128_digest(content)


def unpack_record(content: bytes, kind: RecordType) -> ChunkRecord | None:
    """Return the record stored in `content`; None if it is damaged or belongs to another run."""
    if identity_of(content) != kind.identity:
        return None
    _, _, start, stop, image_bytes, labels, files = HEADER.unpack_from(content)
    count = stop - start
    if (image_bytes, labels) != (kind.images.itemsize, kind.labels):
        return None
    label_offset = HEADER.size + count * image_bytes
    file_offset = label_offset + count * labels * FILE.itemsize
    return ChunkRecord(
        start,
        stop,
        np.frombuffer(content, kind.images, count, HEADER.size),
        np.frombuffer(content, FILE, count * labels, label_offset).reshape(count, labels),
        np.frombuffer(content, FILE, files, file_offset),
    )


def identity_of(content: bytes) -> bytes | None:
    """Return the identity of the run of a record; None if the record is damaged."""
    body, digest = content[:-DIGEST_BYTES], content[-DIGEST_BYTES:]
    if len(body) < HEADER.size or xxhash.xxh3_128_digest(body) != digest:
        return None
    magic, identity, *_ = HEADER.unpack_from(body)
    return bytes(identity) if magic == MAGIC else None
