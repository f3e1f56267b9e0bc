"""`[output]`: the format of images, and the container that holds them."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Literal, Protocol, get_args

from pydantic import BeforeValidator, Field

from imggen.config.base import Model
from imggen.config.image_size import IMAGE_SIZE, ImageSize
from imggen.errors import ConfigError
from imggen.sizes import parse_size

if TYPE_CHECKING:
    from imggen.config.models import Config

Effort = Literal["fast", "balanced", "max"]
Container = Literal["files", "webdataset", "parquet", "tfrecord", "mds", "npy", "npz"]
CONTAINERS: tuple[str, ...] = get_args(Container)
Bytes = Annotated[
    int,
    Field(ge=1, le=10**15),
    BeforeValidator(
        lambda value: parse_size(value) if isinstance(value, str) else value,
        json_schema_input_type=int | str,
    ),
]

LOSSLESS_WEBP = "webp-lossless"
SUFFIXES = {  # by encoding
    "png": ".png",
    "jpeg": ".jpg",
    "webp": ".webp",
    LOSSLESS_WEBP: ".webp",
    "pixels": "",
}


class ContainerTraits(Protocol):
    """The interface that the configuration needs from a `imggen.containers.Container`."""

    unused: tuple[str, ...]
    loose: bool
    sharded: bool
    pixels: bool

    def check_config(self, config: Config) -> None:
        """Refuse what the container cannot hold, or has no use for."""


@lru_cache
def traits_of(container: str) -> ContainerTraits:
    """Return the class of a container.

    All that is to be known of one is in `imggen.containers`, which builds on this package. So it is
    found by name, as a plug-in is, when a configuration first asks for it.
    """
    found: ContainerTraits = import_module("imggen.containers").find_container(container)
    return found


class Output(Model):
    """The size, format, container and codec settings of images.

    With a `size`, images are drawn at that size rather than that of the canvas.
    `quality` is for lossy formats, `lossless` for WebP, `subsampling` for JPEG in colour, `effort`
    for PNG: how long to search for a smaller encoding of each background. A shard holds at most
    `shard_images` (default: see containers/shards.py) and takes at most `shard_bytes`.
    """

    size: ImageSize | None = Field(None, description=IMAGE_SIZE)
    format: Literal["png", "jpeg", "webp"] = Field("png", description='"png", "jpeg" or "webp"')
    quality: int = Field(90, ge=1, le=100, description="a whole number from 1 to 100")
    lossless: bool = Field(default=False, description="true or false")
    subsampling: Literal["4:2:0", "4:2:2", "4:4:4"] = Field(
        "4:2:0", description='"4:2:0", "4:2:2" or "4:4:4"'
    )
    effort: Effort = Field("balanced", description='"fast", "balanced" or "max"')
    duplicates: Literal["write", "link"] = Field("write", description='"write" or "link"')
    container: Container = Field(
        "files",
        description='"files", "webdataset", "parquet", "tfrecord", "mds", "npy" or "npz"',
    )
    shard_images: int | None = Field(None, ge=1, le=10**9, description="a whole number, 1 or more")
    shard_bytes: Bytes = Field(
        10**9, description='a size like "500M", or a whole number of bytes, 1 or more'
    )

    @property
    def traits(self) -> ContainerTraits:
        """The properties of the container."""
        return traits_of(self.container)

    @property
    def encoding(self) -> str:
        """The encoding of pixels: the format of image files, or "pixels" where they are raw.

        Lossless WebP has an encoding of its own.
        """
        if self.traits.pixels:
            return "pixels"
        return LOSSLESS_WEBP if self.lossless else self.format

    @property
    def keeps_pixels(self) -> bool:
        """True if image files have every pixel as it is drawn."""
        return self.format == "png" or self.lossless

    @property
    def suffix(self) -> str:
        """The extension of image files, with a leading dot."""
        return SUFFIXES[self.encoding]


def check_lossless(output: Output) -> None:
    """Refuse `lossless` for a format that has no choice, and beside a quality."""
    if not output.lossless:
        return
    if output.format != "webp":
        has = "always" if output.format == "png" else "never"
        message = (
            f'output.lossless is true, but output.format is "{output.format}", which {has} is '
            'lossless; leave lossless out, or use "webp".'
        )
        raise ConfigError(message)
    if "quality" in output.model_fields_set:
        message = (
            f"output.quality is {output.quality}, but lossless WebP keeps every pixel as it is; "
            "leave out quality or lossless."
        )
        raise ConfigError(message)
