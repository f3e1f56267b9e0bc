"""Encode images that a camera takes: it changes every pixel, so nothing can be spliced.

These encoders give the files of the format's own encoder, but code each image whole.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np

from imggen.draw import Painter
from imggen.encode.encoded import Encoded
from imggen.encode.jpeg.libjpeg import Compressor, as_image
from imggen.encode.pillow import PillowEncoder
from imggen.encode.png.chunks import chunk, first_chunks, last_chunks
from imggen.encode.png.filters import filtered_rows
from imggen.encode.png.scratch import band_rows, make_code, make_scratch
from imggen.kernels import code_plain, pack, scan_band

if TYPE_CHECKING:
    import numpy.typing as npt

    from imggen.assets import Library
    from imggen.encode.codec import CodecSettings
    from imggen.encode.shared_arrays import SharedArrays
    from imggen.planning import Scene

NO_MATCHES = np.zeros((0, 3), np.int32)
# Of libwebp: its next method makes files of photographs an eighth smaller, in three times the time.
FASTEST = {"method": 0, "quality": 0}


class WholePngEncoder:
    """Encodes PNGs: each band is coded with the runs of equal bytes, and no other matches."""

    def __init__(
        self,
        library: Library,
        output: CodecSettings,  # noqa: ARG002  # there is nothing to search
        shared: SharedArrays | None = None,  # noqa: ARG002  # there is nothing to prepare
    ) -> None:
        self._library = library
        self._painter = Painter(library)
        self.sprite_cache = self._painter.sprite_cache
        height, row_bytes = library.backgrounds.shape[1:]
        self._scratch = make_scratch(height, row_bytes, library.most_items)
        self._first = first_chunks(library.size, library.mode)

    def encode(self, scene: Scene) -> Encoded:
        """Return the file of `scene`."""
        pixels, scratch = self._painter.paint(scene), self._scratch
        height, row_bytes = pixels.shape
        filtered = filtered_rows(pixels, self._library.channels, scratch.lines, scratch.residuals)
        rows = band_rows(row_bytes, height)
        bands = [filtered[start : start + rows] for start in range(0, height, rows)]
        chunks = [chunk(b"IDAT", self._code(band)) for band in bands]
        return Encoded([self._first, *chunks, last_chunks(zlib.adler32(filtered))])

    def _code(self, band: npt.NDArray[np.uint8]) -> bytes:
        """Code the filtered rows of a band."""
        scratch = self._scratch
        runs, checksum = scratch.coder.runs, np.zeros(3, np.int64)
        rows, row_bytes = band.shape
        count = scan_band(band, rows, row_bytes, row_bytes, checksum, runs)
        packed = pack("BandData", band, runs, NO_MATCHES, rows, row_bytes, count, 0)
        size_bytes = code_plain(packed, make_code().struct, scratch.struct)
        return scratch.out.view(np.uint8)[:size_bytes].tobytes()


class WholeJpegEncoder:
    """Encodes JPEGs as Pillow does."""

    def __init__(
        self,
        library: Library,
        output: CodecSettings,
        shared: SharedArrays | None = None,  # noqa: ARG002  # there is nothing to prepare
    ) -> None:
        self._library = library
        self._painter = Painter(library)
        self.sprite_cache = self._painter.sprite_cache
        self._compressor = Compressor(library.mode, output, interval=0)

    def encode(self, scene: Scene) -> Encoded:
        """Return the file of `scene`, in one piece."""
        image = as_image(self._painter.paint(scene), self._library.mode)
        return Encoded([self._compressor.file(image, self._library.size)])


class WholeLosslessWebpEncoder(PillowEncoder):
    """Encodes lossless WebP as libwebp does fastest."""

    format = "WEBP"

    def __init__(
        self, library: Library, output: CodecSettings, shared: SharedArrays | None = None
    ) -> None:
        super().__init__(library, output, shared)
        self._options = {"lossless": True, "exact": True, **FASTEST}
