"""What is known of a chunk once all that it wrote is stored, and how that is kept.

A record is one small file, little-endian, of these parts behind one another:

    header   HEADER: what it is, whose it is, and the lengths of the rest
    images   (n,) of `RecordType.images`: size, digest and parts of each image, in the plan's order
    labels   (n, `RecordType.labels`) of FILE: the label files beside each image
    files    (m,) of FILE: parts of merged label files, then shards
    digest   XXH3-128 of all of that

A record that is empty, cut or has a flipped bit does not match its digest and counts as none, so
that its chunk is rendered again. Names are not kept: they follow from the plan, see contents.py.
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
        ("shard", "<u4"),  # which of its chunk it is in, from 0
    ]
)
MAGIC = b"imggen\x00\x02"
# Magic, identity of the run, start, stop, bytes of an image, labels of an image, and files.
HEADER = struct.Struct(f"<8s {DIGEST_BYTES}s QQ III")
NO_IDENTITY = bytes(DIGEST_BYTES)


def label_record(layers: int) -> np.dtype[np.void]:
    """What is kept of the labels of an image: digest of all that was written, and its things."""
    return np.dtype([("labels_digest", f"V{DIGEST_BYTES}"), ("instances", INSTANCE, (layers,))])


def record_of_image(layers: int | None) -> np.dtype[np.void]:
    """What is kept of an image that has labels of so many layers; None: that has no labels."""
    labels = [] if layers is None else label_record(layers).descr
    return np.dtype([*RECORD.descr, *labels])


class RecordType(NamedTuple):
    """What all records of a run have in common.

    Attributes
    ----------
    identity : digest of the run's manifest; a record of another run is never accepted
    images : what is kept of each image, see `record_of_image`
    labels : how many label files lie beside each image
    """

    identity: bytes = NO_IDENTITY
    images: np.dtype[np.void] = RECORD
    labels: int = 0


@dataclass(frozen=True)
class ChunkRecord:
    """What came of images `start` to `stop` of the plan's order.

    Attributes
    ----------
    images : (stop - start,) of RECORD or, with labels, of `record_of_image`: size, digest and
        parts of each image, in the plan's order
    labels : (stop - start, label files beside an image) of FILE
    files : (n,) of FILE: the parts of merged label files, then the shards
    """

    start: int
    stop: int
    images: npt.NDArray[np.void]
    labels: npt.NDArray[np.void]
    files: npt.NDArray[np.void]


def pack_record(record: ChunkRecord, kind: RecordType) -> bytes:
    """Return `record` as bytes."""
    lengths = kind.images.itemsize, kind.labels, len(record.files)
    header = HEADER.pack(MAGIC, kind.identity, record.start, record.stop, *lengths)
    parts = record.images, record.labels, record.files
    content = b"".join([header, *(part.tobytes() for part in parts)])
    return content + xxhash.xxh3_128_digest(content)


def unpack_record(content: bytes, kind: RecordType) -> ChunkRecord | None:
    """Return the record that `pack_record` made `content` of; None if it is damaged or foreign."""
    if identity_of(content) != kind.identity:
        return None
    _, _, start, stop, image_bytes, labels, files = HEADER.unpack_from(content)
    count = stop - start
    if (image_bytes, labels) != (kind.images.itemsize, kind.labels):
        return None
    label_place = HEADER.size + count * image_bytes
    file_place = label_place + count * labels * FILE.itemsize
    return ChunkRecord(
        start,
        stop,
        np.frombuffer(content, kind.images, count, HEADER.size),
        np.frombuffer(content, FILE, count * labels, label_place).reshape(count, labels),
        np.frombuffer(content, FILE, files, file_place),
    )


def identity_of(content: bytes) -> bytes | None:
    """Return the identity of the run that a record is of; None if the record is damaged."""
    body, digest = content[:-DIGEST_BYTES], content[-DIGEST_BYTES:]
    if len(body) < HEADER.size or xxhash.xxh3_128_digest(body) != digest:
        return None
    magic, identity, *_ = HEADER.unpack_from(body)
    return bytes(identity) if magic == MAGIC else None
