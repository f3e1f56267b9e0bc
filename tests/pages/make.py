"""Make small datasets with reports for the tests of pages: python -m tests.pages.make FOLDER."""

import sys
from pathlib import Path

from PIL import Image
from tests.report.page.flaws import (
    FREE,
    GROUNDS,
    NEXT,
    SAME,
    THINGS,
    VARIED,
    base,
    follows,
    matte,
    nearly_twins,
    split,
    with_other,
    write,
)

from imggen import bulk

POINTS = {name: {"top": [6, 1], "left": [1, 6]} for name in THINGS}
LONG = "a_name_that_is_much_longer_than_any_table_of_a_phone_has_room_for_in_one_line"
FLAWED = {
    **with_other(
        base(
            vary={**VARIED, "scale": [0.3, 0.9]},
            keypoints={"names": ["top", "left"], "points": POINTS},
        ),
        vary={"scale": [0.3, 1.0]},
    ),
    "dataset": {"count": 400, "name": "many flaws"},
    "split": split(follows(SAME), follows(NEXT)),
}
FLAWED["layer"][0]["weights"] = dict(zip(GROUNDS, (1, 3, 6), strict=True))
CLEAN = {**base(vary=VARIED), "dataset": {"count": 60}}
ODD = {
    **base(instances=[0, 6], place={**FREE, "avoid": ["self"]}),
    "dataset": {"count": 120, "name": "odd names"},
}


def rename(folder):
    """Names of markup, and one that is very long."""
    (folder / "thing/axe.png").rename(folder / "thing/<b>&'axe'.png")
    (folder / "thing/key.png").rename(folder / f"thing/{LONG}.png")
    for name in GROUNDS:
        large = Image.open(folder / f"back/{name}.png").resize((160, 640))
        large.save(folder / f"back/{name}.png")


def make_all(folder):
    """The reports of three datasets."""
    make(folder / "flawed", FLAWED, matte, nearly_twins)
    make(folder / "clean", CLEAN)
    make(folder / "odd", ODD, rename)


def make(folder, values, *changes):
    """A dataset and its report."""
    write(folder / "art", values)
    for change in changes:
        change(folder / "art")
    where = ["--out", str(folder / "out"), "--labels", "coco", "--workers", "1", "--quiet"]
    assert bulk.main([str(folder / "art"), *where]) == 0


if __name__ == "__main__":
    make_all(Path(sys.argv[1]))
