"""Labels of every kind are what painting and plain geometry show, in random crowded scenes.

`python -m tests.formats.test_details 1000` compares that many scenes.
"""

import sys
import tempfile
from pathlib import Path

import pytest
from tests.formats.check_details import check_all, check_yolo_obb, check_yolo_pose
from tests.formats.scenes import FORMATS, pictures_of, write_crowded
from tests.run.runs import run

IMAGES = 10  # of each dataset


def compare(folder, seed):
    """Make a dataset of every label and compare its files; return its pictures."""
    write_crowded(folder, seed, IMAGES)
    pictures = pictures_of(folder)
    run(folder, folder / "out", labels__formats=[*FORMATS, "yolo-obb"])
    check_all(folder / "out", pictures)
    check_yolo_obb(folder / "out", pictures)
    run(folder, folder / "pose", labels__formats=["yolo-pose"])
    check_yolo_pose(folder / "pose", pictures)
    return pictures


@pytest.mark.parametrize("seed", range(3))
def test_same_as_painting(tmp_path, seed):
    things = [thing for one in compare(tmp_path, seed).values() for thing in one.things]
    points = [point[2] for thing in things for point in thing.keypoints.values()]
    assert len(things) > IMAGES
    assert {1, 2} <= set(points)
    assert any(thing.fraction < 1 for thing in things)


def campaign(scenes):
    """Compare so many scenes, and say what was in them."""
    things = covered = visible = 0
    for seed in range(1000, 1000 + scenes // IMAGES):
        with tempfile.TemporaryDirectory() as folder:
            for picture in compare(Path(folder), seed).values():
                points = [p[2] for one in picture.things for p in one.keypoints.values()]
                things += len(picture.things)
                covered += points.count(1)
                visible += points.count(2)
    seen = f"{visible} visible and {covered} covered keypoints"
    print(f"{scenes} scenes: {things} things, {seen}")  # noqa: T201


if __name__ == "__main__":
    campaign(int(sys.argv[1]))
