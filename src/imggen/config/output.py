"""`[output]`: the format of images, and the container that holds them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from imggen.config.base import Model
from imggen.sizes import parse_size

Effort = Literal["fast", "balanced", "max"]
Container = Literal["files", "webdataset", "parquet", "npy", "npz"]
Bytes = Annotated[
    int,
    Field(ge=1, le=10**15),
    BeforeValidator(lambda value: parse_size(value) if isinstance(value, str) else value),
]

SHARDS = ("webdataset", "parquet")  # files of many images, with what is known of each
ARRAYS = ("npy", "npz")  # the pixels of all images
SHARD_KEYS = ("shard_images", "shard_bytes")
SUFFIXES = {"png": ".png", "jpeg": ".jpg", "webp": ".webp", "pixels": ""}  # by encoding
CODEC_KEYS = ("format", "quality", "subsampling", "effort")
WITHOUT_MEANING: dict[str, tuple[str, ...]] = {
    "files": SHARD_KEYS,
    **dict.fromkeys(SHARDS, ("duplicates",)),
    **dict.fromkeys(ARRAYS, (*CODEC_KEYS, "duplicates", *SHARD_KEYS)),
}


class Output(Model):
    """How images are written.

    `quality` is for lossy formats, `subsampling` for JPEG in colour, `effort` for PNG: how long to
    search for a smaller encoding of each background. A shard holds at most `shard_images`
    (default: see run/blocks.py) and takes at most `shard_bytes`.
    """

    format: Literal["png", "jpeg", "webp"] = Field("png", description='"png", "jpeg" or "webp"')
    quality: int = Field(90, ge=1, le=100, description="a whole number from 1 to 100")
    subsampling: Literal["4:2:0", "4:2:2", "4:4:4"] = Field(
        "4:2:0", description='"4:2:0", "4:2:2" or "4:4:4"'
    )
    effort: Effort = Field("balanced", description='"fast", "balanced" or "max"')
    duplicates: Literal["write", "link"] = Field("write", description='"write" or "link"')
    container: Container = Field(
        "files", description='"files", "webdataset", "parquet", "npy" or "npz"'
    )
    shard_images: int | None = Field(None, ge=1, le=10**9, description="a whole number, 1 or more")
    shard_bytes: Bytes = Field(
        10**9, description='a size like "500M", or a whole number of bytes, 1 or more'
    )

    @property
    def sharded(self) -> bool:
        """True if images go to shards."""
        return self.container in SHARDS

    @property
    def encoding(self) -> str:
        """How pixels are stored: in the format of a file, or as they are, "pixels"."""
        return "pixels" if self.container in ARRAYS else self.format

    @property
    def suffix(self) -> str:
        """What the names of image files end in."""
        return SUFFIXES[self.encoding]

    @property
    def without_meaning(self) -> tuple[str, ...]:
        """The keys that mean nothing with this container."""
        return WITHOUT_MEANING[self.container]
