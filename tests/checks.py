"""Shared assertions that say what differs and where."""

import hashlib
import re
import struct
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import png
from PIL import Image


def check_pixels(actual, expected, within=0):
    """Both arrays are the same, or differ by at most `within` levels."""
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert actual.shape == expected.shape, f"shape {actual.shape}, expected {expected.shape}"
    off = np.abs(actual.astype(int) - expected.astype(int)) > within
    if off.any():
        place = tuple(int(k) for k in np.argwhere(off)[0])
        message = (
            f"{np.count_nonzero(off)} of {off.size} values differ, first at {place}: "
            f"{actual[place]}, expected {expected[place]}"
        )
        raise AssertionError(message)


def check_same_files(actual: Path, expected: Path, but=("run.json",)):
    """Both folders hold the same files of the same bytes, but for the journal and `but`."""
    have, want = file_digests(actual, but), file_digests(expected, but)
    assert want, f"{expected} holds no files: nothing to compare"
    assert sorted(have) == sorted(want), (
        f"missing: {sorted(want.keys() - have.keys())[:5]}, "
        f"too many: {sorted(have.keys() - want.keys())[:5]}"
    )
    differ = [name for name in want if have[name] != want[name]]
    assert not differ, f"{len(differ)} of {len(want)} files differ: {differ[:5]}"


def file_digests(folder: Path, but=()):
    """Relative path to digest of every file below `folder`."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and ".imggen" not in path.parts and path.name not in but
    }


def without_place(error):
    """The one sentence of `error`, without its line of imggen.toml; that of an option has none."""
    text = str(error)
    assert "\n" not in text, f"more than one error: {text}"
    if text.startswith("--"):
        return text
    place = re.match(r".*imggen\.toml(, line [1-9][0-9]*|(?=: layer is missing)): ", text)
    assert place, f"no place: {text}"
    return text[place.end() :]


def check_sentence(error, *parts):
    """The error's text is one sentence for people that holds all of `parts`."""
    text = str(error)
    for part in parts:
        assert str(part) in text, f"expected {str(part)!r} in: {text}"
    assert "\n" not in text, f"more than one line: {text}"
    assert "Traceback" not in text, text
    assert text.endswith((".", "?")), f"no full stop: {text}"


def check_png(file: bytes, pixels, palette=None):
    """The file is a legal PNG, and two decoders read `pixels` from it.

    `pixels` is (height, width) for greyscale, else (height, width, channels) uint8. With `palette`,
    (colours, 3) uint8, they are (height, width) indices into it, and it is what the file has.
    """
    height, width = pixels.shape[:2]
    channels = pixels.shape[2] if pixels.ndim == 3 else 1
    mode = {1: "L", 3: "RGB", 4: "RGBA"}[channels] if palette is None else "P"
    chunks = png_chunks(file)
    kinds = [kind for kind, _ in chunks]
    assert kinds[0] == b"IHDR", kinds
    assert kinds[-1] == b"IEND", kinds
    if palette is not None:
        assert chunks[1] == (b"PLTE", palette.tobytes())
        kinds.pop(1)
    assert set(kinds[1:-1]) == {b"IDAT"}, kinds
    header = struct.unpack(">IIBBBBB", chunks[0][1])
    assert header == (width, height, 8, {"L": 0, "RGB": 2, "P": 3, "RGBA": 6}[mode], 0, 0, 0)
    assert chunks[-1][1] == b""
    rows = png_rows(chunks)
    assert len(rows) == height * (1 + width * channels)
    assert set(rows[:: 1 + width * channels]) <= set(range(5)), "no filter type"
    with Image.open(BytesIO(file)) as image:
        assert image.mode == mode
        check_pixels(np.asarray(image), pixels)
    lines = list(png.Reader(bytes=file).read()[2])
    check_pixels(np.array(lines, np.uint8).reshape(pixels.shape), pixels)


def png_chunks(file: bytes):
    """Type and data of every chunk of a PNG; lengths and CRCs are right."""
    assert file[:8] == b"\x89PNG\r\n\x1a\n", file[:8]
    chunks, at = [], 8
    while at < len(file):
        length, kind = struct.unpack_from(">I4s", file, at)
        data = file[at + 8 : at + 8 + length]
        assert len(data) == length, f"{kind} at byte {at} ends after the file"
        (crc,) = struct.unpack_from(">I", file, at + 8 + length)
        assert crc == zlib.crc32(kind + data), f"CRC of {kind} at byte {at}"
        chunks.append((kind, data))
        at += length + 12
    return chunks


def png_rows(chunks):
    """The filtered rows: all IDATs are one whole zlib stream and nothing more."""
    stream = b"".join(data for kind, data in chunks if kind == b"IDAT")
    inflate = zlib.decompressobj()
    rows = inflate.decompress(stream)  # which checks the Adler-32
    assert inflate.eof, "the zlib stream has no end"
    assert inflate.unused_data == b"", "there is something after the zlib stream"
    return rows
