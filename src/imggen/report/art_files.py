"""Art files as they are on the disk, one at a time, for a lint of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from imggen.assets.decode import decode
from imggen.assets.folder import read_folder
from imggen.assets.parts import part_files
from imggen.config import Config, Layer

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class ArtFile:
    """A decoded art file.

    Attributes
    ----------
    path : the file
    variant : the name of its variant
    depth : the place of its layer
    pixels : (height, width, 4) uint8, not premultiplied
    """

    path: Path
    variant: str
    depth: int
    pixels: Bytes

    @property
    def alpha(self) -> Bytes:
        """Its alpha: (height, width) uint8."""
        return self.pixels[..., 3]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, px."""
        height, width, _ = self.pixels.shape
        return width, height


def art_files(config: Config) -> Iterator[ArtFile]:
    """Yield all art files of `config`, layer by layer."""
    for depth, layer in enumerate(config.layer):
        for variant, path in variant_files(config, layer):
            image = decode(path, config.canvas.color).image
            yield ArtFile(path, variant, depth, np.asarray(image.convert("RGBA")))


def variant_files(config: Config, layer: Layer) -> Iterator[tuple[str, Path]]:
    """Yield the files of each variant of `layer`: one, or as many as it has parts."""
    for name, path in read_folder(config.root, layer, config.dataset.count).files.items():
        files = part_files(path) if layer.parts else [path]
        yield from ((name, file) for file in files)
