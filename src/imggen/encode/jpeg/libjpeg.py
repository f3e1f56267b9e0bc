"""libjpeg as Pillow drives it, for a part of an image and without what `Image.save` adds."""

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

    The arguments that Pillow gives its encoder are read off one `save`, so that they are right for
    the Pillow that is installed. Then the encoder is called by itself: `save` adds 20-100 us.
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
        """The JPEG file of the top left `size` (width, height; px) of `image`."""
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
        """The same without the head: the entropy-coded data and its markers."""
        return memoryview(self.file(image, size))[self._head_size :]


def as_image(pixels: npt.NDArray[np.uint8], mode: str) -> Image.Image:
    """`pixels`, (height, width * channels) uint8, as an image of `mode` "L", "RGB" or "RGBX".

    "L" and "RGBX" share the memory of `pixels`: the image shows what is drawn there later.
    """
    height, row_bytes = pixels.shape
    size = row_bytes // len(mode), height
    return Image.frombuffer(mode, size, pixels, "raw", mode, 0, 1)
