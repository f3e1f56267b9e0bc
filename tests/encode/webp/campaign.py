"""Many random jobs: every file is legal, and all decoders at hand read what is painted.

    python -m tests.encode.webp.campaign COUNT [FIRST]

Decoders are the plain one of the tests, libwebp (by Pillow) and, where av is installed, FFmpeg's.
A thousand jobs take about five minutes.
"""

import sys
from collections import Counter
from importlib.util import find_spec

from tests.encode.png.jobs import painted
from tests.encode.webp.cases import files_of
from tests.encode.webp.checks import check_ffmpeg, check_webp


def check_case(number):
    """Check all files of a case; how many there are."""
    library, files = files_of(number)
    for scene, file in files:
        pixels = painted(library, scene)
        check_webp(file, pixels)
        if find_spec("av"):
            check_ffmpeg(file, pixels)
    return len(files)


def main(count, first=0):
    """Check so many cases, and say what came of them; the exit code is 1 if any has failed."""
    counts = Counter()
    for number in range(first, first + count):
        try:
            counts["files"] += check_case(number)
        except AssertionError as error:
            counts["failed"] += 1
            sys.stdout.write(f"case {number}: {error}\n")
        counts["cases"] += 1
    decoders = "plain, libwebp" + (", FFmpeg" if find_spec("av") else "")
    sys.stdout.write(f"{dict(counts)}, decoders: {decoders}\n")
    return int(counts["failed"] > 0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
