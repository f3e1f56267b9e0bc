"""The strictest readers find nothing to complain of: libpng with every warning fatal, pngcheck."""

import shutil
import subprocess
import zlib
from pathlib import Path

import numpy as np
import pytest
from tests.art import blob
from tests.encode.png.jobs import (
    EFFORTS,
    KINDS,
    MODES,
    encoded,
    encoder_of,
    geometry,
    library_of,
    scene_of,
)

from imggen.assets.library import CHANNELS

SOURCE = Path(__file__).with_name("strict_reader.c")
SIZES = [(1, 1), (3, 50), (203, 151)]


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    """Files of all modes, kinds of background, efforts and sizes of bands."""
    folder, rng = tmp_path_factory.mktemp("samples"), np.random.default_rng(0)
    for mode in MODES:
        for width, height in SIZES:
            backs = [kind(rng, width, height, CHANNELS[mode]) for kind in KINDS]
            library = library_of(mode, backs, [blob(rng, 40, 30)])
            for effort, band_bytes in zip(EFFORTS, (1, 9000, 160_000), strict=True):
                with geometry(band_bytes=band_bytes):
                    encoder = encoder_of(library, effort)
                    for index, kind in enumerate(KINDS):
                        scene = scene_of(index, [(0, width // 3, height // 3), (0, -20, -10)])
                        name = f"{mode}-{width}-{band_bytes}-{kind.__name__}.png"
                        (folder / name).write_bytes(encoded(encoder, scene))
    return sorted(folder.iterdir())


@pytest.fixture(scope="module")
def strict_reader(tmp_path_factory):
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("there is no C compiler (cc)")
    program = tmp_path_factory.mktemp("reader") / "strict_reader"
    command = [compiler, "-O1", "-o", program, SOURCE, "-lpng"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "png.h" in done.stderr or "-lpng" in done.stderr:
        pytest.skip("libpng's headers or library are not installed (libpng-dev)")
    assert done.returncode == 0, done.stderr
    return [program]


@pytest.fixture(scope="module")
def pngcheck():
    program = shutil.which("pngcheck")
    if program is None:
        pytest.skip("pngcheck is not installed")
    return [program, "-q"]


@pytest.fixture(params=["strict_reader", "pngcheck"])
def reader(request):
    """A command that reads the files named after it."""
    return request.getfixturevalue(request.param)


def read(reader, *paths):
    return subprocess.run([*reader, *paths], capture_output=True, text=True, check=False)


def test_no_reader_complains(reader, samples):
    assert len(samples) == len(MODES) * len(SIZES) * len(EFFORTS) * len(KINDS)
    done = read(reader, *samples)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert done.stderr == ""


def wrong_crc(file):
    return file[:-16] + bytes([file[-16] ^ 1]) + file[-15:]  # of the chunk before IEND


def wrong_adler(file):
    """With a CRC that is right: length, type, the last block (2), Adler-32, CRC, IEND (12)."""
    body = bytearray(file[-26:-16])
    body[-1] ^= 1
    return file[:-26] + body + zlib.crc32(body).to_bytes(4, "big") + file[-12:]


def no_end(file):
    return file[:-12]


@pytest.mark.parametrize("damage", [wrong_crc, no_end])
def test_readers_refuse_damage(reader, samples, damage, tmp_path):
    check_refused(reader, damage(samples[-1].read_bytes()), tmp_path)


def test_libpng_refuses_a_wrong_adler(strict_reader, samples, tmp_path):
    check_refused(strict_reader, wrong_adler(samples[-1].read_bytes()), tmp_path)


def check_refused(reader, file, folder):
    path = folder / "damaged.png"
    path.write_bytes(file)
    assert read(reader, path).returncode != 0
