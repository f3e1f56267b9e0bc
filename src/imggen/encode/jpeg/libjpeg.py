"""Compress parts of images with Pillow's JPEG encoder, without the overhead of `Image.save`."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from imggen.encode.jpeg.scan import head_size

if TYPE_CHECKING:
    from imggen.encode.codec import CodecSettings

RAW_MODES = {"L": "L", "RGB": "RGB", "RGBX": "RGB"}  # PIL.JpegImagePlugin.RAWMODE
LEAST_BUFFER = 2**16  # bytes; PIL.ImageFile.MAXBLOCK


class Compressor:
    """Pillow's JPEG encoder at one quality, subsampling and restart interval (MCUs; 0 for none).

    The arguments that Pillow gives its encoder are taken from one `save`, so they are right for the
    installed Pillow. Then the encoder is called directly: `save` adds 20-100 us.
    """

    def __init__(self, mode: str, output: CodecSettings, interval: int) -> None:
        options: dict[str, Any] = {"quality": output.quality, "restart_marker_blocks": interval}
        if mode != "L":  # a single component has nothing to subsample
            options["subsampling"] = output.subsampling
        probe = Image.new(mode, (1, 1))
        with BytesIO() as file:
            probe.save(file, "JPEG", **options)
            self._head_size = head_size(file.getvalue())
        self._arguments = probe.encoderconfig

    def file(self, image: Image.Image, size: tuple[int, int]) -> bytes:
        """Return the JPEG file of the top left `size` (width, height; px) of `image`.

        Raises
        ------
        OSError
            If libjpeg fails, with Pillow's code for that.
        """
        encoder = Image._getencoder(  # noqa: SLF001
            image.mode, "jpeg", RAW_MODES[image.mode], self._arguments
        )
        encoder.setimage(image.im, (0, 0, *size))
        pieces, code = [], 0
        while not code:  # 0: the buffer is full
            _, code, piece = encoder.encode(max(size[0] * size[1], LEAST_BUFFER))
            pieces.append(piece)
        if code < 0:
            raise OSError(
                f"libjpeg could not encode {size[0]} x {size[1]} px (Pillow's code {code})"
            )
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def scan(self, image: Image.Image, size: tuple[int, int]) -> memoryview:
        """Return the entropy-coded data and markers of that file, without its head."""
        return memoryview(self.file(image, size))[self._head_size :]


def as_image(pixels: npt.NDArray[np.uint8], mode: str) -> Image.Image:
    """Return an image of `mode` "L", "RGB" or "RGBX" of `pixels` (height, width * channels) uint8.

    An image of "L" or "RGBX" shares the memory of `pixels` and shows later changes to it.
    """
    height, row_bytes = pixels.shape
    size = row_bytes // len(mode), height
    return Image.frombuffer(mode, size, pixels, "raw", mode, 0, 1)
