"""JPEG at random positions: splicing against whole images, drawing and encoding, no writing.

    python benchmarks/bench_jpeg.py assets/imggen.toml [scenes]

One character and perhaps one object a scene, by the configuration's probabilities.
"""

import statistics
import sys
import time
from io import BytesIO
from pathlib import Path

import numpy as np
import simplejpeg
from PIL import Image

from imggen.assets import NO_SPRITE, load_assets
from imggen.config import Output, load_config
from imggen.draw import Painter
from imggen.encode.jpeg import JpegEncoder
from imggen.plan import Scene

ROUNDS = 7  # the first is dropped
BASELINE = "simplejpeg"
UNMARKED = "Pillow"  # the same libjpeg and settings, without restart markers
LARGEST_ERROR = 1.05  # of the smallest


def random_scenes(library, count, seed=0):
    """`count` scenes: the first layer at the back, a sprite of each other one anywhere inside."""
    rng = np.random.default_rng(seed)
    width, height = library.size
    for _ in range(count):
        rows = [rng.choice(len(v.names), p=v.probabilities) for v in library.layers]
        items = []
        for variants, row in zip(library.layers[1:], rows[1:], strict=True):
            if variants.sprites[row] != NO_SPRITE:
                w, h = variants.sizes[row]
                x, y = rng.integers(0, width - w + 1), rng.integers(0, height - h + 1)
                items.append((variants.sprites[row], x, y))
        backdrop = library.layers[0].backdrops[rows[0]]
        yield Scene(int(backdrop), np.array(items, np.int64).reshape(-1, 3))


def contenders(library, output):
    """Name to a function from a scene to the bytes of its file."""
    painter, encoder = Painter(library), JpegEncoder(library, output)
    width, height = library.size

    def imggen(scene):
        return encoder.encode(scene)

    def by_simplejpeg(scene):
        pixels = painter.paint(scene).reshape(height, width, 3)
        subsampling = output.subsampling.replace(":", "")
        return [simplejpeg.encode_jpeg(pixels, output.quality, "RGB", subsampling, fastdct=False)]

    def by_pillow(scene):
        image = Image.frombuffer("RGB", library.size, painter.paint(scene), "raw", "RGB", 0, 1)
        file = BytesIO()
        image.save(file, "JPEG", quality=output.quality, subsampling=output.subsampling)
        return [file.getbuffer()]

    return {"imggen": imggen, "simplejpeg": by_simplejpeg, "Pillow": by_pillow}


def verify(encoders, painter, scenes):
    """Stop unless imggen's pixels are Pillow's and simplejpeg's, by another DCT, are as good."""
    for scene in scenes:
        ours, other, exact = (
            simplejpeg.decode_jpeg(b"".join(encode(scene))) for encode in encoders.values()
        )
        painted = painter.paint(scene).reshape(ours.shape).astype(int)
        errors = [np.abs(decoded - painted).mean() for decoded in (ours, other)]
        if not np.array_equal(ours, exact) or max(errors) > LARGEST_ERROR * min(errors):
            raise SystemExit(f"pixels differ, off by {errors} levels on average: {scene}")


def measure(library, output, scenes):
    """Name to (CPU ms an image: median of the rounds' means, mean bytes of a file)."""
    encoders = contenders(library, output)
    verify(encoders, Painter(library), scenes)
    times = {name: [] for name in encoders}
    for _ in range(ROUNDS):
        for name, encode in encoders.items():
            start = time.process_time()
            for scene in scenes:
                encode(scene)
            times[name].append((time.process_time() - start) / len(scenes) * 1e3)
    sizes = {
        name: statistics.mean(sum(map(len, encode(scene))) for scene in scenes)
        for name, encode in encoders.items()
    }
    return {name: (statistics.median(times[name][1:]), sizes[name]) for name in encoders}


def main(path, count=60):
    library = load_assets(load_config(Path(path), {}))
    # As a plan orders them: those of one backdrop together.
    scenes = sorted(random_scenes(library, count), key=lambda scene: scene.backdrop)
    figures = measure(library, Output(format="jpeg"), scenes)
    base_ms, base_bytes = figures[BASELINE][0], figures[UNMARKED][1]
    print(f"{'':12}{'ms/image':>10}{'ratio':>8}{'KB':>9}{'bytes':>9}")
    for name, (ms, size) in figures.items():
        growth = f"{size / base_bytes - 1:+.2%}"
        print(f"{name:12}{ms:10.2f}{base_ms / ms:7.1f}x{size / 1e3:9.1f}{growth:>9}")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
