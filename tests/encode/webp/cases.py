"""Random jobs by number, the same everywhere: for digests, other builds, other decoders, campaigns.

python -m tests.encode.webp.cases FIRST COUNT   prints a digest of the files of each of them
"""

import hashlib
import sys

import numpy as np
from tests.encode.png.jobs import AWKWARD_SIZES, KINDS, MODES, SHAPES, encoded, library_of, scene_of
from tests.encode.webp.jobs import choices, encoder_of, scaled

from imggen.assets.library import CHANNELS

BACKGROUNDS = (*KINDS, scaled, scaled)
PREDICTORS = 14
BARRED = (3, 5, 9, 10)  # in the last column, so there must be another
FALLBACK = 12
LARGEST = 100, 80  # px


def random_case(number):
    """A library, scenes, and what `choices` takes."""
    rng = np.random.default_rng(number)
    mode = pick(rng, MODES)
    size = tuple(pick(rng, AWKWARD_SIZES) if rng.integers(3) == 0 else rng.integers(1, LARGEST))
    width, height = map(int, size)
    backs = [
        pick(rng, BACKGROUNDS)(rng, width, height, CHANNELS[mode])
        for _ in range(rng.integers(1, 3))
    ]
    if mode == "RGBA" and rng.integers(2):
        opaque = np.full((height, width), 255, np.uint8)
        backs = [np.dstack([back[..., :3], opaque]) for back in backs]
    arts = [pick(rng, SHAPES)(rng, *rng.integers(1, (50, 40))) for _ in range(rng.integers(1, 4))]
    if rng.integers(6) == 0:
        arts.append(pick(rng, SHAPES)(rng, width + 3, height + 3))
    scenes = [random_scene(rng, (width, height), len(backs), len(arts)) for _ in range(3)]
    return library_of(mode, backs, arts), scenes, random_choices(rng)


def random_scene(rng, size, backs, arts):
    """Sprites on, over and beside the edges of the canvas; rarely far from it."""
    width, height = size
    items = []
    for _ in range(pick(rng, (0, 1, 1, 2, 3, 9))):
        reach = 10**6 if rng.integers(12) == 0 else 0
        x, y = rng.integers((-32 - reach, -24 - reach), (width + 2 + reach, height + 2 + reach))
        items.append((rng.integers(arts), x, y))
    return scene_of(int(rng.integers(backs)), items)


def random_choices(rng):
    """Sizes of tiles and groups; mostly all predictors, else one; mostly spliced, else whole."""
    chosen = {
        "bits": pick(rng, (2, 2, 3, 4, 6)),
        "sampled": pick(rng, (None, 1, 3)),
        "groups": pick(rng, (1, 64, 300, None)),
        "whole": pick(rng, (False, False, False, True, None)),
    }
    if rng.integers(3) == 0:
        for key in ("own_modes", "sprite_modes"):
            predictor = int(rng.integers(PREDICTORS))
            chosen[key] = 1 << predictor | (predictor in BARRED) << FALLBACK
    return chosen


def pick(rng, values):
    """One of `values`."""
    return values[int(rng.integers(len(values)))]


def files_of(number):
    """Each scene of a case and its file, and the library."""
    library, scenes, chosen = random_case(number)
    with choices(**chosen):
        encoder = encoder_of(library)
        return library, [(scene, encoded(encoder, scene)) for scene in scenes]


def main(first, count):
    """Print a digest of the files of each case."""
    for number in range(first, first + count):
        files = b"".join(file for _, file in files_of(number)[1])
        sys.stdout.write(f"{number} {hashlib.blake2b(files, digest_size=8).hexdigest()}\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
